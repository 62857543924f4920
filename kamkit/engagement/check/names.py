"""Customers and products that are probably one, and parents that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from kamkit.engagement.check.given import Given
from kamkit.engagement.check.matching import plain
from kamkit.engagement.problems import Problem
from kamkit.engagement.schemas import UNASSIGNED

__all__ = ["parents_in_a_loop", "reserved_account", "same_name_twice"]

_MOST = 10


def reserved_account(given: Given) -> Iterator[Problem]:
    """An account that bears the name of the line without customer."""
    frame = given.table("accounts", "account_id")
    if frame is not None and (rows := frame.index[frame["account_id"] == UNASSIGNED]).size:
        what = "this number is reserved for sales of no known customer"
        yield given.fatal(
            "accounts.account_id", what, "give the customer another number, here and in the sales", rows=rows
        )


def same_name_twice(given: Given) -> Iterator[Problem]:
    """One name under several numbers."""
    for name, key in (("accounts", "account_id"), ("products", "product_id")):
        frame = given.table(name, key, "name")
        if frame is None:
            continue
        named = frame.dropna(subset=["name"]).drop_duplicates(key)
        groups = _groups(named["name"].map(plain))
        for rows in groups[:_MOST]:
            numbers = ", ".join(named.loc[rows, key].astype(str))
            what = f"the same name stands under {len(rows)} numbers: {numbers}; they are kept apart"
            yield given.warning(f"{name}.name", what, _double_remedy(name, key), rows=rows)
        yield from _rest(given, f"{name}.name", groups)


def _double_remedy(name: str, key: str) -> str:
    group = "; if they are units of one group, give them a parent_id" if name == "accounts" else ""
    return f"if they are one, write the same {key} everywhere{group}"


def _groups(values: pd.Series) -> list[pd.Index]:
    """Rows that share a value with others, in the order of their first row."""
    shared = values[values.duplicated(keep=False)]
    return [rows.index for _, rows in shared.groupby(shared, sort=False)]


def _rest(given: Given, place: str, groups: list[pd.Index]) -> Iterator[Problem]:
    rest = groups[_MOST:]
    if rest:
        what = f"{len(rest)} more groups of probable doubles like those above"
        yield given.warning(
            place, what, "mend the ones above, then check again", rows=rest[0].append(rest[1:])
        )


def parents_in_a_loop(given: Given) -> Iterator[Problem]:
    """Parents that lead back to where they began; an account that is its own parent has none."""
    frame = given.table("accounts", "account_id", "parent_id")
    if frame is None:
        return
    linked = frame[frame["parent_id"].notna() & (frame["parent_id"] != frame["account_id"])]
    for loop in _loops(dict(zip(linked["account_id"], linked["parent_id"], strict=True))):
        what = f"parents in a loop: {' → '.join([*loop, loop[0]])}"
        rows = linked.index[linked["account_id"].isin(loop)]
        yield given.fatal(
            "accounts.parent_id", what, "empty the parent_id of the one that stands at the top", rows=rows
        )


def _loops(parents: Mapping[str, str]) -> Iterator[list[str]]:
    """Each loop once, from its first member in the order of the table."""
    seen: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in seen and at not in path:
            path[at] = None
            at = parents.get(at)
        if at is not None and at in path:
            members = list(path)
            yield members[members.index(at) :]
        seen.update(path)
