"""What markets and key customers buy in all, and our part of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .plan import FAMILIES, MARKET_GROWTH, MONTHS, YEAR, cents, rng

COMPETITORS = {
    "Valves": ("Norrhav Armatur", "Baltventa", "Norrventil"),
    "Pumps": ("Norrhav Armatur", "Pumppulahti", "Vandværk & Søn"),
    "Bearings": ("Kugel Nord", "Veerevald", "Rullamo"),
    "Drives": ("Kugel Nord", "Mootorivald", "Västdriva"),
    "Seals": ("Rullamo", "Tihendivald", "Packningsbolaget Ek"),
    "Maintenance": ("Packningsbolaget Ek", "Veerevald", "Huoltolahti"),
}
COUNTRY_GROWTH = {
    "Sweden": 0.06, "Finland": 0.09, "Estonia": 0.07, "Latvia": -0.03,
    "Lithuania": 0.10, "Norway": 0.17, "Denmark": 0.04,
}  # fmt: skip
COLUMNS = ["scope", "scope_id", "family", "year", "supplier", "amount", "confidence", "source"]


def _own(lines: pd.DataFrame, by: str) -> pd.DataFrame:
    """Our sales by market or account, family and year, as invoiced."""
    year = MONTHS.year.to_numpy()[lines["month"]]
    own = lines.assign(year=year).groupby([by, "family", "year"])["net_amount"].sum().reset_index()
    return own.rename(columns={by: "scope_id", "net_amount": "own"}).assign(own=lambda d: cents(d["own"]))


def _with_2022(own: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    first = own[own["year"] == 2023].assign(year=2022)
    first["own"] = cents(first["own"] * draw.uniform(0.90, 0.99, len(first)))
    return pd.concat([own, first]).sort_values(["scope_id", "family", "year"], ignore_index=True)


def _totals(own: pd.DataFrame, draw: np.random.Generator) -> pd.Series:
    """Market totals in whole euro; their sum grows by exactly the market's growth in the last year."""
    cells = own.groupby(["scope_id", "family"])
    size, cell = cells["own"].transform("max"), cells.ngroup()
    share = draw.uniform(0.08, 0.30, cell.max() + 1)
    yearly = (1 + own["scope_id"].map(COUNTRY_GROWTH)) ** (own["year"] - YEAR + 1)
    total = size / share[cell] * yearly * draw.uniform(0.985, 1.015, len(own))
    total = total.round()
    aim = round(total[own["year"] == YEAR - 1].sum() * (1 + MARKET_GROWTH))
    last = own["year"] == YEAR
    total[last] = (total[last] * aim / total[last].sum()).round()
    total[total[last].idxmax()] += aim - total[last].sum()
    return total


def market_demand(lines: pd.DataFrame) -> pd.DataFrame:
    """Demand of the countries: us from the ledger, totals estimated, three competitors and a tail unnamed."""
    draw = rng("markets")
    own = _with_2022(_own(lines, "country"), draw)
    own["total"] = _totals(own, draw)
    parts = draw.dirichlet([6, 4, 2.5], len(own)) * draw.uniform(0.86, 0.94, (len(own), 1))
    known = np.where(own["year"] == 2022, "Annual report 2022", "Ledger")
    rows = [
        _rows(own, "us", own["own"], "A", known),
        _rows(own, "total", own["total"], "C", "Trade association"),
    ]
    for k in range(3):
        name = own["family"].map({f: COMPETITORS[f][k] for f in FAMILIES})
        rows.append(
            _rows(own, name, (parts[:, k] * (own["total"] - own["own"])).round(-3), "C", "Annual reports")
        )
    return pd.concat(rows).assign(scope="market")[COLUMNS]


def _rows(own: pd.DataFrame, supplier, amount, confidence, source) -> pd.DataFrame:
    columns = own[["scope_id", "family", "year"]]
    return columns.assign(supplier=supplier, amount=amount, confidence=confidence, source=source)


def account_demand(lines: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """Wallets of key accounts and candidates, two years, with graded confidence."""
    draw = rng("wallets")
    named = t.loc[t["role"].isin(["key", "considered"]), "account_id"]
    cells = pd.MultiIndex.from_product(
        [named, FAMILIES, [YEAR - 1, YEAR]], names=["scope_id", "family", "year"]
    )
    own = _own(lines, "account_id").set_index(["scope_id", "family", "year"])["own"].reindex(cells)
    own = own.clip(lower=0).fillna(0.0).reset_index()
    own["total"] = _wallets(own, draw)
    own = own[own["total"] > 0]
    grade = (
        own.groupby("scope_id")
        .ngroup()
        .map(dict(enumerate(draw.choice(["B", "C", "D"], len(named), p=[0.4, 0.4, 0.2]))))
    )
    source = grade.map(
        {"B": "Customer's purchasing manager", "C": "Estimate from production volume", "D": "Guess"}
    )
    rival = own["family"].map({f: COMPETITORS[f][0] for f in FAMILIES})
    largest = ((own["total"] - own["own"]) * draw.uniform(0.4, 0.8, len(own))).round(-2)
    rows = [
        _rows(own, "us", own["own"], "A", "Ledger"), _rows(own, "total", own["total"], grade, source),
        _rows(own, rival, largest, "D", "Seller's judgement"),
    ]  # fmt: skip
    return pd.concat(rows).assign(scope="account")[COLUMNS]


def _wallets(own: pd.DataFrame, draw: np.random.Generator) -> pd.Series:
    """Total purchases by cell, above ours everywhere; a fifth of what we do not sell is no need at all."""
    pairs = own.groupby(["scope_id", "family"])
    cell = pairs.ngroup()
    most = pairs["own"].transform("max")
    account = own.groupby("scope_id")["own"].transform("sum") / 2
    share = draw.uniform(0.15, 0.75, cell.max() + 1)[cell]
    unmet = (
        account * draw.uniform(0.02, 0.15, cell.max() + 1)[cell] * (draw.random(cell.max() + 1) > 0.2)[cell]
    )
    total = np.where(most > 0, most / share, unmet) * np.where(own["year"] == YEAR, 1.0, 0.95)
    return pd.Series(np.ceil(np.maximum(total, own["own"] * 1.02) / 1000) * 1000, index=own.index)


def demand(lines: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """The table ``demand``."""
    frame = pd.concat([market_demand(lines), account_demand(lines, t)], ignore_index=True)
    return frame.sort_values(["scope", "scope_id", "family", "year", "supplier"], ignore_index=True)
