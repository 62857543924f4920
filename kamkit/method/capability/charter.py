"""The programme on one page: five questions, answered from the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.capability.evidence import is_true, key_accounts, with_complete_goal
from kamkit.method.capability.problems import UNIT_INCENTIVES
from kamkit.method.frames import UNASSIGNED, as_pandas, identifiers, numeric
from kamkit.method.relationships import our_executives

__all__ = ["QUESTIONS", "programme_charter"]

QUESTIONS = ("question_accounts", "question_offers", "question_team", "question_lead", "question_measure")
"""Mercuri's five questions to a programme."""

ACCOUNT_INCENTIVES = ("account_contribution",)
_BACKGROUNDS = ("sales", "technical", "operations")
_NONE = float("nan")

Lines = Iterator[tuple[str, str, float, float, str]]


def programme_charter(
    accounts: Any,
    pnl: Any = None,
    plan_items: Any = None,
    assignments: Any = None,
    maturity: Any = None,
    executive_roles: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Mercuri's five questions to a key-account programme, answered from the tables.

    How many key accounts, and how do they differ from the rest? Which offers? How is the team built and
    paid? Who leads, with which sponsor, in which country? How is it measured?

    Parameters
    ----------
    accounts : table ``accounts``; key accounts have kam_start or kam_tier.
    pnl : by account_id, pocket_revenue and customer_profit.
    plan_items : offers, value drivers and goals.
    assignments : person_id, account_id, role; raci, hours_year, background, incentive, country. Rows with
        a respondent are opinions and do not count.
    maturity : as :func:`kamkit.method.capability.maturity` returns it.
    executive_roles : roles of those who can sponsor an account; by default those that
        :func:`kamkit.method.relationships.our_executives` takes for executive ones.

    Returns
    -------
    DataFrame
        question, line (a key, or a client's own word), unit (accounts, money, share, people, hours, stage,
        offers, number, text), key_figure and rest_figure (for key accounts and for the others; NaN
        where there is none), detail. A question whose tables are missing has the line ``not_assessed``,
        and names them in detail.

    Raises
    ------
    NotDefinedError
        No account is marked as a key account.
    ColumnError, ValuesError, EmptyError
        A table lacks columns or rows, or holds wrong values.

    Notes
    -----
    Source: Mercuri's five questions.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b", "c"], "kam_tier": ["A", None, None]})
    >>> pnl = pd.DataFrame({"pocket_revenue": [60.0, 30, 10], "customer_profit": [6.0, 6, -1]},
    ...                    index=pd.Index(["a", "b", "c"], name="account_id"))
    >>> charter = programme_charter(accounts, pnl)
    >>> charter.query("line == 'revenue_share'")[["key_figure", "rest_figure"]].to_numpy().tolist()
    [[0.6, 0.4]]
    >>> charter.query("question == 'question_offers'")["detail"].tolist()
    ['plan_items']
    """
    keys = key_accounts(accounts)
    agreed = None if assignments is None else _agreed(assignments, keys)
    answers = {
        "question_accounts": _accounts(accounts, keys, pnl),
        "question_offers": _offers(keys, plan_items),
        "question_team": _team(agreed),
        "question_lead": _lead(accounts, keys, agreed, executive_roles),
        "question_measure": _measure(keys, plan_items, maturity),
    }
    rows = [(question, *line) for question, lines in answers.items() for line in lines]
    return pd.DataFrame(rows, columns=["question", "line", "unit", "key_figure", "rest_figure", "detail"])


def _agreed(assignments: Any, keys: pd.Index) -> pd.DataFrame:
    """The roles on key accounts as agreed, without the opinions of those asked."""
    table = as_pandas(assignments, "assignments", ["person_id", "account_id", "role"])
    mine = table[table["account_id"].astype(str).isin(keys)]
    return mine[mine["respondent"].isna()] if "respondent" in mine else mine


# -- how many key accounts, and how do they differ -------------------------------------------------


def _accounts(accounts: pd.DataFrame, keys: pd.Index, pnl: Any) -> Lines:
    if pnl is None:
        others = len(accounts) - len(keys)
        yield "accounts", "accounts", float(len(keys)), float(others), ""
        yield "not_assessed", "text", _NONE, _NONE, "sales, ledger"
        return
    known = pnl[pnl.index.astype(str) != UNASSIGNED]
    inside = known.index.astype(str).isin(keys)
    parts = known[inside], known[~inside]
    yield "accounts", "accounts", float(len(keys)), float(len(parts[1])), _tiers(accounts, keys)
    (own, other), total = _sums(parts, "pocket_revenue"), float(known["pocket_revenue"].sum())
    gain, others_gain = _sums(parts, "customer_profit")
    yield "pocket_revenue", "money", own, other, ""
    yield "revenue_share", "share", _ratio(own, total), _ratio(other, total), ""
    middle = [float(p["pocket_revenue"].median()) for p in parts]
    yield "median_revenue", "money", middle[0], middle[1], ""
    yield "customer_profit", "money", gain, others_gain, ""
    yield "profit_margin", "share", _ratio(gain, own), _ratio(others_gain, other), ""
    losing = [float((p["customer_profit"] < 0).sum()) for p in parts]
    yield "losers", "accounts", losing[0], losing[1], ""


def _sums(parts: tuple[pd.DataFrame, pd.DataFrame], column: str) -> tuple[float, float]:
    """NaN where one account's figure is not known."""
    own, other = (float(p[column].sum(skipna=False)) for p in parts)
    return own, other


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else _NONE


def _tiers(accounts: pd.DataFrame, keys: pd.Index) -> str:
    if "kam_tier" not in accounts:
        return ""
    tiers = accounts.loc[accounts["account_id"].astype(str).isin(keys), "kam_tier"].dropna()
    return ", ".join(f"{tier} {n}" for tier, n in tiers.astype(str).value_counts().sort_index().items())


# -- which offers ------------------------------------------------------------------------------------


def _offers(keys: pd.Index, plan_items: Any) -> Lines:
    if plan_items is None:
        yield "not_assessed", "text", _NONE, _NONE, "plan_items"
        return
    items = _of_accounts(plan_items, keys)
    offers, drivers = items[items["kind"] == "offer"], items[items["kind"] == "value_driver"]
    names = offers["text"].dropna().astype(str).value_counts()
    yield (
        "accounts_with_offer",
        "accounts",
        float(offers["subject_id"].nunique()),
        _NONE,
        "; ".join(names.index[:2]),
    )
    if offers.empty:
        return
    yield "offer_amount", "money", float(offers["amount"].sum()), _NONE, ""
    priced = offers[offers["amount"].notna() & (offers["baseline"] > 0)]
    if len(priced):
        over = float(priced["amount"].sum() / priced["baseline"].sum() - 1)
        yield "over_alternative", "share", over, _NONE, ""
    worth = (drivers["target"] - drivers["baseline"]).abs() * drivers["amount"]
    yield "value_to_customer", "money", float(worth.sum()) if worth.notna().any() else _NONE, _NONE, ""
    told = is_true(drivers["customer_agreed"])
    if worth.sum() > 0:
        yield "value_agreed", "share", float(worth[told].sum() / worth.sum()), _NONE, ""


def _of_accounts(plan_items: Any, keys: pd.Index) -> pd.DataFrame:
    items = as_pandas(plan_items, "plan_items", ["subject_type", "subject_id", "kind"])
    mine = items[(items["subject_type"] == "account") & items["subject_id"].astype(str).isin(keys)]
    wanted = ("text", "amount", "metric", "baseline", "target", "customer_agreed")
    return mine.reindex(columns=list(dict.fromkeys([*mine.columns, *wanted])))


# -- how the team is built and paid ------------------------------------------------------------------


def _team(agreed: pd.DataFrame | None) -> Lines:
    if agreed is None or agreed.empty:
        yield "not_assessed", "text", _NONE, _NONE, "assignments"
        return
    yield "people", "people", float(agreed["person_id"].nunique()), _NONE, ""
    if "hours_year" in agreed and agreed["hours_year"].notna().any():
        hours = numeric(agreed, "hours_year", "assignments", missing=True)
        yield "hours_year", "hours", float(hours.sum()), _NONE, ""
        yield from _hours_by(agreed, hours, "background", _BACKGROUNDS)
        yield from _hours_by(agreed, hours, "incentive", ())
    if "incentive" in agreed:
        both = _pulled_apart(agreed)
        yield "pulled_apart", "accounts", float(len(both)), _NONE, "; ".join(both)


def _hours_by(agreed: pd.DataFrame, hours: pd.Series, column: str, order: tuple[str, ...]) -> Lines:
    """Hours by background or incentive, those of the order first, then the largest."""
    if column not in agreed:
        return
    names = agreed[column].astype("object").fillna("not_stated").astype(str)
    sums = hours.groupby(names).sum()
    first = [name for name in order if name in sums]
    rest = sums.drop(first).sort_values(ascending=False, kind="stable").index
    for name in [*first, *rest]:
        yield f"{column}_{name}", "hours", float(sums[name]), _NONE, ""


def _pulled_apart(agreed: pd.DataFrame) -> list[str]:
    """Accounts where one is rewarded for the account's contribution and another for a unit's revenue."""
    account = identifiers(agreed, "account_id", "assignments")
    for_account = set(account[agreed["incentive"].isin(ACCOUNT_INCENTIVES)])
    return sorted(for_account & set(account[agreed["incentive"].isin(UNIT_INCENTIVES)]))


# -- who leads ---------------------------------------------------------------------------------------


def _lead(
    accounts: pd.DataFrame, keys: pd.Index, agreed: pd.DataFrame | None, roles: Sequence[str] | None
) -> Lines:
    if agreed is None or agreed.empty:
        yield "not_assessed", "text", _NONE, _NONE, "assignments"
        return
    leads = _leads(agreed)
    if len(leads):
        called = leads["role"].astype(str).value_counts()
        yield "accounts_with_lead", "accounts", float(len(leads)), _NONE, str(called.index[0])
        yield "leads", "people", float(leads["person_id"].nunique()), _NONE, ""
        yield "most_per_lead", "accounts", float(leads["person_id"].value_counts().max()), _NONE, ""
        yield from _countries(accounts, leads)
    held = _sponsored(agreed, roles)
    without = [a for a in keys if a not in held]
    yield "accounts_with_sponsor", "accounts", float(len(keys) - len(without)), _NONE, ""
    if held and without:
        yield "accounts_without_sponsor", "accounts", float(len(without)), _NONE, "; ".join(without)


def _sponsored(agreed: pd.DataFrame, roles: Sequence[str] | None) -> set[str]:
    """Accounts that one of our executives is assigned to."""
    try:
        executives = our_executives(agreed, roles)
    except NotDefinedError:
        return set()
    return set(agreed.loc[agreed["person_id"].astype(str).isin(executives), "account_id"].astype(str))


def _leads(agreed: pd.DataFrame) -> pd.DataFrame:
    """Of each account the person who is accountable for most of its tasks."""
    if "raci" not in agreed:
        return agreed.iloc[:0]
    accountable = agreed[agreed["raci"] == "A"]
    tasks = accountable.groupby(["account_id", "person_id"]).agg(
        tasks=("role", "size"), role=("role", "first")
    )
    ranked = tasks.reset_index().sort_values(
        ["account_id", "tasks", "person_id"], ascending=[True, False, True]
    )
    first = ranked.drop_duplicates("account_id")
    if "country" in agreed:
        home = (
            agreed.dropna(subset=["country"]).drop_duplicates("person_id").set_index("person_id")["country"]
        )
        first = first.assign(country=first["person_id"].map(home))
    return first


def _countries(accounts: pd.DataFrame, leads: pd.DataFrame) -> Lines:
    if "country" not in leads or "country" not in accounts:
        return
    theirs = accounts.set_index(accounts["account_id"].astype(str))["country"]
    here = leads["account_id"].astype(str).map(theirs)
    known = here.notna() & leads["country"].notna()
    if known.any():
        same = float((here == leads["country"])[known].sum())
        yield "lead_in_country", "accounts", same, _NONE, ""


# -- how it is measured --------------------------------------------------------------------------------


def _measure(keys: pd.Index, plan_items: Any, maturity: Any) -> Lines:
    if plan_items is None:
        yield "not_assessed", "text", _NONE, _NONE, "plan_items"
    else:
        stated = with_complete_goal(plan_items) & set(keys)
        goals = _of_accounts(plan_items, keys).query("kind == 'goal'")
        metrics = goals["metric"].dropna().astype(str).value_counts()
        yield "accounts_with_goal", "accounts", float(len(stated)), _NONE, "; ".join(metrics.index[:3])
        if len(goals):
            told = is_true(goals["customer_agreed"])
            yield "goals_agreed", "share", float(told.mean()), _NONE, ""
        yield from _programme_goals(plan_items)
    if maturity is not None and (maturity["area"] == "measurement").any():
        row = maturity[maturity["area"] == "measurement"].iloc[0]
        yield "maturity_measurement", "stage", float(row["median"]), _NONE, str(row["weakest"])


def _programme_goals(plan_items: pd.DataFrame) -> Lines:
    company = plan_items[(plan_items["subject_type"] == "company") & (plan_items["kind"] == "goal")]
    texts = company["text"].dropna().astype(str) if "text" in company else pd.Series(dtype=str)
    yield "programme_goals", "number", float(len(company)), _NONE, "; ".join(texts[:2])
