"""A company small enough for arithmetic by hand, and the ways its tables can be held.

Desk works 600 of 1200 minutes at 0.50; Van 300 of 400 at 0.60. What each customer gets of it:
a: 20 orders · 10 + 50 lines · 2 = 300 min = 150; 5 deliveries · 20 = 100 min = 60.
b: 30 orders · 10 = 300 min = 150; 10 deliveries · 20 = 200 min = 120.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

JAN, FEB = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-02-01")


def sales() -> pd.DataFrame:
    rows = [
        ("2025-01-10", "a", "U1", "1", 1000.0, 1250.0, 600.0),
        ("2025-02-03", "a", "U2", "2", 500.0, 500.0, 200.0),
        ("2025-01-31", "b", "U1", "3", 400.0, 500.0, 300.0),
        ("2025-02-28", "b", "U1", "3", -100.0, -125.0, -75.0),
        ("2025-02-01", "unassigned", "U2", "4", 200.0, 200.0, 150.0),
    ]
    names = ["date", "account_id", "bu_id", "order_id", "net_amount", "list_amount", "product_cost"]
    return pd.DataFrame(rows, columns=names).assign(date=lambda t: pd.to_datetime(t["date"]))


def ledger() -> pd.DataFrame:
    rows = [
        (JAN, "3000", "revenue", 2000.0, None, None, None),
        (JAN, "4000", "product_cost", 1175.0, None, None, None),
        (JAN, "3900", "deduction", 90.0, None, "a", None),
        (FEB, "3901", "deduction", 10.0, None, None, None),
        (FEB, "6000", "marketing", 20.0, None, "b", None),
        (JAN, "6100", "selling", 300.0, "Desk", None, 600.0),
        (FEB, "6100", "selling", 300.0, "Desk", None, 600.0),
        (JAN, "6200", "service", 240.0, "Van", None, 400.0),
        (JAN, "6300", "key_account", 50.0, None, "a", None),
        (JAN, "7000", "sustaining", 500.0, None, None, None),
        (JAN, "8000", "transfer", 70.0, None, None, None),
        (JAN, "8001", "transfer", -70.0, None, None, None),
        (JAN, "9000", "excluded", 33.0, None, "a", None),
    ]
    names = ["month", "code", "rung", "amount", "team", "account_id", "practical_minutes"]
    return pd.DataFrame(rows, columns=names)


def activities() -> pd.DataFrame:
    rows = [
        ("order", "Order entry", "Desk", "selling", "order", 10.0, 2.0),
        ("delivery", "Delivery", "Van", "service", "delivery", 20.0, None),
    ]
    names = ["activity_id", "name", "team", "rung", "unit", "base_minutes", "extra_minutes"]
    return pd.DataFrame(rows, columns=names)


def activity_use() -> pd.DataFrame:
    rows = [
        (JAN, "a", "order", 20.0, 50.0),
        (JAN, "a", "delivery", 5.0, None),
        (FEB, "b", "order", 30.0, None),
        (FEB, "b", "delivery", 10.0, None),
    ]
    return pd.DataFrame(rows, columns=["month", "account_id", "activity_id", "count", "extra_units"])


def accounts() -> pd.DataFrame:
    rows = [
        ("a", "Alfa", None, "Pulp", 73.0),
        ("b", "Beta", "a", None, 36.5),
        ("c", "Gamma", "b", "Steel", None),
    ]
    return pd.DataFrame(rows, columns=["account_id", "name", "parent_id", "industry", "payment_days"])


PNL = {
    #                        a        b  unassigned
    "list_revenue":     [1750.0,   375.0, 200.0],
    "invoice_discount": [ 250.0,    75.0,   0.0],
    "invoiced_revenue": [1500.0,   300.0, 200.0],
    "deductions":       [  90.0,     0.0,   0.0],
    "pocket_revenue":   [1410.0,   300.0, 200.0],
    "product_cost":     [ 800.0,   225.0, 150.0],
    "cm1":              [ 610.0,    75.0,  50.0],
    "marketing":        [   0.0,    20.0,   0.0],
    "cm2":              [ 610.0,    55.0,  50.0],
    "selling":          [ 150.0,   150.0,   0.0],
    "cm3":              [ 460.0,   -95.0,  50.0],
    "service":          [  60.0,   120.0,   0.0],
    "cm4":              [ 400.0,  -215.0,  50.0],
    "key_account":      [  50.0,     0.0,   0.0],
    "capital":          [   0.0,     0.0,   0.0],
    "customer_profit":  [ 350.0,  -215.0,  50.0],
}  # fmt: skip


def expected_pnl() -> pd.DataFrame:
    return pd.DataFrame(PNL, index=pd.Index(["a", "b", "unassigned"], name="account_id"))


def _duckdb(frame: pd.DataFrame) -> Any:
    connection = duckdb.connect()
    connection.register("toy_frame", frame)
    connection.execute("create table toy as select * from toy_frame")
    return connection.table("toy")


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "duckdb": _duckdb,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    "narwhals": lambda frame: nw.from_native(_duckdb(frame)),
}
