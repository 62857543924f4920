"""Kernels that are forked from one process which has the libraries loaded: a fresh process in milliseconds.

A notebook's kernel spends most of its life on imports. Here one process imports them once and does
nothing else: it holds no thread, no database connection, no socket of its own and no random state that
a kernel would keep. Each kernel is a fork of it; what they share is the imports, nothing else.
"""

from kamkit.kernels.libraries import ALL
from kamkit.kernels.pool import Pool, calm, kept, pool, where_kamkit_is
from kamkit.kernels.prompt import PromptManager, StillbornKernelError
from kamkit.kernels.provisioner import NAME, NO_HISTORY, PROVISIONED, WarmProvisioner

__all__ = [
    "ALL",
    "NAME",
    "NO_HISTORY",
    "PROVISIONED",
    "Pool",
    "PromptManager",
    "StillbornKernelError",
    "WarmProvisioner",
    "calm",
    "kept",
    "pool",
    "where_kamkit_is",
]
