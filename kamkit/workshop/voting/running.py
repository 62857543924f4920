"""Starting and stopping the server: in the foreground, or as a process beside other work."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kamkit.errors import KamkitError, RunError
from kamkit.workshop.voting.options import Options

if TYPE_CHECKING:
    from tornado.httpserver import HTTPServer

    from kamkit.workshop.voting.network import Addresses
    from kamkit.workshop.voting.store import Store

__all__ = ["Addressed", "Running", "main", "serve", "serve_here", "start_process"]

_LARGEST_BODY = 16 * 1024
_SECONDS_TO_STOP = 10
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
class Running:
    """A server in a process of its own; it ends with this process, or with :meth:`stop`."""

    addressed: Addressed
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Stop it cleanly; what was acknowledged is on the disk in any case."""
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


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


def serve_here(options: Options, ready: Callable[[Addressed], object]) -> None:
    """Serve in the foreground until Ctrl-C."""

    async def until_interrupted() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(name, stop.set)
        await serve(options, ready, stop)

    with suppress(KeyboardInterrupt):
        asyncio.run(until_interrupted())


def start_process(options: Options) -> Running:
    """Serve in a process of its own.

    Raises
    ------
    KamkitError
        As :func:`serve`.
    """
    given = {**asdict(options), "engagement": str(options.folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "kamkit.workshop.voting"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    told = json.loads(line) if line else {"error": "the voting page could not be started"}
    if "error" in told:
        process.stdin.close()
        process.stdout.close()
        process.wait()
        raise RunError(told["error"])
    return Running(Addressed(**told), process)


def main() -> None:
    """The process of :func:`start_process`: options as a line on standard input, whose end is the end."""
    options = Options(**json.loads(sys.stdin.readline()))

    def tell(addressed: Addressed) -> None:
        sys.stdout.write(json.dumps(asdict(addressed)) + "\n")
        sys.stdout.flush()

    async def until_left_alone() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def watch() -> None:
            sys.stdin.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=watch, daemon=True).start()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(name, stop.set)
        await serve(options, tell, stop)

    try:
        asyncio.run(until_left_alone())
    except KamkitError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
