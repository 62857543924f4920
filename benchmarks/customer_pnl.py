"""Customer P&L over many invoice lines: kamkit against hand-written DuckDB SQL and against pandas.

    python benchmarks/customer_pnl.py [--lines 100000000] [--accounts 20000] [--rounds 3]

A tenth of the lines is generated, and stands ten times in the whole. All sides read the same Parquet files
and give the same table, which is checked. The rounds are interleaved, so that a busy machine slows all;
the medians' ratio is what counts. pandas does the tenth, since the whole would not fit into its memory.
Peak memory is that of a child process which does nothing but one side.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from kamkit.method.profitability import customer_pnl

GOALS = {
    "all lines, kamkit / SQL, seconds": 1.2,
    "all lines, kamkit, peak GiB": 4.0,
    "a tenth, kamkit / pandas, seconds": 0.3,
    "a tenth, kamkit / pandas, peak memory": 0.2,
    "all lines / a tenth, kamkit, seconds": 11.0,
}
TIMES = 10

LINES = """
copy (
    select date '2023-01-01' + cast(hash(i) % 1096 as integer) as date,
           'A' || cast(cast({accounts} * pow((hash(i * 7) % 1000003) / 1000003.0, 3) as integer) as varchar)
               as account_id,
           'P' || cast(hash(i * 11) % 400 as varchar) as product_id,
           'U' || cast(hash(i * 13) % 3 as varchar) as bu_id,
           'O' || cast(i // 4 as varchar) as order_id,
           cast(1 + hash(i * 17) % 20 as double) as quantity,
           round(cast(hash(i * 19) % 200000 as double) / 100 - 50, 2) as net_amount,
           round(cast(hash(i * 19) % 200000 as double) / 90 - 50, 2) as list_amount,
           round(cast(hash(i * 19) % 200000 as double) / 160 - 30, 2) as product_cost
    from range({lines}) as t(i)
) to '{path}' (format parquet)
"""

USE = """
copy (
    select date_trunc('month', date) as month, account_id,
           case when hash(order_id) % 2 = 0 then 'order' else 'delivery' end as activity_id,
           cast(count(*) as double) as count, cast(sum(quantity) as double) as extra_units
    from '{sales}' group by all
) to '{path}' (format parquet)
"""

LEDGER = """
copy (
    select account_id, rung, cast(null as varchar) as team, cast(null as double) as practical_minutes,
           cast(round(sum(net_amount) * rate, 2) as double) as amount
    from '{sales}', (values ('deduction', 0.02), ('service', 0.01)) as r(rung, rate)
    group by account_id, rung, rate
    union all
    select null, 'selling', 'Desk', 6.0e8, 4.0e8
    union all
    select null, 'service', 'Transport', 9.0e8, 7.0e8
) to '{path}' (format parquet)
"""

SQL = """
with sold as (
    select account_id, sum(list_amount) as list_revenue, sum(net_amount) as invoiced_revenue,
           sum(product_cost) as product_cost
    from '{sales}' group by account_id
), booked as (
    select account_id, sum(amount) filter (rung = 'deduction') as deductions,
           sum(amount) filter (rung = 'service') as service
    from '{ledger}' where account_id is not null group by account_id
), rates as (
    select team, sum(amount) / sum(practical_minutes) as rate
    from '{ledger}' where team is not null and account_id is null group by team
), used as (
    select account_id, activity_id, sum(count) as count, sum(extra_units) as extra_units
    from '{use}' group by account_id, activity_id
), served as (
    select account_id,
           sum((count * 8 + extra_units * 0.5) * rate) filter (activity_id = 'order') as selling,
           sum(count * 12 * rate) filter (activity_id = 'delivery') as service
    from used join rates on team = case activity_id when 'order' then 'Desk' else 'Transport' end
    group by account_id
), ladder as (
    select account_id, list_revenue, invoiced_revenue, product_cost, coalesce(deductions, 0) as deductions,
           coalesce(served.selling, 0) as selling,
           coalesce(booked.service, 0) + coalesce(served.service, 0) as service
    from sold left join booked using (account_id) left join served using (account_id)
)
select account_id, list_revenue, list_revenue - invoiced_revenue as invoice_discount, invoiced_revenue,
       deductions, invoiced_revenue - deductions as pocket_revenue, product_cost,
       invoiced_revenue - deductions - product_cost as cm1, selling, service,
       invoiced_revenue - deductions - product_cost - selling - service as customer_profit
from ladder order by account_id
"""

ACTIVITIES = pd.DataFrame(
    {
        "activity_id": ["order", "delivery"],
        "name": ["Order entry", "Delivery"],
        "team": ["Desk", "Transport"],
        "rung": ["selling", "service"],
        "unit": ["order line", "delivery"],
        "base_minutes": [8.0, 12.0],
        "extra_minutes": [0.5, 0.0],
    }
)


def files(folder: Path) -> dict[str, str]:
    """Where the generated tables are."""
    return {name: (folder / f"{name}*.parquet").as_posix() for name in ("sales", "use", "ledger")}


def generate(folder: Path, lines: int, accounts: int) -> None:
    """Write the three tables as Parquet."""
    paths = {name: path.replace("*", "") for name, path in files(folder).items()}
    duckdb.execute(LINES.format(lines=lines, accounts=accounts, path=paths["sales"]))
    duckdb.execute(USE.format(sales=paths["sales"], path=paths["use"]))
    duckdb.execute(LEDGER.format(sales=paths["sales"], path=paths["ledger"]))


def repeat(tenth: Path, whole: Path) -> None:
    """A folder in which the same lines stand ten times, without taking the disk for them."""
    whole.mkdir()
    for name in ("use", "ledger"):
        (whole / f"{name}.parquet").hardlink_to(tenth / f"{name}.parquet")
    for i in range(TIMES):
        (whole / f"sales{i}.parquet").hardlink_to(tenth / "sales.parquet")


def by_kamkit(folder: Path) -> pd.DataFrame:
    """The P&L as a consultant calls it."""
    paths = files(folder)
    connection = duckdb.connect()
    sales, ledger, use = (connection.read_parquet(paths[name]) for name in ("sales", "ledger", "use"))
    return customer_pnl(sales, ledger, ACTIVITIES, use)


def by_hand(folder: Path) -> pd.DataFrame:
    """The same P&L in SQL."""
    return duckdb.connect().sql(SQL.format(**files(folder))).df().set_index("account_id")


def by_pandas(folder: Path) -> pd.DataFrame:
    """The same P&L by hand in pandas."""
    columns = ["account_id", "list_amount", "net_amount", "product_cost"]
    lines = pd.concat(
        pd.read_parquet(file, columns=columns) for file in sorted(folder.glob("sales*.parquet"))
    )
    sold = lines.groupby("account_id")[columns[1:]].sum()
    ledger, use = (pd.read_parquet(folder / f"{name}.parquet") for name in ("ledger", "use"))
    booked = ledger.pivot_table("amount", "account_id", "rung", aggfunc="sum")
    teams = ledger[ledger["account_id"].isna()].groupby("team")[["amount", "practical_minutes"]].sum()
    rate = teams["amount"] / teams["practical_minutes"]
    used = use.groupby(["account_id", "activity_id"])[["count", "extra_units"]].sum().unstack(fill_value=0.0)
    order = used["count"]["order"] * 8 + used["extra_units"]["order"] * 0.5
    table = pd.DataFrame({"list_revenue": sold["list_amount"], "invoiced_revenue": sold["net_amount"]})
    table["invoice_discount"] = table["list_revenue"] - table["invoiced_revenue"]
    table["deductions"] = booked["deduction"]
    table["pocket_revenue"] = table["invoiced_revenue"] - table["deductions"]
    table["product_cost"] = sold["product_cost"]
    table["cm1"] = table["pocket_revenue"] - table["product_cost"]
    table["selling"] = order * rate["Desk"]
    table["service"] = booked["service"] + used["count"]["delivery"] * 12 * rate["Transport"]
    table["customer_profit"] = table["cm1"] - table["selling"] - table["service"]
    return table


SIDES = {"kamkit": by_kamkit, "SQL": by_hand, "pandas": by_pandas}


def seconds(side: str, folder: Path) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    SIDES[side](folder)
    return time.perf_counter() - start


def check_equal(side: str, folder: Path) -> None:
    """Both tables, to a ten-thousandth of a cent and to 1e-9 of the figure."""
    ours, theirs = by_kamkit(folder), SIDES[side](folder)
    ours = ours.loc[theirs.index, theirs.columns]
    pd.testing.assert_frame_equal(
        ours, theirs, rtol=1e-9, atol=1e-6, check_names=False, check_index_type=False
    )


def child_peak(side: str, folder: Path) -> int:
    """Peak memory in bytes of a process that does one side once."""
    command = [sys.executable, __file__, "--child", side, str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def own_peak() -> int:
    """Peak memory in bytes of this process; Linux counts that of its parent in what getrusage says."""
    status = Path("/proc/self/status")
    if status.is_file():
        return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])  # type: ignore[index]
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def measured(tenth: Path, whole: Path, rounds: int) -> dict[str, float]:
    """What is held against the goals, and the seconds it is made of."""
    tried = [("kamkit", whole), ("SQL", whole), ("kamkit", tenth), ("pandas", tenth)]
    timed = [[seconds(side, folder) for side, folder in tried] for _ in range(rounds)]
    ours, sql, small, pandas = (statistics.median(side) for side in zip(*timed, strict=True))
    peak = {(side, folder): child_peak(side, folder) for side, folder in tried}
    print(f"seconds: kamkit {ours:.2f}, SQL {sql:.2f}; a tenth: kamkit {small:.2f}, pandas {pandas:.2f}")
    found = (ours / sql, peak["kamkit", whole] / 1024**3, small / pandas,
             peak["kamkit", tenth] / peak["pandas", tenth], ours / small)  # fmt: skip
    return dict(zip(GOALS, found, strict=True))


def report(tenth: Path, whole: Path, lines: int, rounds: int) -> bool:
    """Print the comparison; whether all goals are met."""
    check_equal("SQL", whole)
    check_equal("pandas", tenth)
    print(f"{lines:,} lines, {rounds} interleaved rounds, equal results")
    found = measured(tenth, whole, rounds)
    for what, figure in found.items():
        print(f"{what:<40} {figure:6.2f}   goal at most {GOALS[what]:g}")
    return all(figure <= GOALS[what] for what, figure in found.items())


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=100_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the lines are generated, or stand already")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        SIDES[options.child[0]](Path(options.child[1]))
        print(own_peak())
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        tenth = options.folder or Path(name, "tenth")
        tenth.mkdir(exist_ok=True)
        if not (tenth / "sales.parquet").is_file():
            generate(tenth, options.lines // TIMES, options.accounts)
        repeat(tenth, Path(name, "whole"))
        return 0 if report(tenth, Path(name, "whole"), options.lines, options.rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
