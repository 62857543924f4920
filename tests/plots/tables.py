"""Small tables as the method returns them, ordinary and nasty, built by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

NASTY = [
    "Aktiebolaget Skandinaviska Verkstads- och Maskinfabriken i Örebro med dotterbolag",
    "Õhtuvõõrastemaja Rööpsõidukid OÜ",
    "Žižek Škoda Åäö Ltd",
    "$\\undefined$",
    "<script>alert(1)</script>",
    "شركة التجارة العامة المحدودة",
    "株式会社日本製鋼所ホールディングス",
    "x" * 40_000,
    "half \ud800 pair",
    "line\nbreak\tand\x00nul",
    "{0.__class__} {{7*7}}",
    "R&D \"quoted\" 'Ltd'",
]


def account_ids(n: int) -> list[str]:
    return [f"C{i:05d}" for i in range(n)]


def names(ids: list[str], nasty: bool = False) -> dict[str, str]:
    plain = [
        "Põhja Auto",
        "Nordvik",
        "Åkersberga Mekaniska",
        "Tallinna Vesi",
        "Örebro Stål",
        "Karlstad Pumpar",
    ]
    pool = NASTY if nasty else plain
    return {key: pool[i % len(pool)] + ("" if nasty else f" {i}") for i, key in enumerate(ids)}


def profits(n: int = 120, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sort(rng.pareto(1.4, n) * 20_000 - rng.pareto(1.6, n) * 18_000)[::-1]


def whale(profit) -> tuple[pd.DataFrame, SimpleNamespace]:
    """Hand arithmetic of the curve, apart from the method's own."""
    values = np.sort(np.asarray(profit, dtype=float))[::-1]
    total, heights = values.sum(), np.concatenate([[0.0], values.cumsum()])
    peak_rank = int(heights.argmax())
    curve = pd.DataFrame(
        {
            "rank": range(1, len(values) + 1),
            "account_id": account_ids(len(values)),
            "profit": values,
            "cumulative_profit": values.cumsum(),
            "cumulative_share": values.cumsum() / total if total > 0 else np.nan,
            "account_share": np.arange(1, len(values) + 1) / len(values),
        }
    )
    summary = SimpleNamespace(
        total=total,
        peak=heights[peak_rank],
        peak_share=heights[peak_rank] / total if total > 0 else np.nan,
        peak_rank=peak_rank,
        erosion=heights[peak_rank] - total,
        losers=int((values < 0).sum()),
        earners=int((values > 0).sum()),
        break_even=int((values == 0).sum()),
        n=len(values),
        loss_sum=values[values < 0].sum(),
    )
    return curve, summary


def lorenz(values) -> tuple[pd.DataFrame, SimpleNamespace]:
    ordered = np.sort(np.asarray(values, dtype=float))[::-1]
    n, total = len(ordered), ordered.sum()
    shares = np.concatenate([[0.0], ordered.cumsum() / total])
    curve = pd.DataFrame({"rank": range(n + 1), "account_share": np.arange(n + 1) / n, "value_share": shares})
    parts = ordered / total
    summary = SimpleNamespace(
        n=n,
        total=total,
        top_share_10=shares[int(np.ceil(0.1 * n - 1e-9))],
        top_share_20=shares[int(np.ceil(0.2 * n - 1e-9))],
        gini=np.abs(ordered[:, None] - ordered[None, :]).sum() / (2 * n * total),
        hhi=1e4 * (parts**2).sum(),
        effective_number=1 / (parts**2).sum(),
        largest_share=parts[0],
    )
    return curve, summary


def waterfall(list_revenue=61_440_000.0, discount=7_300_000.0, deductions=4_100_000.0) -> pd.DataFrame:
    known = not np.isnan(list_revenue)
    invoiced = list_revenue - discount if known else 54_140_000.0
    amounts = [list_revenue, -discount if known else np.nan, invoiced, -deductions, invoiced - deductions]
    base = list_revenue if known else invoiced
    return pd.DataFrame(
        {
            "step": ["list_revenue", "invoice_discount", "invoiced_revenue", "deductions", "pocket_revenue"],
            "kind": ["total", "change", "total", "change", "total"],
            "amount": amounts,
            "share": np.array(amounts) / base if base > 0 else np.nan,
        }
    )


def ladder(product_cost=31_200_000.0, pocket=50_040_000.0, absorbed=None) -> pd.DataFrame:
    costs = {
        "product_cost": product_cost,
        "marketing": 1_900_000.0,
        "selling": 5_200_000.0,
        "service": 6_480_000.0,
        "key_account": 900_000.0,
        "capital": 640_000.0,
    }
    rows, level = [("pocket_revenue", "total", pocket)], pocket
    after = {"product_cost": "cm1", "marketing": "cm2", "selling": "cm3", "service": "cm4"}
    for rung, cost in costs.items():
        level -= cost
        rows.append((rung, "change", -cost))
        if rung in after:
            rows.append((after[rung], "total", level))
    if absorbed is not None:
        level -= absorbed
        rows.append(("absorbed", "change", -absorbed))
    rows.append(("customer_profit", "total", level))
    table = pd.DataFrame(rows, columns=["rung", "kind", "amount"])
    return table.assign(share=table["amount"] / pocket if pocket > 0 else np.nan)


def matrix(n: int = 120, seed: int = 2, outlier: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    revenue = (rng.pareto(1.4, n) + 0.2) * 120_000
    price = np.clip(rng.normal(0.82, 0.06, n), 0.4, 1.05)
    cost = np.clip(rng.lognormal(np.log(0.12), 0.6, n), 0.005, 2)
    if outlier:
        cost[-1], revenue[-2] = 40.0, -500.0
    frame = pd.DataFrame(
        {"pocket_revenue": revenue, "price_realisation": price, "cost_to_serve": cost * revenue}
    )
    frame = frame.assign(cost_share=cost).set_index(pd.Index(account_ids(n), name="account_id"))
    frame.loc[frame["pocket_revenue"] <= 0, ["price_realisation", "cost_share"]] = np.nan
    known = frame.dropna()
    cuts = [
        np.average(known[c], weights=known["pocket_revenue"]) for c in ("price_realisation", "cost_share")
    ]
    dear, costly = frame["price_realisation"] >= cuts[0], frame["cost_share"] >= cuts[1]
    quadrant = np.select(
        [dear & costly, dear, costly], ["carriage_trade", "passive", "aggressive"], "bargain_basement"
    )
    placed = frame["price_realisation"].notna()
    return frame.assign(
        price_cut=cuts[0], cost_cut=cuts[1], quadrant=pd.Series(quadrant, frame.index).where(placed)
    )


def capacity(teams: int = 5, over: bool = False) -> pd.DataFrame:
    all_names = [
        "Order desk",
        "Customer service",
        "Field service",
        "Warehouse",
        "Key-account team",
        "Returns",
    ]
    supplied = np.array([700_000.0, 1_240_000, 420_000, 980_000, 160_000, 90_000] * 5)[:teams]
    use = np.array([0.8266, 0.94, 0.61, 0.99, 0.7, 0.5] * 5)[:teams]
    if over:
        use[0] = 1.12
    used = supplied * use
    return pd.DataFrame(
        {
            "team": (all_names * 5)[:teams],
            "supplied_minutes": supplied,
            "used_minutes": used,
            "unused_minutes": supplied - used,
            "utilisation": use,
            "unused_cost": (supplied - used) * 0.8,
        }
    )


def views(n: int = 60, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    before = profits(n, seed)
    cost = rng.pareto(1.5, n) * 9_000
    return pd.DataFrame(
        {
            "attributable_profit": before,
            "absorbed_profit": before - cost,
            "absorbed_cost": cost,
            "sign_change": (before < 0) != (before - cost < 0),
        },
        index=pd.Index(account_ids(n), name="account_id"),
    )


def shares() -> pd.DataFrame:
    families = ["Pumps", "Valves", "Seals", "Bearings", "Hydraulics", "Service contracts"]
    market = np.array([41.2e6, 27.8e6, 19.5e6, 12.1e6, np.nan, 3.3e6])
    own = np.array([9.6e6, 3.1e6, 6.2e6, 1.1e6, 2.2e6, 0.9e6])
    largest = np.array([11.2e6, 9.9e6, 4.0e6, 5.5e6, np.nan, 0.4e6])
    latest = pd.DataFrame(
        {
            "scope": "market",
            "scope_id": "Nordics",
            "family": families,
            "year": 2025,
            "market": market,
            "own": own,
            "competitor": largest,
            "share": own / market,
            "relative_share": own / largest,
            "growth": [0.07, -0.021, 0.12, 0.004, np.nan, 0.31],
        }
    )
    return pd.concat([latest.assign(year=2024, growth=np.nan), latest], ignore_index=True)


def split() -> pd.DataFrame:
    effect = np.array([0.62e6, -0.07e6, 0.71e6, 0.01e6, 0.2e6])
    share = np.array([1.9e6, -0.42e6, -0.25e6, 0.09e6, 0.0])
    both = np.array([0.13e6, 0.01e6, -0.03e6, 0.001e6, 0.0])
    change = effect + share + both
    return pd.DataFrame(
        {
            "scope": "market",
            "scope_id": "Nordics",
            "family": ["Pumps", "Valves", "Seals", "Bearings", "Service contracts"],
            "year_from": 2024,
            "year_to": 2025,
            "own_from": 5e6,
            "own_to": 5e6 + change,
            "change": change,
            "market_effect": effect,
            "share_effect": share,
            "interaction": both,
        }
    )
