"""A kernel manager that waits for nothing in vain.

jupyter_client waits a fifth of a second for stray messages before it calls a kernel ready, tries to
connect ten times a second, and looks ten times a second whether a kernel has ended. A notebook of a
second's work waits for another second in this way.
"""

from __future__ import annotations

import time
from queue import Empty

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

__all__ = ["CHANCES", "PromptClient", "PromptManager", "StillbornKernelError"]

CHANCES = 3
"""Kernels that are started, at most, where one after the other is stillborn."""

_GLANCE = 0.005
_RECONNECT = 5
_PATIENCE = 0.2


class StillbornKernelError(RuntimeError):
    """A kernel ended before it could be asked for anything.

    Its ports are chosen, let go and bound again by the kernel; another program may take one in between.
    """


def _context() -> zmq.asyncio.Context:
    """One whose sockets try again within milliseconds to reach a kernel that does not listen yet."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT)
    return context


class PromptClient(AsyncKernelClient):
    """Calls a kernel ready once it has answered on both channels."""

    @default("context")
    def _quick_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        return _context()

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self._async_is_alive():
                raise StillbornKernelError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answers(self) -> bool:
        """Whether the kernel says what it is, and what it publishes arrives."""
        self.kernel_info()
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            await self.iopub_channel.get_msg(timeout=_PATIENCE)
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True

    wait_for_ready = _async_wait_for_ready


class PromptManager(AsyncKernelManager):
    """Connects, and notices the end, within milliseconds."""

    @default("client_factory")
    def _prompt_client(self) -> type[AsyncKernelClient]:
        return PromptClient

    @default("context")
    def _quick_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        return _context()

    async def _async_interrupt_kernel(self) -> None:
        """Nothing where the kernel is asked to end: it is idle, and its log would tell of an error."""
        if not self.shutting_down:
            await super()._async_interrupt_kernel()

    async def _async_finish_shutdown(
        self, waittime: float | None = None, pollinterval: float = _GLANCE, restart: bool = False
    ) -> None:
        await super()._async_finish_shutdown(waittime, pollinterval, restart)
