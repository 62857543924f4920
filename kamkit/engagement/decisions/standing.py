"""Whether a decision still stands on today's numbers: the inputs, the recommendation, the figures."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kamkit.engagement.decisions.log import FILE, Decision
from kamkit.engagement.decisions.rules import NewestRun, newest_run, recommended
from kamkit.engagement.votes import FILE as VOTES
from kamkit.locale import _
from kamkit.resources import bundled

if TYPE_CHECKING:
    from kamkit.engagement.engagement import Engagement

__all__ = ["Figure", "Standing", "changed_inputs", "inputs_of", "recommendation", "standing"]

Verdict = Literal["stands", "confirmed", "questioned", "flips"]

_CELL = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(?:\[(?P<row>[^\]]+)\])?")
_SAME = 1e-9


@dataclass(frozen=True)
class Figure:
    """A figure that was on the screen; ``now`` is None where it can't be looked up."""

    name: str
    then: Any
    now: Any = None

    @property
    def moved(self) -> bool:
        """Whether it is another figure today."""
        return self.now is not None and not _same(self.then, self.now)


@dataclass(frozen=True)
class Standing:
    """A decision in force, held against today's numbers.

    Parameters
    ----------
    decision : the decision.
    verdict : *stands*: nothing it was made on has changed. *confirmed*: the inputs have changed, and the
        rule recommends what it recommended. *flips*: the rule recommends something else than it did when
        the decision was made. *questioned*: the inputs have changed, or are not known, and no rule can say.
    reason : the verdict in a sentence.
    changed : inputs of its step that are others than when it was made.
    now : what the rule recommends today; None where it can't say.
    figures : the figures of the screen that have moved or not.
    overdue : whether the day has passed on which it was to be looked at again.
    """

    decision: Decision
    verdict: Verdict
    reason: str
    changed: tuple[str, ...] = ()
    now: Any = None
    figures: tuple[Figure, ...] = ()
    overdue: bool = False


def standing(engagement: Engagement, today: dt.date | None = None) -> list[Standing]:
    """Which decisions in force would come out differently on today's numbers.

    The rule of a key is computed again on the newest run that succeeded, and held against what it
    recommended when the decision was made; not against the decision, which may have known better.

    Parameters
    ----------
    engagement : the engagement.
    today : the day against which review dates are held; by default the calendar's.

    Returns
    -------
    list of Standing
        In the order in which they were made.
    """
    run, hashes = newest_run(engagement), engagement.fingerprint()
    day = (today or dt.date.today()).isoformat()
    made = [entry.decision for entry in engagement.history() if entry.state == "in force"]
    return [_standing(engagement, d, run, hashes, day) for d in made]


def recommendation(engagement: Engagement, key: str, value: Any) -> dict[str, Any]:
    """What the rule of a key recommends on today's inputs; empty where no run was made of them."""
    run = newest_run(engagement)
    fresh = run is not None and dict(run.inputs) == engagement.fingerprint()
    return recommended(engagement, key, value, run) if fresh else {}


def _standing(
    engagement: Engagement, made: Decision, run: NewestRun | None, hashes: Mapping[str, str], day: str
) -> Standing:
    changed = changed_inputs(engagement.path, made, hashes)
    fresh = run if run is not None and dict(run.inputs) == dict(hashes) else None
    now = recommended(engagement, made.key, made.value, fresh)
    verdict, reason = _verdict(made, changed, now, fresh)
    figures = tuple(Figure(name, then, _look_up(fresh, name)) for name, then in made.figures.items())
    overdue = bool(made.review) and made.review < day
    return Standing(made, verdict, reason, changed, now.get("value"), figures, overdue)


def _verdict(
    made: Decision, changed: tuple[str, ...], now: Mapping[str, Any], fresh: NewestRun | None
) -> tuple[Verdict, str]:
    then = made.recommended
    if then and now and not _same(then["value"], now["value"]):
        return "flips", _("the figures then recommended {then}; today they recommend {now}").format(
            then=_text(then["value"]), now=_text(now["value"])
        )
    if not made.inputs:
        return "questioned", _("the log does not say on which inputs it was made")
    if not changed:
        return "stands", _("made on the inputs of today")
    names = ", ".join(changed)
    if then and now:
        text = _("{inputs} changed since; the figures still recommend {now}")
        return "confirmed", text.format(inputs=names, now=_text(now["value"]))
    if fresh is None:
        return "questioned", _("{inputs} changed since, and no run was made of them").format(inputs=names)
    if now:
        text = _(
            "{inputs} changed since; today the figures recommend {now}, what they did then is not recorded"
        )
        return "questioned", text.format(inputs=names, now=_text(now["value"]))
    return "questioned", _("{inputs} changed since, and no rule says what follows").format(inputs=names)


def changed_inputs(folder: Path, made: Decision, hashes: Mapping[str, str]) -> tuple[str, ...]:
    """The inputs of a decision's step that are others than when it was made; none if that is not known.

    Parameters
    ----------
    folder : the engagement folder.
    made : the decision.
    hashes : SHA-256 of today's inputs, by name.
    """
    if not made.inputs:
        return ()
    relevant = inputs_of(folder, made.step)
    names = sorted(n for n in {*made.inputs, *hashes} - {FILE} if made.inputs.get(n) != hashes.get(n))
    return tuple(n for n in names if relevant is None or n in relevant)


def inputs_of(folder: Path, step: str) -> frozenset[str] | None:
    """The inputs that a step rests on, directly or through steps before it; None where it is not known."""
    declared = _declared(folder)
    if step not in declared:
        return None
    makers = {table: name for name, (_reads, writes) in declared.items() for table in writes}
    found, waiting = {"engagement.toml", "rates"}, {step}
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        done.add(name)
        reads = declared[name][0]
        found |= {table for table in reads if table not in makers}
        waiting |= {makers[table] for table in reads if table in makers} - done
    return frozenset(found | {VOTES} if "responses" in found else found)


def _declared(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """What each notebook reads and writes; the engagement's own notebooks go first."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for place in (bundled("notebooks"), folder / "notebooks"):
        for file in sorted(place.glob("*.ipynb")):
            try:
                declared = json.loads(file.read_text(encoding="utf-8"))["metadata"].get("kamkit", {})
            except (OSError, ValueError, KeyError):
                continue
            found[file.stem] = (list(declared.get("reads", ())), list(declared.get("writes", ())))
    return found


def _look_up(run: NewestRun | None, name: str) -> Any:
    """The cell that a figure's name points to, in the tables of the run."""
    place = _CELL.fullmatch(name)
    table = run.result(place["table"]) if run and place else None
    if table is None or place is None or place["column"] not in table:
        return None
    column = table[place["column"]]
    rows = column if place["row"] is None else column[column.index.astype(str) == place["row"]]
    if len(rows) != 1:
        return None
    cell = rows.iloc[0]
    return cell.item() if hasattr(cell, "item") else cell


def _same(then: Any, now: Any) -> bool:
    """Equal, or numbers that differ by less than what adding up in another order does."""
    if isinstance(then, (list, tuple)) and isinstance(now, (list, tuple)):
        return len(then) == len(now) and all(map(_same, then, now))
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (then, now))
    return math.isclose(then, now, rel_tol=_SAME, abs_tol=_SAME) if numbers else bool(then == now)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or _("none of them")
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
