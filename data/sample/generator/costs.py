"""What the accounts cost: work by activity and month, the ledger, and the customer profit that follows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .plan import MONTHS, WHALE_PEAK, YEAR, bisect, cents, rng

ACTIVITIES = pd.DataFrame(
    [
        ("order_entry", "Order entry", "Order desk", "selling", "order", 14, 3.5, "order line"),
        ("order_change", "Order change", "Order desk", "selling", "change", 14, np.nan, None),
        ("quotation", "Quotation", "Inside sales", "selling", "quotation", 45, 6, "quotation line"),
        ("enquiry", "Enquiry", "Inside sales", "selling", "enquiry", 9, np.nan, None),
        ("customer_visit", "Customer visit", "Field sales", "selling", "visit", 150, 60, "hour of travel"),
        ("site_service", "Service on site", "Technical service", "service", "job", 150, 60, "further hour"),
        ("support_case", "Technical support", "Technical service", "service", "case", 28, np.nan, None),
        ("delivery", "Pick, pack and dispatch", "Logistics", "service", "delivery", 44, 8, "order line"),
        ("express", "Express delivery", "Logistics", "service", "delivery", 45, np.nan, None),
        ("return_handling", "Return", "Returns and credits", "service", "return", 70, 15, "unit beyond ten"),
        ("credit_note", "Credit note", "Returns and credits", "service", "credit note", 22, np.nan, None),
        ("customer_event", "Customer event", "Events", "marketing", "participant", 190, np.nan, None),
        ("account_meeting", "Meeting", "Key account team", "key_account", "meeting", 240, 60, "travel hour"),
        ("account_planning", "Planning", "Key account team", "key_account", "session", 380, np.nan, None),
    ],
    columns=["activity_id", "name", "team", "rung", "unit", "base_minutes", "extra_minutes", "extra_unit"],
)  # fmt: skip

TEAMS = {
    "Order desk": ("selling", 0.74, 0.95),
    "Inside sales": ("selling", 0.82, 0.93),
    "Field sales": ("selling", 1.18, 0.82),
    "Technical service": ("service", 1.12, 0.78),
    "Logistics": ("service", 0.64, 0.96),
    "Returns and credits": ("service", 0.70, 0.92),
    "Events": ("marketing", 1.05, 0.91),
    "Key account team": ("key_account", 1.38, 0.97),
}
"""Rung, cost of a practical minute, and the use that is made of the capacity in each year."""

WITHOUT_TEAM = (
    ("5910", "Trade fair", "marketing", 9_500.0),
    ("5990", "Agents' commission not booked by customer", "selling", 14_000.0),
    ("8010", "Management and administration", "sustaining", 24_000.0),
    ("8110", "Premises and IT", "sustaining", 11_000.0),
    ("8910", "Financial items", "excluded", 6_300.0),
)


def _monthly(keys: pd.DataFrame, activity: str, count, extra=None) -> pd.DataFrame:
    """Rows of ``activity_use`` for one activity, those without work left out."""
    use = keys[["account", "month", "bu_id"]].assign(activity_id=activity, count=count)
    use["extra_units"] = np.nan if extra is None else extra
    return use[use["count"] > 0]


def _order_work(lines: pd.DataFrame, t: pd.DataFrame) -> list[pd.DataFrame]:
    """Work that follows from orders: entry, changes, quotations, enquiries, deliveries."""
    draw = rng("order work")
    sold = lines[lines["quantity"] > 0].groupby(["account", "month", "bu_id"])
    keys = sold.agg(orders=("order_id", "nunique"), lines=("order_id", "size")).reset_index()
    losing = t["losing"].to_numpy()[keys["account"]]
    changes = draw.binomial(keys["orders"], np.where(losing, 0.45, 0.12))
    quotes = draw.binomial(keys["orders"], np.where(losing, 0.8, 0.38))
    express = draw.binomial(keys["orders"], np.where(losing, 0.6, 0.10))
    return [
        _monthly(keys, "order_entry", keys["orders"], keys["lines"]),
        _monthly(keys, "order_change", changes),
        _monthly(keys, "quotation", quotes, quotes + draw.poisson(3 * quotes)),
        _monthly(keys, "enquiry", draw.poisson(keys["orders"] * 0.7)),
        _monthly(keys, "delivery", keys["orders"], keys["lines"]),
        _monthly(keys, "express", express),
    ]


def _return_work(lines: pd.DataFrame) -> list[pd.DataFrame]:
    """Work that follows from credit notes."""
    credit = lines[lines["quantity"] < 0].assign(beyond=lambda d: (-d["quantity"] - 10).clip(0, 12))
    keys = credit.groupby(["account", "month", "bu_id"]).agg(
        notes=("order_id", "nunique"), beyond=("beyond", "sum")
    )
    keys = keys.reset_index()
    return [
        _monthly(keys, "return_handling", keys["notes"], keys["beyond"]),
        _monthly(keys, "credit_note", keys["notes"]),
    ]


def _main_unit(lines: pd.DataFrame) -> pd.Series:
    return lines.groupby(["account", "bu_id"])["net_amount"].sum().unstack(fill_value=0).idxmax(axis=1)


def _field_work(lines: pd.DataFrame, t: pd.DataFrame) -> list[pd.DataFrame]:
    """Visits, service, support, events and key-account work, booked on the account's main unit."""
    draw = rng("field work")
    keys = lines.groupby(["account", "month"], as_index=False)["net_amount"].sum()
    keys["bu_id"] = keys["account"].map(_main_unit(lines))
    size = t["revenue"].to_numpy()[keys["account"]] / 12
    load = t["service"].to_numpy()[keys["account"]]
    visits = draw.poisson((0.75 + 0.0034 * size**0.6) * t["visits"].to_numpy()[keys["account"]])
    jobs = draw.poisson(load * size / 15_500)
    key = (t["kam_start"].to_numpy()[keys["account"]] <= MONTHS.to_numpy()[keys["month"]]) & (size > 0)
    meetings = np.where(key, draw.poisson(2.2, len(keys)), 0)
    return [
        _monthly(keys, "customer_visit", visits, visits + draw.binomial(2 * visits, 0.4)),
        _monthly(keys, "site_service", jobs, draw.poisson(2.0 * jobs)),
        _monthly(keys, "support_case", draw.poisson(1.8 + load * size / 9_000)),
        _monthly(keys, "customer_event", draw.poisson(0.12 + size / 90_000)),
        _monthly(keys, "account_meeting", meetings, draw.poisson(1.5 * meetings)),
        _monthly(keys, "account_planning", np.where(key, draw.poisson(1.2, len(keys)), 0)),
    ]


def activity_use(lines: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """Account × activity × month × unit, with the minutes that are not published."""
    use = pd.concat(_order_work(lines, t) + _return_work(lines) + _field_work(lines, t), ignore_index=True)
    extra = ACTIVITIES["extra_minutes"].fillna(0)
    base = dict(zip(ACTIVITIES["activity_id"], ACTIVITIES["base_minutes"], strict=True))
    more = dict(zip(ACTIVITIES["activity_id"], extra, strict=True))
    use["minutes"] = use["count"] * use["activity_id"].map(base)
    use["minutes"] += use["extra_units"].fillna(0) * use["activity_id"].map(more)
    use["team"] = use["activity_id"].map(ACTIVITIES.set_index("activity_id")["team"])
    use["account_id"] = t["account_id"].to_numpy()[use["account"]]
    return use.sort_values(["month", "account_id", "activity_id", "bu_id"], kind="stable", ignore_index=True)


def _team_rows(use: pd.DataFrame) -> pd.DataFrame:
    """Two rows per team and month; the practical minutes stand on the first."""
    draw = rng("teams")
    worked = use.groupby(["team", use["month"] // 12])["minutes"].sum()
    rows = []
    for k, (team, (rung, rate, utilisation)) in enumerate(TEAMS.items()):
        for month in range(len(MONTHS)):
            if (team, month // 12) not in worked.index:
                continue
            minutes = np.round(worked[team, month // 12] / utilisation / 12)
            cost = minutes * rate * 1.03 ** (month // 12 - 2) * draw.uniform(0.98, 1.02)
            common = {"month": MONTHS[month], "rung": rung, "team": team}
            rows.append({**common, "code": f"7{k + 1}10", "name": "Salaries", "amount": cost * 0.82,
                         "practical_minutes": minutes})  # fmt: skip
            rows.append(
                {**common, "code": f"7{k + 1}20", "name": "Cars, premises and IT", "amount": cost * 0.18}
            )
    return pd.DataFrame(rows)


def _traced(lines: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """Bonus and freight by account, unit and quarter, booked in the quarter's last month."""
    quarter = lines["month"] // 3 * 3 + 2
    keys = lines.groupby([quarter, "account", "bu_id"]).agg(
        net=("net_amount", "sum"), orders=("order_id", "nunique")
    )
    keys = keys.reset_index()
    keys["month"], keys["account_id"] = MONTHS[keys["month"]], t["account_id"].to_numpy()[keys["account"]]
    bonus = keys["net"].clip(lower=0) * t["bonus"].to_numpy()[keys["account"]]
    freight = keys["net"].clip(lower=0) * t["freight"].to_numpy()[keys["account"]] + 14.0 * keys["orders"]
    parts = [
        ("3710", "Yearly bonus to customers", "deduction", bonus),
        ("5610", "Freight out", "service", freight),
    ]
    rows = [keys.assign(code=c, name=n, rung=r, amount=a)[a > 0.005] for c, n, r, a in parts]
    return pd.concat(rows)[["month", "code", "name", "rung", "amount", "bu_id", "account_id"]]


def _unassigned() -> pd.DataFrame:
    draw = rng("unassigned")
    rows = [
        {
            "month": month,
            "code": code,
            "name": name,
            "rung": rung,
            "amount": amount * draw.uniform(0.93, 1.07),
        }
        for month in MONTHS
        for code, name, rung, amount in WITHOUT_TEAM
        if code != "5910" or month.month in (3, 10)
    ]
    frame = pd.DataFrame(rows)
    fair = frame["code"] == "5910"
    frame.loc[fair, "amount"] *= 6
    return frame


def _control(lines: pd.DataFrame) -> pd.DataFrame:
    """Revenue by region and product cost, by month and unit: what sales must meet."""
    region = lines["country"].map(
        {"Sweden": "3010", "Estonia": "3030", "Latvia": "3030", "Lithuania": "3030"}
    )
    names = {
        "3010": "Sales, Sweden",
        "3020": "Sales, other Nordic countries",
        "3030": "Sales, Baltic countries",
    }
    sold = lines.assign(code=region.fillna("3020"), month=MONTHS[lines["month"]])
    revenue = sold.groupby(["month", "code", "bu_id"], as_index=False)["net_amount"].sum()
    revenue = revenue.rename(columns={"net_amount": "amount"}).assign(rung="revenue")
    revenue["name"] = revenue["code"].map(names)
    cost = sold.groupby(["month", "bu_id"], as_index=False)["product_cost"].sum()
    cost = cost.rename(columns={"product_cost": "amount"})
    return pd.concat(
        [revenue, cost.assign(code="4010", name="Standard cost of goods sold", rung="product_cost")]
    )


def _transfers(lines: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """Drives and seals that Flow buys for its pumps: + what a unit buys, − what it sells; zero each month."""
    pumps = lines[lines["family"] == "Pumps"].assign(quarter=lines["month"] // 3 * 3 + 2)
    pumps["key"] = np.where(t["role"].to_numpy()[pumps["account"]] == "key", pumps["account_id"], "")
    keyed = pumps["key"] != ""
    pumps["booked"] = np.where(keyed, pumps["quarter"], pumps["month"])
    cost = pumps.groupby(["booked", "key"])["product_cost"].sum()
    cost = cost[cost > 1]
    rows = []
    for (month, account), amount in cost.items():
        for seller, part, code, name in (
            ("Motion", 0.30, "9110", "Drives for pumps"),
            ("Supply", 0.08, "9120", "Seals for pumps"),
        ):
            moved = float(cents(amount * part))
            common = {
                "month": MONTHS[month],
                "code": code,
                "name": name,
                "rung": "transfer",
                "account_id": account or None,
            }
            rows += [
                {**common, "bu_id": "Flow", "amount": moved},
                {**common, "bu_id": seller, "amount": -moved},
            ]
    return pd.DataFrame(rows)


def ledger(lines: pd.DataFrame, use: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """The table ``ledger``."""
    parts = [_control(lines), _traced(lines, t), _team_rows(use), _unassigned(), _transfers(lines, t)]
    columns = ["month", "code", "name", "rung", "amount", "bu_id", "team", "account_id", "practical_minutes"]
    frame = pd.concat(parts, ignore_index=True)[columns]
    frame["amount"] = cents(frame["amount"])
    return frame.sort_values(["month", "code", "bu_id", "account_id"], kind="stable", ignore_index=True)


def _by_account(frame: pd.DataFrame, value: str, by: list[str]) -> pd.Series:
    return frame.groupby(by)[value].sum()


def customer_profit(lines, book, use, by=("account_id",), year: int = YEAR) -> pd.DataFrame:
    """Customer result by the contribution ladder, computed here independently of the library."""
    by = list(by)
    sold = lines[lines["month"] // 12 == year - 2023].groupby(by)[["net_amount", "product_cost"]].sum()
    book = book[book["month"].dt.year == year]
    team = book.groupby("team")[["amount", "practical_minutes"]].sum()
    rate = team["amount"] / team["practical_minutes"]
    work = use[use["month"] // 12 == year - 2023]
    work = work.assign(cost=work["minutes"] * work["team"].map(rate))
    traced = book[book["account_id"].notna() & (book["rung"] != "transfer")]
    pnl = sold.rename(columns={"net_amount": "invoiced_revenue"})
    pnl["deductions"] = traced[traced["rung"] == "deduction"].groupby(by)["amount"].sum()
    pnl["traced_service"] = traced[traced["rung"] == "service"].groupby(by)["amount"].sum()
    pnl["work"] = work.groupby(by)["cost"].sum()
    pnl = pnl.fillna(0.0)
    pnl["customer_profit"] = pnl["invoiced_revenue"] - pnl.drop(columns="invoiced_revenue").sum(axis=1)
    return pnl


def peak_share(profit: pd.Series) -> float:
    """Height of the whale curve as a fraction of the total."""
    return profit.sort_values(ascending=False).cumsum().max() / profit.sum()


def calibrate_cost(lines: pd.DataFrame, use: pd.DataFrame, t: pd.DataFrame) -> pd.DataFrame:
    """Scale all standard costs alike until the whale curve peaks where it is meant to."""
    lines = lines.assign(product_cost=0.0)
    before = customer_profit(lines, ledger(lines, use, t), use)["customer_profit"]
    standard = lines[lines["month"] // 12 == YEAR - 2023].groupby("account_id")["standard_cost"].sum()

    def gap(factor: float) -> float:
        profit = before - factor * standard.reindex(before.index)
        return peak_share(profit) - WHALE_PEAK if profit.sum() > 0 else 1.0

    factor = bisect(gap, 0.6, 1.6)
    return lines.assign(product_cost=cents(lines["standard_cost"] * factor))
