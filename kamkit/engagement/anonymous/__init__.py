"""The anonymised mode: pseudonyms, a secret factor, and the one door that everything goes out by."""

from kamkit.engagement.anonymous.door import Door, MaskedDoor, in_anonymous_run, is_anonymous_run
from kamkit.engagement.anonymous.marks import FEWEST, MARKS

__all__ = ["FEWEST", "MARKS", "Door", "MaskedDoor", "in_anonymous_run", "is_anonymous_run"]
