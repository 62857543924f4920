"""The process that kernels are forked from; started by :class:`kamkit.kernels.Pool`.

It talks to its parent by a socket that carries, per kernel, a channel and the files of its output. On
the channel comes what the kernel is (arguments, environment, folder); back go its process id and, when
it has ended, its exit code. Later bytes on the channel are signals for it. A channel that the parent
closes ends its kernel; the socket, closed by the parent's end however it ends, ends all.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import select
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from kamkit.kernels.lean import without
from kamkit.kernels.libraries import NEVER
from kamkit.kernels.process import finish, leave, tidy_seldom

__all__ = ["main"]

_WANTED, _ENDED = "wanted", "ended"
_DEATH_OF_PARENT = 1
_LAST_WORDS = 1.0
"""Seconds that a kernel has to answer that it ends, before it closes what it would answer by."""


@dataclass
class _Order:
    """A kernel that is to be started."""

    channel: socket.socket
    files: list[int]
    told: dict[str, Any] = field(default_factory=dict)


def main(descriptor: int, libraries: Sequence[str], late: Sequence[str]) -> None:
    """Load the libraries, then fork kernels until the parent is gone; what is late is loaded in between."""
    gc.disable()
    with socket.socket(fileno=descriptor) as control:
        for _name in _loading(libraries):
            if _is_closed(control):
                os._exit(0)
        order = _Server(control).serve(_loading(late))
    if order is None:
        os._exit(0)
    tidy_seldom()
    gc.enable()
    _be_kernel(order)


def _loading(libraries: Sequence[str]) -> Iterator[str]:
    """Import one module after another; what can't be imported is the kernels' own to complain about.

    Of a package whose name ends in ``.*`` all modules are loaded.
    """
    for name in chain.from_iterable(map(_modules_of, libraries)):
        with contextlib.suppress(ImportError), without(*NEVER):
            importlib.import_module(name)
        yield name
    gc.freeze()


def _modules_of(library: str) -> Iterator[str]:
    """Names of a package and all that is in it, where that is asked for."""
    package = library.removesuffix(".*")
    yield package
    if package != library:
        inside = sys.modules[package].__path__
        yield from (found.name for found in pkgutil.walk_packages(inside, f"{package}."))


def _is_closed(control: socket.socket) -> bool:
    readable = select.select([control], [], [], 0)[0]
    return bool(readable) and not control.recv(1, socket.MSG_PEEK)


class _Server:
    """Forks, passes signals on, reaps."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.channels: dict[int, socket.socket] = {}
        self.waker, self.woken = socket.socketpair()
        for end in (self.waker, self.woken):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *signal_and_frame: None)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, _WANTED)
        self.selector.register(self.woken, selectors.EVENT_READ, _ENDED)

    def serve(self, late: Iterator[str]) -> _Order | None:
        """Serve until the parent is gone; in each forked process, return what it is to become.

        While nobody asks for anything, go on with what is loaded late.
        """
        whole = False
        while True:
            asked = self.selector.select(None if whole else 0)
            if not asked:
                whole = next(late, None) is None
            for key, _events in asked:
                if key.data == _WANTED:
                    if (order := self._receive()) is None:
                        self._end_all()
                        return None
                    if self._fork(order):
                        return order
                elif key.data == _ENDED:
                    self._reap()
                else:
                    self._pass_on(key.data)

    def _receive(self) -> _Order | None:
        """What the parent wants started; None where the parent is gone."""
        size, files, _flags, _address = socket.recv_fds(self.control, 8, 3)
        if not size:
            return None
        order = _Order(socket.socket(fileno=files[0]), files[1:])
        told = _received(order.channel, int.from_bytes(size, "big"))
        order.told = json.loads(told) if told else {}
        return order

    def _fork(self, order: _Order) -> bool:
        """Fork a kernel; whether this is the forked process."""
        process = os.fork() if order.told else None
        if process == 0:
            self._forget()
            return True
        for file in order.files:
            os.close(file)
        if process is None:
            order.channel.close()
        else:
            self.channels[process] = order.channel
            self.selector.register(order.channel, selectors.EVENT_READ, process)
            self._tell(process, process)
        return False

    def _forget(self) -> None:
        """In the forked process: let go of all that is the server's or another kernel's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.selector.close()
        for one in (self.waker, self.woken, *self.channels.values()):
            one.close()

    def _pass_on(self, process: int) -> None:
        """Signals for a kernel; the end of one whose channel the parent has closed."""
        try:
            signals = self.channels[process].recv(64)
        except OSError:
            signals = b""
        for number in signals or bytes([signal.SIGKILL]):
            _signal(process, number)
        if not signals:
            self.selector.unregister(self.channels[process])

    def _reap(self) -> None:
        """Tell of the kernels that have ended, and end what they have left behind."""
        with contextlib.suppress(BlockingIOError):
            self.woken.recv(4096)
        for process in list(self.channels):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                _signal(process, signal.SIGKILL)
                self._tell(process, os.waitstatus_to_exitcode(status))
                with contextlib.suppress(KeyError):
                    self.selector.unregister(self.channels[process])
                self.channels.pop(process).close()

    def _tell(self, process: int, number: int) -> None:
        with contextlib.suppress(OSError):
            self.channels[process].sendall(b"%d\n" % number)

    def _end_all(self) -> None:
        """The parent is gone: no kernel outlives it."""
        for process in self.channels:
            _signal(process, signal.SIGKILL)
        for process in self.channels:
            os.waitpid(process, 0)


def _received(channel: socket.socket, size: int) -> bytes:
    """So many bytes, and no byte of what follows; none where the other end has gone."""
    parts: list[bytes] = []
    while size > 0:
        part = channel.recv(min(size, 65536))
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _signal(process: int, number: int) -> None:
    """To a kernel and all that it has started; where it has no group yet, to itself."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def _be_kernel(order: _Order) -> None:
    """Become a kernel, as if the interpreter had just been started for it."""
    told, server = order.told, os.getppid()
    os.setsid()
    _die_with(server)
    order.channel.close()
    with open(os.devnull, "rb") as nothing:
        for file, standard in zip([nothing.fileno(), *order.files], range(3), strict=True):
            os.dup2(file, standard)
    for file in order.files:
        os.close(file)
    os.environ.clear()
    os.environ.update(told["environment"], JPY_PARENT_PID=str(server))
    os.chdir(told["folder"])
    sys.argv = ["ipykernel_launcher", *told["arguments"]]
    _draw_anew()
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=server)
    app.initialize(told["arguments"])
    before = _files_written()
    app.start()
    if app.control_thread is not None:
        app.control_thread.join(_LAST_WORDS)
    _leave(app.kernel.shell.user_ns, before)


def _leave(notebook: dict[str, Any], before: Set[str]) -> None:
    """End without taking the libraries apart; what the notebook holds is let go of, its files are closed.

    Objects that hold each other are looked for only where a file is being written that was not before: that
    takes a tenth of a small notebook's time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    finish()
    notebook.clear()
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        sys.__dict__.pop(name, None)
    if not _files_written() <= before:
        gc.collect()
    leave(0)


def _files_written() -> Set[str]:
    """Names of the files that are open to be written; where the system doesn't tell, one new each time."""
    import fcntl

    folder, opened = Path("/proc/self/fd"), set[str]()
    if not folder.is_dir():
        return {f"unknown at {time.monotonic_ns()}"}
    for number in os.listdir(folder):
        with contextlib.suppress(OSError):
            if fcntl.fcntl(int(number), fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                opened.add(os.readlink(folder / number))
    return {name for name in opened if name.startswith("/") and not name.startswith("/dev/")}


def _die_with(server: int) -> None:
    """Where the system offers it, be killed when the server ends, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)


def _draw_anew() -> None:
    """Random numbers that no other kernel draws, where nobody sets a seed."""
    import random

    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
