"""Who needs what, and who pays for more than the lowest price: segments by need, not by size."""

from kamkit.method.segmentation.clusters import NeedsSegments, needs_segments, stability
from kamkit.method.segmentation.importance import derived_importance, importance_map
from kamkit.method.segmentation.moves import migration, migration_cells
from kamkit.method.segmentation.needs import (
    NeedsCoverage,
    item_texts,
    needs_coverage,
    needs_from,
    within_respondent,
)
from kamkit.method.segmentation.premium import premium_accounts, premium_by_segment, price_premium
from kamkit.method.segmentation.profiles import (
    abc_by_revenue,
    account_revenue,
    needs_by_segment,
    segment_needs,
    segment_profiles,
)
from kamkit.method.segmentation.rules import (
    RuleSegments,
    Segments,
    find_segments,
    segment_names,
    segments_by_rule,
)
from kamkit.method.segmentation.willingness import (
    WillingnessToPay,
    price_answers,
    price_curves,
    willingness_to_pay,
)

__all__ = [
    "NeedsCoverage",
    "NeedsSegments",
    "RuleSegments",
    "Segments",
    "WillingnessToPay",
    "abc_by_revenue",
    "account_revenue",
    "derived_importance",
    "find_segments",
    "importance_map",
    "item_texts",
    "migration",
    "migration_cells",
    "needs_by_segment",
    "needs_coverage",
    "needs_from",
    "needs_segments",
    "premium_accounts",
    "premium_by_segment",
    "price_answers",
    "price_curves",
    "price_premium",
    "segment_names",
    "segment_needs",
    "segment_profiles",
    "segments_by_rule",
    "stability",
    "willingness_to_pay",
    "within_respondent",
]
