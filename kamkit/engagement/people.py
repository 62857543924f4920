"""People at the customers, as a report may speak of them: one place, so that no exhibit has to think."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kamkit.engagement.problems import Problem
from kamkit.locale import _
from kamkit.method.frames import identifiers

if TYPE_CHECKING:
    from kamkit.engagement.config import Config

__all__ = ["TABLES_OF_PEOPLE", "People", "names_in", "told"]

TABLES_OF_PEOPLE = ("contacts", "relationships")
"""Tables that tell who the people at the customers are."""

_SHORTEST = 5


class People:
    """The tables of people as the configuration lets them be seen.

    Parameters
    ----------
    config : whose ``[report] contacts`` is *roles* or *names*.
    contacts : the contacts as they came through the gate, or None where there are none.
    """

    def __init__(self, config: Config, contacts: pd.DataFrame | None) -> None:
        from kamkit.method import relationships

        self._contacts = contacts
        self._ids = pd.Series(dtype="object")
        self._by_role = config.report.contacts == "roles"
        if contacts is not None and self._by_role:
            shown = relationships.without_names(contacts, _words())
            known = identifiers(contacts, "contact_id", "contacts")
            self._ids = pd.Series(shown["contact_id"].to_numpy(), index=known)
            self._contacts = shown

    def shown(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """The table ``name``, with roles for names and without attitudes where that is configured."""
        if not self._by_role:
            return frame
        if name == "contacts" and self._contacts is not None:
            return self._contacts.copy()
        return frame.assign(contact_id=self._public(frame["contact_id"]))

    def _public(self, ids: pd.Series) -> pd.Series:
        """Contact numbers that tell no name; those of nobody known are numbered."""
        known = ids.map(self._ids)
        strange = pd.Series(pd.factorize(ids.where(known.isna()))[0] + 1, index=ids.index).astype(str)
        return known.where(known.notna(), _("unknown contact") + " " + strange).astype("str")


def _words() -> dict[str, str]:
    """What people without a title are called."""
    return {
        "executive": _("Executive"),
        "management": _("Manager"),
        "operational": _("Employee"),
        "contact": _("Contact"),
    }


def names_in(text: str, contacts: pd.DataFrame | None) -> list[str]:
    """Names of contacts that a text holds; names of fewer than five letters are not looked for.

    >>> names_in("Ask Maarja Põld.", pd.DataFrame({"name": ["Maarja Põld", "Jaan Kask", None]}))
    ['Maarja Põld']
    """
    if contacts is None or "name" not in contacts:
        return []
    names = contacts["name"].dropna().astype(str).str.strip().unique()
    return sorted(name for name in names if len(name) >= _SHORTEST and name in text)


def told(problems: Iterable[Problem], config: Config, contacts: pd.DataFrame | None) -> Sequence[Problem]:
    """What the gate found, without the cells that tell of a person where roles are configured."""
    if config.report.contacts == "names":
        return list(problems)
    return [_without_person(p, contacts) for p in problems]


def _without_person(problem: Problem, contacts: pd.DataFrame | None) -> Problem:
    """The problem without its cell; without its words too where they hold a name or an address."""
    if problem.table not in TABLES_OF_PEOPLE:
        return problem
    words = f"{problem.what} {problem.remedy}"
    if "@" in words or names_in(words, contacts):
        what = _("a cell needs mending; which one, kamkit check tells")
        return replace(problem, what=what, remedy="", value="")
    return replace(problem, value="")
