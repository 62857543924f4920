"""What adds up: the columns whose values may be summed, and the tables whose rows are parts of a whole."""

from __future__ import annotations

from collections.abc import Collection

from kamkit.deliver.columns import customers

__all__ = ["adds_up", "total_keys"]

_ADD_UP = frozenset(
    {c.name for c in customers.LADDER}
    | {"profit", "gross_margin", "revenue", "net_amount", "amount", "cost_to_serve", "cost", "unused_cost"}
    | {"attributable_profit", "absorbed_profit", "absorbed_cost", "orders", "lines", "credit_lines", "hours"}
    | {"supplied_minutes", "used_minutes", "unused_minutes", "minutes", "benefit", "investment", "npv"}
    | {"avoidable_cost", "idle_cost", "idle_minutes", "ebit_change", "expected_loss", "transfers", "result"}
    | {"unit_result", "cost_below", "revenue_before", "revenue_change", "profit_before", "profit_change"}
    | {"saving", "price_effect", "lost_margin", "avoided_cost", "profit_effect", "stranded_cost"}
    | {"premium_amount", "compared_amount", "expected_amount", "potential", "current", "gap", "wallet"}
    | {"profit_now", "profit_then", "hours_now", "contribution_now", "contribution", "gain", "sales"}
    | {"contribution_given", "price_worth", "variable_cost_worth", "volume_worth", "fixed_cost_worth"}
    | {"expected_value", "expected_margin", "later_amount"}
)

_KEYS: dict[str, tuple[str, ...]] = {
    "white_space": ("account_id", "family"),
    "family_sales": ("account_id", "family"),
    "group_results": ("account_id", "bu_id"),
    "conflicts": ("account_id", "bu_id"),
    "segment_strategies": ("segment", "treatment"),
    "abc_profiles": ("segment",),
    "segment_profiles": ("segment",),
    "deals": ("opportunity_id",),
    "double_booked": ("opportunity_id",),
    "joint_losses": (),
}
"""By table: what tells its rows apart, each a part of the whole; nothing where its rows are running sums."""

_USUAL_KEYS = ("account_id", "opportunity_id", "team", "person_id", "bu_id")


def adds_up(name: str) -> bool:
    """Whether the values of a column may be summed over customers, teams or deals.

    Shares, rates, ranks and running totals may not.

    >>> adds_up("customer_profit"), adds_up("cumulative_profit"), adds_up("margin")
    (True, False, False)
    """
    return name in _ADD_UP


def total_keys(table: str, columns: Collection[str]) -> tuple[str, ...]:
    """What must tell the rows of a table apart so that their sum is a total; empty where there is none.

    >>> total_keys("white_space", ["account_id", "family", "gap"])
    ('account_id', 'family')
    >>> total_keys("joint_losses", ["account_id", "ebit_change"])
    ()
    """
    if table in _KEYS:
        return _KEYS[table]
    return next(((name,) for name in _USUAL_KEYS if name in columns), ())
