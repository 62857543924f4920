"""What happens in the voting: who joins, what is voted, when a round opens and closes."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import math
import secrets
from collections.abc import Mapping
from typing import Any

from kamkit.engagement import votes
from kamkit.engagement.gaps import subject_of
from kamkit.engagement.votes import Session, Voter
from kamkit.locale import _
from kamkit.workshop.voting.children import ask_child
from kamkit.workshop.voting.guard import fingerprint
from kamkit.workshop.voting.options import Options
from kamkit.workshop.voting.store import Store

__all__ = ["MOST_VOTERS", "Refused", "Room", "open_room"]

MOST_VOTERS = 200
_LONGEST_NAME, _LONGEST_COMMENT = 60, 500
_RESULTS = "kamkit.workshop.voting.results"


class Refused(Exception):
    """Something that can't be done now: the HTTP status, and the sentence that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class Room:
    """One session: its rules, over the store that keeps it."""

    def __init__(self, store: Store, id: str) -> None:
        self.store, self.id = store, id
        self._closing = ""
        self._joining: set[str] = set()
        self._numbers = itertools.count(len(self.session.voters) + 1 if id in store.sessions else 1)
        self._results: dict[tuple[str, ...], asyncio.Task[Any]] = {}

    @property
    def session(self) -> Session:
        """The session as it stands on the disk."""
        return self.store.sessions[self.id]

    # -- voters ----------------------------------------------------------------------------------

    def voter(self, token: str) -> Voter | None:
        """Whose token this is; None for nobody who takes part."""
        print_ = fingerprint(token)
        found = next((v for v in self.session.voters.values() if v.token == print_), None)
        return None if found is None or found.removed else found

    async def join(self, name: str, role: str) -> tuple[str, Voter]:
        """Let someone in; the token for their device, and who they are."""
        name, role = _tidy(name, _LONGEST_NAME), _tidy(role, _LONGEST_NAME)
        if not name or not role:
            raise Refused(400, _("Please give your name and your role."))
        self._refuse_finished()
        before = self._of_name(name)
        if (before and not before.released) or name.casefold() in self._joining:
            raise Refused(
                409,
                _("{name} votes already. On a new device? The facilitator can let you in again.").format(
                    name=name
                ),
            )
        if len(self.session.voters) + len(self._joining) >= MOST_VOTERS:
            raise Refused(409, _("No more people can join."))
        self._joining.add(name.casefold())
        try:
            return await self._let_in(before, name, role)
        finally:
            self._joining.discard(name.casefold())

    async def _let_in(self, before: Voter | None, name: str, role: str) -> tuple[str, Voter]:
        token = secrets.token_urlsafe(32)
        id = before.id if before else f"{self.id}-{next(self._numbers):02}"
        await self._add("joined", voter=id, name=name, role=role, token=fingerprint(token))
        return token, self.session.voters[id]

    def _of_name(self, name: str) -> Voter | None:
        present = (v for v in self.session.voters.values() if not v.removed)
        return next((v for v in present if v.name.casefold() == name.casefold()), None)

    async def vote(self, voter: Voter, given: Mapping[str, Any]) -> None:
        """Keep one vote of the open round.

        Raises
        ------
        Refused
            The round is not open, or there is no such item, subject or value.
        """
        round, item = str(given.get("round")), self._item(given.get("item"))
        subject = self._subject(given.get("subject_type"), given.get("subject"))
        if round != self.session.open or round == self._closing:
            raise Refused(409, _("This round is closed; the vote was not counted."))
        seq = given.get("seq")
        if isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq < 2**53:
            raise Refused(400, _("The vote can't be read."))
        await self._add(
            "vote", round=round, voter=voter.id, subject_type=subject["type"], subject=subject["id"],
            item=item["id"], value=_value(given.get("value"), item), seq=seq,
            comment=_tidy(given.get("comment") or "", _LONGEST_COMMENT),
        )  # fmt: skip

    def _item(self, id: Any) -> Mapping[str, Any]:
        found = next((i for i in self.session.ballot["items"] if i["id"] == id), None)
        if found is None:
            raise Refused(400, _("The vote can't be read."))
        return found

    def _subject(self, kind: Any, id: Any) -> Mapping[str, Any]:
        found = next((s for s in self.session.ballot["subjects"] if (s["type"], s["id"]) == (kind, id)), None)
        if found is None:
            raise Refused(400, _("The vote can't be read."))
        return found

    def for_voter(self, voter: Voter | None) -> dict[str, Any]:
        """Where the voting stands, for a voter's page."""
        s = self.session
        state = {"session": s.id, "joined": voter is not None, "finished": s.finished}
        return state if voter is None else {**state, "round": self._open_round, "closed": s.closed}

    def ballot(self, voter: Voter) -> dict[str, Any]:
        """What is asked, and the voter's own votes; nobody else's."""
        return {**self.session.ballot, "name": voter.name, "role": voter.role, "mine": self._mine(voter)}

    @property
    def _open_round(self) -> str:
        return "" if self.session.open == self._closing else self.session.open

    def _mine(self, voter: Voter) -> list[dict[str, Any]]:
        return [
            {"round": c[0], "subject_type": c[2], "subject": c[3], "item": c[4], "value": v.value,
             "comment": v.comment, "seq": v.seq}
            for c, v in self.session.votes.items() if c[1] == voter.id
        ]  # fmt: skip

    # -- the facilitator -------------------------------------------------------------------------

    def for_facilitator(self) -> dict[str, Any]:
        """Who has voted how much; never what."""
        s = self.session
        now = s.open or (s.closed[-1] if s.closed else votes.BLIND)
        people = [
            {"id": v.id, "name": v.name, "role": v.role, "given": s.given(v.id, now), "released": v.released}
            for v in s.voters.values() if not v.removed
        ]  # fmt: skip
        return {
            "session": s.id, "instrument": _(subject_of(s.instrument)), "round": self._open_round,
            "closed": s.closed, "finished": s.finished, "people": people, "cells": s.cells(),
        }  # fmt: skip

    async def open(self, round: str) -> None:
        """Open a round: the blind one first, then the consensus."""
        s = self.session
        self._refuse_finished()
        due = next((r for r in votes.ROUNDS if r not in s.closed), "")
        if s.open or round != due:
            raise Refused(409, _("This round can't be opened now."))
        await self._add("opened", round=round)

    async def close(self, round: str) -> None:
        """Close a round for good; the consensus round ends the voting."""
        if not round or self.session.open != round or self._closing:
            raise Refused(409, _("This round is not open."))
        self._closing = round
        try:
            await self._add("closed", round=round)
        finally:
            self._closing = ""
        if round == votes.CONSENSUS:
            await self.finish()

    async def finish(self) -> None:
        """End the voting; from now on it counts."""
        self._refuse_finished()
        if self.session.open or not self.session.closed:
            raise Refused(409, _("Close the round first."))
        await self._add("finished")

    async def change_voter(self, id: str, event: str) -> None:
        """Let a voter in on another device (``released``), or take all of their votes out (``removed``)."""
        voter = self.session.voters.get(id)
        if voter is None or voter.removed or event not in ("released", "removed"):
            raise Refused(404, _("Nobody of this name takes part."))
        self._refuse_finished()
        await self._add(event, voter=id)

    async def results(self) -> Any:
        """What the closed rounds say.

        Raises
        ------
        Refused
            A round is open, or none is closed yet.
        """
        s = self.session
        if s.open or not s.closed:
            raise Refused(409, _("There is nothing to see before the round is closed."))
        removed = tuple(v.id for v in s.voters.values() if v.removed)
        key = (*s.closed, *removed)
        if key not in self._results or (self._results[key].done() and self._results[key].exception()):
            asked = {"folder": str(self.store.path.parent), "session": self.id}
            self._results[key] = asyncio.create_task(asyncio.to_thread(ask_child, _RESULTS, asked))
        return await asyncio.shield(self._results[key])

    # -- helpers ---------------------------------------------------------------------------------

    def _refuse_finished(self) -> None:
        if self.session.finished:
            raise Refused(409, _("The voting is over."))

    async def _add(self, event: str, **more: Any) -> None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        await self.store.add({"event": event, "session": self.id, **more, "at": now})


async def open_room(store: Store, options: Options, make_ballot: Any) -> Room:
    """The session that is under way on this instrument, or a new one."""
    running = [s for s in store.sessions.values() if not (s.finished or s.discarded)]
    for session in running:
        if session.instrument == options.instrument:
            return Room(store, session.id)
    ballot = make_ballot()
    room = Room(store, f"W{len(store.sessions) + 1}")
    await room._add("session", instrument=options.instrument, ballot=ballot, earlier=options.earlier)
    return room


_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def _tidy(text: Any, longest: int) -> str:
    """One line of printable text, without marks that turn the direction of what follows."""
    straight = str(text).translate(_TURNING)
    return " ".join("".join(c if c.isprintable() else " " for c in straight).split())[:longest]


def _value(value: Any, item: Mapping[str, Any]) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not item["low"] <= value <= item["high"]:
        text = _("Please choose a value from {low} to {high}.")
        raise Refused(400, text.format(low=f"{item['low']:g}", high=f"{item['high']:g}"))
    return float(value)
