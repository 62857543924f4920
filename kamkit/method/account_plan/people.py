"""The people on both sides of one account: whom we know, and who works for them."""

from __future__ import annotations

import pandas as pd

from kamkit.method.account_plan.accounts import account_rows
from kamkit.method.frames import as_pandas, numeric

__all__ = ["account_people", "account_team"]


def account_people(relationship_map: pd.DataFrame, account_id: str, most: int = 12) -> pd.DataFrame:
    """The people at one customer who matter most, with their ties to us; the rest is counted.

    Parameters
    ----------
    relationship_map : account_id, contact_id, rank, contacts, and what else step 7 hands on: a row for
        each tie of the people shown.
    account_id : the account.
    most : how many people there is room for.

    Returns
    -------
    DataFrame
        The rows of the ``most`` people that rank first, ``rest`` counting all others at the account.

    Raises
    ------
    ColumnError
        A column is missing.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> people = pd.DataFrame({"account_id": "a", "contact_id": ["C1", "C2"], "rank": [1, 2], "contacts": 9})
    >>> account_people(people, "a", most=1)[["contact_id", "rest"]].to_numpy().tolist()
    [['C1', 8]]
    """
    columns = ["account_id", "contact_id", "rank", "contacts"]
    table = (
        relationship_map
        if relationship_map.empty
        else as_pandas(relationship_map, "relationship_map", columns)
    )
    rows = account_rows(table, account_id)
    first = rows.drop_duplicates("contact_id").sort_values("rank", kind="stable").head(most)
    shown = rows[rows["contact_id"].isin(first["contact_id"])]
    return shown.assign(rest=shown["contacts"] - len(first)).reset_index(drop=True)


def account_team(assignments: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """Who of us works for one account: role, hours, and the tasks that they answer for.

    Parameters
    ----------
    assignments : person_id, account_id, role; hours_year, task, raci and respondent where they are stated.
        Rows of a respondent are opinions on who answers for a task, and do not count.
    account_id : the account.

    Returns
    -------
    DataFrame
        Indexed by person_id, most hours first: role, hours, accountable (tasks that the person answers
        for). Empty where nobody is assigned.

    Raises
    ------
    ColumnError, EmptyError, ValuesError
        Missing columns, no rows at all, text where hours are asked.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": ["K", "K"], "account_id": "a", "role": "Manager",
    ...                      "task": ["Plan", "Price"], "raci": ["A", "R"], "hours_year": [10.0, 20.0]})
    >>> account_team(rows, "a").to_numpy().tolist()
    [['Manager', 30.0, 1]]
    """
    table = as_pandas(assignments, "assignments", ["person_id", "account_id", "role"])
    ours = account_rows(table, account_id)
    ours = ours[ours["respondent"].isna()] if "respondent" in ours else ours
    ours = ours.reindex(columns=["person_id", "role", "hours_year", "raci", "task"])
    ours["hours_year"] = numeric(ours, "hours_year", "assignments", missing=True)
    people = ours.groupby("person_id", sort=True)
    answers = ours[ours["raci"].eq("A")].drop_duplicates(["person_id", "task"]).groupby("person_id").size()
    team = pd.DataFrame({"role": people["role"].first(), "hours": people["hours_year"].sum(min_count=1)})
    team["accountable"] = answers.reindex(team.index).fillna(0).astype(int)
    return team.sort_values("hours", ascending=False, kind="stable", na_position="last")
