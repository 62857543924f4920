"""The table ``opportunities``: won, lost and open, with sellers who hope too much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .plan import BUS, FAMILIES, TODAY, UNITS, cents, rng

DEALS, OPEN, DOUBLE, STALLED, OVERDUE = 450, 96, 6, 8, 12
WIN_RATES = {"Lead": 0.12, "Qualified": 0.26, "Proposal": 0.43, "Negotiation": 0.68}
OPTIMISM = 0.24


def _accounts(t: pd.DataFrame, draw: np.random.Generator) -> np.ndarray:
    """Accounts of the deals: the larger the likelier; every key account has an open one."""
    chance = np.sqrt(t["revenue"].to_numpy()) * np.where(t["role"] == "key", 2.0, 1.0)
    chance = np.where(t["role"] == "prospect", np.median(chance), np.where(t["role"] == "lost", 0, chance))
    rank = draw.choice(t.index.to_numpy(), DEALS, p=chance / chance.sum())
    key = t.index[t["role"] == "key"]
    rank[OPEN - len(key) : OPEN] = key
    return rank


def _drawn(t: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    rank = _accounts(t, draw)
    frame = pd.DataFrame({"account_id": t["account_id"].to_numpy()[rank]})
    size = np.maximum(t["revenue"].to_numpy()[rank], 60_000)
    frame["amount"] = np.round(size**0.7 * draw.lognormal(2.0, 0.6, DEALS) / 100) * 100
    frame["family"] = draw.choice(FAMILIES, DEALS)
    frame["bu_id"] = frame["family"].map(UNITS)
    frame["stage"] = draw.choice(list(WIN_RATES), DEALS, p=[0.18, 0.27, 0.30, 0.25])
    frame["days"] = np.clip(draw.lognormal(4.6, 0.5, DEALS), 12, 400).astype(int)
    frame["margin_rate"] = np.round(draw.normal(0.30, 0.06, DEALS).clip(0.08, 0.5), 3)
    frame["owner"] = draw.choice(
        [f"SAL{k + 1:02d}" for k in range(6)] + [f"KAM{k + 1:02d}" for k in range(7)], DEALS
    )
    hoped = frame["stage"].map(WIN_RATES) + OPTIMISM + draw.normal(0, 0.14, DEALS)
    frame["probability"] = (hoped.clip(0.05, 0.95) * 20).round() / 20
    return frame


def _closed(frame: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Decided deals: they close later than expected, won ones five weeks on average."""
    won = draw.random(len(frame)) < frame["stage"].map(WIN_RATES)
    ended = TODAY - pd.to_timedelta(draw.integers(3, 1030, len(frame)), unit="D")
    earliest = pd.Timestamp("2023-01-02") + pd.to_timedelta(frame["days"].to_numpy(), unit="D")
    closed = pd.Series(np.maximum(ended, earliest), index=frame.index)
    delay = np.rint(draw.normal(np.where(won, 34, 48), 22, len(frame)).clip(-15, 120))
    created = closed - pd.to_timedelta(frame["days"], unit="D")
    expected = np.maximum(closed - pd.to_timedelta(delay, unit="D"), created + pd.Timedelta(days=5))
    return frame.assign(
        outcome=np.where(won, "won", "lost"), closed=closed, created=created, expected_close=expected
    )


def _open(frame: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Open deals at the end of 2025; a few stalled for more than a year, a few past their day."""
    age = draw.integers(5, 240, len(frame))
    age[:STALLED] = draw.integers(400, 700, STALLED)
    ahead = draw.integers(10, 270, len(frame))
    ahead[STALLED : STALLED + OVERDUE] = -draw.integers(5, 4 + 1 + 40, OVERDUE)
    age[STALLED : STALLED + OVERDUE] = draw.integers(90, 240, OVERDUE)
    created = TODAY - pd.to_timedelta(age, unit="D")
    expected = TODAY + pd.to_timedelta(ahead, unit="D")
    return frame.assign(outcome="open", closed=pd.NaT, created=created, expected_close=expected)


def _doubled(frame: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """The same deal in another unit's book: some days later, some percent off."""
    candidates = frame[(frame["outcome"] == "open") & (frame["created"] > TODAY - pd.Timedelta(days=240))]
    alone = candidates[~candidates.duplicated(["account_id", "family"], keep=False)]
    twin = alone.nlargest(20, "amount").sample(DOUBLE, random_state=7).copy()
    twin["twin_of"] = twin["opportunity_id"]
    twin["amount"] = np.round(twin["amount"] * draw.uniform(0.97, 1.03, DOUBLE) / 100) * 100
    twin["created"] += pd.to_timedelta(draw.integers(1, 5, DOUBLE), unit="D")
    twin["bu_id"] = [BUS[(BUS.index(bu) + 1) % len(BUS)] for bu in twin["bu_id"]]
    twin["owner"] = [f"SAL{k + 1:02d}" for k in range(DOUBLE)]
    return twin


def opportunities(t: pd.DataFrame) -> pd.DataFrame:
    """All deals, with ``twin_of`` for those booked twice, which is not published."""
    draw = rng("deals")
    frame = _drawn(t, draw)
    frame = pd.concat([_open(frame.iloc[:OPEN], draw), _closed(frame.iloc[OPEN:], draw)])
    frame = frame.sort_values(["created", "account_id", "amount"], kind="stable", ignore_index=True)
    frame["opportunity_id"] = [f"OPP-{k + 1:04d}" for k in range(len(frame))]
    frame = pd.concat([frame, _doubled(frame, draw)], ignore_index=True)
    again = frame["twin_of"].notna()
    frame.loc[again, "opportunity_id"] = [f"OPP-{len(frame) - DOUBLE + k + 1:04d}" for k in range(DOUBLE)]
    return frame.assign(amount=cents(frame["amount"]))


COLUMNS = [
    "opportunity_id",
    "account_id",
    "created",
    "stage",
    "amount",
    "outcome",
    "expected_close",
    "closed",
    "family",
    "bu_id",
    "margin_rate",
    "probability",
    "owner",
]
