"""How far a run has come, on the terminal: bars where there is one, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from kamkit.deliver.templates import clean_text

__all__ = ["Progress"]


class Progress:
    """Tells on standard error which notebook runs, and how many of its cells are done.

    Parameters
    ----------
    shown : False keeps it silent.
    """

    def __init__(self, shown: bool = True) -> None:
        self._console = Console(stderr=True, quiet=not shown, highlight=False, markup=False, soft_wrap=True)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bars = Bars(*columns, console=self._console, disable=not (shown and sys.stderr.isatty()))

    def tell(self, sentence: str) -> None:
        """Print one line; what comes from data can't steer the terminal."""
        self._console.print(clean_text(sentence))

    @contextmanager
    def notebook(self, name: str, cells: int) -> Iterator[Callable[[], None]]:
        """Show a notebook at work; what is yielded is called after each cell."""
        started = time.monotonic()
        if self._bars.disable:
            yield lambda: None
            self.tell(f"{name}: {time.monotonic() - started:.1f} s")
            return
        bar = self._bars.add_task(name, total=cells)
        yield lambda: self._bars.advance(bar)
        self._bars.stop_task(bar)

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._bars.stop()
