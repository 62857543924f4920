"""The facts of a choice: what an account is worth, which hours it takes, and the sheet of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import account_series, as_pandas, fraction, identifiers, numeric

__all__ = ["HoursPlan", "choice_sheet", "growth_worth", "hours_plan", "matrix_table"]


@dataclass(frozen=True)
class HoursPlan:
    """Hours by account, and all there are.

    ``hours`` by account; ``assumed`` says where no hours are booked and the mean of the booked ones
    stands in; ``capacity`` hours a year in all; ``hour_cost`` their mean cost, NaN where not known.
    """

    hours: pd.Series
    assumed: pd.Series
    capacity: float
    hour_cost: float


def growth_worth(pnl: pd.DataFrame, score: pd.Series, uplift: float) -> pd.Series:
    """What growing with an account would bring in a year, counted in proportion to its score.

    ``value_i = uplift · cm1_i · score_i``

    Parameters
    ----------
    pnl : customer P&L by account, with cm1 (money).
    score : attractiveness by account, 0–1.
    uplift : growth that being a key account is assumed to bring, a fraction.

    Returns
    -------
    Series
        value by account, money a year; only accounts whose cm1 is known and positive: growth with
        the others brings nothing.

    Raises
    ------
    NotDefinedError
        No scored account has a positive contribution.
    ValuesError, UnitError, EmptyError
        NaN in the score; an uplift in percent.

    Notes
    -----
    Source: own rule. A change of the assumed uplift scales all values alike: it moves the price of an
    hour, never the choice.

    Examples
    --------
    >>> pnl = pd.DataFrame({"cm1": [1000.0, -50.0]}, index=["a", "b"])
    >>> growth_worth(pnl, pd.Series({"a": 0.5, "b": 0.9}), uplift=0.10)
    account_id
    a    50.0
    Name: value, dtype: float64
    """
    rate = fraction(uplift, "uplift")
    weight = account_series(score, "score")
    contribution = numeric(pnl, "cm1", "pnl", missing=True).reindex(weight.index)
    worth = (rate * contribution * weight)[contribution > 0]
    if worth.empty or not (worth > 0).any():
        raise NotDefinedError(
            "no scored account has a positive contribution", where="pnl.cm1",
            remedy="complete the product cost, or score other accounts",
        )  # fmt: skip
    return worth[worth > 0].rename("value").rename_axis("account_id")


def hours_plan(assignments: Any, among: pd.Index, capacity: float | None = None) -> HoursPlan:
    """The hours a year each account takes, and the hours there are.

    ``hours_i = sum of hours_year over its assignments``; where none are booked, the mean of those booked

    Parameters
    ----------
    assignments : table ``assignments``: account_id, hours_year; cost_rate where known.
    among : the accounts that hours are asked for.
    capacity : hours a year in all; by default those that are booked today.

    Returns
    -------
    HoursPlan
        hours, assumed, capacity, hour_cost (mean of cost_rate, weighed by hours).

    Raises
    ------
    NotDefinedError
        No hours are booked.
    ColumnError, ValuesError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> assignments = pd.DataFrame({"account_id": ["a", "a", "b"], "hours_year": [100.0, 20.0, 80.0]})
    >>> hours_plan(assignments, pd.Index(["a", "c"])).hours.tolist()
    [120.0, 100.0]
    """
    table = as_pandas(assignments, "assignments", ["account_id"])
    if "hours_year" not in table or not table["hours_year"].notna().any():
        raise NotDefinedError("no hours are known", where="assignments.hours_year")
    rows = table[table["hours_year"].notna()]
    booked = numeric(rows, "hours_year", "assignments")
    by_account = booked.groupby(identifiers(rows, "account_id", "assignments")).sum()
    hours = by_account.reindex(among)
    assumed = hours.isna().rename("assumed")
    cost = float("nan")
    if "cost_rate" in rows and rows["cost_rate"].notna().all() and booked.sum() > 0:
        cost = float(np.average(numeric(rows, "cost_rate", "assignments"), weights=booked))
    total = float(by_account.sum()) if capacity is None else float(capacity)
    filled = hours.fillna(float(by_account.mean())).rename("hours")
    return HoursPlan(filled.rename_axis("account_id"), assumed.rename_axis("account_id"), total, cost)


def choice_sheet(
    treated: pd.DataFrame,
    chosen: Any,
    value: pd.Series,
    hours: pd.Series,
    flips: pd.DataFrame,
    probability: pd.Series,
    abc: pd.Series,
    accounts: Any = None,
) -> pd.DataFrame:
    """One line per account: A-B-C by revenue beside the new choice, and how sure it is.

    Parameters
    ----------
    treated : as :func:`treatment` returns it.
    chosen : the accounts that were chosen.
    value, hours : by account, as they entered the choice.
    flips : change, criterion, rival and flips_easily by account.
    probability : probability of being among the chosen, by account.
    abc : class by revenue, by account.
    accounts : account_id, name; optionally kam_start: key account today where it is filled.

    Returns
    -------
    DataFrame
        Indexed by account_id, the chosen first, then by value: name, abc_class, key_today, treatment,
        rule, attractiveness, attractiveness_horizon, strength, value, hours, chosen, probability,
        flips_easily, criterion, change, rival; NaN where an account was no candidate.

    Raises
    ------
    ColumnError
        A table lacks its columns.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> one = pd.Series({"a": 1.0}).rename_axis("account_id")
    >>> treated = pd.DataFrame({"attractiveness": 0.7, "treatment": "invest", "rule": ""}, one.index)
    >>> flips = pd.DataFrame({"rival": "b", "criterion": "x", "change": 0.2, "flips_easily": False}, ["a"])
    >>> choice_sheet(treated, ["a"], one, one, flips, one, one)[["treatment", "chosen", "probability"]]
               treatment  chosen  probability
    account_id
    a             invest    True          1.0
    """
    facts = ["treatment", "rule", "attractiveness", "attractiveness_horizon", "strength"]
    sheet = treated[[c for c in facts if c in treated]].copy()
    sheet.insert(0, "abc_class", abc.reindex(sheet.index))
    if accounts is not None:
        _add_accounts(sheet, accounts)
    sheet["value"], sheet["hours"] = value.reindex(sheet.index), hours.reindex(sheet.index)
    sheet["chosen"] = sheet.index.isin(list(chosen))
    sheet["probability"] = probability.reindex(sheet.index)
    moves = flips.reindex(sheet.index)
    sheet["flips_easily"] = moves["flips_easily"].astype("boolean").fillna(False).astype(bool)
    for column in ("criterion", "change", "rival"):
        sheet[column] = moves[column]
    order = ["chosen", "value", "attractiveness"]
    return sheet.sort_values(order, ascending=False, kind="stable", na_position="last")


def _add_accounts(sheet: pd.DataFrame, accounts: Any) -> None:
    table = as_pandas(accounts, "accounts", ["account_id", "name"])
    known = table.assign(account_id=identifiers(table, "account_id", "accounts")).set_index("account_id")
    sheet.insert(0, "name", known["name"].reindex(sheet.index))
    if "kam_start" in known:
        sheet.insert(2, "key_today", known["kam_start"].notna().reindex(sheet.index, fill_value=False))


def matrix_table(treated: pd.DataFrame, pnl: Any = None, flips: Any = None) -> pd.DataFrame:
    """The placements with what their picture needs: sales, and which of them flip easily.

    Parameters
    ----------
    treated : as :func:`treatment` returns it.
    pnl : customer P&L by account, for invoiced_revenue; None where there is none.
    flips : as :func:`placement_flips` returns it; None where it is not known.

    Returns
    -------
    DataFrame
        ``treated`` with revenue (money, NaN where not known) and flips_easily.

    Raises
    ------
    ColumnError
        A table lacks its column.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> treated = pd.DataFrame({"treatment": ["invest"]}, index=["a"])
    >>> matrix_table(treated, pd.DataFrame({"invoiced_revenue": [9.0]}, index=["a"]))
      treatment  revenue  flips_easily
    a    invest      9.0         False
    """
    revenue = (
        np.nan
        if pnl is None
        else numeric(pnl, "invoiced_revenue", "pnl", missing=True).reindex(treated.index)
    )
    easily = False if flips is None else flips["flips_easily"].reindex(treated.index, fill_value=False)
    return treated.assign(revenue=revenue, flips_easily=easily)
