"""Settings of all tests."""

import pytest
from hypothesis import settings

settings.register_profile("kamkit", deadline=None)
settings.load_profile("kamkit")


@pytest.fixture(scope="session", autouse=True)
def warm_kernels():
    """The libraries are loaded once per test process, by the first test that runs a notebook."""
    from kamkit.kernels import kept

    with kept():
        yield
