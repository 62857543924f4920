"""What was voted in the workshop: ``votes.jsonl``, only ever added to, and the answers that follow from it.

The voting page writes it, the engagement reads it as further ``responses``. A session counts from the
moment it is finished; one that is under way, or was discarded, counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kamkit.engagement import journal
from kamkit.errors import ParameterError

__all__ = [
    "BLIND", "CONSENSUS", "FILE", "ROUNDS", "Cell", "Session", "Vote", "Voter", "apply", "counting", "digest",
    "discard", "read", "rows",
]  # fmt: skip

FILE = "votes.jsonl"
"""Name of the file in an engagement folder."""

BLIND, CONSENSUS = "blind", "consensus"
ROUNDS = (BLIND, CONSENSUS)

Cell = tuple[str, str, str, str, str]
"""Round, voter, subject type, subject and item: what one vote is about."""


@dataclass
class Voter:
    """Someone who votes; ``token`` is the SHA-256 of the secret that the voter's device holds."""

    id: str
    name: str
    role: str
    token: str
    removed: bool = False
    released: bool = False


@dataclass(frozen=True)
class Vote:
    """One vote; no value means that the voter has taken it back."""

    value: float | None
    comment: str
    at: str
    seq: int


@dataclass
class Session:
    """One voting on one instrument, as its lines tell it so far."""

    id: str
    instrument: str
    ballot: Mapping[str, Any]
    at: str
    earlier: Literal["replaced", "kept"] = "replaced"
    voters: dict[str, Voter] = field(default_factory=dict)
    votes: dict[Cell, Vote] = field(default_factory=dict)
    open: str = ""
    closed: list[str] = field(default_factory=list)
    finished: bool = False
    discarded: bool = False

    @property
    def counts(self) -> bool:
        """Whether its answers are used."""
        return self.finished and not self.discarded

    def cells(self) -> int:
        """How many votes one voter has to give in a round."""
        return len(self.ballot["items"]) * len(self.ballot["subjects"])

    def given(self, voter: str, round: str) -> int:
        """How many votes a voter has given in a round."""
        mine = (v for c, v in self.votes.items() if c[0] == round and c[1] == voter)
        return sum(v.value is not None for v in mine)


def _joined(session: Session, event: Mapping[str, Any]) -> None:
    voter = Voter(event["voter"], event["name"], event["role"], event["token"])
    session.voters[voter.id] = voter


def _opened(session: Session, event: Mapping[str, Any]) -> None:
    if event["round"] in ROUNDS and event["round"] not in session.closed:
        session.open = event["round"]


def _closed(session: Session, event: Mapping[str, Any]) -> None:
    if session.open == event["round"]:
        session.open = ""
        session.closed.append(event["round"])


def _vote(session: Session, event: Mapping[str, Any]) -> None:
    """Count a vote of the open round once; one that arrives late or out of turn is passed over."""
    cell = (event["round"], event["voter"], event["subject_type"], event["subject"], event["item"])
    before = session.votes.get(cell)
    if event["round"] == session.open and (before is None or event["seq"] > before.seq):
        session.votes[cell] = Vote(event["value"], event.get("comment", ""), event["at"], event["seq"])


def _released(session: Session, event: Mapping[str, Any]) -> None:
    session.voters[event["voter"]].released = True


def _removed(session: Session, event: Mapping[str, Any]) -> None:
    session.voters[event["voter"]].removed = True


def _finished(session: Session, event: Mapping[str, Any]) -> None:
    session.finished = True


def _discarded(session: Session, event: Mapping[str, Any]) -> None:
    session.discarded = True


_EVENTS: Mapping[str, Callable[[Session, Mapping[str, Any]], None]] = {
    "joined": _joined, "opened": _opened, "closed": _closed, "vote": _vote, "released": _released,
    "removed": _removed, "finished": _finished, "discarded": _discarded,
}  # fmt: skip


def apply(sessions: dict[str, Session], event: Mapping[str, Any]) -> None:
    """Let one line of the file take effect.

    Raises
    ------
    KeyError, TypeError
        The line is none of this file's.
    """
    if event["event"] == "session":
        known = {name: event[name] for name in ("instrument", "ballot", "at", "earlier")}
        sessions[event["session"]] = Session(event["session"], **known)
    else:
        _EVENTS[event["event"]](sessions[event["session"]], event)


def read(folder: Path) -> tuple[dict[str, Session], list[int]]:
    """The sessions in the order they began, and the numbers of the lines that can't be read.

    Parameters
    ----------
    folder : the engagement folder.
    """
    sessions: dict[str, Session] = {}
    unread: list[int] = []
    for line in journal.read(Path(folder) / FILE):
        try:
            apply(sessions, line.content or {})
        except (KeyError, TypeError, ValueError):
            unread.append(line.row)
    return sessions, unread


def counting(folder: Path) -> list[Session]:
    """The sessions whose answers are used."""
    return [session for session in read(folder)[0].values() if session.counts]


def rows(session: Session, rounds: Iterable[str] = ROUNDS) -> list[dict[str, Any]]:
    """The answers of a session's closed rounds, as rows of the table ``responses``.

    Votes that were taken back, and those of voters who were removed, are no answers.
    """
    wanted = set(rounds) & set(session.closed)
    return [
        {
            "instrument": session.instrument, "item_id": item, "subject_type": kind, "subject_id": subject,
            "respondent": voter, "value": float(vote.value), "respondent_role": session.voters[voter].role,
            "round": round, "date": vote.at[:10], "comment": vote.comment or None,
        }
        for (round, voter, kind, subject, item), vote in session.votes.items()
        if round in wanted and vote.value is not None and not session.voters[voter].removed
    ]  # fmt: skip


def digest(folder: Path) -> str:
    """SHA-256 of the answers that are used; empty where there are none."""
    used = [[s.id, s.earlier, rows(s)] for s in counting(folder)]
    return hashlib.sha256(json.dumps(used, sort_keys=True).encode()).hexdigest() if used else ""


def discard(folder: Path, which: str, by: str, why: str, at: str) -> None:
    """Let a session count for nothing, by a line of its own.

    Raises
    ------
    ParameterError
        There is no such session, it is discarded already, or nobody gives a reason.
    """
    sessions = read(folder)[0]
    if which not in sessions or sessions[which].discarded:
        known = ", ".join(s.id for s in sessions.values() if not s.discarded) or "none was held"
        raise ParameterError(f"there is no voting {which!r}", where=FILE, allowed=known)
    if not (by.strip() and why.strip()):
        raise ParameterError("a voting is discarded for a reason", remedy="give --by and --why")
    event = {"event": "discarded", "session": which, "by": by, "why": why, "at": at}
    journal.append(Path(folder) / FILE, lambda lines: journal.as_line(event, f"voting {which}"))
