"""From the keys that lines carry to the keys a table is asked ``by``: parents, industries, months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError
from kamkit.method.frames import UNASSIGNED, as_pandas, identifiers, months, require_columns, unique
from kamkit.method.lines import TIME_KEYS

__all__ = ["LINE_KEYS", "Rollup", "roll_up", "top_parents"]

LINE_KEYS = ("account_id", "bu_id", *TIME_KEYS)
"""Keys that lines and bookings carry themselves."""


@dataclass(frozen=True)
class Rollup:
    """How rows by account, unit and month become rows by the keys asked for."""

    by: tuple[str, ...]
    labels: dict[str, pd.Series] = field(default_factory=dict)

    @property
    def line_keys(self) -> list[str]:
        """Keys to sum lines by: always the account, which every other customer key follows from."""
        return ["account_id", *(key for key in self.by if key in LINE_KEYS and key != "account_id")]

    def add_up(self, cells: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
        """Sums of the amounts by the keys asked for; NaN in a cell makes its sum NaN."""
        labelled = cells.assign(**{key: self._label(cells, key) for key in self.labels})
        groups = labelled.groupby(list(self.by), sort=True)
        sums = groups[list(amounts)].sum()
        if not cells[list(amounts)].isna().any(axis=None):
            return sums
        return sums.mask(groups[list(amounts)].count().lt(groups.size(), axis=0))

    def _label(self, cells: pd.DataFrame, key: str) -> pd.Series:
        label = cells["account_id"].map(self.labels[key])
        return label.fillna(cells["account_id"] if key == "parent_id" else UNASSIGNED).astype("str")


def roll_up(by: Sequence[str], accounts: Any) -> Rollup:
    """Check the keys and prepare the labels that come from the table of accounts."""
    keys = (by,) if isinstance(by, str) else tuple(by)
    if not keys or len(set(keys)) < len(keys):
        raise ParameterError(f"by = {keys} is empty or names a key twice", where="by")
    master = [key for key in keys if key not in LINE_KEYS]
    if not master:
        return Rollup(keys)
    if accounts is None:
        raise ParameterError(
            f"by = {master[0]!r} needs the table of accounts",
            where="by",
            remedy=f"give accounts=, or one of the keys that lines carry: {', '.join(LINE_KEYS)}",
        )
    table = as_pandas(accounts, "accounts", ["account_id"])
    if "parent_id" in master and "parent_id" not in table.columns:
        raise NotDefinedError("no parents are stated: accounts has no parent_id", where="accounts.parent_id")
    require_columns(table.columns, master, "accounts")
    ids = unique(identifiers(table, "account_id", "accounts"), "accounts")
    return Rollup(keys, {key: _labels(table, ids, key) for key in master})


def _labels(table: pd.DataFrame, ids: pd.Series, key: str) -> pd.Series:
    values = identifiers(table, key, "accounts", missing=True)
    if key == "parent_id":
        return top_parents(ids, values)
    return pd.Series(values.to_numpy(), index=ids.to_numpy(), dtype="str").fillna(UNASSIGNED)


def top_parents(account_id: pd.Series, parent_id: pd.Series) -> pd.Series:
    """The account at the top of each account's chain of parents.

    Raises :class:`ValuesError` that shows the loop where a chain bites its own tail.
    """
    parents = {a: p for a, p in zip(account_id, parent_id, strict=True) if isinstance(p, str) and p != a}
    tops = {account: _climb(account, parents) for account in account_id}
    return pd.Series(tops, dtype="str")


def _climb(account: str, parents: dict[str, str]) -> str:
    chain = [account]
    while (parent := parents.get(chain[-1])) is not None:
        if parent in chain:
            loop = [*chain[chain.index(parent) :], parent]
            raise ValuesError(
                "parents go round in a loop",
                where=f"accounts.parent_id: {' → '.join(loop)}",
                remedy="take the parent away from one of them",
            )
        chain.append(parent)
    return chain[-1]


def booking_keys(table: pd.DataFrame, name: str, keys: Sequence[str]) -> pd.DataFrame:
    """Key columns of a booked table; a unit it does not state is "unassigned"."""
    columns: dict[str, pd.Series] = {}
    for key in keys:
        if key in TIME_KEYS:
            require_columns(table.columns, ["month"], name)
            month = months(table, "month", name)
            columns[key] = month if key == "month" else month.dt.year.astype("int64")
        elif key in table.columns:
            columns[key] = identifiers(table, key, name, missing=True).fillna(UNASSIGNED)
        else:
            columns[key] = pd.Series(UNASSIGNED, index=table.index, dtype="str")
    return pd.DataFrame(columns, index=table.index)
