"""The page that is shown and the one on standby: each made ahead of time by a kernel of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kamkit.workshop.server.inputs import Inputs, Mark

__all__ = ["BACK", "Page", "Pages"]

BACK = "_kamkit_back()"
"""What a kernel is told when its page is shown: bring the values back from the decision log."""
AHEAD = "globals().get('_kamkit_ahead', int)()"
"""What a kernel on standby is told: compute what the tabs that are not open yet start with."""

_SECONDS_FOR_BACK, _SECONDS_AHEAD, _SECONDS_OF_PATIENCE = 1.5, 30.0, 2.5
_SECONDS_UNTIL_STANDBY = 4.0
_TIMES_UNTIL_RENEWAL = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """A page as it was made, the kernel that answers it, and the state of inputs and log that it rests on."""

    kernel: str
    html: str
    inputs: Mark
    decided: tuple[int, int]


class Pages:
    """Hands out the page: the same one while its kernel lives, else the one on standby.

    Parameters
    ----------
    make : starts a kernel and makes its page; the kernel's id and the HTML.
    kernels : who starts and ends them.
    inputs : what the page rests on.
    """

    def __init__(self, make: Callable[[], Awaitable[tuple[str, str]]], kernels: Any, inputs: Inputs) -> None:
        self._make, self._kernels, self._inputs = make, kernels, inputs
        self.current: Page | None = None
        self._standby: asyncio.Task[Page] | None = None
        self._handing_out = asyncio.Lock()
        self._others: set[asyncio.Task[None]] = set()
        self._seen: tuple[Mark, int] = (frozenset(), 0)
        self._opening: asyncio.Task[Page] | None = None

    async def page(self, anew: bool = False) -> Page:
        """The page to show.

        Parameters
        ----------
        anew : whether the present kernel is given up, with what was moved but not recorded.
        """
        async with self._handing_out:
            if self.current and not anew and await self.is_alive(self.current.kernel):
                return self.current
            before, self.current = self.current, await self._from_standby()
            if before:
                self._beside(self._end(before.kernel))
            self._beside(self._later())
            return self.current

    async def soon(self, anew: bool = False) -> Page | None:
        """The page, if it is there within a moment; else None, and it goes on being made."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self.page(anew))
        await asyncio.wait({self._opening}, timeout=_SECONDS_OF_PATIENCE)
        return self._opening.result() if self._opening.done() else None

    async def warm_up(self) -> None:
        """Make the page on standby now, and wait for it."""
        await self._prepared()

    async def is_alive(self, kernel: str) -> bool:
        """Whether a kernel's process runs."""
        return kernel in self._kernels and bool(await self._kernels.is_alive(kernel))

    async def state(self, kernel: str) -> str:
        """What a page that a kernel answers should know; asked by the page every second.

        ``dead``, ``replaced``, ``changed`` (there are new inputs) or ``alive``.
        """
        if not await self.is_alive(kernel):
            return "dead"
        if self.current is None or self.current.kernel != kernel:
            return "replaced"
        return "changed" if self._has_changed(self.current) else "alive"

    def _has_changed(self, shown: Page) -> bool:
        """Whether there are new inputs; once they stay the same, a page of them is made on standby."""
        mark = self._inputs.mark()
        if mark == shown.inputs:
            return False
        self._seen = (mark, self._seen[1] + 1 if mark == self._seen[0] else 0)
        if self._seen[1] == _TIMES_UNTIL_RENEWAL:
            self._beside(self._renewed())
        return True

    async def _renewed(self) -> None:
        async with self._handing_out:
            if await self._if_fit() is None:
                self._standby = None
        with suppress(Exception):
            await self._prepared()

    async def stop(self) -> None:
        """End everything under way; the kernels are ended by who started them."""
        tasks: list[asyncio.Task[Any]] = [*self._others, *(t for t in (self._standby, self._opening) if t)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _from_standby(self) -> Page:
        page = await self._if_fit()
        if page is None:
            self._standby = None
            page = await self._prepared()
        self._standby = None
        self._kernels.spared = set()
        if page.decided != self._inputs.decided():
            await self._tell(page.kernel, BACK, _SECONDS_FOR_BACK)
        return page

    async def _if_fit(self) -> Page | None:
        """The page on standby; None where its kernel has died or what it rests on has changed."""
        try:
            page = await self._prepared()
        except Exception as error:
            _log.warning("The page on standby is made again: %s", error)
            return None
        if page.inputs == self._inputs.mark() and await self.is_alive(page.kernel):
            return page
        self._beside(self._end(page.kernel))
        return None

    def _prepared(self) -> asyncio.Task[Page]:
        failed = self._standby and self._standby.done() and self._standby.exception()
        if self._standby is None or failed:
            self._standby = asyncio.create_task(self._made())
        return self._standby

    async def _made(self) -> Page:
        inputs, decided = self._inputs.mark(), self._inputs.decided()
        kernel, html = await self._make()
        self._kernels.spared = {kernel}
        await self._tell(kernel, AHEAD, _SECONDS_AHEAD)
        return Page(kernel, html, inputs, decided)

    async def _later(self) -> None:
        """A new one on standby, once the page that is being opened no longer needs the machine."""
        await asyncio.sleep(_SECONDS_UNTIL_STANDBY)
        with suppress(Exception):
            await self._prepared()

    async def _tell(self, kernel: str, what: str, seconds: float) -> None:
        client = self._kernels.get_kernel(kernel).client()
        client.start_channels(stdin=False, hb=False)
        try:
            await client.execute(what, silent=True, reply=True, timeout=seconds)
        except (TimeoutError, RuntimeError) as error:
            _log.warning("%s was not done in time: %s", what, error)
        finally:
            client.stop_channels()

    async def _end(self, kernel: str) -> None:
        with suppress(KeyError, RuntimeError, OSError):
            await self._kernels.shutdown_kernel(kernel, now=True)

    def _beside(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)
