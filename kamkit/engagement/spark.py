"""The Spark session of this process, what it can read, and what it complains of."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kamkit.errors import ConfigError

__all__ = ["is_of_spark", "parquet", "said_by_spark", "spark_session"]

_SPLIT = "BYTE_STREAM_SPLIT"


def spark_session() -> Any:
    """The Spark session of this process; else the one the environment names, such as ``SPARK_REMOTE``; else
    one on this machine.

    Raises
    ------
    ConfigError
        pyspark is not installed, or no session can be had.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigError(
            "the ledger is in Spark, and pyspark is not installed",
            where="engagement.toml [ledger]",
            remedy='pip install "kamkit[spark]", in the version of your cluster',
        ) from error
    if active := SparkSession.getActiveSession():
        return active
    builder = SparkSession.builder.appName("kamkit").config("spark.sql.session.timeZone", "UTC")
    if not os.environ.get("SPARK_REMOTE"):
        builder = builder.config("spark.ui.showConsoleProgress", "false")
    with _aside() as told:
        try:
            return builder.getOrCreate()
        except Exception as error:
            said = [_first_told(told), said_by_spark(error)]
            raise ConfigError(
                f"no Spark session can be had: {'; '.join(filter(None, said))}",
                where="engagement.toml [ledger]",
                remedy="install Java 17 or later, or let SPARK_REMOTE name a server that is there",
            ) from error


@contextmanager
def _aside() -> Iterator[IO[bytes] | None]:
    """Within it, what is said on standard error goes into a file: a Java machine that starts then says there
    for good what is none of the reader's business.
    """
    try:
        terminal = os.dup(2)
    except OSError:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield file
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


def _first_told(file: IO[bytes] | None) -> str:
    """The first complaint among what was said aside."""
    if file is None:
        return ""
    file.seek(0)
    lines = file.read(100_000).decode("utf-8", "replace").splitlines()
    usual = ("WARNING", "Using Spark", "Setting default", "To adjust", "\tat ", "Picked up")
    return next((line.strip()[:200] for line in lines if line.strip() and not line.startswith(usual)), "")


def parquet(session: Any, place: str) -> Any:
    """A Parquet file or folder; one that the quick way can't read is read row by row."""
    return (_slow_session(session) if _is_split(Path(place)) else session).read.parquet(place)


def _is_split(place: Path) -> bool:
    """Whether files of this machine hold the bytes of their numbers apart, as some writers store them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted(place.rglob("*.parquet")) if place.is_dir() else [place] if place.is_file() else []
    try:
        kept = (pq.read_metadata(file) for file in files)
        groups = (one.row_group(i) for one in kept for i in range(one.num_row_groups))
        return any(_SPLIT in group.column(i).encodings for group in groups for i in range(group.num_columns))
    except (OSError, pa.ArrowException):
        return False


def _slow_session(session: Any) -> Any:
    """A session beside another one that reads Parquet row by row: the quick way knows fewer encodings."""
    from pyspark.sql.utils import is_remote

    if is_remote():
        return session
    slow, zone = session.newSession(), "spark.sql.session.timeZone"
    slow.conf.set(zone, session.conf.get(zone))
    slow.conf.set("spark.sql.parquet.enableVectorizedReader", "false")
    return slow


def is_of_spark(error: Exception) -> bool:
    """Whether Spark, or the way to it, raised the error."""
    return type(error).__module__.partition(".")[0] in ("pyspark", "py4j", "grpc")


def said_by_spark(error: Exception) -> str:
    """What Spark complains of, without the machinery that handed it on."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    causes = [line.strip() for line in lines if line.strip().startswith("Caused by: ")]
    said = causes[-1] if causes else lines[0]
    return re.sub(r"^(Caused by: )?([\w$]+\.)+[\w$]+: ", "", said)[:200]
