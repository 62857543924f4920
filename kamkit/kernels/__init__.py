"""Kernels that are forked from one process which has the libraries loaded: a fresh process in milliseconds.

A notebook's kernel spends most of its life on imports. Here one process imports them once and does
nothing else: it holds no thread, no database connection, no socket of its own and no random state that
a kernel would keep. Each kernel is a fork of it; what they share is the imports, nothing else.

What imports Jupyter is loaded when it is first used, so that the process is on its way before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kamkit.kernels.libraries import ALL
from kamkit.kernels.pool import Pool, calm, kept, pool, where_kamkit_is
from kamkit.kernels.process import finish, leave, tidy_seldom

if TYPE_CHECKING:
    from kamkit.kernels.prompt import CHANCES, PromptClient, PromptManager, StillbornKernelError
    from kamkit.kernels.provisioner import NAME, NO_HISTORY, PROVISIONED, WarmProvisioner

__all__ = [
    "ALL",
    "CHANCES",
    "NAME",
    "NO_HISTORY",
    "PROVISIONED",
    "Pool",
    "PromptClient",
    "PromptManager",
    "StillbornKernelError",
    "WarmProvisioner",
    "calm",
    "finish",
    "kept",
    "leave",
    "pool",
    "tidy_seldom",
    "where_kamkit_is",
]

_HOME = {
    "NAME": "provisioner", "NO_HISTORY": "provisioner", "PROVISIONED": "provisioner",
    "CHANCES": "prompt", "PromptClient": "prompt", "PromptManager": "prompt",
    "StillbornKernelError": "prompt", "WarmProvisioner": "provisioner",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
