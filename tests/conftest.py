"""Settings of all tests."""

from hypothesis import settings

settings.register_profile("kamkit", deadline=None)
settings.load_profile("kamkit")
