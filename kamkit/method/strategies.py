"""For each segment of customers: what is wanted of it, who serves it, and what that takes."""

from __future__ import annotations

import pandas as pd

from kamkit.method.frames import UNASSIGNED, as_pandas, one_of
from kamkit.method.profitability.views import SERVING_RUNGS

__all__ = ["TREATMENTS", "segment_strategies"]

TREATMENTS = ("invest", "maintain", "cost_efficient", "exit")
"""Carrus' treatments; the third in two steps, serve at low cost or wind down."""

_NOT_PLACED, _NO_SEGMENT = "not_placed", "no_segment"


def segment_strategies(
    treatment: pd.DataFrame, pnl: pd.DataFrame, segments: pd.DataFrame | None = None
) -> pd.DataFrame:
    """For each segment and treatment: whom it holds, the goal, who serves them, and what that takes.

    Parameters
    ----------
    treatment : by account_id, the column treatment.
    pnl : by account_id, as ``profitability.customer_pnl`` returns it; its rungs may be NaN.
    segments : by account_id, the column segment; without it all accounts stand in one.

    Returns
    -------
    DataFrame
        segment, treatment, goal, coverage, accounts, pocket_revenue, cost_to_serve (the resources),
        customer_profit (money), cost_share (of pocket revenue; NaN where that is not positive). Every
        known account of the P&L stands in one row: without treatment under ``not_placed``, without
        segment under ``no_segment``. Goal and coverage are keys, by treatment.

    Raises
    ------
    ParameterError
        An unknown treatment.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: the three treatments of Carrus: serve in the most cost-efficient way or wind down, keep
    handling well, invest in a few.

    Examples
    --------
    >>> index = pd.Index(["a", "b"], name="account_id")
    >>> treatment = pd.DataFrame({"treatment": ["invest"]}, index=index[:1])
    >>> pnl = pd.DataFrame({"pocket_revenue": [100.0, 50], "customer_profit": [10.0, 5], "marketing": 0.0,
    ...                     "selling": 5.0, "service": 5.0, "key_account": 0.0}, index=index)
    >>> segment_strategies(treatment, pnl)[["treatment", "coverage", "accounts"]].to_numpy().tolist()
    [['invest', 'coverage_invest', 1], ['not_placed', 'coverage_not_placed', 1]]
    """
    columns = ["pocket_revenue", "customer_profit", *SERVING_RUNGS]
    known = as_pandas(pnl, "pnl", columns)
    known = known[known.index.astype(str) != UNASSIGNED]
    placed = as_pandas(treatment, "treatment", ["treatment"])["treatment"].dropna()
    for value in placed.unique():
        one_of(str(value), TREATMENTS, "treatment")
    belongs = pd.Series(_NO_SEGMENT, index=known.index)
    if segments is not None:
        belongs = (
            as_pandas(segments, "segments", ["segment"])["segment"]
            .reindex(known.index)
            .astype("object")
            .fillna(_NO_SEGMENT)
        )
    rows = pd.DataFrame(
        {
            "segment": belongs.astype(str),
            "treatment": placed.reindex(known.index).astype("object").fillna(_NOT_PLACED).astype(str),
            "accounts": 1,
            "pocket_revenue": known["pocket_revenue"],
            "cost_to_serve": known[list(SERVING_RUNGS)].sum(axis=1, skipna=False),
            "customer_profit": known["customer_profit"],
        }
    )
    sums = rows.groupby(["segment", "treatment"]).sum(skipna=False).reset_index()
    return _in_order(sums)


def _in_order(sums: pd.DataFrame) -> pd.DataFrame:
    """The largest segment first, in it the treatments in their order; with goal and coverage."""
    order = {name: i for i, name in enumerate((*TREATMENTS, _NOT_PLACED))}
    size = sums.groupby("segment")["pocket_revenue"].transform("sum")
    keys = pd.DataFrame(
        {
            "last": sums["segment"] == _NO_SEGMENT,
            "size": -size,
            "segment": sums["segment"],
            "step": sums["treatment"].map(order),
        }
    )
    table = sums.loc[keys.sort_values(["last", "size", "segment", "step"]).index].reset_index(drop=True)
    revenue = table["pocket_revenue"].where(table["pocket_revenue"] > 0)
    table["cost_share"] = table["cost_to_serve"] / revenue
    table.insert(2, "goal", "goal_" + table["treatment"])
    table.insert(3, "coverage", "coverage_" + table["treatment"])
    return table
