"""``kamkit workshop``: the screen, the voting beside it where asked for, and what is said on the terminal."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.workshop.beside import until_signal
from kamkit.workshop.server.options import Options
from kamkit.workshop.server.running import serve

if TYPE_CHECKING:
    from kamkit.workshop.voting.options import Options as Voting

__all__ = ["hold_workshop", "said"]


def hold_workshop(
    options: Options, voting: Voting | None, browser: bool, tell: Callable[[str], object]
) -> None:
    """Serve the screen in the foreground, say where it is, and end with Ctrl-C.

    Parameters
    ----------
    options : which engagement is shown, and where.
    voting : what is voted on; None where nothing is.
    browser : whether the page is opened.
    tell : takes lines for the terminal.

    Raises
    ------
    KamkitError
        A port is taken, there is no engagement, nothing to vote on, Voilà is not installed.
    """
    options.check()
    with ExitStack() as stack:
        if voting is not None:
            options = _with_voting(options, voting, stack, tell)
        tell("Warming up the panels …")

        def ready(address: str) -> None:
            tell("\n".join(said(address)))
            if browser:
                stack.enter_context(_opened(address))

        until_signal(lambda stop: serve(options, ready, stop))
    tell("Stopped. Every recorded decision is in decisions.jsonl.")


def said(address: str) -> list[str]:
    """The lines that say where the screen is, and who can reach it."""
    return [
        f"Panels, open here:           {address}",
        "This machine alone can reach them, and only with this address. Stop with Ctrl-C.",
    ]


def _with_voting(
    options: Options, voting: Voting, stack: ExitStack, tell: Callable[[str], object]
) -> Options:
    """The voting in a process of its own, which the screen leads to and takes down with it."""
    from kamkit.workshop.voting.command import said as voting_said
    from kamkit.workshop.voting.running import start_process

    tell("Making the ballot …")
    running = stack.enter_context(start_process(voting))
    tell("\n".join(line for line in voting_said(voting, running.addressed) if "Ctrl-C" not in line))
    return replace(options, voting=running.addressed.facilitator)


@contextmanager
def _opened(address: str) -> Any:
    """A browser with the page; its token passes through a file that only the user can read."""
    with tempfile.TemporaryDirectory(prefix="kamkit-", ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "open.html"
        page.write_text(f'<!doctype html><meta http-equiv="refresh" content="0;url={address}">')
        webbrowser.open(page.as_uri())
        yield
