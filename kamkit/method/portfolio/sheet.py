"""The facts of a choice: what an account is worth, which hours it takes, and the sheet of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import (
    account_series,
    as_pandas,
    fraction,
    identifiers,
    numeric,
    positive_total,
    require_columns,
)

__all__ = [
    "HoursPlan",
    "abc_by_treatment",
    "choice_sheet",
    "growth_worth",
    "hours_plan",
    "matrix_table",
    "rules_of_thumb",
    "scored_worth",
]


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


def growth_worth(pnl: pd.DataFrame, uplift: float, among: Any) -> pd.Series:
    """What growing with an account would bring in a year, if its score were the highest possible.

    ``worth_i = uplift · cm1_i``

    Parameters
    ----------
    pnl : customer P&L by account, with cm1 (money).
    uplift : growth that being a key account is assumed to bring, a fraction.
    among : the accounts that are asked for.

    Returns
    -------
    Series
        worth by account, money a year; accounts whose cm1 is not known are left out.

    Raises
    ------
    NotDefinedError
        No account has a known contribution.
    ColumnError, ValuesError, UnitError
        ``pnl`` lacks cm1; an uplift in percent.

    Notes
    -----
    Source: own rule. A change of the assumed uplift scales all values alike: it moves the price of an
    hour, never the choice.

    Examples
    --------
    >>> pnl = pd.DataFrame({"cm1": [1000.0, -50.0]}, index=["a", "b"])
    >>> growth_worth(pnl, uplift=0.10, among=["a"])
    account_id
    a    100.0
    Name: worth, dtype: float64
    """
    require_columns(pnl.columns, ["cm1"], "pnl")
    wanted = pd.Index(among)
    contribution = numeric(pnl, "cm1", "pnl", missing=True).reindex(wanted)
    worth = (fraction(uplift, "uplift") * contribution).dropna()
    if worth.empty:
        raise NotDefinedError(
            "the contribution of the scored accounts is not known", where="pnl.cm1",
            remedy="complete the product cost",
        )  # fmt: skip
    return worth.rename("worth").rename_axis("account_id")


def scored_worth(worth: pd.Series, treated: pd.DataFrame, among: Any) -> pd.Series:
    """What choosing an account is worth: its worth in proportion to its attractiveness.

    ``value_i = worth_i · attractiveness_i``, at the horizon where it is known

    Parameters
    ----------
    worth : what a score of 1 is worth, by account (money).
    treated : as :func:`treatment` returns it.
    among : the candidates.

    Returns
    -------
    Series
        value by account, money; candidates without worth or score are left out.

    Raises
    ------
    NotDefinedError
        No candidate has both.

    Notes
    -----
    Source: own rule: the score counts as the part of the worth that is within reach.

    Examples
    --------
    >>> treated = pd.DataFrame({"attractiveness": [0.7], "attractiveness_horizon": [0.5]}, index=["a"])
    >>> scored_worth(pd.Series({"a": 100.0}), treated, ["a"]).tolist()
    [50.0]
    """
    today = treated["attractiveness"]
    score = treated.get("attractiveness_horizon", today).fillna(today)
    wanted = pd.Index(among)
    value = (worth.reindex(wanted) * score.reindex(wanted)).dropna()
    if value.empty:
        raise NotDefinedError("no candidate has both a score and a known contribution", where="worth")
    return value.rename("value").rename_axis("account_id")


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
    abc: Any = None,
    accounts: Any = None,
    segments: Any = None,
) -> pd.DataFrame:
    """One line per account: A-B-C by revenue beside the new choice, and how sure it is.

    Parameters
    ----------
    treated : as :func:`treatment` returns it.
    chosen : the accounts that were chosen.
    value, hours : by account, as they entered the choice.
    flips : change, criterion, rival and flips_easily by account.
    probability : probability of being among the chosen, by account.
    abc : class by revenue, by account; None where it is not known.
    accounts : account_id, name; optionally kam_start: key account today where it is filled.
    segments : by account_id, with a column segment.

    Returns
    -------
    DataFrame
        Indexed by account_id, the chosen first, then by value: name, abc_class, key_today, segment,
        treatment, rule, attractiveness, attractiveness_horizon, strength, value, hours, chosen, probability,
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
    >>> choice_sheet(treated, ["a"], one, one, flips, one)[["treatment", "chosen", "probability"]]
               treatment  chosen  probability
    account_id
    a             invest    True          1.0
    """
    facts = ["treatment", "rule", "attractiveness", "attractiveness_horizon", "strength"]
    sheet = treated[[c for c in facts if c in treated]].copy()
    if segments is not None:
        sheet.insert(0, "segment", segments["segment"].reindex(sheet.index))
    if abc is not None:
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
        sheet.insert(1, "key_today", known["kam_start"].notna().reindex(sheet.index, fill_value=False))


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


def abc_by_treatment(abc: pd.Series, treated: Any = None) -> pd.DataFrame:
    """How many accounts of each class by revenue get which treatment.

    Parameters
    ----------
    abc : class by revenue (A, B, C), by account.
    treated : as :func:`treatment` returns it; None where nobody was scored.

    Returns
    -------
    DataFrame
        abc_class, accounts, invest, maintain, cost_efficient, exit, not_scored: numbers of accounts;
        the treatments and not_scored add up to accounts; the treatments are NaN where nobody was scored.

    Raises
    ------
    NotDefinedError
        No account has a class.

    Notes
    -----
    Source: definition. Most firms give the A accounts to key account managers; this says what that misses.

    Examples
    --------
    >>> treated = pd.DataFrame({"treatment": ["invest", "exit"]}, index=["a", "b"])
    >>> abc_by_treatment(pd.Series({"a": "C", "b": "A", "c": "A"}), treated)
      abc_class  accounts  invest  maintain  cost_efficient  exit  not_scored
    0         A         2       0         0               0     1           1
    1         C         1       1         0               0     0           0
    """
    known = abc.dropna().astype(str)
    if known.empty:
        raise NotDefinedError("no account has a class by revenue", where="abc")
    scored = pd.Series(dtype=object) if treated is None else treated["treatment"]
    given = scored.reindex(known.index).astype("object").fillna("not_scored")
    columns = ["invest", "maintain", "cost_efficient", "exit", "not_scored"]
    table = pd.crosstab(known.to_numpy(), given.to_numpy()).reindex(columns=columns, fill_value=0)
    table.insert(0, "accounts", table.sum(axis=1))
    if treated is None:
        table = table.assign(**dict.fromkeys(columns[:-1], np.nan))
    return table.rename_axis(index="abc_class", columns=None).reset_index()


def rules_of_thumb(revenue: pd.Series, chosen: Any = None) -> pd.DataFrame:
    """What books say about the number of key accounts, beside what was chosen; context, not a reason.

    Parameters
    ----------
    revenue : by account, money.
    chosen : the accounts that were chosen; None where none were.

    Returns
    -------
    DataFrame
        rule, accounts_low, accounts_high, accounts_chosen (numbers of accounts): mcdonald_woodburn (15–35);
        few_of_many (a twentieth of the accounts, at least 10, at most 20 beyond which few firms get);
        half_of_sales (as many of the largest as make half of the sales); stretched (15–50, up to 75).

    Raises
    ------
    NotDefinedError
        The revenue is not positive in total.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Source: McDonald & Woodburn (2007) and practice; the rules disagree, which is why none of them decides.

    Examples
    --------
    >>> revenue = pd.Series([50.0, 30.0, 20.0], index=["a", "b", "c"])
    >>> rules_of_thumb(revenue, ["a"]).iloc[2].astype(str).tolist()
    ['half_of_sales', '1', '1', '1']
    """
    ordered = account_series(revenue, "revenue").sort_values(ascending=False)
    running = ordered.cumsum() / positive_total(ordered, "revenue")
    half = int((running < 0.5 - 1e-9).sum()) + 1
    twentieth = max(1, round(len(ordered) / 20))
    rules = [
        ("mcdonald_woodburn", 15, 35),
        ("few_of_many", min(10, twentieth), max(20, twentieth)),
        ("half_of_sales", half, half),
        ("stretched", 15, 75),
    ]
    return pd.DataFrame(rules, columns=["rule", "accounts_low", "accounts_high"]).assign(
        accounts_chosen=np.nan if chosen is None else len(list(chosen))
    )
