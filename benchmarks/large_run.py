"""The whole path over many invoice lines, in the memory that it is given: check, then run.

    python benchmarks/large_run.py [--lines 100000000] [--memory-limit 2GB] [--jobs 1] [--folder FOLDER]

The engagement is the sample with every invoice line cut into as many as are asked for, whose cents add up
to it: the sales still tie to the ledger, and every table that counts no lines or orders is the sample's.
Printed is processor time of all processes together, and the most memory that one of them, and all at once,
have held.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import psutil  # type: ignore[import-untyped]

LINES_OF_THE_SAMPLE = 139_588
GLANCE = 0.5

CUT = """
copy (
    select date, account_id, product_id, bu_id, order_id || '-' || cast(part // 4 as varchar) as order_id,
           case when part = 0 then quantity - quantity // {times} * ({times} - 1) else quantity // {times} end
               as quantity, {amounts}
    from '{sample}', range({times}) as t(part)
) to '{target}' (format parquet, codec zstd, row_group_size 500000)
"""
AMOUNT = """
case when part = 0 then round({name} - round({name} / {times}, 2) * ({times} - 1), 2)
     else round({name} / {times}, 2) end as {name}
"""


def kamkit(*arguments: str) -> list[str]:
    """The command line that starts kamkit."""
    return [sys.executable, "-m", "kamkit.cli", *arguments]


def engagement_of(folder: Path, times: int, memory_limit: str) -> Path:
    """The sample with its lines cut into ``times`` each."""
    made = folder / "large"
    subprocess.run(kamkit("new", str(made), "--sample"), check=True, capture_output=True)
    toml = made / "engagement.toml"
    text, limit = toml.read_text(encoding="utf-8"), f'memory_limit = "{memory_limit}"'
    toml.write_text(text.replace('memory_limit = "2GB"', limit), encoding="utf-8")
    target = made / "data" / "sales.parquet"
    sample = target.replace(folder / "sample.parquet")
    names = ("list_amount", "net_amount", "product_cost")
    amounts = ", ".join(AMOUNT.format(name=name, times=times) for name in names)
    on = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / "spill")})
    on.execute("set preserve_insertion_order = false")
    on.execute(CUT.format(times=times, amounts=amounts, sample=sample.as_posix(), target=target.as_posix()))
    return made


def measured(command: list[str]) -> tuple[float, float, float]:
    """Processor seconds, and GiB of the largest process and of all at once."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as started:
        one, together = 0.0, 0.0
        while started.poll() is None:
            held = _held(psutil.Process(started.pid))
            one, together = max([one, *held]), max(together, sum(held))
            time.sleep(GLANCE)
    if started.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {started.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, one / 1024**3, together / 1024**3


def _held(top: psutil.Process) -> list[float]:
    """Bytes of memory of each process, what several share counted in parts."""
    held = []
    for process in (top, *top.children(recursive=True)):
        try:
            held.append(float(getattr(process.memory_full_info(), "pss", 0) or process.memory_info().rss))
        except psutil.Error:
            continue
    return held


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=100_000_000)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--jobs", default="1")
    parser.add_argument("--folder", type=Path, help="where the engagement is made for the time being")
    asked = parser.parse_args()
    times = max(1, round(asked.lines / LINES_OF_THE_SAMPLE))
    print(f"{times * LINES_OF_THE_SAMPLE:,} lines, {asked.memory_limit} for the engine, --jobs {asked.jobs}")
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        made = str(engagement_of(Path(name), times, asked.memory_limit))
        for command in (kamkit("check", made), kamkit("run", made, "--jobs", asked.jobs)):
            spent, one, together = measured(command)
            print(
                f"kamkit {command[3]:<6} {spent:7.1f} s of processor time, "
                f"{one:5.2f} GiB in one process, {together:5.2f} GiB in all"
            )


if __name__ == "__main__":
    main()
