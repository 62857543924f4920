"""What the programme brings in a year, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import as_pandas
from kamkit.method.programme.evaluation import ProgrammeEvaluation, require_identified
from kamkit.method.programme.panel import sales_panel

__all__ = ["programme_worth"]

_BASES = {"only_goods": "cm1", "goods_and_service": "cm4"}
"""What extra sales cost, and the contribution that is left then."""


def programme_worth(
    sales: Any, evaluation: ProgrammeEvaluation, pnl: Any, since: Any, until: Any
) -> pd.DataFrame:
    """What the programme brings in a period, and what it costs.

    | ``extra revenue = sum over key accounts of sales since they joined · uplift / (1 + uplift)``
    | ``extra contribution = extra revenue · contribution / invoiced revenue of the key accounts``
    | ``net = extra contribution − key-account cost``

    Parameters
    ----------
    sales : date, account_id, net_amount, all years there are.
    evaluation : as :func:`evaluate_programme` returns it.
    pnl : indexed by account_id: invoiced_revenue, cm1, cm4 and key_account, of the same period.
    since, until : first and last day of the period.

    Returns
    -------
    DataFrame
        cost_basis (only_goods: contribution 1; goods_and_service: contribution 4), extra_revenue,
        contribution_rate, extra_contribution, programme_cost, net, net_low, net_high. Low and high are
        the ends of the uplift's 95 % interval; cost and rate are taken as known.

    Raises
    ------
    NotDefinedError
        The data can't show an effect, or revenue, contribution or cost of a key account is not
        known, or no cost of the key-account team is traced to them.
    ColumnError, EmptyError
        A missing column, or no rows.

    Notes
    -----
    The programme's cost is what is traced to these accounts in the rung of the key-account team.

    Examples
    --------
    >>> from kamkit.method.programme import evaluate_programme
    >>> day = pd.Timestamp("2025-01-10")
    >>> sales = pd.DataFrame({"date": [day], "account_id": ["a"], "net_amount": [1.0]})
    >>> found = evaluate_programme(sales, pd.DataFrame({"account_id": ["a"]}))
    >>> programme_worth(sales, found, None, "2025-01-01", "2025-12-31")
    Traceback (most recent call last):
    kamkit.errors.NotDefinedError: what the programme did can't be told: the table...
    """
    effects = require_identified(evaluation)
    columns = ["invoiced_revenue", "cm1", "cm4", "key_account"]
    table = as_pandas(pnl, "pnl", columns)
    starts = evaluation.design.starts
    rows = table.reindex(starts.index)[columns]
    if rows.isna().any(axis=None) or rows["invoiced_revenue"].sum() <= 0:
        raise NotDefinedError("contribution or cost of a key account is not known", where="pnl")
    if rows["key_account"].sum() <= 0:
        raise NotDefinedError(
            "no cost of a key-account team is traced to key accounts", where="pnl.key_account"
        )
    monthly = sales_panel(sales, until, "month").reindex(starts.index, fill_value=0.0)
    months = pd.DatetimeIndex(monthly.columns)
    joined = (months.to_numpy()[None, :] >= starts.to_numpy()[:, None]) & (months >= pd.Timestamp(since))
    revenue = float(np.where(joined, monthly.to_numpy(), 0.0).sum())
    low, value, high = (revenue * (1 - np.exp(-e)) for e in (effects.low, effects.effect, effects.high))
    cost, total = float(rows["key_account"].sum()), float(rows["invoiced_revenue"].sum())
    return pd.DataFrame(
        [
            _worth(basis, float(rows[rung].sum()) / total, cost, low, value, high)
            for basis, rung in _BASES.items()
        ]
    )


def _worth(basis: str, rate: float, cost: float, low: float, value: float, high: float) -> dict[str, Any]:
    ends = sorted((low * rate - cost, high * rate - cost))
    return {
        "cost_basis": basis,
        "extra_revenue": value,
        "contribution_rate": rate,
        "extra_contribution": value * rate,
        "programme_cost": cost,
        "net": value * rate - cost,
        "net_low": ends[0],
        "net_high": ends[1],
    }
