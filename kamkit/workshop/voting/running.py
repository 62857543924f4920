"""Starting and stopping the server: in the foreground, or as a process beside other work."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kamkit.errors import KamkitError
from kamkit.workshop.beside import Beside, serve_parent, start_beside
from kamkit.workshop.voting.options import Options

if TYPE_CHECKING:
    from tornado.httpserver import HTTPServer

    from kamkit.workshop.voting.network import Addresses
    from kamkit.workshop.voting.store import Store

__all__ = ["Addressed", "Running", "main", "serve", "start_process"]

_LARGEST_BODY = 16 * 1024
_BALLOT = "kamkit.workshop.voting.ballot"


@dataclass(frozen=True)
class Addressed:
    """Where the pages are.

    ``facilitator`` holds the token and is for this machine; ``voters`` and ``code`` are for the room.
    """

    facilitator: str
    voters: str
    code: str
    session: str
    resumed: bool


@dataclass(frozen=True)
class Running(Beside):
    """A server in a process of its own; what was acknowledged is on the disk however it ends."""

    addressed: Addressed


async def serve(options: Options, ready: Callable[[Addressed], object], stop: asyncio.Event) -> None:
    """Serve the voting until told to stop.

    Parameters
    ----------
    options : what is voted on, and where.
    ready : told once the pages can be opened.
    stop : set by whoever wants it to end.

    Raises
    ------
    KamkitError
        The port is taken, another voting is under way, there is nothing to vote on.
    """
    from kamkit.workshop.voting.network import Addresses, listening_sockets, room_address
    from kamkit.workshop.voting.store import Store

    addresses = Addresses(options.port, room_address(options.address) if options.lan else "")
    if not (options.folder / "engagement.toml").is_file():
        raise KamkitError(
            f"there is no engagement in {options.folder}", remedy=f"kamkit new {options.folder}"
        )
    sockets = listening_sockets(addresses)
    store = None
    try:
        store = Store(options.folder)
        server, addressed = await _open(options, store, addresses)
        server.add_sockets(sockets)
        ready(addressed)
        await stop.wait()
        server.stop()
        await server.close_all_connections()
    finally:
        for one in sockets:
            one.close()
        if store is not None:
            await store.close()


async def _open(options: Options, store: Store, addresses: Addresses) -> tuple[HTTPServer, Addressed]:
    """The server of the voting that is under way, or of a new one."""
    from tornado.httpserver import HTTPServer

    from kamkit.locale import use_language
    from kamkit.workshop.voting.app import Served, make_app
    from kamkit.workshop.voting.guard import Guesses, kept_secrets
    from kamkit.workshop.voting.pages import read_pages
    from kamkit.workshop.voting.room import open_room

    known = len(store.sessions)
    room = await open_room(store, options, lambda: _ballot(options))
    use_language(room.session.ballot["language"])
    secrets = kept_secrets(options.folder, f"{room.id} {room.session.at}")
    app = make_app(Served(room, addresses, secrets, Guesses(), read_pages()))
    server = HTTPServer(app, max_body_size=_LARGEST_BODY, idle_connection_timeout=120, body_timeout=15)
    resumed = len(store.sessions) == known
    facilitator = f"{addresses.own}/facilitator#{secrets.facilitator}"
    return server, Addressed(facilitator, addresses.voters, secrets.code, room.id, resumed)


def _ballot(options: Options) -> Any:
    from kamkit.workshop.voting.children import ask_child

    asked = {
        "engagement": str(options.folder),
        "instrument": options.instrument,
        "subjects": options.subjects,
    }
    return ask_child(_BALLOT, asked)


def start_process(options: Options) -> Running:
    """Serve in a process of its own.

    Raises
    ------
    KamkitError
        As :func:`serve`.
    """
    given = {**asdict(options), "engagement": str(options.folder)}
    arguments = ["-m", "kamkit.workshop.voting"]
    told, process = start_beside(arguments, given, "the voting page could not be started")
    return Running(process, Addressed(**told))


def main() -> None:
    """The process of :func:`start_process`: options as a line on standard input, whose end is the end."""
    options = Options(**json.loads(sys.stdin.readline()))
    serve_parent(lambda tell, stop: serve(options, lambda where: tell(**asdict(where)), stop))
