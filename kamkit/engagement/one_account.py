"""One account of an engagement, by its number or its name."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import pandas as pd

from kamkit.engagement.folder import absent
from kamkit.engagement.problems import GateError
from kamkit.errors import ParameterError, list_some, nearest

if TYPE_CHECKING:
    from kamkit.engagement.engagement import Engagement

__all__ = ["account_of", "find_account"]

_CLOSE = 3


def find_account(accounts: pd.DataFrame, asked: str) -> str:
    """The number of the account that is asked for.

    Parameters
    ----------
    accounts : account_id, name.
    asked : a customer number, or a name that only one account bears; case does not count in a name.

    Raises
    ------
    ParameterError
        If there is no such account, or several bear the name; the closest ones are named.

    Examples
    --------
    >>> accounts = pd.DataFrame({"account_id": ["10041", "10042"], "name": ["Örnäs Kraft AB", "Sõõru OÜ"]})
    >>> find_account(accounts, "10042"), find_account(accounts, "örnäs kraft ab")
    ('10042', '10041')
    """
    wanted = asked.strip()
    numbers, names = accounts["account_id"].astype(str), accounts["name"].astype(str)
    if (numbers == wanted).any():
        return wanted
    named = accounts.loc[names.str.casefold() == wanted.casefold(), "account_id"].astype(str).tolist()
    if len(named) == 1:
        return named[0]
    if named:
        raise ParameterError(
            f"{len(named)} accounts are called {wanted!r}",
            where="account",
            remedy=f"give a number: {list_some(named)}",
        )
    raise ParameterError(
        f"there is no account {wanted[:80]!r}", where="accounts", remedy=_suggestion(numbers, names, wanted)
    )


def account_of(engagement: Engagement, asked: str) -> str:
    """The number, as the engagement hands it out, of the account asked for; of none, the first key account.

    Raises
    ------
    GateError, ParameterError
        If there are no accounts, or none that is asked for.
    """
    from kamkit.method.account_plan import planned_accounts

    accounts, plain = engagement.table("accounts"), engagement.plain("accounts")
    if accounts is None or plain is None:
        raise GateError([absent("accounts", None)])
    if asked in set(accounts["account_id"]):
        return asked
    if asked:
        return engagement.door.account(find_account(plain, asked))
    decided = engagement.decision("plan.accounts")
    return str(planned_accounts(accounts, decided=decided, chosen=list(accounts["account_id"]))[0])


def _suggestion(numbers: pd.Series, names: pd.Series, wanted: str) -> str:
    """The accounts whose number or name is most like what was asked for."""
    labels = dict(zip(numbers, numbers + " (" + names + ")", strict=True))
    by_name = dict(zip(names.str.casefold(), numbers, strict=True))
    alike = [*nearest(wanted, list(labels)), *(by_name[n] for n in nearest(wanted.casefold(), list(by_name)))]
    alike += [number for number in numbers if number[:-1] and wanted.startswith(number[:-1])]
    ranked = sorted(dict.fromkeys(alike), key=lambda number: -_shared(number, wanted))
    close = [labels[number] for number in ranked][:_CLOSE]
    return f"{' or '.join(close)}?" if close else "give a number from the table accounts"


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))
