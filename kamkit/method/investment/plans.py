"""The cases that the account plans state: investments and benefits by month, judged by account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, UnitError
from kamkit.method.frames import as_pandas, identifiers, months, numeric
from kamkit.method.investment.cases import InvestmentCase, case_of
from kamkit.method.investment.simulation import whole_number

__all__ = ["PlannedCases", "planned_cases"]

_KINDS = ("investment", "benefit")
_AS_IT_STANDS = "the account as it stands, without what the plan invests"


@dataclass(frozen=True)
class PlannedCases:
    """The cases of all account plans.

    ``table`` is indexed by account_id: benefit, investment (money, undiscounted; the benefit times its
    probability), npv, irr, payback, discounted_payback, roi, break_even_uplift, verdict, incomplete_rows
    (rows of the plan without month or amount). ``programme`` is all accounts together.
    """

    table: pd.DataFrame
    cases: Mapping[str, InvestmentCase]
    programme: InvestmentCase

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.cases)

    @property
    def failing(self) -> int:
        """Cases that fall short of the required return or lose money."""
        return int(self.table["verdict"].isin(["below_required_return", "loses_money"]).sum())


def planned_cases(
    plan_items: pd.DataFrame,
    rate: float,
    *,
    required_return: float | None = None,
    pnl: pd.DataFrame | None = None,
    counterfactual: str = _AS_IT_STANDS,
    years: int | None = None,
) -> PlannedCases:
    """The investment case of each account from its plan, and of the programme.

    | net of a year: ``sum of benefit · probability − sum of investment`` over its months
    | The first year of any plan is t = 0 for all, so that the accounts' values add up to the programme's.

    Parameters
    ----------
    plan_items : item_id, subject_type, subject_id, kind, month, amount, and probability where it is
        stated. Rows of kind investment and benefit of accounts count; a benefit without probability
        counts in full.
    rate : discount rate per year, a fraction.
    required_return : what the owner asks per year; None leaves the cases unjudged.
    pnl : by account_id, pocket_revenue and cm1; gives revenue uplift and break-even uplift.
    counterfactual : what would happen without the plan, in words.
    years : how many years after the first count, a whole number from 1; None counts all that is planned.

    Returns
    -------
    PlannedCases

    Raises
    ------
    NotDefinedError
        No plan states an investment or a benefit with month and amount.
    ColumnError, EmptyError, UnitError, ValuesError, ParameterError
        Missing columns, no rows, a rate in percent, a probability outside 0–1, ``years`` below 1.

    Notes
    -----
    Source: as :func:`investment_case`. What a plan says of its benefit is its owner's judgement; the
    effect is measured only afterwards.

    Examples
    --------
    >>> plan = pd.DataFrame({"item_id": ["I", "B"], "subject_type": "account", "subject_id": "a",
    ...     "kind": ["investment", "benefit"], "month": pd.to_datetime(["2026-01-01", "2027-01-01"]),
    ...     "amount": [100.0, 275.0], "probability": [None, 0.8]})
    >>> planned_cases(plan, 0.10, required_return=0.15).table[["npv", "irr"]].round(2).loc["a"].tolist()
    [100.0, 1.2]
    """
    rows, left_out = _stated(plan_items)
    if years is not None:
        rows = rows[rows["year"] <= rows["year"].min() + whole_number(years, "years", 1)]
    covered = np.arange(rows["year"].min(), rows["year"].max() + 1)
    sums = rows.pivot_table(index=["account_id", "year"], columns="kind", values="expected", aggfunc="sum")
    sums = sums.reindex(columns=list(_KINDS))
    margins = _margins(pnl)
    given = {"rate": rate, "counterfactual": counterfactual, "required_return": required_return}
    cases = {
        account: _case(sums.loc[account], covered, margins.get(account), int(left_out.get(account, 0)), given)
        for account in sorted(set(rows["account_id"]))
    }
    total = sums.groupby("year").sum(min_count=1)
    return PlannedCases(
        table=_table(cases, left_out),
        cases=cases,
        programme=_case(total, covered, _together(margins, cases), 0, given),
    )


def _stated(plan_items: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of money with their expected amount and year; by account how many lack month or amount."""
    required = ["item_id", "subject_type", "subject_id", "kind"]
    items = as_pandas(plan_items, "plan_items", required)
    money = items[items["kind"].isin(_KINDS) & (items["subject_type"] == "account")]
    if money.empty or not {"month", "amount"} <= set(money.columns):
        raise NotDefinedError(
            "no account plan states an investment or a benefit by month",
            where="plan_items.kind, month, amount",
            remedy="add a row for each month with kind investment or benefit",
        )
    account = identifiers(money, "subject_id", "plan_items").rename("account_id")
    complete = money["month"].notna() & money["amount"].notna()
    left_out = (~complete).groupby(account).sum()
    if not complete.any():
        raise NotDefinedError(
            "no investment or benefit of a plan has both month and amount", where="plan_items"
        )
    kept = money[complete]
    expected = numeric(kept, "amount", "plan_items") * _probability(kept)
    year = months(kept, "month", "plan_items").dt.year
    return pd.DataFrame(
        {"account_id": account[complete], "kind": kept["kind"], "year": year, "expected": expected}
    ), left_out


def _probability(rows: pd.DataFrame) -> pd.Series:
    """Of a benefit; what is paid is certain, and so is what states no probability."""
    if "probability" not in rows:
        return pd.Series(1.0, index=rows.index)
    stated = numeric(rows, "probability", "plan_items", missing=True)
    wrong = stated[(stated < 0) | (stated > 1)]
    if len(wrong):
        raise UnitError(
            f"{len(wrong)} probabilities are no fractions",
            where=f"plan_items.probability, row {wrong.index[0]}: {wrong.iloc[0]:g}",
            allowed="0 to 1",
        )
    return stated.where(rows["kind"] == "benefit").fillna(1.0)


def _case(
    sums: pd.DataFrame,
    years: np.ndarray,
    margin: tuple[float, float] | None,
    left_out: int,
    given: dict[str, Any],
) -> InvestmentCase:
    stated = sums.notna().any()
    flows = sums.reindex(years).fillna(0.0)
    revenue, rate = margin if margin else (np.nan, np.nan)
    table = pd.DataFrame(
        {
            "year": years,
            "revenue_uplift": (flows["benefit"] / rate).to_numpy(),
            "incremental_contribution": flows["benefit"].to_numpy(),
            "programme_cost": flows["investment"].to_numpy(),
        }
    )
    at_full = np.full(len(years), revenue * rate) if margin else None
    return case_of(table, contribution_at_full=at_full, complete=bool(stated.all()) and not left_out, **given)


def _margins(pnl: pd.DataFrame | None) -> dict[str, tuple[float, float]]:
    """By account pocket revenue and first contribution over it, where both are positive."""
    if pnl is None or not {"pocket_revenue", "cm1"} <= set(pnl.columns):
        return {}
    known = pnl[(pnl["pocket_revenue"] > 0) & (pnl["cm1"] > 0)]
    rates = known["cm1"] / known["pocket_revenue"]
    pairs = zip(known["pocket_revenue"].astype(float), rates.astype(float), strict=True)
    return dict(zip(map(str, known.index), pairs, strict=True))


def _together(
    margins: Mapping[str, tuple[float, float]], cases: Mapping[str, Any]
) -> tuple[float, float] | None:
    """Revenue and margin of all accounts with a case; None where one of them is not known."""
    pairs = [margins[a] for a in cases if a in margins]
    if len(pairs) < len(cases):
        return None
    revenue = sum(r for r, _ in pairs)
    return revenue, sum(r * m for r, m in pairs) / revenue


def _table(cases: Mapping[str, InvestmentCase], left_out: pd.Series) -> pd.DataFrame:
    rows = [
        {
            "account_id": account,
            "benefit": case.table["incremental_contribution"].sum(),
            "investment": case.table["programme_cost"].sum(),
            "npv": case.npv,
            "irr": case.irr,
            "payback": case.payback,
            "discounted_payback": case.discounted_payback,
            "roi": case.roi,
            "break_even_uplift": case.break_even_uplift,
            "verdict": case.verdict,
            "incomplete_rows": int(left_out.get(account, 0)),
        }
        for account, case in cases.items()
    ]
    return pd.DataFrame(rows).set_index("account_id")
