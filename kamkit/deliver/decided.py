"""The report's page on decisions: what was in force, what defaults stood in, what was taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.deliver.columns import word
from kamkit.deliver.record import RunRecord
from kamkit.engagement.decisions import KEYS, Decision, Entry
from kamkit.engagement.decisions.standing import changed_inputs
from kamkit.engagement.votes import FILE as VOTES
from kamkit.locale import _
from kamkit.locale.numbers import Numbers

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["Decided", "decided", "value_text"]

_FEW = 4


@dataclass(frozen=True)
class Decided:
    """Rows of the page: decisions in force, defaults that stood in for decisions, and what is past."""

    in_force: tuple[Mapping[str, str], ...]
    defaults: tuple[Mapping[str, str], ...]
    past: tuple[Mapping[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.in_force or self.defaults or self.past)


class _Page:
    """What the rows of the page are worded with."""

    def __init__(self, engagement: Engagement, record: RunRecord, taken: list[dict[str, Any]]) -> None:
        self.engagement, self.record, self.taken = engagement, record, taken
        self.numbers = engagement.numbers
        accounts = engagement.table("accounts")
        self.names = (
            {} if accounts is None else dict(zip(accounts["account_id"], accounts["name"], strict=True))
        )

    def text(self, key: str, value: Any) -> str:
        """A value as the page shows it."""
        return value_text(key, value, self.numbers, self.names)

    def steps(self, key: str) -> str:
        """Numbers of the steps that asked for a key."""
        return ", ".join(str(int(r["step"][:2])) for r in self.taken if r["key"] == key)

    def use(self, key: str) -> str:
        """Which steps computed with a decision; an agreement is carried out by people."""
        if used := self.steps(key):
            return _("Used in step {steps}").format(steps=used)
        if key in KEYS and KEYS[key].is_intent:
            return _("To be carried out: no figure of this report is computed with it")
        return _("Used by no step of this report")

    def row(self, made: Decision) -> dict[str, str]:
        """What both the decisions in force and those past show."""
        return {
            "id": made.id,
            "title": _title(made.key),
            "value": self.text(made.key, made.value),
            "by": _who(made),
            "at": self.numbers.date(made.at[:10]) if made.at else "",
            "why": made.why,
        }

    def in_force(self, made: Decision) -> dict[str, str]:
        """A decision in force, with where it was used and on which numbers it was made."""
        return {
            **self.row(made),
            "options": " · ".join(self.text(made.key, option) for option in made.options),
            "expected": made.expected,
            "review": self.numbers.date(made.review) if made.review else "",
            "steps": self.use(made.key),
            "numbers": self._made_on(made),
        }

    def _made_on(self, made: Decision) -> str:
        if not made.inputs:
            return _("on which figures is not recorded")
        found = changed_inputs(self.engagement.path, made, self.record.inputs)
        changed = [_("the votes") if name == VOTES else name for name in found]
        if not changed:
            return _("made on the data of this report")
        names = ", ".join(changed[:_FEW]) + (" …" if len(changed) > _FEW else "")
        return _("made on earlier data: {inputs} changed since, look at it again").format(inputs=names)

    def past(self, entry: Entry, after: Mapping[str, Decision]) -> dict[str, str]:
        """A decision that holds no longer, and what became of it."""
        undone = entry.withdrawn
        if undone is not None:
            fate = _("withdrawn by {by}: {why}").format(by=_who(undone), why=undone.why)
        else:
            follower = after.get(entry.decision.id)
            fate = _("superseded by {by}").format(by=_who(follower)) if follower else _("superseded")
        return {**self.row(entry.decision), "fate": fate}

    def default(self, key: str, value: Any) -> dict[str, str]:
        """What stood in where nothing was decided."""
        worded = _(KEYS[key].default) if key in KEYS and KEYS[key].default else ""
        shown = worded or _("none") if value is None else self.text(key, value)
        return {"title": _title(key), "value": worded or shown, "steps": self.steps(key)}


def decided(engagement: Engagement, run_folder: Path, record: RunRecord) -> Decided:
    """What the page on decisions says of a run.

    Parameters
    ----------
    engagement : the engagement.
    run_folder, record : the run, whose steps noted which value of each key they took.
    """
    page = _Page(engagement, record, list(_taken(run_folder, record)))
    entries = engagement.history()
    after = {e.decision.supersedes: e.decision for e in entries if e.decision.supersedes}
    open_keys = {r["key"]: r["value"] for r in page.taken if not r["decided"]}
    return Decided(
        tuple(page.in_force(e.decision) for e in entries if e.state == "in force"),
        tuple(page.default(key, value) for key, value in open_keys.items()),
        tuple(page.past(e, after) for e in entries if e.state != "in force"),
    )


def _taken(run_folder: Path, record: RunRecord) -> Iterable[dict[str, Any]]:
    """What each step that ran to its end noted of the decisions that it asked for."""
    for name, step in sorted(record.steps.items()):
        file = run_folder / "findings" / f"{name}.json"
        if step.status in ("done", "reused") and file.is_file():
            noted = json.loads(file.read_text(encoding="utf-8"))
            yield from ({**r, "step": name} for r in noted if r["kind"] == "decision")


def _title(key: str) -> str:
    return _(KEYS[key].meaning) if key in KEYS else key


def _who(made: Decision) -> str:
    return f"{made.by} ({made.role})" if made.role else made.by


def value_text(key: str, value: Any, numbers: Numbers, names: Mapping[str, str] | None = None) -> str:
    """A decided value as a client reads it.

    Parameters
    ----------
    key : decides how it is written.
    value : as it was decided.
    numbers : how the client reads numbers.
    names : names of the accounts, where they are known.

    Examples
    --------
    >>> numbers = Numbers("EUR")
    >>> value_text("required_return", 0.12, numbers), value_text("choice.mandatory", [], numbers)
    ('12.0%', 'none')
    >>> value_text("choice.cuts", [0.5, 0.0], Numbers("EUR", "sv"))
    '0,5; 0'
    """
    kind = KEYS[key].kind if key in KEYS else "other"
    if kind == "accounts" and isinstance(value, (list, tuple)):
        known = names or {}
        return "; ".join(f"{known[a]} ({a})" if a in known else str(a) for a in value) or _("none")
    if kind in ("fraction", "money", "number") and isinstance(value, Mapping):
        return "; ".join(f"{word(str(k))}: {value_text(key, v, numbers)}" for k, v in value.items()) or _(
            "none"
        )
    written = {"fraction": numbers.percent, "money": numbers.money, "number": numbers.number}.get(kind)
    if written is not None and isinstance(value, (int, float)) and not isinstance(value, bool):
        return written(value)
    return _plain(value, numbers)


def _plain(value: Any, numbers: Numbers) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{word(str(k))}: {_plain(v, numbers)}" for k, v in value.items()) or _("none")
    if isinstance(value, (list, tuple)):
        return "; ".join(_plain(v, numbers) for v in value) or _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return numbers.plain(value) if isinstance(value, float) else str(value)
