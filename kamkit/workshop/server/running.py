"""Starting and stopping the screen: in the foreground, or as a process beside other work."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from kamkit.kernels import ALL, pool
from kamkit.workshop.beside import Beside, serve_parent, start_beside
from kamkit.workshop.server.options import Options, where_kamkit_is
from kamkit.workshop.voting.network import Addresses, listening_sockets

__all__ = ["Running", "main", "serve", "start_process"]


@dataclass(frozen=True)
class Running(Beside):
    """A screen in a process of its own; it ends with this process, or with :meth:`stop`."""

    address: str


async def serve(options: Options, ready: Callable[[str], object], stop: asyncio.Event) -> None:
    """Serve the screen until told to stop.

    Parameters
    ----------
    options : which engagement, and where.
    ready : told the address, with its token, once the page is made and can be opened.
    stop : set by whoever wants it to end.

    Raises
    ------
    KamkitError
        The port is taken, there is no engagement, Voilà is not installed.
    """
    options.check()
    sockets = listening_sockets(Addresses(options.port))
    place = tempfile.TemporaryDirectory(prefix="kamkit-", ignore_cleanup_errors=True)
    with pool(ALL, late=()), place as connections:
        from kamkit.workshop.server.app import WorkshopServer
        from kamkit.workshop.server.gate import Gate

        gate = Gate(options.port, secrets.token_urlsafe(32))
        server = WorkshopServer(options, gate)
        server.open(connections, sockets)
        try:
            await _first(server.pages.warm_up(), stop.wait())
            if not stop.is_set():
                ready(f"http://127.0.0.1:{options.port}/?token={gate.token}")
            await stop.wait()
        finally:
            await server.close()


async def _first(*works: Any) -> None:
    """Wait for the first of several to end; an error of it is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for task in done:
        task.result()


def start_process(options: Options) -> Running:
    """Serve in a process of its own, and return once the page can be opened.

    Raises
    ------
    KamkitError
        As :func:`serve`.
    """
    given = {**asdict(options), "engagement": str(options.folder), "notebook": str(options.notebook)}
    environment = {**os.environ, **where_kamkit_is()}
    arguments = ["-P", "-m", "kamkit.workshop.server"]
    told, process = start_beside(arguments, given, "the screen could not be started", environment)
    return Running(process, told["address"])


def main() -> None:
    """The process of :func:`start_process`: options as a line on standard input, whose end is the end."""
    options = Options(**json.loads(sys.stdin.readline()))
    serve_parent(lambda tell, stop: serve(options, lambda address: tell(address=address), stop))
