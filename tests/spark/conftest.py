"""One local Spark session for all tests of the package, and a count of every row that leaves it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

REQUIRED = os.environ.get("KAMKIT_SPARK") == "required"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}


def _absent() -> str:
    """Why Spark can't be tried here, or an empty text."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "there is no Java, which Spark needs"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed"
    return ""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark session on this machine."""
    if why := _absent():
        if REQUIRED:
            pytest.fail(why)
        pytest.skip(why)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("kamkit tests")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    folder = tmp_path_factory.mktemp("spark")
    session = builder.config("spark.sql.warehouse.dir", str(folder / "warehouse")).getOrCreate()
    yield session
    session.stop()


class Collected(list):
    """Rows of everything that was brought from Spark to this machine, in order."""


@pytest.fixture
def collected(spark: Any, monkeypatch: pytest.MonkeyPatch) -> Collected:
    """Counts what is collected, by whatever way."""
    from pyspark.sql.classic.dataframe import DataFrame

    counts = Collected()
    for name in ("collect", "toArrow", "toPandas", "toLocalIterator", "take", "head", "tail"):
        plain = getattr(DataFrame, name, None)
        if plain is not None:
            monkeypatch.setattr(DataFrame, name, _counted(plain, counts))
    return counts


def _counted(plain: Any, counts: Collected) -> Any:
    def collect(self: Any, *args: Any, **options: Any) -> Any:
        result = plain(self, *args, **options)
        counts.append(getattr(result, "num_rows", None) or len(result) if result is not None else 0)
        return result

    return collect
