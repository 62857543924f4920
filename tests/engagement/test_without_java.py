"""The ledger is named in Spark, and there is no Java, or no pyspark: what a user reads."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kamkit.engagement.spark import said_by_spark

HANDED_ON = """An error occurred while calling o150.getResult.
: org.apache.spark.SparkException: Exception thrown in awaitResult:
\tat org.apache.spark.util.SparkThreadUtils$.awaitResult(SparkThreadUtils.scala:56)
Caused by: org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] Encountered error while reading file
\tat org.apache.spark.sql.errors.QueryExecutionErrors$.cannotReadFilesError(QueryExecutionErrors.scala:904)
Caused by: org.apache.spark.SparkUnsupportedOperationException: Unsupported encoding: BYTE_STREAM_SPLIT
\t... 21 more
"""


def test_the_last_cause_is_what_spark_says():
    assert said_by_spark(Exception(HANDED_ON)) == "Unsupported encoding: BYTE_STREAM_SPLIT"
    missing = "[TABLE_OR_VIEW_NOT_FOUND] The table `a`.`b` cannot be found.\nVerify the spelling"
    assert said_by_spark(Exception(missing)) == "[TABLE_OR_VIEW_NOT_FOUND] The table `a`.`b` cannot be found."
    assert said_by_spark(Exception()) == "Exception"


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed")
@pytest.mark.skipif(os.name == "nt", reason="Java is looked for elsewhere")
def test_without_java_the_message_says_so_and_nothing_else_is_said(tmp_path):
    script = (
        "from kamkit.engagement.spark import spark_session\n"
        "from kamkit.errors import ConfigError\n"
        "try:\n    spark_session()\nexcept ConfigError as error:\n    print(error)\n"
    )
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "env", "cat", "grep", "ls", "tr"):
        found = next((Path(p, name) for p in ("/bin", "/usr/bin") if Path(p, name).exists()), None)
        if found:
            (tools / name).symlink_to(found)
    kept = {k: v for k, v in os.environ.items() if k not in ("JAVA_HOME", "SPARK_REMOTE", "SPARK_HOME")}
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, env=kept | {"PATH": str(tools)}, check=True,
    )  # fmt: skip
    assert "no Spark session can be had" in told.stdout
    assert "Java" in told.stdout
    assert told.stderr == ""
