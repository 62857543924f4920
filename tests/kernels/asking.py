"""A kernel of the pool and what it answers."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from kamkit.kernels import PROVISIONED, where_kamkit_is


class Asked:
    """A kernel, and its answers to expressions."""

    def __init__(self, loop: asyncio.AbstractEventLoop, manager: Any, client: Any) -> None:
        self.loop, self.manager, self.client = loop, manager, client
        self.outputs: list[dict[str, Any]] = []

    def __call__(self, expression: str, first: str = "") -> Any:
        """The value of an expression, plain enough to be printed."""
        said = self.run(f"{first}\nprint(repr({expression}))")
        return ast.literal_eval("".join(o["text"] for o in said if "text" in o))

    def run(self, code: str) -> list[dict[str, Any]]:
        """All that a cell puts out."""
        self.outputs = []
        waited = self.client.execute_interactive(code, output_hook=self._hear, timeout=60)
        self.loop.run_until_complete(waited)
        return self.outputs

    def _hear(self, message: dict[str, Any]) -> None:
        if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            self.outputs.append(message["content"])


@contextmanager
def kernel(folder: Path | str = ".", warm: bool = True, **environment: str) -> Iterator[Asked]:
    """A kernel at work in a folder."""
    plain = get_kernel_dict()
    metadata = {**plain["metadata"], **(PROVISIONED if warm else {})}
    spec = KernelSpec(**{**plain, "metadata": metadata, "env": {**where_kamkit_is(), **environment}})

    class Manager(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    loop, manager = asyncio.new_event_loop(), Manager()
    loop.run_until_complete(manager.start_kernel(cwd=str(folder)))
    client = manager.client()
    client.start_channels()
    try:
        loop.run_until_complete(client.wait_for_ready(timeout=60))
        yield Asked(loop, manager, client)
    finally:
        client.stop_channels()
        loop.run_until_complete(manager.shutdown_kernel())
        loop.close()


def main() -> None:
    """Hold a pool and a kernel until killed; tell their process ids."""
    from kamkit.kernels import pool

    with pool() as held, kernel() as ask:
        started = "import subprocess; child = subprocess.Popen(['sleep', '600'])"
        child = ask("child.pid", first=started)
        sys.stdout.write(f"{held.server} {ask.manager.provisioner.pid} {child}\n")
        sys.stdout.flush()
        sys.stdin.read()


def process_that_holds() -> tuple[subprocess.Popen[str], list[int]]:
    """A process with a pool and a kernel; and the ids of server, kernel and what the kernel has started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kernels.asking"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, [int(pid) for pid in process.stdout.readline().split()]


if __name__ == "__main__":
    main()
