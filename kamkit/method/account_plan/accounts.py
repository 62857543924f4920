"""Which accounts get a plan, and the rows of a table that speak of one of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, list_some
from kamkit.method.frames import as_pandas, identifiers

__all__ = ["account_rows", "planned_accounts"]


def planned_accounts(
    accounts: pd.DataFrame, *, decided: Sequence[str] | None = None, chosen: Sequence[str] | None = None
) -> list[str]:
    """The accounts that get a plan: those decided on, else today's key accounts, else those chosen.

    A plan is for whoever works with the account now. What the choice of step 4 proposes gets its
    plans once management has decided so.

    Parameters
    ----------
    accounts : account_id; kam_start or kam_tier where the account is in the programme; status.
    decided : account numbers that management has decided on; None where nothing was decided.
    chosen : account numbers that the choice proposes; used only where no account is in the programme.

    Returns
    -------
    Account numbers, in the order of ``accounts``; those decided on in the order of the decision.

    Raises
    ------
    ParameterError
        An account decided on is not in ``accounts``, or what was decided is no list.
    NotDefinedError
        No account is in the programme, and none is chosen.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["a", "b", "c"], "kam_tier": [None, "A", None]})
    >>> planned_accounts(accounts), planned_accounts(accounts, decided=["c", "b"])
    (['b'], ['c', 'b'])
    """
    table = as_pandas(accounts, "accounts", ["account_id"])
    known = identifiers(table, "account_id", "accounts")
    if decided is not None:
        return _known_among(decided, list(known))
    in_programme = pd.Series(False, index=table.index)
    for column in ("kam_start", "kam_tier"):
        if column in table:
            in_programme |= table[column].notna()
    if "status" in table:
        in_programme &= table["status"].ne("lost").fillna(True)
    if in_programme.any():
        return list(known[in_programme])
    if chosen is None or not len(chosen):
        raise NotDefinedError(
            "no account is a key account",
            where="accounts.kam_start, kam_tier",
            remedy="fill kam_start or kam_tier, decide plan.accounts, or run the choice of step 4",
        )
    return _known_among(chosen, list(known))


def _known_among(asked: Sequence[str], known: list[str]) -> list[str]:
    if isinstance(asked, str) or not isinstance(asked, Sequence):
        raise ParameterError(
            f"{asked!r} is no list of accounts", where="plan.accounts", allowed="a list of customer numbers"
        )
    wanted = list(dict.fromkeys(map(str, asked)))
    strange = [account for account in wanted if account not in set(known)]
    if strange:
        raise ParameterError(
            f"there is no account {list_some(strange)}",
            where="plan.accounts",
            remedy="decide again, with numbers of the table accounts",
        )
    return wanted


def account_rows(table: pd.DataFrame, account_id: str) -> pd.DataFrame:
    """The rows of a table that speak of one account; none where it does not occur.

    Parameters
    ----------
    table : with account_id as its index or as a column.
    account_id : the account.

    Raises
    ------
    ColumnError
        The table is not by account.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> account_rows(pd.DataFrame({"account_id": ["a", "b"], "gap": [1.0, 2.0]}), "b")["gap"].tolist()
    [2.0]
    """
    if table.index.name == "account_id":
        return table[table.index.astype(str) == account_id]
    if table.empty and "account_id" in table:
        return table
    rows = as_pandas(table, "table", ["account_id"])
    return rows[rows["account_id"].astype(str) == account_id].reset_index(drop=True)
