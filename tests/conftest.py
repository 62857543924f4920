"""Settings of all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("kamkit", deadline=None)
settings.load_profile("kamkit")

ROOT = Path(__file__).parents[1]
LONGEST = (
    "tests/whole/test_figures.py",
    "tests/whole/test_ugly.py",
    "tests/whole/test_anonymous.py",
    "tests/test_real_engagements.py",
    "tests/deliver/test_killed.py",
    "tests/spark/test_equal.py",
    "tests/spark/test_run.py",
    "tests/browser/test_workshop.py",
    "tests/plots/test_rules.py",
    "tests/workshop/test_server.py",
    "tests/whole/test_rerun.py",
    "tests/whole/test_same_again.py",
    "tests/whole/test_languages.py",
    "tests/test_contact_names.py",
    "tests/whole/test_twice.py",
    "tests/whole/test_longer_language.py",
    "tests/engagement/test_gate.py",
    "tests/method/test_segmentation_clusters.py",
    "tests/plots/test_offers.py",
    "tests/method/test_invariants.py",
    "tests/deliver/test_plans.py",
)
"""Files in the order in which processes side by side begin them, so that they end together."""

collect_ignore = ["workshop/slider.ipynb"]


def pytest_configure(config):
    """Processes side by side take files in the order given below, not those with most tests first."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    place = {ROOT / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session", autouse=True)
def warm_kernels():
    """The libraries are loaded once per test process, by the first test that runs a notebook."""
    from kamkit.kernels import kept

    with kept():
        yield
