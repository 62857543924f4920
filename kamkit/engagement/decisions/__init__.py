"""The log of decisions, what each key allows, and what would be decided otherwise on today's numbers."""

from kamkit.engagement.decisions.keys import KEYS, Key, require_allowed
from kamkit.engagement.decisions.log import FILE, Decision, Entry, history, in_force, read, record, withdraw

__all__ = [
    "FILE",
    "KEYS",
    "Decision",
    "Entry",
    "Key",
    "history",
    "in_force",
    "read",
    "record",
    "require_allowed",
    "withdraw",
]
