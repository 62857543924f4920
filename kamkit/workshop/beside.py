"""A server as a process beside other work: started, told of its address, ended with whoever started it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from kamkit.errors import KamkitError, RunError

__all__ = ["Beside", "serve_parent", "start_beside", "until_signal"]

_SECONDS_TO_STOP = 15

Work = Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True)
class Beside:
    """A process that ends with this one, or with :meth:`stop`."""

    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Stop it cleanly; killed where it does not end in time."""
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_beside(
    arguments: Sequence[str], given: Mapping[str, Any], failed: str, env: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], subprocess.Popen[str]]:
    """Start Python with the arguments, give it its options, and return what it tells once it serves.

    Raises
    ------
    RunError
        With what it says went wrong, or ``failed`` where it ended without a word.
    """
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, *arguments], env=env, stdin=pipe, stdout=pipe, text=True)
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    told = json.loads(line) if line else {"error": failed}
    if "error" in told:
        process.stdin.close()
        process.stdout.close()
        process.wait()
        raise RunError(told["error"])
    return told, process


def until_signal(work: Work) -> None:
    """Run ``work(stop)`` until it ends; Ctrl-C and SIGTERM set ``stop``."""

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows has no handlers of a loop's own
                loop.add_signal_handler(name, stop.set)
        await work(stop)

    with suppress(KeyboardInterrupt):
        asyncio.run(run())


def serve_parent(work: Callable[[Callable[..., None], asyncio.Event], Awaitable[None]]) -> None:
    """Run ``work(tell, stop)`` in the process that :func:`start_beside` started.

    ``tell`` answers the parent with a line; the end of standard input, which is the parent's, sets ``stop``.
    """

    def tell(**said: Any) -> None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    async def until_left_alone(stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()

        def watch() -> None:
            sys.stdin.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=watch, daemon=True).start()
        await work(tell, stop)

    try:
        until_signal(until_left_alone)
    except KamkitError as error:
        tell(error=str(error))
