"""What is said beside the tables, masked: configuration, decisions, what the gate found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kamkit.engagement.config import Branding, Config
from kamkit.engagement.decisions import KEYS, Decision, Entry
from kamkit.engagement.gaps import NotAssessed
from kamkit.engagement.problems import Problem
from kamkit.locale import N_, _, ngettext

if TYPE_CHECKING:
    from kamkit.engagement.anonymous.mask import Mask

__all__ = ["config_told", "decided_value", "entry_told", "problems_told", "value_told"]


def config_told(config: Config, mask: Mask) -> Config:
    """The configuration without the client's name, pictures, colours and words.

    People at the customers appear by role, whatever is configured.
    """
    absolute = config.controls.absolute
    scaled = None if absolute is None else absolute * mask.factor
    words = {
        "title": None,
        "contacts": "roles",
        "confidentiality": _("Anonymised: names are pseudonyms, money is multiplied by a secret factor."),
    }
    return config.model_copy(
        update={
            "client": mask.pseudonyms.client,
            "branding": Branding(),
            "report": config.report.model_copy(update=words),
            "controls": config.controls.model_copy(update={"absolute": scaled}),
        }
    )


def value_told(key: str, value: Any, mask: Mask) -> Any:
    """A decided value: customer numbers and names as pseudonyms, money scaled."""
    kind = KEYS[key].kind if key in KEYS else "other"
    return _told(value, mask, "effect" if kind == "money" else "")


def _told(value: Any, mask: Mask, field: str) -> Any:
    """A value, or part of one; its field says what it is, where it is neither a number nor a name."""
    if isinstance(value, str):
        return _word(value, mask, field)
    if isinstance(value, Mapping):
        pairs = ((k if not isinstance(k, str) or k in _FIELDS else mask.subject(k), k) for k in value)
        return {name: _told(value[k], mask, k if k in _FIELDS else field) for name, k in pairs}
    if isinstance(value, (list, tuple)):
        return type(value)(_told(v, mask, field) for v in value)
    is_amount = field in _MONEY and isinstance(value, (int, float)) and not isinstance(value, bool)
    return value * mask.factor if is_amount else value


def _word(text: str, mask: Mask, field: str) -> str:
    if field in _PEOPLE:
        return mask.pseudonyms.number("person", text)
    return mask.pseudonyms.text(text) if field in _TEXTS else mask.subject(text)


_MONEY, _PEOPLE, _TEXTS = ("effect",), ("owner",), ("reason", "action", "measure")
_FIELDS = frozenset({*_MONEY, *_PEOPLE, *_TEXTS})
"""Fields of decided values that are money, people and free text."""


def decided_value(key: str, default: Any, decided: Mapping[str, Any]) -> Any:
    """The value in force or the default; a gap where the default is an amount of money that everybody knows.

    Such an amount, scaled, would tell the factor; unscaled, it would be held against scaled figures.
    """
    if key in decided:
        return decided[key]
    is_money = key in KEYS and KEYS[key].kind == "money"
    known = isinstance(default, int) and not isinstance(default, bool)
    if is_money and known:
        reason = N_("nobody has decided it, and the amount that stands in would tell the scale of the money")
        return NotAssessed(KEYS[key].meaning, reason=reason)
    return default


def entry_told(entry: Entry, mask: Mask) -> Entry:
    """A decision and its withdrawal, without names.

    The figures that were on the screen are left out, and so is the value of a key that is not kamkit's:
    nobody can say which of them are money.
    """
    withdrawn = None if entry.withdrawn is None else _decision_told(entry.withdrawn, mask)
    return replace(entry, decision=_decision_told(entry.decision, mask), withdrawn=withdrawn)


def _decision_told(made: Decision, mask: Mask) -> Decision:
    words, known = mask.pseudonyms, made.key in KEYS
    return replace(
        made,
        key=made.key if known else words.text(made.key),
        value=value_told(made.key, made.value, mask) if known else "…",
        by=words.number("person", made.by) if made.by else "",
        role=words.text(made.role),
        why=words.text(made.why),
        expected=words.text(made.expected),
        options=tuple(value_told(made.key, option, mask) for option in made.options) if known else (),
        figures={},
        recommended={},
        inputs={name: mask.secret.mark(sha) for name, sha in made.inputs.items()},
    )


def problems_told(problems: Iterable[Problem]) -> Sequence[Problem]:
    """What the gate found, counted by table: a finding quotes cells, headers and files of the client's."""
    count = Counter((p.severity, p.table or _("the inputs")) for p in problems)
    texts = {
        "fatal": lambda n: ngettext("{n} fault", "{n} faults", n),
        "warning": lambda n: ngettext("{n} thing to be looked into", "{n} things to be looked into", n),
        "note": lambda n: ngettext("{n} note on how it was read", "{n} notes on how it was read", n),
    }
    where = _("kamkit check tells what, to whom may know")
    return [
        Problem(severity, table, texts[severity](n).format(n=n), where, table=table)
        for (severity, table), n in count.items()
    ]
