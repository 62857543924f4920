"""Products and invoice lines, credit notes included."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .customers import family_mix, monthly_revenue
from .plan import FAMILIES, GROWN_REVENUE, MONTHS, PREMIUM, UNITS, cents, rng

PRICE_RISE = 0.03
_WORDS = {
    "Valves": ("Ball valve DN{}", (15, 25, 50, 80, 100, 150, 200, 250, 300, 350), (18, 95), 0.50),
    "Pumps": ("Centrifugal pump P{}", (10, 16, 20, 25, 32, 40, 50, 63, 80, 100), (60, 210), 0.54),
    "Bearings": (
        "Roller bearing {}",
        (6203, 6205, 6208, 6210, 6306, 6308, 6312, 22210, 22216, 22220),
        (6, 70),
        0.47,
    ),
    "Drives": ("Gear motor {} kW", (0.37, 0.55, 0.75, 1.1, 1.5, 2.2, 3, 4, 5.5, 7.5), (90, 260), 0.55),
    "Seals": ("Shaft seal S{}", (12, 16, 22, 28, 33, 38, 43, 55, 65, 80), (3, 34), 0.42),
    "Maintenance": ("Maintenance kit M{}", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10), (12, 80), 0.45),
}


def products() -> pd.DataFrame:
    """Sixty products with their list price and cost share, which are not published."""
    draw = rng("products")
    rows = []
    for f, family in enumerate(FAMILIES):
        word, sizes, (low, high), cost = _WORDS[family]
        prices = np.geomspace(low, high, len(sizes)) * draw.uniform(0.9, 1.1, len(sizes))
        shares = cost * draw.uniform(0.94, 1.06, len(sizes))
        for k, size in enumerate(sizes):
            rows.append(
                (f"P-{f + 1}{k + 1:03d}", word.format(size), family, UNITS[family], prices[k], shares[k])
            )
    frame = pd.DataFrame(rows, columns=["product_id", "name", "family", "bu_id", "price", "cost_share"])
    return frame.assign(price=cents(frame["price"]))


def _order_counts(t: pd.DataFrame, target: np.ndarray) -> np.ndarray:
    """Orders by account and month; programme candidates order every month."""
    yearly = 0.95 * t["revenue"].to_numpy() ** 0.36 * t["orders"].to_numpy()
    level = np.where(t["role"] == "lost", target[:, :12].sum(1), target[:, 24:].sum(1)) / 12
    relative = target / np.where(level > 0, level, 1)[:, None]
    counts = rng("orders").poisson(yearly[:, None] / 12 * relative**0.8 + 1e-12)
    steady = t["role"].isin(["key", "considered", "grown"]).to_numpy()[:, None] & (target > 0)
    counts = np.where(steady, np.maximum(counts, 2), counts)
    return _one_order_a_year(np.where(target > 0, counts, 0), target)


def _one_order_a_year(counts: np.ndarray, target: np.ndarray) -> np.ndarray:
    for year in range(3):
        months = slice(12 * year, 12 * year + 12)
        silent = (counts[:, months].sum(1) == 0) & (target[:, months].sum(1) > 0)
        best = 12 * year + target[:, months].argmax(1)
        counts[silent, best[silent]] = 1
    return counts


def _lines(t: pd.DataFrame, target: np.ndarray) -> pd.DataFrame:
    """One row per invoice line: account, month, order, and the money aimed at."""
    draw = rng("lines")
    counts = _order_counts(t, target)
    account, month = np.nonzero(counts)
    repeat = counts[account, month]
    account, month = np.repeat(account, repeat), np.repeat(month, repeat)
    order = np.arange(account.size)
    day = draw.integers(0, 28, account.size)
    lines = 1 + draw.poisson(1.5, account.size)
    frame = pd.DataFrame({"account": account, "month": month, "order": order, "day": day})
    frame = frame.loc[frame.index.repeat(lines)].reset_index(drop=True)
    frame["aim"] = _aims(frame, target, draw)
    return frame


def _aims(frame: pd.DataFrame, target: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Split the month's revenue over its lines; months without order give theirs to the year."""
    weight = pd.Series(draw.lognormal(0, 0.7, len(frame)))
    by_month = [frame["account"], frame["month"]]
    aimed = target[frame["account"], frame["month"]] * weight / weight.groupby(by_month).transform("sum")
    year = frame["month"] // 12
    reached = aimed.groupby([frame["account"], year]).transform("sum")
    whole = target.reshape(len(target), 3, 12).sum(2)[frame["account"], year]
    return (aimed * whole / reached).to_numpy()


def _pick(frame: pd.DataFrame, t: pd.DataFrame, catalogue: pd.DataFrame) -> np.ndarray:
    """A product for each line, from the account's own mix."""
    draw = rng("pick")
    mix = family_mix(t)[:, [FAMILIES.index(f) for f in catalogue["family"]]]
    taste = draw.gamma(0.8, size=mix.shape) * mix
    cumulative = np.cumsum(taste / taste.sum(1, keepdims=True), axis=1)
    return (
        (cumulative[frame["account"]] < draw.random(len(frame))[:, None] - 1e-12)
        .sum(1)
        .clip(max=len(catalogue) - 1)
    )


def _discounts(frame: pd.DataFrame, t: pd.DataFrame) -> np.ndarray:
    """Discount of each line: the account's, deeper in the unit it is spoilt by, none for who pays more."""
    draw = rng("discounts")
    discount = t["discount"].to_numpy()[frame["account"]] + draw.normal(0, 0.012, len(frame))
    spoilt = t["conflict_unit"].to_numpy()[frame["account"]] == frame["bu_id"].to_numpy()
    discount = np.where(spoilt, 0.58, discount)
    premium = t["premium"].to_numpy()[frame["account"]]
    discount = np.where(premium, 1 - (1 - discount) * PREMIUM, discount)
    return np.round(discount.clip(0, 0.6), 3)


def _priced(frame: pd.DataFrame, t: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    product = _pick(frame, t, catalogue)
    for name in ("product_id", "family", "bu_id", "cost_share"):
        frame[name] = catalogue[name].to_numpy()[product]
    rise = (1 + PRICE_RISE) ** (frame["month"] // 12)
    price = cents(catalogue["price"].to_numpy()[product] * rise)
    discount = _discounts(frame, t)
    frame["quantity"] = np.maximum(1, np.rint(frame["aim"] / (price * (1 - discount))))
    frame["list_amount"] = cents(frame["quantity"] * price)
    frame["net_amount"] = cents(frame["list_amount"] * (1 - discount))
    return frame


def _credit_notes(frame: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """Part of a line taken back, one to two months later, at the price it was sold at."""
    draw = rng("credits")
    back = draw.random(len(frame)) < t["returns"].to_numpy()[frame["account"]]
    credit = frame[back & (frame["month"] < len(MONTHS) - 2)].copy()
    part = np.maximum(1, np.rint(credit["quantity"] * draw.uniform(0.2, 1.0, len(credit))))
    unit = credit[["net_amount", "list_amount"]].div(credit["quantity"], axis=0)
    credit["quantity"] = -part
    credit[["net_amount", "list_amount"]] = cents(-unit.mul(part, axis=0))
    credit["month"] += draw.integers(1, 3, len(credit))
    credit["order"] = frame["order"].max() + 1 + np.arange(len(credit))
    return credit


def _hit_totals(frame: pd.DataFrame, t: pd.DataFrame) -> None:
    """The grown account's years come out at their totals to the cent."""
    grown = t.index[t["role"] == "grown"][0]
    for k, total in enumerate(GROWN_REVENUE.values()):
        mine = (frame["account"] == grown) & (frame["month"] // 12 == k)
        scale = total / frame.loc[mine, "net_amount"].sum()
        frame.loc[mine, "net_amount"] = cents(frame.loc[mine, "net_amount"] * scale)
        largest = frame.loc[mine, "net_amount"].idxmax()
        frame.loc[largest, "net_amount"] += total - frame.loc[mine, "net_amount"].sum()
    frame["net_amount"] = cents(frame["net_amount"])


def invoice_lines(t: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """All lines with ``standard_cost`` before calibration of the cost level."""
    frame = _priced(_lines(t, monthly_revenue(t)), t, catalogue)
    frame = pd.concat([frame, _credit_notes(frame, t)], ignore_index=True)
    _hit_totals(frame, t)
    frame["standard_cost"] = frame["list_amount"] * frame["cost_share"]
    frame["account_id"] = t["account_id"].to_numpy()[frame["account"]]
    frame["date"] = MONTHS.to_numpy()[frame["month"]] + pd.to_timedelta(frame["day"], unit="D")
    frame = frame.sort_values(["date", "order", "product_id"], kind="stable", ignore_index=True)
    number = pd.factorize(frame["order"])[0] + 100_001
    frame["order_id"] = np.where(frame["quantity"] < 0, "CN-", "SO-") + pd.Series(number.astype(str))
    return frame
