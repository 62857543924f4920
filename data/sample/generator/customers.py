"""The accounts: how large they are, how they grow, how they behave, and what is published of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import names, plan
from .plan import ACCOUNTS, ACTIVE, GROWN_REVENUE, MONTHS, bisect, rng

SEASON = np.array([0.97, 0.98, 1.08, 1.02, 1.04, 1.03, 0.74, 0.96, 1.08, 1.10, 1.08, 0.92])


def _sizes(exponent: float) -> tuple[np.ndarray, int]:
    """Yearly revenue by rank under a Pareto law, and the rank that the grown account takes."""
    size = ((np.arange(ACTIVE) + 1.5) / (ACTIVE + 1)) ** (-1 / exponent)
    size *= plan.REVENUE / size.sum()
    grown = int(np.argmin(np.abs(size - GROWN_REVENUE[2025])))
    size[grown] = GROWN_REVENUE[2025]
    return size, grown


def _share_gap(exponent: float) -> float:
    size, _ = _sizes(exponent)
    top = int(np.ceil(0.10 * ACTIVE))
    return plan.AIMED_SHARE - np.sort(size)[::-1][:top].sum() / size.sum()


def _roles(grown: int) -> list[str]:
    """Part in the programme by rank; key and considered accounts are neighbours in size."""
    roles = ["plain"] * ACTIVE + ["lost"] * plan.LOST + ["prospect"] * (ACCOUNTS - ACTIVE - plan.LOST)
    roles[grown] = "grown"
    free = [r for r in range(ACTIVE) if r != grown and r not in plan.LOSING_RANKS[2:]]
    candidates = free[: plan.KEY + plan.CONSIDERED]
    for k in range(plan.KEY):
        first, second = candidates[2 * k : 2 * k + 2]
        key = first if k % 2 == 0 else second
        roles[key], roles[first + second - key] = "key", "considered"
    for rank in candidates[2 * plan.KEY :]:
        roles[rank] = "considered"
    return roles


def traits() -> pd.DataFrame:
    """What is true of each account, by rank of size; most of it is never published."""
    draw = rng("traits")
    size, grown = _sizes(bisect(_share_gap, 1.02, 2.0))
    t = pd.DataFrame({"role": _roles(grown)})
    t["revenue"] = np.concatenate(
        [size, draw.uniform(40_000, 160_000, plan.LOST), np.zeros(ACCOUNTS - ACTIVE - plan.LOST)]
    )
    t["account_id"] = (10_001 + draw.permutation(ACCOUNTS)).astype(str)
    t["country"] = draw.choice(list(plan.COUNTRIES), ACCOUNTS, p=list(plan.COUNTRIES.values()))
    t["industry"] = draw.choice(names.INDUSTRIES, ACCOUNTS)
    t["segment"] = draw.choice(plan.SEGMENTS, ACCOUNTS, p=[0.28, 0.30, 0.18, 0.24])
    t["growth"] = np.clip(draw.normal(0.0, 0.09, ACCOUNTS), -0.2, 0.22)
    t["kam_start"] = _starts(t["role"])
    t["losing"] = t.index.isin(plan.LOSING_RANKS)
    t["conflict_unit"] = [plan.CONFLICT_UNITS.get(r, "") for r in t.index]
    t.loc[t["losing"], "segment"] = "price"
    _mark(
        t, "premium", (t["segment"] == "uptime") & t.index.isin(range(60, 200)), plan.PREMIUM_ACCOUNTS, draw
    )
    _mark(t, "falling", (t["role"] == "plain") & t.index.isin(range(45, 140)), plan.FALLING_ACCOUNTS, draw)
    free = (t["role"] == "plain") & ~t["premium"] & ~t["falling"] & t.index.isin(range(40, 225))
    _mark(t, "burden", free, plan.BURDENS, draw)
    _behaviour(t, draw)
    return t


def _starts(roles: pd.Series) -> pd.Series:
    starts = pd.Series(pd.NaT, index=roles.index)
    for k, rank in enumerate(roles.index[roles == "key"]):
        starts[rank] = plan.KAM_STARTS[k % len(plan.KAM_STARTS)]
    return starts


def _mark(t: pd.DataFrame, name: str, eligible: pd.Series, count: int, draw: np.random.Generator) -> None:
    t[name] = t.index.isin(draw.choice(np.flatnonzero(eligible), count, replace=False))


def _behaviour(t: pd.DataFrame, draw: np.random.Generator) -> None:
    """Discount, bonus and what work the account makes."""
    scale = np.log10(t["revenue"].clip(lower=10_000) / 10_000)
    by_segment = t["segment"].map({"uptime": -0.01, "price": 0.04, "development": 0.0, "simplicity": 0.01})
    t["discount"] = (0.165 + 0.022 * scale + by_segment + draw.normal(0, 0.015, ACCOUNTS)).clip(0.02, 0.30)
    t.loc[t["losing"], "discount"] = [0.46, 0.48, 0.47, 0.49]
    t["bonus"] = np.where(t["revenue"] > 120_000, (0.012 + 0.012 * scale).clip(0, 0.04), 0.0)
    t.loc[t["losing"], "bonus"] = 0.06
    t["service"] = draw.lognormal(-0.3, 0.85, ACCOUNTS)
    t["visits"] = draw.lognormal(-0.1, 0.55, ACCOUNTS)
    t["orders"] = draw.lognormal(0, 0.35, ACCOUNTS)
    t["freight"] = draw.uniform(0.018, 0.045, ACCOUNTS)
    t["returns"] = draw.beta(2, 60, ACCOUNTS)
    t.loc[t["losing"], "service"] = [7.5, 8.5, 8.0, 9.0]
    t.loc[t["losing"], "orders"] = 2.0
    t.loc[t["losing"], "visits"] = 1.8
    t.loc[t["losing"], "freight"] = 0.065
    t.loc[t["losing"], "returns"] = 0.08
    t.loc[(t.index < 50) & ~t["losing"], "orders"] = draw.uniform(0.8, 1.2, 50 - int(t["losing"].sum()))
    t.loc[t["conflict_unit"] != "", ["service", "visits"]] = 0.6
    _burden(t, draw)


def _burden(t: pd.DataFrame, draw: np.random.Generator) -> None:
    """Middling accounts that ask for much and pay little."""
    t.loc[t["burden"], "service"] = draw.uniform(4, 9, plan.BURDENS)
    t.loc[t["burden"], "orders"] = draw.uniform(1.6, 2.4, plan.BURDENS)
    t.loc[t["burden"], "visits"] = draw.uniform(1.5, 2.5, plan.BURDENS)
    t.loc[t["burden"], "discount"] += draw.uniform(0.03, 0.12, plan.BURDENS)
    t.loc[t["burden"], "freight"] = draw.uniform(0.04, 0.07, plan.BURDENS)


def _shape(t: pd.DataFrame, candidate_growth: float, noise: np.ndarray) -> np.ndarray:
    """Expected revenue by account and month, before it is scaled to the account's size."""
    years = (np.arange(len(MONTHS)) - 29.5) / 12
    growth = np.where(t["role"].isin(["key", "considered"]), candidate_growth, t["growth"])
    shape = np.exp(np.outer(growth, years)) * np.tile(SEASON, 3) * noise
    started = t["kam_start"].to_numpy()[:, None] <= MONTHS.to_numpy()[None, :]
    shape *= np.where(started, np.exp(plan.KAM_EFFECT), 1.0)
    return shape


def _lives(t: pd.DataFrame, shape: np.ndarray) -> None:
    """Accounts that come late, go early or fade."""
    draw = rng("lives")
    plain = np.flatnonzero((t["role"] == "plain") & ~t["falling"] & (t.index > 70))
    for rank in draw.choice(plain, 14, replace=False):
        shape[rank, : draw.integers(8, 26)] = 0
    for rank in t.index[t["role"] == "lost"]:
        end = int(draw.integers(9, 23))
        shape[rank, end:] = 0
        shape[rank, end - 5 : end] *= np.linspace(0.8, 0.3, 5)
    shape[t.index[t["falling"]], 30:] *= np.linspace(0.8, 0.35, 6)


def monthly_revenue(t: pd.DataFrame) -> np.ndarray:
    """Revenue aimed at, accounts × months; candidates' growth is solved for the key accounts' 32 %."""
    noise = np.exp(rng("months 3").normal(0, 0.09, (ACCOUNTS, len(MONTHS))))

    def aimed(candidate_growth: float) -> np.ndarray:
        shape = _shape(t, candidate_growth, noise)
        _lives(t, shape)
        base = np.where(t["role"] == "lost", shape[:, :12].sum(1), shape[:, 24:].sum(1))
        return shape * (t["revenue"].to_numpy() / np.where(base > 0, base, 1))[:, None]

    def gap(candidate_growth: float) -> float:
        key = aimed(candidate_growth)[t["role"] == "key"].sum(0)
        return key[24:].sum() / key[12:24].sum() - 1 - plan.AIMED_KEY_GROWTH

    target = aimed(bisect(gap, 0.0, 0.5))
    _grow_tenfold(t, target)
    return target


def _grow_tenfold(t: pd.DataFrame, target: np.ndarray) -> None:
    rank = t.index[t["role"] == "grown"][0]
    path = np.exp(np.log(10) * np.arange(len(MONTHS)) / 24) * np.tile(SEASON, 3)
    for k, total in enumerate(GROWN_REVENUE.values()):
        year = slice(12 * k, 12 * k + 12)
        target[rank, year] = path[year] * total / path[year].sum()


def family_mix(t: pd.DataFrame) -> np.ndarray:
    """Share of each family in the account's purchases: the larger, the more families."""
    draw = rng("mix")
    mix = draw.dirichlet(np.full(len(plan.FAMILIES), 1.6), ACCOUNTS)
    keep = np.where(t.index < 25, 6, np.where(t.index < 60, 5, np.where(t.index < 140, 4, 3)))
    order = np.argsort(np.argsort(-mix, axis=1), axis=1)
    mix = np.where(order < keep[:, None], mix, 0)
    conflict = t["conflict_unit"].to_numpy() != ""
    mix[conflict] = mix[conflict] * 0.5 + 0.08
    spoilt = np.array([[plan.UNITS[f] == unit for f in plan.FAMILIES] for unit in t["conflict_unit"]])
    for part, share in ((spoilt, 0.16), (~spoilt, 0.84)):
        weight = np.where(part, mix, 0)[conflict]
        mix[conflict] = np.where(part[conflict], weight * share / weight.sum(1, keepdims=True), mix[conflict])
    return mix / mix.sum(1, keepdims=True)


def published(t: pd.DataFrame) -> pd.DataFrame:
    """The table ``accounts`` as the client hands it over."""
    draw = rng("accounts")
    taken: set[str] = set()
    a = t[["account_id"]].copy()
    a["name"] = [names.company(c, i, taken, draw) for c, i in zip(t["country"], t["industry"], strict=True)]
    a["parent_id"] = _parents(t, a, draw)
    a["industry"], a["country"] = t["industry"], t["country"]
    a["status"] = t["role"].map({"lost": "lost", "prospect": "prospect"}).fillna("active")
    a["since"] = _since(t, draw)
    a["kam_start"] = t["kam_start"]
    tiers = np.where(t.index < 14, "A", np.where(t.index < 28, "B", "C"))
    a["kam_tier"] = np.where(t["role"] == "key", tiers, None)
    a["considered"] = np.where(t["role"] == "considered", "true", "false")
    a["payment_days"] = np.round(np.where(t["losing"], 75, draw.normal(38, 9, ACCOUNTS).clip(14, 70)))
    stage = np.where(t["role"] == "key", draw.integers(3, 6, ACCOUNTS), draw.integers(1, 4, ACCOUNTS))
    a["relationship_stage"] = np.where(t["role"] == "prospect", 1, stage)
    return a.sort_values("account_id", ignore_index=True)


def _since(t: pd.DataFrame, draw: np.random.Generator) -> pd.Series:
    """First day as a customer; prospects have none."""
    first = np.argmax(monthly_revenue(t) > 0, axis=1)
    early = pd.Timestamp("2004-01-01") + pd.to_timedelta(draw.integers(0, 6800, ACCOUNTS), unit="D")
    since = pd.Series(np.where(first > 0, MONTHS[first], early), index=t.index)
    return since.where(t["role"] != "prospect")


def _parents(t: pd.DataFrame, a: pd.DataFrame, draw: np.random.Generator) -> pd.Series:
    """Twenty-five groups: a parent that buys itself, and one to three sisters named after it."""
    plain = t.index[t["role"].isin(["plain", "lost"])].to_numpy()
    heads = np.concatenate([t.index[t["role"] == "key"][:9], draw.choice(plain[:90], 16, replace=False)])
    free = list(draw.permutation([r for r in plain if r not in set(heads) and r > 30]))
    parent = pd.Series(None, index=t.index, dtype=object)
    for head in heads:
        for _ in range(int(draw.integers(1, 4))):
            child = free.pop()
            parent[child] = a.loc[head, "account_id"]
            root = a.loc[head, "name"].rsplit(" ", 1)[0]
            a.loc[child, "name"] = _sister(root, t.loc[child, "country"], set(a["name"]))
    return parent


def _sister(root: str, country: str, taken: set[str]) -> str:
    suffix = names.SUFFIX[country]
    spelt = {name.replace("/", "") for name in taken}
    choices = [
        f"{root} {suffix}",
        *(f"{root} {names.LOCAL[country]}{number} {suffix}" for number in ("", " II", " III")),
    ]
    return next(c for c in choices if c.replace("/", "") not in spelt)
