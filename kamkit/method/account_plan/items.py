"""What the plan of one account says: who it is, goals, actions, risks, money by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence
from kamkit.method.account_plan.accounts import account_rows
from kamkit.method.frames import as_pandas, numeric
from kamkit.method.investment.plans import planned_cases

__all__ = [
    "DONE",
    "account_actions",
    "account_case",
    "account_goals",
    "account_needs",
    "account_profile",
    "account_risks",
    "items_of",
]

DONE = ("done", "dropped")
"""Statuses of an item that nobody needs to work on any more."""

_REQUIRED = ["item_id", "subject_type", "subject_id", "kind", "text"]


def account_profile(
    accounts: pd.DataFrame,
    account_id: str,
    sheet: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
) -> pd.Series:
    """Who the account is: all that the tables say of it, with its segment and treatment.

    Parameters
    ----------
    accounts : account_id, name, and whatever else is known of it.
    account_id : the account.
    sheet : by account_id, treatment and abc_class, as ``choice_sheet`` returns it.
    segments : by account_id, the column segment.

    Returns
    -------
    Series
        The columns of ``accounts``, and parent (name of the parent), segment, treatment, abc_class;
        None where that is not known.

    Raises
    ------
    NotDefinedError
        The account is not in ``accounts``.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b"], "name": ["Grupp", "Bruk"],
    ...                          "parent_id": [None, "a"]})
    >>> account_profile(accounts, "b")[["name", "parent"]].tolist()
    ['Bruk', 'Grupp']
    """
    table = as_pandas(accounts, "accounts", ["account_id", "name"])
    row = account_rows(table, account_id)
    if row.empty:
        raise NotDefinedError(
            Sentence("there is no account {account_id!r}", account_id=account_id), where="accounts.account_id"
        )
    profile = row.iloc[0].astype(object)
    above = account_rows(table, str(profile.get("parent_id")))
    profile["parent"] = None if above.empty else above["name"].iloc[0]
    for name, source in (("segment", segments), ("treatment", sheet), ("abc_class", sheet)):
        found = account_rows(source, account_id) if source is not None and name in source else None
        profile[name] = None if found is None or found.empty else found[name].iloc[0]
    return profile


def account_needs(segments: pd.DataFrame, segment_needs: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """What customers of the account's segment want most.

    Parameters
    ----------
    segments : by account_id, the column segment.
    segment_needs : segment, text, rank, as step 3 hands them on.
    account_id : the account.

    Returns
    -------
    DataFrame
        text, rank; the most wanted first.

    Raises
    ------
    NotDefinedError
        The account is in no segment: it has not answered.
    ColumnError, EmptyError
        Missing columns, no rows.

    Notes
    -----
    Source: definition. What a segment wants is a first guess of what one of its customers wants.

    Examples
    --------
    >>> segments = pd.DataFrame({"segment": ["Uptime"]}, index=pd.Index(["a"], name="account_id"))
    >>> needs = pd.DataFrame({"segment": "Uptime", "text": ["Low price", "Fast answers"], "rank": [2, 1]})
    >>> account_needs(segments, needs, "a")["text"].tolist()
    ['Fast answers', 'Low price']
    """
    row = account_rows(segments, account_id)
    if row.empty:
        raise NotDefinedError("the account has not answered what it needs", where="responses.subject_id")
    needs = as_pandas(segment_needs, "segment_needs", ["segment", "text", "rank"])
    mine = needs[needs["segment"] == row["segment"].iloc[0]]
    return mine.sort_values("rank", kind="stable")[["text", "rank"]].reset_index(drop=True)


def account_goals(plan_items: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """What the plan of one account wants to reach, and whether the customer has agreed.

    Parameters
    ----------
    plan_items : item_id, subject_type, subject_id, kind, text; metric, baseline, target, owner, due,
        customer_agreed and status where they are stated.
    account_id : the account.

    Returns
    -------
    DataFrame
        Indexed by item_id, the earliest due first: text, metric, baseline, target, owner, due,
        customer_agreed (missing where nobody says so), status. Empty where no goal is planned.

    Raises
    ------
    ColumnError, EmptyError
        Missing columns, no rows at all.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["G1"], "subject_type": ["account"], "subject_id": ["a"],
    ...                       "kind": ["goal"], "text": ["First supplier of valves"], "target": [0.4]})
    >>> account_goals(items, "a")[["text", "target"]].to_numpy().tolist()
    [['First supplier of valves', 0.4]]
    """
    columns = ["text", "metric", "baseline", "target", "owner", "due", "customer_agreed", "status"]
    goals = items_of(plan_items, account_id, "goal", columns)
    return goals.sort_values("due", kind="stable", na_position="last")


def account_actions(plan_items: pd.DataFrame, account_id: str, today: Any) -> pd.DataFrame:
    """Who does what by when: what is overdue first, then by date; what is done comes last.

    Parameters
    ----------
    plan_items : item_id, subject_type, subject_id, kind, text; owner, due, customer_agreed and status
        where they are stated.
    account_id : the account.
    today : the day that the plan speaks from.

    Returns
    -------
    DataFrame
        Indexed by item_id: text, owner, due, customer_agreed, status, done, overdue (not done, due
        before today). Empty where no action is planned.

    Raises
    ------
    ColumnError, EmptyError
        Missing columns, no rows at all.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["A1", "A2"], "subject_type": "account", "subject_id": "a",
    ...                       "kind": "action", "text": ["Audit", "Visit"], "status": ["done", None],
    ...                       "due": pd.to_datetime(["2025-03-31", "2025-06-30"])})
    >>> account_actions(items, "a", "2025-12-31")[["text", "overdue"]].to_numpy().tolist()
    [['Visit', True], ['Audit', False]]
    """
    columns = ["text", "owner", "due", "customer_agreed", "status"]
    actions = items_of(plan_items, account_id, "action", columns)
    done = actions["status"].astype("string").str.strip().str.lower().isin(DONE).to_numpy(dtype=bool)
    late = (pd.to_datetime(actions["due"]) < pd.Timestamp(today)).to_numpy(dtype=bool)
    actions = actions.assign(done=done, overdue=late & ~done)
    order = actions.assign(_open=done, _late=~actions["overdue"])
    order = order.sort_values(["_open", "_late", "due"], kind="stable", na_position="last")
    return actions.loc[order.index]


def account_risks(plan_items: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """What may go wrong with one account, and what it would cost: amount times probability.

    Parameters
    ----------
    plan_items : item_id, subject_type, subject_id, kind, text; amount, probability, owner and status
        where they are stated.
    account_id : the account.

    Returns
    -------
    DataFrame
        Indexed by item_id, the largest expected loss first: text, amount, probability, expected_loss
        (NaN where either is not stated), owner, status. Empty where no risk is noted.

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows at all, text where numbers are asked.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["R1"], "subject_type": ["account"], "subject_id": ["a"],
    ...                       "kind": ["risk"], "text": ["Tender"], "amount": [400.0], "probability": [0.25]})
    >>> account_risks(items, "a")["expected_loss"].tolist()
    [100.0]
    """
    risks = items_of(plan_items, account_id, "risk", ["text", "amount", "probability", "owner", "status"])
    amount = numeric(risks, "amount", "plan_items", missing=True)
    likely = numeric(risks, "probability", "plan_items", missing=True)
    risks = risks.assign(amount=amount, probability=likely)
    risks.insert(3, "expected_loss", amount * likely)
    return risks.sort_values(["expected_loss", "amount"], ascending=False, kind="stable", na_position="last")


def account_case(plan_items: pd.DataFrame, account_id: str, rate: float) -> pd.DataFrame:
    """What the plan of one account spends and expects, year by year.

    Parameters
    ----------
    plan_items : rows of kind investment and benefit, with month, amount and probability.
    account_id : the account.
    rate : discount rate per year, a fraction.

    Returns
    -------
    DataFrame
        year, programme_cost, incremental_contribution (times its probability), net, cumulative, without
        years before the plan begins and after it ends.

    Raises
    ------
    NotDefinedError
        The plan of the account states neither investment nor benefit with month and amount.

    Notes
    -----
    Source: as :func:`kamkit.method.investment.investment_case`.

    Examples
    --------
    >>> plan = pd.DataFrame({"item_id": ["I", "B"], "subject_type": "account", "subject_id": "a",
    ...     "kind": ["investment", "benefit"], "month": pd.to_datetime(["2026-01-01", "2027-01-01"]),
    ...     "amount": [100.0, 275.0], "probability": [None, 0.8]})
    >>> account_case(plan, "a", 0.10)[["year", "net"]].to_numpy().tolist()
    [[2026.0, -100.0], [2027.0, 220.0]]
    """
    mine = of_account(as_pandas(plan_items, "plan_items", ["subject_type", "subject_id", "kind"]), account_id)
    stated = mine["kind"].isin(["investment", "benefit"]).any()
    cases = planned_cases(mine, rate).cases if stated else {}
    if account_id not in cases:
        raise NotDefinedError("the plan states neither investment nor benefit", where="plan_items.kind")
    table = cases[account_id].table
    moves = table[["programme_cost", "incremental_contribution"]].ne(0).any(axis=1).to_numpy()
    first, last = np.flatnonzero(moves)[[0, -1]] if moves.any() else (0, len(table) - 1)
    columns = ["year", "programme_cost", "incremental_contribution", "net", "cumulative"]
    return table.loc[first:last, columns].reset_index(drop=True)


def of_account(items: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """The rows that plan something for one account: what follows from them rests on no other's plan."""
    return items[(items["subject_type"] == "account") & (items["subject_id"].astype(str) == account_id)]


def items_of(
    plan_items: pd.DataFrame, account_id: str, kind: str | None, columns: Sequence[str]
) -> pd.DataFrame:
    """One row per item of the account and kind, with the columns asked for, missing ones filled with NA."""
    mine = of_account(as_pandas(plan_items, "plan_items", _REQUIRED), account_id)
    mine = mine if kind is None else mine[mine["kind"] == kind]
    return mine.drop_duplicates("item_id").set_index("item_id").reindex(columns=list(columns))
