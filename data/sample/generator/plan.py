"""What the fictional firm looks like, and what is planted in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

SEED = 2025
CLIENT = "Nordvik Industri AB"
YEAR = 2025
MONTHS = pd.date_range("2023-01-01", periods=36, freq="MS")
TODAY = pd.Timestamp("2025-12-31")

ACTIVE, LOST, PROSPECTS = 240, 12, 8
ACCOUNTS = ACTIVE + LOST + PROSPECTS
REVENUE = 40_000_000.0
AIMED_SHARE = 0.4926
"""Share of the top tenth that the account sizes are drawn for; whole quantities turn it into 0.49."""
WHALE_PEAK = 2.00

KAM_EFFECT = 0.12
KAM_STARTS = tuple(pd.Timestamp(d) for d in ("2024-01-01", "2024-07-01", "2025-01-01"))
KEY, CONSIDERED = 18, 20
AIMED_KEY_GROWTH = 0.318
"""Growth that the key accounts' months are drawn for; whole quantities turn it into 0.32."""
MARKET_GROWTH = 0.07

LOSING_RANKS = (1, 4, 7, 12)
BURDENS = 46
CONFLICT_UNITS = {3: "Motion", 6: "Supply", 10: "Flow", 17: "Motion"}
GROWN_REVENUE = {2023: 70_000.0, 2024: 221_400.0, 2025: 700_000.0}
PREMIUM = 1.10
PREMIUM_ACCOUNTS = 16
FALLING_ACCOUNTS = 5

UNITS = {
    "Valves": "Flow", "Pumps": "Flow",
    "Bearings": "Motion", "Drives": "Motion",
    "Seals": "Supply", "Maintenance": "Supply",
}  # fmt: skip
FAMILIES = tuple(UNITS)
BUS = ("Flow", "Motion", "Supply")
COUNTRIES = {
    "Sweden": 0.30, "Finland": 0.20, "Estonia": 0.15, "Latvia": 0.10,
    "Lithuania": 0.10, "Norway": 0.08, "Denmark": 0.07,
}  # fmt: skip
SEGMENTS = ("uptime", "price", "development", "simplicity")


def rng(part: str) -> np.random.Generator:
    """Random numbers of one part, untouched by what other parts draw."""
    return np.random.default_rng([SEED, *part.encode()])


def cents(values):
    """Money rounded to the cent."""
    return np.round(np.asarray(values, dtype=float), 2)


def bisect(function, low: float, high: float, steps: int = 60) -> float:
    """Root of a function that rises from below zero at ``low`` to above zero at ``high``."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2
