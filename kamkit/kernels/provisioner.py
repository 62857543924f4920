"""Jupyter's own extension point: a provisioner whose kernels are forked from the pool of this process."""

from __future__ import annotations

import asyncio
import os
import subprocess
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from kamkit.kernels.pool import Kernel, NoServerError, current

__all__ = ["NO_HISTORY", "PROVISIONED", "NAME", "WarmProvisioner", "register"]

NAME = "kamkit-warm"
"""What a kernel specification calls it, in ``metadata.kernel_provisioner.provisioner_name``."""

PROVISIONED = {"kernel_provisioner": {"provisioner_name": NAME}}
"""What a kernel specification says to get its kernels from here."""

NO_HISTORY = "--HistoryManager.enabled=False"
"""Argument of a kernel whose cells are not to be kept in the user's own history, outside the engagement."""

_LAUNCHER = "ipykernel_launcher"
_GLANCE = 0.005


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel where somebody holds this process' pool; starts an ordinary one elsewhere."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork it, or start it as an interpreter of its own where it can't be forked."""
        kernel = await _forked(cmd, options)
        if kernel is None:
            info = await super().launch_kernel(cmd, **options)
            if (pool := current()) is not None and self.process is not None:
                pool.know(self.process)
            return info
        self.process = kernel  # type: ignore[assignment]
        self.pid, self.pgid = kernel.pid, None
        self.cwd = options.get("cwd") or os.getcwd()
        return self.connection_info

    async def wait(self) -> int | None:
        """The exit code, at once when the kernel has ended."""
        while self.process is not None and self.process.poll() is None:
            await asyncio.sleep(_GLANCE)
        return await super().wait()


async def _forked(cmd: list[str], options: dict[str, Any]) -> Kernel | None:
    """The kernel, at work; None where there is no pool, or what is asked for is not this interpreter's."""
    pool = current()
    files = [_descriptor(options.get(name), standard) for name, standard in (("stdout", 1), ("stderr", 2))]
    if pool is None or _LAUNCHER not in cmd or None in files:
        return None
    out, err = (int(file) for file in files if file is not None)
    arguments = cmd[cmd.index(_LAUNCHER) + 1 :]
    environment, folder = options.get("env") or os.environ, str(options.get("cwd") or os.getcwd())
    try:
        kernel = pool.fork(arguments, environment, folder, out, err)
    except NoServerError:
        return None
    while not kernel.pid:
        if kernel.returncode is not None:
            return None
        await asyncio.sleep(_GLANCE)
    return kernel


def _descriptor(file: Any, standard: int) -> int | None:
    """Of a file that a kernel writes to; None where Jupyter wants to read it itself."""
    if file is None:
        return standard
    if file == subprocess.PIPE:
        return None
    return file if isinstance(file, int) else int(file.fileno())


def register() -> None:
    """Make it known by its name, also where kamkit runs from a checkout and has no entry point."""
    value = f"{WarmProvisioner.__module__}:{WarmProvisioner.__qualname__}"
    entry = EntryPoint(NAME, value, KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.provisioners.setdefault(NAME, entry)


register()
