"""What was planted, as numbers with their definitions: ``truth.json``. Nothing here uses the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import costs, deals, plan, plans, surveys
from .definitions import DEFINITIONS
from .plan import YEAR

if TYPE_CHECKING:
    from .build import Firm

Facts = dict[str, object]
TARGET_SHARE = 0.5
PROBLEMS = {
    "definition": False,
    "units": True,
    "complexity": True,
    "conflict": True,
    "strategy": False,
    "roles": True,
    "measurement": True,
    "skills": True,
}


def _money(series: pd.Series) -> dict[str, float]:
    return {str(k): round(float(v), 2) for k, v in series.items()}


def _ids(firm: Firm, where: pd.Series) -> list[str]:
    return sorted(firm.traits.loc[where, "account_id"])


def _in_year(firm: Firm, year: int = YEAR) -> pd.DataFrame:
    return firm.lines[firm.lines["month"] // 12 == year - 2023]


def _revenue(firm: Firm, year: int = YEAR) -> pd.Series:
    return _in_year(firm, year).groupby("account_id")["net_amount"].sum()


def customers(firm: Firm) -> Facts:
    """How revenue is spread over the accounts, and how it grew."""
    revenue = _revenue(firm).sort_values(ascending=False)
    top = int(np.ceil(0.10 * len(revenue)))
    grown = firm.traits.loc[firm.traits["role"] == "grown", "account_id"].iloc[0]
    years = {str(y): round(float(_revenue(firm, y)[grown]), 2) for y in (2023, 2024, 2025)}
    return {
        "accounts_with_revenue": len(revenue),
        "top_decile_share": round(revenue.head(top).sum() / revenue.sum(), 6),
        "revenue": round(revenue.sum(), 2),
        "grown_account": grown,
        "grown_account_revenue": years,
        "falling_accounts": _ids(firm, firm.traits["falling"]),
        "premium_accounts": _ids(firm, firm.traits["premium"]),
        "price_index": {k: round(float(v), 6) for k, v in _price_index(firm).items()},
    }


def _price_index(firm: Firm) -> pd.Series:
    lines = _in_year(firm)
    product = lines.groupby("product_id")[["net_amount", "quantity"]].sum()
    mean = product["net_amount"] / product["quantity"]
    usual = (lines["quantity"] * lines["product_id"].map(mean)).groupby(lines["account_id"]).sum()
    return (_revenue(firm) / usual)[_ids(firm, firm.traits["premium"])]


def profit(firm: Firm) -> Facts:
    """The contribution ladder, its whale curve, and what reaches no account."""
    pnl = costs.customer_profit(firm.lines, firm.ledger, firm.use)
    result = pnl["customer_profit"].sort_values(ascending=False)
    largest = _revenue(firm).nlargest(15).index
    return {
        "customer_profit": _money(pnl["customer_profit"].sort_index()),
        "customer_profit_total": round(result.sum(), 2),
        "whale_peak_share": round(costs.peak_share(result), 6),
        "whale_peak_rank": int((result > 0).sum()),
        "losing_accounts": int((result < 0).sum()),
        "loss_sum": round(result[result < 0].sum(), 2),
        "large_losing_accounts": _money(result[largest][result[largest] < 0]),
        "reconciliation": _reconciliation(firm),
        "ebit": _ebit(firm),
    }


def _reconciliation(firm: Firm) -> dict[str, dict[str, float]]:
    book = firm.ledger[firm.ledger["month"].dt.year == YEAR]
    direct = book["account_id"].notna() | book["rung"].isin(["revenue", "product_cost"])
    assigned = book[direct].groupby("rung")["amount"].sum()
    team = book.groupby("team")[["amount", "practical_minutes"]].sum()
    work = firm.use[firm.use["month"] // 12 == YEAR - 2023].groupby("team")["minutes"].sum()
    by_work = (
        (work * team["amount"] / team["practical_minutes"]).groupby(lambda name: costs.TEAMS[name][0]).sum()
    )
    reached = assigned.add(by_work, fill_value=0)
    rungs = book[~book["rung"].isin(["transfer", "excluded"])].groupby("rung")["amount"].sum()
    return {
        rung: {
            "ledger": round(float(amount), 2),
            "assigned": round(float(reached.get(rung, 0.0)), 2),
            "unassigned": round(float(amount - reached.get(rung, 0.0)), 2),
        }
        for rung, amount in rungs.items()
    }


def _ebit(firm: Firm) -> float:
    book = firm.ledger[
        (firm.ledger["month"].dt.year == YEAR) & ~firm.ledger["rung"].isin(["excluded", "transfer"])
    ]
    sign = np.where(book["rung"] == "revenue", 1, -1)
    return round(float((book["amount"] * sign).sum()), 2)


def capacity(firm: Firm) -> Facts:
    """How the teams are used."""
    book = firm.ledger[firm.ledger["month"].dt.year == YEAR]
    team = book.groupby("team")[["amount", "practical_minutes"]].sum()
    used = firm.use[firm.use["month"] // 12 == YEAR - 2023].groupby("team")["minutes"].sum()
    share = used / team["practical_minutes"]
    unused = (1 - share) * team["amount"]
    idle = sorted(share.index[share < 0.85])
    return {
        "utilisation": {k: round(float(v), 6) for k, v in share.items()},
        "teams_with_unused_capacity": idle,
        "unused_cost": _money(unused),
    }


def units(firm: Firm) -> Facts:
    """Accounts that are good for the group and bad for a unit."""
    by_unit = costs.customer_profit(firm.lines, firm.ledger, firm.use, by=("account_id", "bu_id"))
    by_unit = by_unit["customer_profit"].unstack()
    whole = by_unit.sum(axis=1)
    torn = by_unit[(whole > 0) & (by_unit.min(axis=1) < 0)]
    t = firm.traits.set_index("account_id")
    planted = t.index[t["conflict_unit"] != ""]
    unit = {
        a: {
            "unit": t.loc[a, "conflict_unit"],
            "result": round(float(by_unit.loc[a, t.loc[a, "conflict_unit"]]), 2),
        }
        for a in sorted(planted)
    }
    return {
        "good_for_group_bad_for_unit": unit,
        "good_for_group_bad_for_unit_all": {
            a: [str(u) for u in torn.columns[torn.loc[a] < 0]] for a in torn.index
        },
    }


def programme(firm: Firm) -> Facts:
    """The key-account programme: who, since when, and what it does."""
    t = firm.traits
    key = _ids(firm, t["role"] == "key")
    starts = {
        str(a): d.date().isoformat()
        for a, d in zip(t["account_id"], t["kam_start"], strict=True)
        if pd.notna(d)
    }
    growth = _revenue(firm)[key].sum() / _revenue(firm, YEAR - 1)[key].sum() - 1
    return {
        "key_accounts": key,
        "considered_accounts": _ids(firm, t["role"] == "considered"),
        "kam_starts": starts,
        "kam_effect": plan.KAM_EFFECT,
        "key_account_growth": round(growth, 6),
    }


def markets(firm: Firm) -> Facts:
    """The markets, and what key accounts and candidates buy in all."""
    demand = firm.tables["demand"]
    market = demand[demand["scope"] == "market"]
    total = market[market["supplier"] == "total"].groupby("year")["amount"].sum()
    us = market[market["supplier"] == "us"].groupby("year")["amount"].sum()
    wallet = demand[(demand["scope"] == "account") & (demand["year"] == YEAR)]
    wallet = wallet.pivot_table(index=["scope_id", "family"], columns="supplier", values="amount")
    gap = (TARGET_SHARE * wallet["total"] - wallet["us"]).clip(lower=0).groupby("scope_id").sum()
    share = wallet.groupby("scope_id")[["us", "total"]].sum()
    return {
        "market_growth": round(total[YEAR] / total[YEAR - 1] - 1, 6),
        "market_total": _money(total),
        "market_share": {str(k): round(float(v), 6) for k, v in (us / total).items()},
        "share_of_wallet": {str(k): round(float(v), 6) for k, v in (share["us"] / share["total"]).items()},
        "white_space": _money(gap),
    }


def needs(firm: Firm) -> Facts:
    """What the customers want, say, and would pay."""
    who = surveys.panel(firm.traits)
    answers = firm.tables["responses"]
    recommend = answers.loc[answers["instrument"] == "nps", "value"]
    score = 100 * ((recommend >= 9).mean() - (recommend <= 6).mean())
    crossing = _crossings(answers[answers["instrument"] == "wtp"])
    return {
        "need_segments": dict(sorted(who.groupby("account_id")["segment"].first().items())),
        "need_segment_respondents": len(who),
        "spoken_not_moving": "price_level",
        "moving_not_spoken": "problem_ownership",
        "nps": round(float(score), 6),
        "optimal_price_point": crossing["opp"],
        "indifference_price_point": crossing["ipp"],
    }


def _crossings(answers: pd.DataFrame) -> dict[str, float]:
    prices = np.arange(0, 2001)
    item = {k: v["value"].to_numpy() for k, v in answers.groupby("item_id")}
    falling = {k: (item[k][:, None] >= prices).mean(0) for k in ("too_cheap", "cheap")}
    rising = {k: (item[k][:, None] <= prices).mean(0) for k in ("too_expensive", "expensive")}
    opp = prices[np.argmax(rising["too_expensive"] >= falling["too_cheap"])]
    ipp = prices[np.argmax(rising["expensive"] >= falling["cheap"])]
    return {"opp": float(opp), "ipp": float(ipp)}


def scores(firm: Firm) -> Facts:
    """Management's scores, and our own people's."""
    answers = firm.tables["responses"]
    mine = answers[answers["instrument"] == "attractiveness"]
    spread = mine.groupby(["round", "item_id", "subject_id"])["value"].std().groupby("round").mean()
    paying = mine[(mine["item_id"] == "payment_reliability") & (mine["round"] == "consensus")]
    failed = paying.groupby("subject_id")["value"].mean() < 2
    maturity = answers[answers["instrument"] == "maturity"].copy()
    maturity["area"] = maturity["item_id"].str.split(".").str[0]
    area = maturity.groupby("area")["value"].median()
    return {
        "score_spread": {k: round(float(v), 4) for k, v in spread.items()},
        "outlier_role": surveys.MANAGEMENT[surveys.OUTLIER],
        "gate_failing_accounts": sorted(failed.index[failed]),
        "maturity": {k: float(v) for k, v in area.items()},
        "skill_gaps": {
            "technical": ["negotiation", "value_selling"],
            "operations": ["complex_relationships", "value_selling"],
            "sales": ["customer_finance"],
        },
        "flattering_background": "sales",
    }


def relations(firm: Firm) -> Facts:
    """People at the customers and our own."""
    team, key = firm.team, _ids(firm, firm.traits["role"] == "key")
    contacts = team.contacts[team.contacts["account_id"].isin(key)]
    ties = team.relationships.merge(team.contacts[["contact_id", "account_id"]])
    sponsored = ties.loc[ties["person_id"].str.startswith("DIR") & (ties["depth"] > 0), "contact_id"]
    top = contacts[contacts["level"] == "executive"]
    stale = (plan.TODAY - ties["last_contact"]).dt.days > 365
    planted = team.planted
    hours = team.assignments.groupby("incentive")["hours_year"].sum()
    return {
        "account_with_200_contacts": planted["many"],
        "duplicate_contacts": planted["duplicates"],
        "contacts_without_owner": int((~contacts["contact_id"].isin(ties["contact_id"])).sum()),
        "single_thread_accounts": planted["single"],
        "stale_ties": int(stale.sum()),
        "executives_without_counterpart": sorted(top.loc[~top["contact_id"].isin(sponsored), "contact_id"]),
        "raci_no_a": planted["no_a"],
        "raci_two_a": planted["two_a"],
        "raci_no_r": planted["no_r"],
        "role_disagreement": planted["disagreeing"],
        "accounts_without_sponsor": planted["without_sponsor"],
        "hours_by_incentive": {k: float(v) for k, v in hours.items()},
    }


def pipeline(firm: Firm) -> Facts:
    """Deals and plans."""
    book = firm.deals
    closed = book[book["outcome"] != "open"]
    won = (closed["outcome"] == "won").astype(float)
    twin = book[book["twin_of"].notna()]
    open_deals = book[book["outcome"] == "open"]
    age = (plan.TODAY - open_deals["created"]).dt.days
    stages = won.groupby(closed["stage"]).mean()
    return {
        "double_booked": [[a, b] for a, b in zip(twin["twin_of"], twin["opportunity_id"], strict=True)],
        "stage_win_rates": deals.WIN_RATES,
        "observed_win_rates": {k: round(float(v), 6) for k, v in stages.items()},
        "brier_seller": round(float(((closed["probability"] - won) ** 2).mean()), 6),
        "brier_base": round(float(((won.mean() - won) ** 2).mean()), 6),
        "stalled_deals": int((age > 365).sum()),
        "overdue_deals": int((open_deals["expected_close"] < plan.TODAY).sum()),
        **_cases(firm.tables["plan_items"]),
        **{f"effort_{group}": who for group, who in surveys.effort_groups(firm.traits).items()},
    }


def _cases(items: pd.DataFrame) -> Facts:
    money = items[items["kind"].isin(["investment", "benefit"])].copy()
    chance = money["probability"].fillna(1.0)
    money["flow"] = money["amount"] * np.where(money["kind"] == "investment", -1.0, chance)
    discount = (1 + plans.RATE) ** -(money["month"].dt.year - 2026.0)
    npv = (money["flow"] * discount).groupby(money["subject_id"]).sum()
    drivers = items[items["kind"] == "value_driver"]
    value = (
        ((drivers["target"] - drivers["baseline"]).abs() * drivers["amount"])
        .groupby(drivers["subject_id"])
        .sum()
    )
    return {
        "plan_npv": _money(npv),
        "poor_cases": sorted(npv.index[npv < 0]),
        "value_to_customer": _money(value),
    }


def truth(firm: Firm) -> Facts:
    """The value of every planted truth."""
    parts = (customers, profit, capacity, units, programme, markets, needs, scores, relations, pipeline)
    facts: Facts = {}
    for part in parts:
        facts |= part(firm)
    return facts | {f"problem_{name}": planted for name, planted in PROBLEMS.items()}


def write(firm: Firm, path: Path) -> None:
    """Write ``truth.json``: a line each for value, unit and definition."""
    facts = truth(firm)
    if facts.keys() != DEFINITIONS.keys():
        raise KeyError(f"facts and definitions differ: {sorted(facts.keys() ^ DEFINITIONS.keys())}")
    entries = [
        f" {_json(name)}: {{\n{_entry(value, *DEFINITIONS[name])}\n }}" for name, value in facts.items()
    ]
    path.write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8", newline="\n")


def _entry(value: object, unit: str, definition: str) -> str:
    parts = {"value": value, "unit": unit, "definition": definition}
    return ",\n".join(f"  {_json(key)}: {_json(part)}" for key, part in parts.items())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
