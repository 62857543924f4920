"""The table ``plan_items``: goals, offers with their value, actions, investments, benefits and risks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .plan import rng

COLUMNS = [
    "item_id",
    "subject_type",
    "subject_id",
    "kind",
    "text",
    "month",
    "amount",
    "metric",
    "baseline",
    "target",
    "probability",
    "owner",
    "due",
    "customer_agreed",
    "status",
]
FUTURE = pd.date_range("2026-01-01", periods=36, freq="MS")
INVESTED_MONTHS = 12
RATE = 0.10
POOR_CASES = 3

_DRIVERS = (
    ("Fewer hours of unplanned stop", "hours a year", 90, 0.45, 820.0),
    ("Less energy in pumps and drives", "MWh a year", 1500, 0.07, 92.0),
    ("Fewer orders to handle", "orders a year", 420, 0.40, 46.0),
    ("Less stock of spare parts, cost of capital", "kEUR in stock", 380, 0.30, 110.0),
)
_ACTIONS = (
    "Agree on a service level with the mills",
    "Introduce the sponsor to their operations director",
    "Audit of all drives, with a list of savings",
    "Joint forecast every quarter",
)
_RISKS = (
    "Central purchasing puts the contract out to tender",
    "Their project moves to another site",
    "Our deliveries slip while the warehouse moves",
)


def _item(account: str, letter: str, k: int, kind: str, text: str, **more) -> dict:
    return {
        "item_id": f"{letter}-{account}-{k}",
        "subject_type": "account",
        "subject_id": account,
        "kind": kind,
        "text": text,
        **more,
    }


def _goals(account: str, place: int, owner: str, revenue: float, draw: np.random.Generator) -> list[dict]:
    share = round(float(draw.uniform(0.2, 0.4)), 2)
    agreed = "true" if place % 3 else "false"
    due = pd.Timestamp("2026-12-31")
    return [
        _item(
            account,
            "G",
            1,
            "goal",
            "Raise our share of their purchases",
            metric="share of wallet",
            baseline=share,
            target=round(share + 0.12, 2),
            owner=owner,
            due=due,
            customer_agreed=agreed,
            status="agreed internally",
        ),
        _item(
            account,
            "G",
            2,
            "goal",
            "Raise yearly revenue",
            metric="EUR a year",
            baseline=round(revenue, -3),
            target=round(revenue * 1.15, -3),
            owner=owner,
            due=due,
            customer_agreed="true" if place % 2 else "false",
            status="agreed internally",
        ),
    ]


def _offer(account: str, owner: str, revenue: float, draw: np.random.Generator) -> list[dict]:
    """An offer with the price of the next best alternative, and what it is worth to the customer."""
    reference = round(revenue * float(draw.uniform(0.10, 0.16)), -2)
    price = round(reference * float(draw.uniform(1.05, 1.12)), -2)
    offer = _item(
        account,
        "O",
        1,
        "offer",
        "Uptime agreement for pumps and drives",
        amount=price,
        metric="EUR a year",
        baseline=reference,
        owner=owner,
        customer_agreed="false",
        status="offered",
    )
    scale = revenue / 600_000
    rows = [offer]
    for k, (text, metric, base, part, value) in enumerate(_DRIVERS[: int(draw.integers(3, 5))]):
        before = round(base * scale * float(draw.uniform(0.8, 1.2)), 1)
        after = round(before * (1 - part * float(draw.uniform(0.6, 1.0))), 1)
        rows.append(
            _item(
                account,
                "V",
                k + 1,
                "value_driver",
                text,
                amount=value,
                metric=metric,
                baseline=before,
                target=after,
                probability=round(float(draw.uniform(0.5, 0.95)), 2),
                owner=owner,
                customer_agreed="true" if k == 0 else "false",
                status="estimated",
            )
        )
    return rows


def _case(account: str, owner: str, revenue: float, poor: bool, draw: np.random.Generator) -> list[dict]:
    """Money put in during the first year, contribution that comes over three; three cases do not pay."""
    monthly = round(revenue * 0.004 + 900.0, 2)
    full = monthly * float(draw.uniform(0.22, 0.30) if poor else draw.uniform(0.62, 0.95))
    rows = [
        _item(
            account,
            "I",
            1,
            "investment",
            "Specialist, audits and integration",
            month=month,
            amount=monthly,
            owner=owner,
        )
        for month in FUTURE[:INVESTED_MONTHS]
    ]
    for k, month in enumerate(FUTURE):
        came = round(full * min(1.0, (k + 1) / 9), 2)
        rows.append(
            _item(
                account,
                "B",
                1,
                "benefit",
                "Additional contribution",
                month=month,
                amount=came,
                probability=0.8,
                owner=owner,
            )
        )
    return rows


def _work(account: str, place: int, owner: str, revenue: float, draw: np.random.Generator) -> list[dict]:
    rows = []
    for k, text in enumerate(_ACTIONS[: 2 + place % 3]):
        late = (place + k) % 7 == 0
        due = (
            pd.Timestamp("2025-11-30")
            if late
            else pd.Timestamp("2026-01-31") + pd.DateOffset(months=int(draw.integers(0, 9)))
        )
        rows.append(
            _item(
                account,
                "A",
                k + 1,
                "action",
                text,
                owner=owner,
                due=due,
                customer_agreed="false",
                status="under way" if late or k else "done",
            )
        )
    risk = _RISKS[place % len(_RISKS)]
    rows.append(
        _item(
            account,
            "R",
            1,
            "risk",
            risk,
            amount=round(revenue * float(draw.uniform(0.1, 0.6)), -2),
            probability=round(float(draw.uniform(0.05, 0.35)), 2),
            owner=owner,
            status="watched",
        )
    )
    return rows


def _company() -> list[dict]:
    """What the firm as a whole has set itself."""
    shared = {
        "subject_type": "company",
        "subject_id": "Nordvik",
        "owner": "DIR01",
        "due": pd.Timestamp("2026-12-31"),
    }
    return [
        {
            **shared,
            "item_id": "G-COMPANY-1",
            "kind": "goal",
            "text": "Orders won in 2026",
            "metric": "EUR orders won",
            "target": 4_000_000.0,
            "status": "agreed internally",
        },
        {
            **shared,
            "item_id": "A-COMPANY-1",
            "kind": "action",
            "text": "One price list for all units",
            "metric": "accounts that are good for the group and bad for a unit",
            "status": "planned",
        },
        {
            **shared,
            "item_id": "A-COMPANY-2",
            "kind": "action",
            "text": "Reward account teams by contribution",
            "metric": "share of hours rewarded by unit revenue",
            "status": "planned",
        },
    ]


def plan_items(t: pd.DataFrame) -> pd.DataFrame:
    """The table ``plan_items`` for all key accounts and the firm."""
    draw = rng("plans")
    keys = t[t["role"] == "key"]
    rows = _company()
    for place, (account, revenue) in enumerate(zip(keys["account_id"], keys["revenue"], strict=True)):
        owner = f"KAM{place % 7 + 1:02d}"
        rows += _goals(account, place, owner, revenue, draw)
        rows += _offer(account, owner, revenue, draw)
        rows += _case(account, owner, revenue, place >= len(keys) - POOR_CASES, draw)
        rows += _work(account, place, owner, revenue, draw)
    return pd.DataFrame(rows).reindex(columns=COLUMNS)
