"""Whom we know at the customer, how well, what hangs on one of us, and who is accountable for what."""

from kamkit.method.relationships.coverage import (
    coverage,
    link_density,
    multi_threading,
    relationship_coverage,
    support,
)
from kamkit.method.relationships.doubles import duplicates
from kamkit.method.relationships.layout import contact_issues, relationship_map
from kamkit.method.relationships.people import key_contacts
from kamkit.method.relationships.privacy import public_ids, without_names
from kamkit.method.relationships.roles import (
    accountable_load,
    agreement_by_account,
    our_roles,
    raci_defects,
    role_agreement,
    unfilled_roles,
)
from kamkit.method.relationships.threads import leaver_loss, thread_risk
from kamkit.method.relationships.ties import (
    contacts_per_owner,
    depth_gaps,
    executives_without_counterpart,
    level_match,
    our_executives,
    stale_ties,
    staleness,
)
from kamkit.method.relationships.views import AccountMap, issue_counts, map_to_see, with_accounts

__all__ = [
    "AccountMap",
    "accountable_load",
    "agreement_by_account",
    "contact_issues",
    "contacts_per_owner",
    "coverage",
    "depth_gaps",
    "duplicates",
    "executives_without_counterpart",
    "issue_counts",
    "key_contacts",
    "leaver_loss",
    "level_match",
    "link_density",
    "map_to_see",
    "multi_threading",
    "our_executives",
    "our_roles",
    "public_ids",
    "raci_defects",
    "relationship_coverage",
    "relationship_map",
    "role_agreement",
    "stale_ties",
    "staleness",
    "support",
    "thread_risk",
    "unfilled_roles",
    "with_accounts",
    "without_names",
]
