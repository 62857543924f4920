"""Starting and stopping the screen: in the foreground, or as a process beside other work."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from kamkit.errors import KamkitError, RunError
from kamkit.workshop.server.options import Options, where_kamkit_is
from kamkit.workshop.voting.network import Addresses, listening_sockets

__all__ = ["Running", "main", "serve", "start_process", "until_signal"]

_SECONDS_TO_STOP = 15


@dataclass(frozen=True)
class Running:
    """A screen in a process of its own; it ends with this process, or with :meth:`stop`."""

    address: str
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Stop it and its kernels."""
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
    from kamkit.workshop.server.app import WorkshopServer
    from kamkit.workshop.server.gate import Gate

    gate = Gate(options.port, secrets.token_urlsafe(32))
    with tempfile.TemporaryDirectory(prefix="kamkit-", ignore_cleanup_errors=True) as connections:
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


def until_signal(work: Callable[[asyncio.Event], Any]) -> None:
    """Run ``work(stop)`` until it ends; Ctrl-C and SIGTERM set ``stop``."""

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(name, stop.set)
        await work(stop)

    with suppress(KeyboardInterrupt):
        asyncio.run(run())


def start_process(options: Options) -> Running:
    """Serve in a process of its own, and return once the page can be opened.

    Raises
    ------
    KamkitError
        As :func:`serve`.
    """
    given = {**asdict(options), "engagement": str(options.folder), "notebook": str(options.notebook)}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "kamkit.workshop.server"],
        env={**os.environ, **where_kamkit_is()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    told = json.loads(line) if line else {"error": "the screen could not be started"}
    if "error" in told:
        process.stdin.close()
        process.stdout.close()
        process.wait()
        raise RunError(told["error"])
    return Running(told["address"], process)


def main() -> None:
    """The process of :func:`start_process`: options as a line on standard input, whose end is the end."""
    options = Options(**json.loads(sys.stdin.readline()))

    def tell(**said: str) -> None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    async def until_left_alone(stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()

        def watch() -> None:
            sys.stdin.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=watch, daemon=True).start()
        await serve(options, lambda address: tell(address=address), stop)

    try:
        until_signal(until_left_alone)
    except KamkitError as error:
        tell(error=str(error))
