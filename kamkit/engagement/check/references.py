"""Keys that do not meet: what refers to a row that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given, amount, collected, lines
from kamkit.engagement.check.matching import meant
from kamkit.engagement.problems import Problem
from kamkit.engagement.schemas import LEDGER_TABLES, TABLES, UNASSIGNED, Column
from kamkit.errors import list_some

__all__ = [
    "known_in_activity_use",
    "known_in_sales",
    "known_in_tables",
    "sales_without_account",
    "subjects",
]

_FATAL = {("responses", "item_id"), ("responses", "instrument")}
"""References without which a figure would be wrong rather than incomplete."""

_OUTCOME = {
    ("accounts", "parent_id"): "these customers then stand without a parent",
    ("ledger", "account_id"): "these amounts are kept as unassigned",
    ("contacts", "account_id"): "these people then belong to no customer",
    ("relationships", "contact_id"): "these relationships then count for no customer",
    ("assignments", "account_id"): "this work then counts for no customer",
    ("opportunities", "account_id"): "these deals then count for no customer",
}


def known_in_tables(given: Given) -> Iterator[Problem]:
    """References of the account-level tables, as the schemas declare them."""
    for name, frame in given.tables.items():
        if name in LEDGER_TABLES or name not in TABLES:
            continue
        for column in (c for c in TABLES[name].columns if c.references and c.name in frame):
            yield from _meets(given, name, frame, column)


def _meets(given: Given, name: str, frame: pd.DataFrame, column: Column) -> Iterator[Problem]:
    target, key = column.references.split(".")
    known = given.table(target, key)
    if known is None:
        return
    strange = frame[frame[column.name].notna() & ~frame[column.name].isin(known[key])]
    if len(strange):
        severity = "fatal" if (name, column.name) in _FATAL else "warning"
        yield _stranger(given, severity, name, column, strange[column.name])


def _stranger(given: Given, severity, name: str, column: Column, strange: pd.Series) -> Problem:  # type: ignore[no-untyped-def]
    target, key = column.references.split(".")
    values = strange.unique()
    outcome = _OUTCOME.get((name, column.name), "")
    what = f"{list_some(values.tolist(), 3)}: not found in {target}.{key}{'; ' + outcome if outcome else ''}"
    return given.problem(severity, name, what, _remedy(given, target, key, values), column=column.name,
                         value=values[0], rows=strange.index)  # fmt: skip


def _remedy(given: Given, target: str, key: str, values: object) -> str:
    """What was probably meant, and where the missing rows belong."""
    frame = given.tables[target]
    known, named = pd.Index(frame[key].dropna().unique()), None
    if "name" in frame and frame[key].is_unique:
        known, named = pd.Index(frame[key]), frame["name"]
    guesses = [guess for value in list(values)[:3] if (guess := meant(value, known, named))]  # type: ignore[call-overload]
    return f"{' '.join(guesses)}{' Otherwise add' if guesses else 'add'} the missing ones to {target}"


def known_in_sales(given: Given) -> Iterator[Problem]:
    """Accounts and products of the sales that their tables do not hold."""
    yield from _strange_sales(given, given.sales_by_account, "account_id", "kept as unassigned")
    yield from _strange_sales(given, given.sales_by_product, "product_id", "their family is then not known")


def _strange_sales(given: Given, sums: pd.DataFrame, column: str, outcome: str) -> Iterator[Problem]:
    target, key = TABLES["sales"].column(column).references.split(".")
    known = given.table(target, key)
    if known is None or sums.empty:
        return
    strange = sums[sums[column].notna() & ~sums[column].isin(known[key])]
    strange = strange[strange[column] != UNASSIGNED] if column == "account_id" else strange
    if len(strange):
        ordered = strange.sort_values(["lines", column], ascending=[False, True])[column].tolist()
        what = f"{len(strange):,} unknown {column} such as {list_some(ordered, 3)}: {_size(given, strange)}, {outcome}"
        yield given.problem("warning", "sales", what, _remedy(given, target, key, ordered), column=column,
                            value=ordered[0], count=int(strange["lines"].sum()))  # fmt: skip


def _size(given: Given, sums: pd.DataFrame) -> str:
    total = sums["amount"].sum(skipna=False)
    money = "in several currencies" if pd.isna(total) else amount(total, given.config.currency)
    return f"{lines(sums['lines'].sum())}, {money}"


def sales_without_account(given: Given) -> Iterator[Problem]:
    """Lines on which no customer stands."""
    sums = given.sales_by_account
    empty = sums[sums["account_id"].isna() | (sums["account_id"] == UNASSIGNED)]
    if len(empty):
        what = f"{_size(given, empty)} without a customer, kept as unassigned"
        yield given.problem("warning", "sales", what, "they still tie to the ledger; fill in the customer where it is known",
                            column="account_id", count=int(empty["lines"].sum()))  # fmt: skip


def known_in_activity_use(given: Given) -> Iterator[Problem]:
    """Accounts and activities of the use that their tables do not hold."""
    if given.activity_use is None:
        return
    for column, severity in (("account_id", "warning"), ("activity_id", "fatal")):
        import narwhals as nw

        target = "accounts" if column == "account_id" else "activities"
        known = given.table(target, column)
        used = collected(given.activity_use.group_by(column).agg(lines=nw.len()))
        strange = used[used[column].notna() & ~used[column].isin([] if known is None else known[column])]
        if known is not None and len(strange):
            yield _strange_use(given, severity, target, column, strange)


def _strange_use(given: Given, severity, target: str, column: str, strange: pd.DataFrame) -> Problem:  # type: ignore[no-untyped-def]
    values = strange.sort_values(["lines", column], ascending=[False, True])[column].tolist()
    outcome = "kept as unassigned" if column == "account_id" else "nobody can tell how many minutes they took"
    what = (
        f"{list_some(values, 3)}: not found in {target}.{column}, {lines(strange['lines'].sum())}; {outcome}"
    )
    return given.problem(severity, "activity_use", what, _remedy(given, target, column, values), column=column,
                         value=values[0], count=int(strange["lines"].sum()))  # fmt: skip


def subjects(given: Given) -> Iterator[Problem]:
    """Responses and plan items about accounts that are not there."""
    for name in ("responses", "plan_items"):
        frame = given.table(name, "subject_type", "subject_id")
        if frame is None or given.accounts.empty:
            continue
        about = frame[frame["subject_type"].isin(["account", "competitor"])]
        strange = about.loc[
            about["subject_id"].notna() & ~about["subject_id"].isin(given.accounts), "subject_id"
        ]
        if len(strange):
            column = Column("subject_id", "id", "", "", references="accounts.account_id")
            yield _stranger(given, "warning", name, column, strange)
