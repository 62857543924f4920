"""Customers and products that are probably one, and parents that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from kamkit.engagement.check.given import Given
from kamkit.engagement.check.matching import plain
from kamkit.engagement.problems import Problem
from kamkit.engagement.schemas import UNASSIGNED

__all__ = ["parents_in_a_loop", "reserved_account", "same_name_twice", "same_product_twice"]

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
    """One customer's name under several numbers: each may be one customer whose figures are split."""
    frame = given.table("accounts", "account_id", "name")
    if frame is None:
        return
    named, groups = _namesakes(frame, "account_id")
    remedy = (
        "if they are one, write the same account_id everywhere; "
        "if they are units of one group, give them a parent_id"
    )
    for rows in groups[:_MOST]:
        numbers = ", ".join(named.loc[rows, "account_id"].astype(str))
        what = f"the same name stands under {len(rows)} numbers: {numbers}; they are kept apart"
        yield given.warning("accounts.name", what, remedy, rows=rows)
    yield from _rest(given, "accounts.name", groups)


def same_product_twice(given: Given) -> Iterator[Problem]:
    """Products of one name: usual for versions of a product, hence one note for all of them."""
    frame = given.table("products", "product_id", "name")
    if frame is None:
        return
    groups = _namesakes(frame, "product_id")[1]
    if groups:
        what = f"{len(groups)} product name(s) stand under several numbers; they are kept apart"
        yield given.note("products.name", what, rows=groups[0].append(groups[1:]))


def _namesakes(frame: pd.DataFrame, key: str) -> tuple[pd.DataFrame, list[pd.Index]]:
    named = frame.dropna(subset=["name"]).drop_duplicates(key)
    return named, _groups(named["name"].map(plain))


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
