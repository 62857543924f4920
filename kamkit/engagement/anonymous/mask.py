"""What an engagement hands out, masked: the one place, so that nothing downstream has to think of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamkit.engagement.anonymous.marks import FEWEST, MARKS, PRICES
from kamkit.engagement.anonymous.pseudonyms import KINDS, Pseudonyms
from kamkit.engagement.anonymous.secret import Secret
from kamkit.engagement.ledger import beside
from kamkit.engagement.schemas import TABLES
from kamkit.locale import _

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["Mask", "is_money"]

_MONEY_WORDS = re.compile(
    r"[€$£¥]|\b(?:revenue|sales|turnover|contribution|profit|margin|costs?|price|money|savings?)\b"
)
_RATE_WORDS = re.compile(r"%|\b(?:share|percent|rate|ratio|number|count|hours?|days?)\b")
_DIGITS = 6


def is_money(metric: Any, currency: str) -> bool:
    """Whether a metric of a plan is an amount of money.

    >>> is_money("kEUR in stock", "EUR"), is_money("share of wallet", "EUR"), is_money("hours a year", "EUR")
    (True, False, False)
    """
    text = "" if pd.isna(metric) else str(metric)
    if re.search(rf"(?:\b|[kKmM]){currency}\b", text):
        return True
    small = text.casefold()
    return bool(_MONEY_WORDS.search(small)) and not _RATE_WORDS.search(small)


class Mask:
    """Masks the tables of one engagement.

    Parameters
    ----------
    secret : the engagement's.
    pseudonyms : who is called how.
    currency : the reporting currency.
    accounts : the customers as the gate gave them, whose classes are counted; None where there are none.
    """

    def __init__(
        self, secret: Secret, pseudonyms: Pseudonyms, currency: str, accounts: pd.DataFrame | None = None
    ) -> None:
        self.secret, self.pseudonyms, self.currency = secret, pseudonyms, currency
        self._accounts = accounts

    @cached_property
    def factor(self) -> float:
        """What money is multiplied by."""
        return self.secret.factor

    # -- account-level tables --------------------------------------------------------------------

    def table(self, name: str, frame: pd.DataFrame, *, done: tuple[str, ...] = ()) -> pd.DataFrame:
        """An account-level table, masked column by column, in the order of its masked key.

        Parameters
        ----------
        name, frame : the table as the gate gave it.
        done : columns that are masked already.
        """
        marks = {c: m for c, m in MARKS[name].items() if c in frame and c not in done and m != "plain"}
        masked = frame.assign(**{c: self._column(name, c, mark, frame) for c, mark in marks.items()})
        key = TABLES[name].key
        own = len(key) == 1 and MARKS[name][key[0]] != "plain"
        return masked.sort_values(key[0], ignore_index=True) if own else masked

    def _column(self, table: str, column: str, mark: str, frame: pd.DataFrame) -> pd.Series:
        values = frame[column]
        if column == "name" and mark in ("customer", "contact", "product"):
            kind = "account" if mark == "customer" else mark
            named = frame[f"{kind}_id"].map(lambda number: self.pseudonyms.name(kind, str(number)))
            return named.where(values.notna()).astype(values.dtype)
        if mark in KINDS and mark not in ("team",):
            return self._each(values, lambda text: self.pseudonyms.number(mark, text))
        return _BY_MARK[mark](self, values, frame)

    def _each(self, values: pd.Series, instead: Callable[[str], str]) -> pd.Series:
        """Every value once; what is missing stays missing."""
        words = {value: instead(str(value)) for value in values.dropna().unique()}
        return values.map(words).astype(values.dtype)

    def _scaled(self, values: pd.Series) -> pd.Series:
        return (values.astype("float64") * self.factor).round(_DIGITS)

    def _money(self, values: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """Amounts; of a driver of value in money what one unit is worth is a rate, and stays."""
        if "metric" not in frame or "kind" not in frame:
            return self._scaled(values)
        rate = self._in_money(frame) & (frame["kind"] == "value_driver")
        return self._scaled(values).where(~rate, values)

    def _figure(self, values: pd.Series, frame: pd.DataFrame) -> pd.Series:
        if "metric" not in frame:
            return values
        return self._scaled(values).where(self._in_money(frame), values)

    def _in_money(self, frame: pd.DataFrame) -> pd.Series:
        verdicts = {metric: is_money(metric, self.currency) for metric in frame["metric"].dropna().unique()}
        return frame["metric"].map(verdicts).fillna(False).astype(bool)

    def _price(self, values: pd.Series, frame: pd.DataFrame) -> pd.Series:
        return self._scaled(values).where(frame["instrument"].isin(PRICES), values)

    def _subject(self, values: pd.Series, frame: pd.DataFrame) -> pd.Series:
        kinds = frame["subject_type"].map({"account": "account", "competitor": "account", "person": "person",
                                           "unit": "unit"})  # fmt: skip
        return self._by_kind(values, kinds)

    def _scope(self, values: pd.Series, frame: pd.DataFrame) -> pd.Series:
        return self._by_kind(values, frame["scope"].map({"account": "account"}))

    def _by_kind(self, values: pd.Series, kinds: pd.Series) -> pd.Series:
        """Numbers by what they are numbers of; of nothing known, the text without names."""
        masked = self._wording(values, None)
        for kind in kinds.dropna().unique():
            of_kind = kinds == kind
            numbers = self._each(values[of_kind], partial(self.pseudonyms.number, kind))
            masked = masked.mask(of_kind, numbers)
        return masked.astype(values.dtype)

    def _wording(self, values: pd.Series, frame: Any) -> pd.Series:
        return self._each(values, self.pseudonyms.wording)

    def _text(self, values: pd.Series, frame: Any) -> pd.Series:
        return self._each(values, self.pseudonyms.text)

    def _team(self, values: pd.Series, frame: Any) -> pd.Series:
        return self._each(values, self.pseudonyms.team)

    def _comment(self, values: pd.Series, frame: Any) -> pd.Series:
        return pd.Series(pd.NA, index=values.index, dtype=values.dtype)

    def _group(self, values: pd.Series, frame: Any) -> pd.Series:
        """Classes that enough customers belong to; the others are one."""
        every = values if self._accounts is None else self._accounts[values.name]
        count = every.value_counts()
        few = values.isin(count[count < FEWEST].index)
        return values.mask(few, _("fewer than five")).astype(values.dtype)

    # -- people, and single values ---------------------------------------------------------------

    def places(self, contacts: pd.DataFrame) -> pd.DataFrame:
        """Contacts with masked titles and units, and names, which doubles are found by."""
        marks = {"title": "text", "unit": "place"}
        masked = {c: self._column("contacts", c, m, contacts) for c, m in marks.items() if c in contacts}
        return contacts.assign(**masked)

    def doubles(self, contacts: pd.DataFrame) -> pd.DataFrame:
        """Contacts whose probable doubles go by their pseudonyms, too."""
        if "double_of" not in contacts:
            return contacts
        firsts = self._each(contacts["double_of"], lambda text: self.pseudonyms.number("contact", text))
        return contacts.assign(double_of=firsts)

    def subject(self, text: str) -> str:
        """A value that may be a number of anything, or a text."""
        kind = next((k for k in KINDS if text in self.pseudonyms.numbers(k)), None)
        return self.pseudonyms.wording(text) if kind is None else self.pseudonyms.number(kind, text)

    # -- the ledger tables -----------------------------------------------------------------------

    def lazy(self, name: str, frame: nw.LazyFrame, connection: Any) -> nw.LazyFrame:
        """A table that stays in its engine: numbers by a join with their pseudonyms, money by an expression.

        Parameters
        ----------
        name, frame : the table, whose customers are all known or ``unassigned``.
        connection : of the engine.
        """
        import narwhals as nw

        columns = [c for c in frame.collect_schema().names() if c in MARKS[name]]
        for column in columns:
            mark = MARKS[name][column]
            if mark in KINDS:
                frame = _joined(frame, column, self.pseudonyms.numbers(mark), connection)
        money = [c for c in columns if MARKS[name][c] == "money"]
        scaled = {c: (nw.col(c).cast(nw.Float64) * self.factor).round(_DIGITS) for c in money}
        frame = frame.with_columns(**scaled) if scaled else frame
        return self._hashed(frame, [c for c in columns if MARKS[name][c] == "order"])

    def _hashed(self, frame: nw.LazyFrame, columns: list[str]) -> nw.LazyFrame:
        """Numbers too many for a join, as hashes that the engine makes."""
        import narwhals as nw

        if not columns:
            return frame
        if frame.implementation.is_spark_like():
            from pyspark.sql import functions as f

            salt = f.lit(self.secret.salt)
            each = {c: f.md5(f.concat(salt, f.col(f"`{c}`").cast("string"))) for c in columns}
            return nw.from_native(frame.to_native().withColumns(each))
        hashed = [f'md5(\'{self.secret.salt}\' || "{c}") AS "{c}"' for c in columns]
        return nw.from_native(frame.to_native().project(f"* REPLACE ({', '.join(hashed)})"))


_BY_MARK: Mapping[str, Callable[[Mask, pd.Series, pd.DataFrame], pd.Series]] = {
    "money": Mask._money,
    "figure": Mask._figure,
    "price": Mask._price,
    "subject": Mask._subject,
    "scope": Mask._scope,
    "wording": Mask._wording,
    "text": Mask._text,
    "team": Mask._team,
    "comment": Mask._comment,
    "group": Mask._group,
}


def _joined(frame: nw.LazyFrame, column: str, words: Mapping[str, str], connection: Any) -> nw.LazyFrame:
    """Every row, with another word in the column; what is missing stays missing."""
    import narwhals as nw

    instead = f"{column} instead"
    known = pd.DataFrame({column: list(words), instead: list(words.values())}, dtype="object")
    if known.empty:
        return frame
    joined = frame.join(beside(frame, known, connection), on=column, how="left")
    return joined.with_columns(**{column: nw.col(instead)}).drop(instead)
