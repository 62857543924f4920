"""The workshop: blind voting, and panels over the same functions that the report calls."""
