"""The same tables as a reader wants them: accounts by name, cases counted, the account to look at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kamkit.errors import NotDefinedError, Sentence
from kamkit.method.frames import as_pandas, require_columns

__all__ = ["AccountMap", "issue_counts", "map_to_see", "with_accounts"]


@dataclass(frozen=True)
class AccountMap:
    """One account's relationship map: account_id, name, and the rows of ``relationship_map``."""

    account_id: str
    name: str
    table: pd.DataFrame


def map_to_see(
    relationship_map: pd.DataFrame,
    relationship_coverage: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    place: int = 1,
) -> AccountMap:
    """The map of the account to look at first, second and so on.

    First comes where most of those who decide are known to none of us, then where most are known to one
    only, then where most people are.

    Parameters
    ----------
    relationship_map : as :func:`relationship_map` returns it for all accounts.
    relationship_coverage : by account_id, as :func:`relationship_coverage` returns it.
    names : by account_id, what the accounts are called.
    place : 1 is the first.

    Raises
    ------
    NotDefinedError
        There are fewer accounts than ``place``.
    ColumnError, EmptyError
        A table lacks a column or rows.

    Notes
    -----
    Source: kamkit's own rule.

    Examples
    --------
    >>> reach = pd.DataFrame({"account_id": ["1", "2"], "deciders_unreached": [0, 2],
    ...                       "deciders_one_thread": [3, 0], "contacts": [9, 5]}).set_index("account_id")
    >>> map_to_see(pd.DataFrame({"account_id": ["1", "2"]}), reach).account_id
    '2'
    """
    rows = as_pandas(relationship_map, "relationship_map", ("account_id",))
    worst = ["deciders_unreached", "deciders_one_thread", "contacts"]
    reach = as_pandas(relationship_coverage, "relationship_coverage", worst).reset_index()
    order = reach.sort_values([*worst, "account_id"], ascending=[False, False, False, True])["account_id"]
    if not 1 <= place <= len(order):
        raise NotDefinedError(
            Sentence("there are {n} accounts with contacts, not {place}", n=len(order), place=place),
            where="relationship_map",
        )
    key = str(order.iloc[place - 1])
    called = names.get(key) if names is not None else None
    mine = rows[rows["account_id"] == key].reset_index(drop=True)
    return AccountMap(key, str(called) if isinstance(called, str) else key, mine)


def issue_counts(contact_issues: pd.DataFrame) -> pd.DataFrame:
    """How many cases there are of each kind, at how many accounts.

    Parameters
    ----------
    contact_issues : account_id, issue, as :func:`contact_issues` returns it.

    Returns
    -------
    DataFrame
        issue, issues (cases), accounts; in the order of ``contact_issues``, empty where it is.

    Raises
    ------
    ColumnError
        A column is missing.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> issue_counts(pd.DataFrame({"account_id": ["1", "1"], "issue": "unowned"})).values.tolist()
    [['unowned', 2, 1]]
    """
    require_columns(contact_issues.columns, ("account_id", "issue"), "contact_issues")
    by_issue = contact_issues.groupby("issue", sort=False)["account_id"]
    return by_issue.agg(issues="size", accounts="nunique").reset_index()


def with_accounts(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """A table with the name of each account beside its number.

    Parameters
    ----------
    table : account_id as a column or as the index.
    names : by account_id, what the accounts are called; those without a name keep their number.

    Returns
    -------
    DataFrame
        The table with ``account`` as its first column.

    Raises
    ------
    ColumnError
        There is no account_id.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> with_accounts(pd.DataFrame({"account_id": ["1"], "task": ["plan"]}), {"1": "Põhja"}).values.tolist()
    [['Põhja', '1', 'plan']]
    """
    flat = table.reset_index() if table.index.name == "account_id" else table
    if flat.empty:
        return flat.assign(account=pd.Series(dtype="str"))
    as_pandas(flat, "table", ("account_id",))
    called = flat["account_id"].map(lambda key: names.get(key))
    named = flat.assign(account=called.where(called.notna(), flat["account_id"]))
    return named[["account", *flat.columns]]
