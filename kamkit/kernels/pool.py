"""One process per run that kernels are forked from, and the handles of the kernels."""

from __future__ import annotations

import json
import os
import select
import signal
import site
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import kamkit
from kamkit.kernels.libraries import LATE, LIBRARIES

__all__ = [
    "SETTING",
    "Kernel",
    "NoServerError",
    "Pool",
    "calm",
    "current",
    "pool",
    "where_kamkit_is",
    "why_ordinary",
]

SETTING = "KAMKIT_KERNELS"
"""Environment variable; ``ordinary`` starts each kernel as Jupyter does, ``warm`` forks on any Unix."""

_SERVER = """\
import sys
sys.path[:] = filter(None, sys.path)
from kamkit.kernels.server import main
libraries, _between, late = " ".join(sys.argv[2:]).partition("--")
main(int(sys.argv[1]), libraries.split(), late.split())"""
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_INLINE = "module://matplotlib_inline.backend_inline"


class NoServerError(OSError):
    """The process that kernels are forked from is gone or answers nothing."""


def calm(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which importing numpy and its kin starts no thread, and hashes are the same.

    The kernels of a run share the cores by being several; what adds in parallel may differ in the last
    digit from what adds in line.
    """
    alone = {name: "1" for name in _ONE_THREAD}
    return {**environment, **alone, "JE_ARROW_MALLOC_CONF": "background_thread:false", "PYTHONHASHSEED": "0"}


def why_ordinary() -> str:
    """Why kernels are not forked here, as a sentence; empty where they are."""
    if os.environ.get(SETTING) == "ordinary":
        return f"Each notebook starts an interpreter of its own, as {SETTING} asks."
    safe = sys.platform == "linux" or os.environ.get(SETTING) == "warm"
    if safe and hasattr(os, "fork") and hasattr(socket, "send_fds"):
        return ""
    return "This system can't fork kernels from a warm process: each notebook loads the libraries itself."


class Kernel:
    """A forked kernel, as :class:`subprocess.Popen` shows a process."""

    stdin = stdout = stderr = None

    def __init__(self, channel: socket.socket) -> None:
        self._channel, self._said = channel, b""
        self.returncode: int | None = None

    @property
    def pid(self) -> int:
        """Its process id; 0 before it has one."""
        if b"\n" not in self._said:
            self.poll()
        lines = self._said.split(b"\n")
        return int(lines[0]) if len(lines) > 1 else 0

    def poll(self) -> int | None:
        """Its exit code, or None while it is at work."""
        while self.returncode is None and select.select([self._channel], [], [], 0)[0]:
            self._hear()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            If it is still at work after ``timeout`` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if end is None else max(end - time.monotonic(), 0)
            if not select.select([self._channel], [], [], left)[0]:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            self._hear()
        return self.returncode

    def _hear(self) -> None:
        try:
            said = self._channel.recv(64)
        except OSError:
            said = b""
        self._said += said
        lines = self._said.split(b"\n")
        if not said:
            self.returncode = int(lines[1]) if len(lines) > 2 else -signal.SIGKILL
            self._channel.close()

    def send_signal(self, number: int) -> None:
        """Signal it and all that it has started; nothing where it has ended."""
        with suppress(OSError):
            self._channel.sendall(bytes([number]))

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Pool:
    """Forks kernels from one process that has the libraries loaded; safe to use from several threads.

    The process is started at once and loads the libraries while its parent does something else. It ends
    when the pool is closed, and when this process ends, however it ends; so do its kernels.

    Parameters
    ----------
    libraries : modules that are loaded; ``package.*`` stands for all of a package.
    late : modules that are loaded after them, while no kernel is asked for.
    """

    def __init__(self, libraries: Sequence[str] = LIBRARIES, late: Sequence[str] = LATE) -> None:
        self.reason, self._loaded = why_ordinary(), [*libraries, "--", *late]
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._kernels: list[Kernel | subprocess.Popen[bytes]] = []
        self._stopped = False
        if not self.reason:
            self._start()

    @property
    def server(self) -> int:
        """Process id of the process that is forked; 0 where there is none."""
        return self._server.pid if self._server else 0

    @property
    def serves(self) -> bool:
        """Whether kernels can still be forked, or can't be forked on this system at all."""
        if self._stopped or self.reason != why_ordinary():
            return False
        return bool(self.reason) or (self._server is not None and self._server.poll() is None)

    def _start(self) -> None:
        here, there = socket.socketpair()
        with there:
            try:
                self._server = subprocess.Popen(
                    [sys.executable, "-c", _SERVER, str(there.fileno()), *self._loaded],
                    env={**calm(os.environ), **where_kamkit_is(), "MPLBACKEND": _INLINE},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(there.fileno(),),
                    start_new_session=True,
                )
            except OSError as error:
                here.close()
                self.reason = f"Kernels can't be forked from a warm process: {error}"
                return
        self._control = here

    def fork(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: str, out: int, err: int
    ) -> Kernel:
        """Have a kernel forked; it has a process id once the server has heard of it.

        Parameters
        ----------
        arguments : of ``ipykernel_launcher``.
        environment : all of its environment variables.
        folder : its working directory.
        out, err : descriptors of the files it writes its standard output and its errors to.

        Raises
        ------
        NoServerError
            If there is no process to fork from.
        """
        told = {"arguments": list(arguments), "environment": dict(environment), "folder": folder}
        order = json.dumps(told).encode()
        here, there = socket.socketpair()
        with there, self._lock:
            if self._control is None or self._server is None or self._server.poll() is not None:
                here.close()
                raise NoServerError(self.reason or "the process that kernels are forked from has ended")
            try:
                socket.send_fds(self._control, [len(order).to_bytes(8, "big")], [there.fileno(), out, err])
            except OSError as error:
                here.close()
                raise NoServerError(str(error)) from error
        with suppress(OSError):
            here.sendall(order)
        kernel = Kernel(here)
        self.know(kernel)
        return kernel

    def know(self, kernel: Kernel | subprocess.Popen[bytes]) -> None:
        """Let :meth:`stop` end this kernel, too, forked or not."""
        with self._lock:
            self._kernels = [one for one in self._kernels if one.returncode is None]
            self._kernels.append(kernel)
            stopped = self._stopped
        if stopped:
            kernel.kill()

    def stop(self) -> None:
        """End all kernels; one that somebody is just starting ends as soon as it is there."""
        with self._lock:
            self._stopped, kernels = True, list(self._kernels)
        for kernel in kernels:
            kernel.kill()

    def close(self) -> None:
        """End the process and its kernels; where none was forked, without waiting for what it loads."""
        with self._lock:
            if self._control is not None:
                self._control.close()
                self._control = None
            unused = not self._kernels
        if self._server is not None:
            if unused:
                self._server.kill()
            self._server.wait()


def where_kamkit_is() -> dict[str, str]:
    """Lets another process import this very kamkit, also from a checkout that is not installed."""
    here, others = str(Path(kamkit.__file__).resolve().parents[1]), os.environ.get("PYTHONPATH")
    if here in site.getsitepackages():
        return {}
    return {"PYTHONPATH": os.pathsep.join([here, others] if others else [here])}


_guard = threading.Lock()
_shared: Pool | None = None
_holders = 0


@contextmanager
def pool(libraries: Sequence[str] = LIBRARIES, late: Sequence[str] = LATE) -> Iterator[Pool]:
    """This process' pool: started by the first to ask, closed when the last lets go of it."""
    global _shared
    with kept():
        with _guard:
            if _shared is None or not _shared.serves:
                if _shared is not None:
                    _shared.close()
                _shared = Pool(libraries, late)
            held = _shared
        yield held


@contextmanager
def kept() -> Iterator[None]:
    """Keep the pool that is started in the meantime, so that several runs of one process share it."""
    global _shared, _holders
    with _guard:
        _holders += 1
    try:
        yield
    finally:
        with _guard:
            _holders -= 1
            left, _shared = (None, _shared) if _holders else (_shared, None)
        if left is not None:
            left.close()


def current() -> Pool | None:
    """The pool that somebody in this process holds, or None."""
    return _shared
