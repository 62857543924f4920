"""Who is accountable for what, and whether those asked name the same person."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import as_pandas, identifiers
from kamkit.method.relationships.people import text

__all__ = [
    "accountable_load",
    "agreement_by_account",
    "our_roles",
    "raci_defects",
    "role_agreement",
    "unfilled_roles",
]

_NOBODY = re.compile(r"(?:n\.? ?n\.?|tbd|tba|tbc|vacant|vakant|open|unfilled|none|nobody|\?+|[-–—]+)", re.I)
_USUAL = 0.5
"""A task or role of at least this share of the accounts is expected at every one."""


def _checked(assignments: Any) -> pd.DataFrame:
    frame = as_pandas(assignments, "assignments", ("person_id", "account_id", "role")).reset_index(drop=True)
    return pd.DataFrame(
        {
            "person_id": identifiers(frame, "person_id", "assignments"),
            "account_id": identifiers(frame, "account_id", "assignments"),
            "role": text(frame, "role"),
            "task": text(frame, "task"),
            "raci": text(frame, "raci").str.upper(),
            "respondent": text(frame, "respondent"),
        }
    )


def _agreed(rows: pd.DataFrame) -> pd.DataFrame:
    """The agreed roles: rows with a task and a letter that no single respondent gave."""
    agreed = rows[(rows["respondent"] == "") & (rows["task"] != "") & (rows["raci"] != "")]
    if agreed.empty:
        raise NotDefinedError("no roles have been agreed task by task", where="assignments.raci")
    return agreed


def _filled(people: pd.Series) -> pd.Series:
    return ~people.str.strip().map(lambda name: bool(_NOBODY.fullmatch(name)))


def raci_defects(assignments: pd.DataFrame) -> pd.DataFrame:
    """Tasks of an account that do not have exactly one accountable and at least one responsible person.

    Parameters
    ----------
    assignments : person_id, account_id, role, task, raci (R, A, C, I), respondent. The agreed roles are
        the rows without respondent; a person such as "N.N.", "TBD" or "vacant" is nobody.

    Returns
    -------
    DataFrame
        account_id, task, defect (no_a, several_a, no_r, unfilled: a role is named but nobody holds it,
        not_assigned: agreed at half of the accounts or more, but not here), holders (those who hold the
        letter, or whose place is empty); in the order of accounts and tasks. Empty where all is well.

    Raises
    ------
    NotDefinedError
        No row gives a task and a letter without a respondent.
    ColumnError, EmptyError, ValuesError
        A column or rows are missing.

    Notes
    -----
    Source: responsibility charting (Jacka & Keller, 2009): one A per task, at least one R.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": ["K", "L", "L"], "account_id": "1", "role": "Manager",
    ...                      "task": ["plan", "plan", "price"], "raci": ["A", "A", "R"]})
    >>> raci_defects(rows)[["task", "defect", "holders"]].values.tolist()
    [['plan', 'several_a', 'K, L'], ['plan', 'no_r', ''], ['price', 'no_a', '']]
    """
    agreed = _agreed(_checked(assignments))
    filled = agreed[_filled(agreed["person_id"])]
    cells = _expected_cells(agreed)
    people = {letter: _people(filled, letter).reindex(cells.index) for letter in ("A", "R")}
    counts = {letter: names.map(len, na_action="ignore").fillna(0) for letter, names in people.items()}
    here = cells["assigned"]
    vacant = agreed[~_filled(agreed["person_id"])].groupby(["account_id", "task"])["role"].unique()
    found = [
        _defect(cells[here & (counts["A"] == 0)], "no_a"),
        _defect(cells[here & (counts["A"] > 1)], "several_a", people["A"]),
        _defect(cells[here & (counts["R"] == 0)], "no_r"),
        _defect(cells[cells.index.isin(vacant.index)], "unfilled", vacant),
        _defect(cells[~here], "not_assigned"),
    ]
    table = pd.concat(found, ignore_index=True)
    kinds = pd.Categorical(
        table["defect"], ["no_a", "several_a", "no_r", "unfilled", "not_assigned"], ordered=True
    )
    ordered = table.assign(kind=kinds).sort_values(["account_id", "task", "kind"], ignore_index=True)
    return ordered[["account_id", "task", "defect", "holders"]]


def _expected_cells(agreed: pd.DataFrame) -> pd.DataFrame:
    """Account × task: those that are agreed, and those that are usual and not agreed."""
    here = pd.MultiIndex.from_frame(agreed[["account_id", "task"]].drop_duplicates())
    accounts = agreed["account_id"].nunique()
    spread = agreed.groupby("task")["account_id"].nunique()
    usual = spread.index[spread >= max(2, _USUAL * accounts)]
    all_cells = here.union(
        pd.MultiIndex.from_product([agreed["account_id"].unique(), usual], names=here.names)
    )
    return pd.DataFrame({"assigned": all_cells.isin(here)}, index=all_cells)


def _people(filled: pd.DataFrame, letter: str) -> pd.Series:
    """By account and task, the people who hold the letter."""
    held = filled[filled["raci"] == letter]
    return held.groupby(["account_id", "task"])["person_id"].unique()


def _defect(cells: pd.DataFrame, defect: str, people: pd.Series | None = None) -> pd.DataFrame:
    table = cells.index.to_frame(index=False)
    names = "" if people is None else [", ".join(sorted(people[key])) for key in cells.index]
    return table.assign(defect=defect, holders=names)


def accountable_load(assignments: pd.DataFrame) -> pd.DataFrame:
    """How many tasks each of our people is accountable and responsible for.

    Parameters
    ----------
    assignments : person_id, account_id, role, task, raci, respondent; agreed rows only are counted.

    Returns
    -------
    DataFrame
        By person_id, the greatest load first: accountable, responsible (tasks), accounts (with an A).

    Raises
    ------
    NotDefinedError, ColumnError, EmptyError, ValuesError
        As :func:`raci_defects`.

    Notes
    -----
    Source: as :func:`raci_defects`.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": ["K", "K"], "account_id": ["1", "2"], "role": "Manager",
    ...                      "task": "plan", "raci": "A"})
    >>> accountable_load(rows).loc["K"].tolist()
    [2, 0, 2]
    """
    agreed = _agreed(_checked(assignments))
    agreed = agreed[_filled(agreed["person_id"])].drop_duplicates(["person_id", "account_id", "task", "raci"])
    is_a, is_r = agreed["raci"] == "A", agreed["raci"] == "R"
    by = agreed["person_id"]
    table = pd.DataFrame(
        {
            "accountable": is_a.groupby(by).sum(),
            "responsible": is_r.groupby(by).sum(),
            "accounts": agreed["account_id"].where(is_a).groupby(by).nunique(),
        }
    ).reset_index()
    order = ["accountable", "responsible", "person_id"]
    return table.sort_values(order, ascending=[False, False, True]).set_index("person_id")


def our_roles(assignments: pd.DataFrame) -> pd.Series:
    """What each of our people is, on most accounts.

    Parameters
    ----------
    assignments : person_id, account_id, role; rows with a respondent are left out.

    Returns
    -------
    Series
        ``role`` by person_id: the one held on most rows, the first by name of several.

    Raises
    ------
    NotDefinedError
        All rows are what single respondents said.
    ColumnError, EmptyError, ValuesError
        A column or rows are missing.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": ["K"], "account_id": ["1"], "role": ["Key account manager"]})
    >>> our_roles(rows).to_dict()
    {'K': 'Key account manager'}
    """
    rows = _agreed_rows(assignments)
    counts = rows.groupby(["person_id", "role"]).size().rename("n").reset_index()
    best = counts.sort_values(["person_id", "n", "role"], ascending=[True, False, True])
    return best.drop_duplicates("person_id").set_index("person_id")["role"]


def _agreed_rows(assignments: Any) -> pd.DataFrame:
    rows = _checked(assignments)
    agreed = rows[rows["respondent"] == ""]
    if agreed.empty:
        raise NotDefinedError("no roles have been agreed", where="assignments")
    return agreed


def unfilled_roles(assignments: pd.DataFrame) -> pd.DataFrame:
    """Roles that most accounts have and some lack.

    Parameters
    ----------
    assignments : person_id, account_id, role; rows with a respondent are left out.

    Returns
    -------
    DataFrame
        account_id, role, share (of the accounts, that have the role filled): roles filled at half of the
        accounts or more and not here, the most usual first. Empty where none is missing.

    Raises
    ------
    NotDefinedError
        All rows are what single respondents said.
    ColumnError, EmptyError, ValuesError
        A column or rows are missing.

    Notes
    -----
    Source: kamkit's own rule.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": list("KLKL"), "account_id": list("1122"),
    ...                      "role": ["Manager", "Sponsor", "Manager", "Manager"]})
    >>> unfilled_roles(rows).values.tolist()
    [['2', 'Sponsor', 0.5]]
    """
    rows = _agreed_rows(assignments)
    filled = rows[_filled(rows["person_id"])]
    held = pd.crosstab(rows["account_id"], rows["role"]) * 0
    held = held.add(pd.crosstab(filled["account_id"], filled["role"]), fill_value=0) > 0
    share = held.mean()
    usual = share.index[share >= _USUAL]
    lacking = (~held[usual]).reset_index().melt("account_id", var_name="role", value_name="lacks")
    missing = lacking[lacking["lacks"]].drop(columns="lacks")
    missing["share"] = missing["role"].map(share)
    order = ["share", "role", "account_id"]
    return missing.sort_values(order, ascending=[False, True, True], ignore_index=True)


def role_agreement(assignments: pd.DataFrame) -> pd.DataFrame:
    """Whether those who were asked name the same accountable person.

    ``agreement = respondents who name the person most often named / all respondents``

    Parameters
    ----------
    assignments : person_id, account_id, role, task, raci, respondent. Rows of letter A with a respondent
        are whom that respondent names; rows without respondent are the agreed roles.

    Returns
    -------
    DataFrame
        account_id, task, respondents, named (the person most often named; the first by name of several),
        agreement (fraction; NaN with a single respondent), as_agreed (share of respondents who name the
        one person of the agreed roles; NaN where not exactly one is agreed). The least agreement first.

    Raises
    ------
    NotDefinedError
        Nobody was asked.
    ColumnError, EmptyError, ValuesError
        A column or rows are missing.

    Notes
    -----
    Source: percent agreement on the modal answer; a programme's sixth problem is muddled roles.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_id": list("KKL"), "account_id": "1", "role": "Manager", "task": "plan",
    ...                      "raci": "A", "respondent": ["R1", "R2", "R3"]})
    >>> role_agreement(rows)[["named", "respondents"]].values.tolist()
    [['K', 3]]
    """
    rows = _checked(assignments)
    said = rows[(rows["respondent"] != "") & (rows["task"] != "") & (rows["raci"] == "A")]
    if said.empty:
        raise NotDefinedError("nobody was asked who is accountable", where="assignments.respondent")
    said = said.drop_duplicates(["account_id", "task", "person_id", "respondent"])
    cell = ["account_id", "task"]
    asked = said.groupby(cell)["respondent"].nunique().rename("respondents")
    votes = said.groupby([*cell, "person_id"]).size().rename("votes").reset_index()
    best = votes.sort_values([*cell, "votes", "person_id"], ascending=[True, True, False, True])
    table = best.drop_duplicates(cell).set_index(cell).join(asked)
    table["agreement"] = (table["votes"] / table["respondents"]).where(table["respondents"] > 1)
    table["as_agreed"] = _as_agreed(rows, votes, asked).reindex(table.index)
    result = table.rename(columns={"person_id": "named"}).reset_index()
    result = result.sort_values(["agreement", *cell], na_position="last", ignore_index=True)
    return result[[*cell, "respondents", "named", "agreement", "as_agreed"]]


def _as_agreed(rows: pd.DataFrame, votes: pd.DataFrame, asked: pd.Series) -> pd.Series:
    """By account and task, the share that names the one person who is agreed to be accountable."""
    agreed = rows[(rows["respondent"] == "") & (rows["raci"] == "A") & (rows["task"] != "")]
    agreed = agreed.drop_duplicates(["account_id", "task", "person_id"])
    single = agreed[~agreed.duplicated(["account_id", "task"], keep=False)]
    keys = ["account_id", "task", "person_id"]
    hits = single[keys].merge(votes, on=keys, how="left").set_index(["account_id", "task"])["votes"]
    return hits.fillna(0.0) / asked.reindex(hits.index)


def agreement_by_account(role_agreement: pd.DataFrame) -> pd.DataFrame:
    """Role agreement of each account over its tasks.

    Parameters
    ----------
    role_agreement : account_id, task, respondents, agreement, as_agreed, as :func:`role_agreement`
        returns it.

    Returns
    -------
    DataFrame
        By account_id, the least agreement first: tasks, respondents (most on one task), agreement (mean
        over the tasks, NaN where no task has two respondents), lowest (of one task), as_agreed (mean).

    Raises
    ------
    ColumnError, EmptyError
        The table lacks a column or rows.

    Notes
    -----
    Source: as :func:`role_agreement`.

    Examples
    --------
    >>> table = pd.DataFrame({"account_id": ["1", "1"], "task": ["plan", "price"], "respondents": [5, 5],
    ...                       "agreement": [1.0, 0.4], "as_agreed": [1.0, 0.4]})
    >>> agreement_by_account(table)["agreement"].to_dict()
    {'1': 0.7}
    """
    needed = ("account_id", "task", "respondents", "agreement", "as_agreed")
    frame = as_pandas(role_agreement, "role_agreement", needed)
    table = frame.groupby("account_id").agg(
        tasks=("task", "size"),
        respondents=("respondents", "max"),
        agreement=("agreement", "mean"),
        lowest=("agreement", "min"),
        as_agreed=("as_agreed", "mean"),
    )
    ranked = table.astype({"agreement": np.float64}).reset_index()
    return ranked.sort_values(["agreement", "account_id"], na_position="last").set_index("account_id")
