"""``kamkit vote``: what it says on the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from kamkit.engagement import votes
from kamkit.workshop.beside import until_signal
from kamkit.workshop.voting.options import Options
from kamkit.workshop.voting.running import Addressed, serve

__all__ = ["discard_voting", "hold_voting", "said"]


def hold_voting(options: Options, tell: Callable[[str], object]) -> None:
    """Serve the voting in the foreground and say where it is; ends with Ctrl-C.

    Raises
    ------
    KamkitError
        As :func:`kamkit.workshop.voting.running.serve`.
    """
    tell("Making the ballot …")
    until_signal(lambda stop: serve(options, lambda at: tell("\n".join(said(options, at))), stop))
    tell("Stopped. Every vote that was acknowledged is in votes.jsonl; kamkit vote goes on where it was.")


def said(options: Options, at: Addressed) -> list[str]:
    """The lines that say where the pages are, and who can reach them."""
    begun = (
        f"Voting {at.session} goes on." if at.resumed else f"Voting {at.session} on {options.instrument!r}."
    )
    reach = (
        f"Voters, in this network:    {at.voters}  code {at.code}\n"
        "EVERYONE in the room's network can reach that page, and the connection is not encrypted;\n"
        "only who has the code can vote. Use a network that you trust."
        if options.lan
        else f"Voters, this machine alone: {at.voters}  code {at.code}\nFor phones in the room: --lan"
    )
    page = f"Facilitator, open here:     {at.facilitator}"
    earlier = (
        "The votes are added to earlier answers about the same."
        if options.earlier == "kept"
        else "Once finished, the votes replace earlier answers about the same (--add keeps them)."
    )
    return [begun, page, reach, *([] if at.resumed else [earlier]), "Stop with Ctrl-C."]


def discard_voting(folder: Path, which: str, by: str, why: str) -> str:
    """Let a voting count for nothing, and say so."""
    votes.discard(folder, which, by, why, at=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"))
    return f"Voting {which} counts for nothing from the next run on; its lines stay in {votes.FILE}."
