"""The kernels behind the page: this very interpreter, encrypted, never restarted unseen."""

from __future__ import annotations

import os
from typing import Any

import zmq
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import Set, Unicode, default

from kamkit.kernels import NO_HISTORY, PROVISIONED, PromptClient
from kamkit.workshop.server.options import ENGAGEMENT_VARIABLE, where_kamkit_is

__all__ = ["Kernels", "OwnInterpreter"]

_NAME = "python3"
_ARGUMENTS = ["--IPKernelApp.ignore_cwd=True", NO_HISTORY]
"""A pandas.py in the engagement's folder is a file of the client's, not a module."""
_NO_ECHO = {"JUPYTER_WIDGETS_ECHO": "0"}
"""A slider's value is sent back to pages that did not move it; here there is never more than one page."""


class OwnInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that runs kamkit, whatever is registered on the machine."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Its name and where its resources lie."""
        return {_NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The same for every name."""
        plain = get_kernel_dict(_ARGUMENTS)
        metadata = {**plain.get("metadata", {}), **PROVISIONED}
        return KernelSpec(**{**plain, "metadata": metadata, "resource_dir": RESOURCES})


class _Kernel(ServerKernelManager):
    """A kernel that stays dead when it is killed: an empty one in its place would look alive."""

    @default("autorestart")
    def _never(self) -> bool:
        return False

    @default("client_factory")
    def _prompt_client(self) -> type[PromptClient]:
        return PromptClient


class Kernels(AsyncMappingKernelManager):
    """Starts kernels in the engagement's folder; idle ones end, but for those that nobody has seen yet."""

    engagement = Unicode()
    spared = Set()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if self.has_trait("transport_encryption") and zmq.has("curve"):
            self.transport_encryption = "auto"

    @default("kernel_manager_class")
    def _own_class(self) -> str:
        return f"{_Kernel.__module__}.{_Kernel.__qualname__}"

    def cwd_for_path(self, path: str, **options: Any) -> str:
        """The engagement's folder, wherever the notebook lies."""
        return self.engagement

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start one that knows the engagement and finds this very kamkit."""
        environment = {**os.environ, **_NO_ECHO, ENGAGEMENT_VARIABLE: self.engagement, **where_kamkit_is()}
        kernel = str(await super().start_kernel(**{**options, "path": "", "env": environment}))
        self.spared = {*self.spared, kernel}
        return kernel

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End it if nobody has used it for long."""
        if kernel_id not in self.spared:
            await super().cull_kernel_if_idle(kernel_id)
