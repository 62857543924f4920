"""Who and what has a pseudonym, and which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import pandas as pd

from kamkit.engagement.anonymous.marks import MARKS
from kamkit.engagement.anonymous.originals import Original, Originals
from kamkit.engagement.anonymous.secret import Secret
from kamkit.engagement.anonymous.vocabulary import own_words
from kamkit.engagement.schemas import UNASSIGNED
from kamkit.locale import _
from kamkit.method.demand import ALL

__all__ = ["KINDS", "Pseudonyms"]

KINDS = ("account", "contact", "person", "unit", "place", "team", "competitor", "product", "deal", "item")
"""What has pseudonyms of its own; a column's mark says which."""

_KEPT = frozenset({UNASSIGNED, ALL, "us", "total"})
_NUMBERED = {"deal": "D", "item": "I", "product": "P", "contact": "C"}
_NAMED, _PLACED = ("account", "contact", "product"), ("unit", "place", "team", "competitor")
_FIGURE = re.compile(r"\d+(?:[.,'\u2009\u202f\u00a0 ]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_LEGAL = re.compile(
    r"[,\s]+(?:A/S|AB|AG|AS|ASA|BV|B\.V\.|GmbH|Inc\.?|KG|LLC|Ltd\.?|NV|N\.V\.|OY|Oy|OYJ|Oyj|OÜ|PLC|plc|S\.?A\.?"
    r"|SAS|SE|SIA|SpA|S\.p\.A\.|UAB)$"
)
_DISTINCTIVE = 4


class Pseudonyms:
    """Pseudonyms of one engagement; the same original always has the same one.

    Parameters
    ----------
    secret : the engagement's.
    tables : the tables as the gate gave them.
    units : business units that appear in the ledger tables.
    client : the client's name.
    more : by kind, further originals, such as who decided, or the engagement's folder.
    """

    def __init__(
        self,
        secret: Secret,
        tables: Mapping[str, pd.DataFrame],
        units: Iterable[str] = (),
        client: str = "",
        more: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._secret, self._tables, self._client = secret, tables, client
        self._more = {kind: list(values) for kind, values in (more or {}).items()}
        self._more.setdefault("unit", []).extend(units)
        self._words: dict[str, dict[str, str]] = {}
        self._numbers: dict[str, dict[str, str]] = {}

    # -- what stands in place of what ------------------------------------------------------------

    def number(self, kind: str, original: str) -> str:
        """What stands in place of a number or short name; reserved words stay."""
        if original in _KEPT:
            return original
        word = self._word(kind, original)
        if kind == "account":
            return word.upper()
        if kind in _NUMBERED:
            return f"{_NUMBERED[kind]}-{word.upper()}"
        titles = {
            "unit": _("Unit {name}"), "place": _("Site {name}"), "team": _("Team {name}"),
            "competitor": _("Competitor {name}"),
        }  # fmt: skip
        return titles.get(kind, "{name}").format(name=word)

    def numbers(self, kind: str) -> dict[str, str]:
        """What stands in place of every known number of a kind."""
        if kind not in self._numbers:
            self._numbers[kind] = {o: self.number(kind, o) for o in [*self._known(kind), UNASSIGNED]}
        return self._numbers[kind]

    def name(self, kind: str, number: str) -> str:
        """What somebody or something of that number is called."""
        titles = {
            "account": _("Customer {name}"), "contact": _("Contact {name}"), "product": _("Product {name}"),
        }  # fmt: skip
        return titles[kind].format(name=self._word(kind, number))

    @property
    def client(self) -> str:
        """What the client is called."""
        return _("The company")

    def in_words(self) -> dict[tuple[str, str], str]:
        """By kind and original the pseudonyms that hold a word of the language in force."""
        named = {(kind, o): self.name(kind, o) for kind in _NAMED for o in self._known(kind)}
        placed = {(kind, o): self.number(kind, o) for kind in _PLACED for o in self._known(kind)}
        return {**named, **placed, ("client", ""): self.client}

    def wording(self, text: str) -> str:
        """The text with pseudonyms for the names in it."""
        return self.originals.replaced(text)

    def text(self, text: str) -> str:
        """The text with pseudonyms for names, and without figures, which would tell the factor."""
        return _FIGURE.sub("…", self.wording(text))

    def team(self, name: str) -> str:
        """A team's name; another one where it holds a name."""
        return self.number("team", name) if self.originals.found(" ".join(name.split())) else name

    def _word(self, kind: str, original: str) -> str:
        known = self._words.get(kind)
        if known is None:
            known = self._words[kind] = self._secret.words(kind, self._known(kind), self._taken)
        return known.get(original) or self._secret.word(kind, original, syllables=4)

    # -- what is original ------------------------------------------------------------------------

    def _known(self, kind: str) -> list[str]:
        """Every value of the columns of that mark, in all tables."""
        found = [str(value) for value in self._more.get(kind, ())]
        for table, marks in MARKS.items():
            named = [c for c, mark in marks.items() if mark == kind and c != "name"]
            frame = self._tables.get(table)
            if frame is not None:
                found += [str(v) for c in named if c in frame for v in frame[c].dropna().unique()]
        return sorted(set(found) - _KEPT)

    @cached_property
    def _taken(self) -> frozenset[str]:
        """Words that no pseudonym may be, since an original is, or has, such a word."""
        texts = [*self._column("accounts", "name"), *self._column("contacts", "name"), self._client]
        texts += [value for kind in KINDS for value in self._known(kind)]
        return frozenset(w.casefold() for text in texts for w in _WORD.findall(text))

    def _column(self, table: str, column: str) -> list[str]:
        frame = self._tables.get(table)
        return [] if frame is None or column not in frame else [str(v) for v in frame[column].dropna()]

    def _pairs(self, table: str, number: str) -> Iterator[tuple[str, str]]:
        frame = self._tables.get(table)
        if frame is not None and "name" in frame:
            rows = frame[[number, "name"]].dropna().astype(str)
            yield from zip(rows[number], rows["name"], strict=True)

    @cached_property
    def originals(self) -> Originals:
        """All that must not be read in what is delivered."""
        return Originals(o for o in self._all() if not self._is_a_common_word(o.text))

    def _is_a_common_word(self, text: str) -> bool:
        return text in own_words() or text in self._kept_words

    @cached_property
    def _kept_words(self) -> frozenset[str]:
        """Words of the classes and families that stay as they are."""
        kept = [("accounts", "industry"), ("accounts", "country"), ("accounts", "kam_tier")]
        kept += [("products", "family"), ("demand", "family"), ("opportunities", "family")]
        kept += [("assignments", "country")]
        texts = {text for place in kept for text in self._column(*place)}
        markets = self._tables.get("demand")
        if markets is not None:
            texts |= set(markets.loc[markets["scope"] == "market", "scope_id"].astype(str))
        return frozenset(word for text in texts for word in _WORD.findall(text))

    def _all(self) -> Iterator[Original]:
        yield from self._of_client()
        for number, name in self._pairs("accounts", "account_id"):
            shown = self.name("account", number)
            yield Original(name, "name of a customer", shown)
            yield from (Original(p, "part of a customer's name", shown) for p in _company(name))
        for number, name in self._pairs("contacts", "contact_id"):
            shown = self.name("contact", number)
            yield Original(name, "name of a person at a customer", shown)
            yield from (Original(p, "surname of a person at a customer", shown) for p in _surname(name))
        for number, name in self._pairs("products", "product_id"):
            yield Original(name, "name of a product", self.name("product", number))
        for kind, called in _CALLED.items():
            for value in self._known(kind):
                yield Original(value, called, self.number(kind, value))

    def _of_client(self) -> Iterator[Original]:
        for text in filter(None, (self._client, *_company(self._client))):
            yield Original(text, "the client", self.client)
        for text in self._more.get("engagement", ()):
            yield Original(text, "the engagement's folder", self.client)


_CALLED = {
    "account": "number of a customer",
    "contact": "number of a person at a customer",
    "person": "one of the client's people, or a respondent",
    "unit": "business unit",
    "competitor": "name of a competitor",
    "deal": "number of a deal",
    "item": "number of an item of a plan",
    "product": "number of a product",
}
_PARTS = ("part of a customer's name", "surname of a person at a customer")


def _company(name: str) -> Iterator[str]:
    """A company's name without its legal form, and its first word where that is long enough."""
    bare = _LEGAL.sub("", name.strip())
    if bare != name:
        yield bare
    first = _WORD.match(bare)
    if first and len(first[0]) > _DISTINCTIVE and first[0] != bare:
        yield first[0]


def _surname(name: str) -> Iterator[str]:
    words = _WORD.findall(name)
    if len(words) > 1 and len(words[-1]) >= _DISTINCTIVE:
        yield words[-1]
