"""The table ``responses`` with what was voted in the workshop: nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from kamkit.engagement import votes
from kamkit.engagement.gate import Gated
from kamkit.engagement.problems import Problem, fatal
from kamkit.engagement.reading import store
from kamkit.engagement.reading.field import dtype_of
from kamkit.engagement.reading.verdict import ROW
from kamkit.engagement.schemas import TABLES

__all__ = ["with_votes"]

_ABOUT = ["instrument", "subject_type", "subject_id", "item_id"]
_ONE = [*_ABOUT, "respondent", "round"]


def with_votes(gated: Gated | None, folder: Path) -> Gated | None:
    """The answers of the client's file and of the votings that are finished.

    A voting replaces what was answered earlier about the same subjects and items, in the file or in
    another voting, unless it was held to add to it. What is replaced is counted in a note. A row of the
    file that is a vote already, as it is where votes were exported, is counted once.

    Parameters
    ----------
    gated : the client's table as it came through the gate; None where there is none.
    folder : the engagement folder.
    """
    sessions, unread = votes.read(folder)
    counting = [s for s in sessions.values() if s.counts and votes.rows(s)]
    problems = [_unread(row) for row in unread]
    if gated is not None and fatal(gated.problems):
        return replace(gated, problems=(*gated.problems, *problems))
    if not counting:
        return gated and replace(gated, problems=(*gated.problems, *problems))
    frame = _empty() if gated is None or gated.frame is None else gated.frame
    rows_read = 0 if gated is None else gated.rows_read
    left_out = 0 if gated is None else gated.rows_left_out
    for session in counting:
        voted = _typed(votes.rows(session))
        frame, found = _without_earlier(frame, voted, session)
        problems += found
        start = 2 if frame.empty else int(frame.index.max()) + 1
        voted = voted.set_axis(pd.RangeIndex(start, start + len(voted), name=ROW))
        frame = voted if frame.empty else pd.concat([frame, voted])
        rows_read += len(voted)
    left_out += rows_read - left_out - len(frame)
    problems += _blind_alone(frame, counting)
    given = () if gated is None else gated.problems
    return Gated("responses", frame, (*given, *problems), rows_read, left_out)


def _without_earlier(
    frame: pd.DataFrame, voted: pd.DataFrame, session: votes.Session
) -> tuple[pd.DataFrame, list[Problem]]:
    """What was answered before, without what the voting replaces or holds already."""
    about = pd.MultiIndex.from_frame(frame[_ABOUT])
    replaced = about.isin(pd.MultiIndex.from_frame(voted[_ABOUT])) & (session.earlier == "replaced")
    again, differing = _exported(frame, voted)
    problems = [_counted(voted, session)]
    if differing:
        problems.append(_contradiction(session, differing))
    elif (again & ~replaced).any():
        problems.append(_once(session, int((again & ~replaced).sum())))
    if replaced.any():
        problems.append(_replaced(session, frame[replaced]))
    return frame[~(replaced | again)], problems


def _exported(frame: pd.DataFrame, voted: pd.DataFrame) -> tuple[pd.Series, int]:
    """Which rows are votes of this session already, and how many of them have another value."""
    if "round" not in frame or frame.empty:
        return pd.Series(False, frame.index), 0
    mine = voted.set_index(_ONE)["value"]
    there = pd.Series(mine.reindex(pd.MultiIndex.from_frame(frame[_ONE])).to_numpy(), frame.index)
    return there.notna(), int((there.notna() & (there != frame["value"])).sum())


def _typed(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows with the types that the gate gives; columns that nobody filled are left away."""
    columns = {c.name: dtype_of(c) for c in TABLES["responses"].columns}
    frame = pd.DataFrame(rows)[[c for c in columns if c in rows[0]]].dropna(axis=1, how="all")
    frame["date"] = pd.to_datetime(frame["date"])
    return frame.astype({name: dtype for name, dtype in columns.items() if name in frame})


def _empty() -> pd.DataFrame:
    return store.empty(TABLES["responses"], [*_ONE, "value"])


def _day(session: votes.Session) -> str:
    return f"voting {session.id} of {session.at[:10]}"


def _counted(voted: pd.DataFrame, session: votes.Session) -> Problem:
    people = voted["respondent"].nunique()
    what = f"{len(voted)} answers of {people} people to {session.instrument!r} come from {_day(session)}"
    return Problem("note", votes.FILE, what, table="responses")


def _replaced(session: votes.Session, rows: pd.DataFrame) -> Problem:
    subjects = rows["subject_id"].nunique()
    earlier = f"{len(rows)} earlier answers to {session.instrument!r} about {subjects} subject(s)"
    what = f"{earlier} are replaced by {_day(session)}"
    remedy = f"if that is not meant: kamkit vote ENGAGEMENT --discard {session.id} --by … --why …"
    return Problem("note", votes.FILE, what, remedy, table="responses")


def _once(session: votes.Session, number: int) -> Problem:
    what = f"{number} row(s) of responses are votes of {_day(session)} already; they are counted once"
    return Problem("note", votes.FILE, what, table="responses")


def _contradiction(session: votes.Session, number: int) -> Problem:
    what = f"{number} row(s) of responses are votes of {_day(session)} with another value"
    remedy = f"take them out of responses, or kamkit vote ENGAGEMENT --discard {session.id} --by … --why …"
    return Problem("fatal", votes.FILE, what, remedy, table="responses", column="value")


def _unread(row: int) -> Problem:
    what = "this line of the votes can't be read, or was not written to its end; the others are kept"
    return Problem("warning", votes.FILE, what, row=row, table="responses")


def _blind_alone(frame: pd.DataFrame, counting: list[votes.Session]) -> list[Problem]:
    """Votings that ended blind, where other subjects of the instrument have a consensus."""
    problems = []
    for session in counting:
        rows = frame[frame["instrument"] == session.instrument]
        mine = rows["respondent"].isin(session.voters)
        agreed = rows["round"] == "consensus"
        if votes.CONSENSUS not in session.closed and (agreed & ~mine).any():
            what = (
                f"{_day(session)} ended after its blind round, while other answers to {session.instrument!r} "
                "are a consensus: scores take the consensus alone, so what was voted is shown and not scored"
            )
            problems.append(Problem("warning", votes.FILE, what, "hold the second round", table="responses"))
    return problems
