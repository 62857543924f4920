"""The log of decisions, what each key allows, and what would be decided otherwise on today's numbers."""

from kamkit.engagement.decisions.keys import KEYS, Key, require_allowed
from kamkit.engagement.decisions.log import FILE, Decision, Entry, history, in_force, read, record, withdraw
from kamkit.engagement.decisions.table import decision_table

__all__ = [
    "FILE",
    "KEYS",
    "Decision",
    "Entry",
    "Key",
    "decision_table",
    "history",
    "in_force",
    "read",
    "record",
    "require_allowed",
    "withdraw",
]
