"""What was planted, as numbers with their definitions: ``truth.json``. Nothing here uses the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import costs, deals, people, plan, plans, surveys
from .plan import YEAR

if TYPE_CHECKING:
    from .build import Firm

Fact = dict[str, object]
TARGET_SHARE = 0.5
EIGHT = (
    "definition", "units", "complexity", "conflict", "strategy", "roles", "measurement", "skills",
)  # fmt: skip


def fact(value: object, unit: str, definition: str) -> Fact:
    """One planted truth."""
    return {"value": value, "unit": unit, "definition": definition}


def _money(series: pd.Series) -> dict[str, float]:
    return {str(k): round(float(v), 2) for k, v in series.items()}


def _ids(firm: Firm, where: pd.Series) -> list[str]:
    return sorted(firm.traits.loc[where, "account_id"])


def _in_year(firm: Firm, year: int = YEAR) -> pd.DataFrame:
    return firm.lines[firm.lines["month"] // 12 == year - 2023]


def _revenue(firm: Firm, year: int = YEAR) -> pd.Series:
    return _in_year(firm, year).groupby("account_id")["net_amount"].sum()


def customers(firm: Firm) -> dict[str, Fact]:
    """How revenue is spread over the accounts, and how it grew."""
    revenue = _revenue(firm).sort_values(ascending=False)
    top = int(np.ceil(0.10 * len(revenue)))
    grown = firm.traits.loc[firm.traits["role"] == "grown", "account_id"].iloc[0]
    years = {str(y): round(float(_revenue(firm, y)[grown]), 2) for y in (2023, 2024, 2025)}
    return {
        "accounts_with_revenue": fact(len(revenue), "accounts", "accounts with an invoice line in 2025"),
        "top_decile_share": fact(
            round(revenue.head(top).sum() / revenue.sum(), 6), "fraction",
            f"invoiced revenue of the {top} largest accounts (10 % of those with revenue in 2025, rounded up) over all",
        ),
        "revenue": fact(round(revenue.sum(), 2), "EUR", "sum of net_amount in 2025"),
        "grown_account": fact(grown, "account_id", "the account whose yearly revenue grew from 70 to 700 thousand EUR"),
        "grown_account_revenue": fact(years, "EUR a year", "its invoiced revenue by year: 7 to 70 in units of 10 kEUR"),
        "falling_accounts": fact(
            _ids(firm, firm.traits["falling"]), "account_id",
            "accounts whose expected orders and revenue fall to 35 % from July to December 2025: an early warning",
        ),
        "premium_accounts": fact(
            _ids(firm, firm.traits["premium"]), "account_id",
            f"accounts that pay {plan.PREMIUM - 1:.0%} more, net, than their discount would give, for the same products",
        ),
        "price_index": fact(
            {k: round(float(v), 6) for k, v in _price_index(firm).items()}, "ratio",
            "net_amount over quantity × the product's mean net price to all accounts, 2025, premium accounts only",
        ),
    }  # fmt: skip


def _price_index(firm: Firm) -> pd.Series:
    lines = _in_year(firm)
    product = lines.groupby("product_id")[["net_amount", "quantity"]].sum()
    mean = product["net_amount"] / product["quantity"]
    usual = (lines["quantity"] * lines["product_id"].map(mean)).groupby(lines["account_id"]).sum()
    return (_revenue(firm) / usual)[_ids(firm, firm.traits["premium"])]


def profit(firm: Firm) -> dict[str, Fact]:
    """The contribution ladder, its whale curve, and what reaches no account."""
    pnl = costs.customer_profit(firm.lines, firm.ledger, firm.use)
    result = pnl["customer_profit"].sort_values(ascending=False)
    largest = _revenue(firm).nlargest(15).index
    ladder = (
        "pocket revenue − product cost − marketing − selling − service − key account, attributable cost only, "
        "capital 0; teams through activities at one rate per team over 2025"
    )
    return {
        "customer_profit": fact(_money(pnl["customer_profit"].sort_index()), "EUR", ladder),
        "customer_profit_total": fact(round(result.sum(), 2), "EUR", "sum of customer_profit over accounts, 2025"),
        "whale_peak_share": fact(
            round(costs.peak_share(result), 6), "fraction", "largest cumulated customer_profit over the total, 2025"
        ),
        "whale_peak_rank": fact(int((result > 0).sum()), "accounts", "accounts with customer_profit above 0"),
        "losing_accounts": fact(int((result < 0).sum()), "accounts", "accounts with customer_profit below 0"),
        "loss_sum": fact(round(result[result < 0].sum(), 2), "EUR", "sum of the negative customer_profits"),
        "large_losing_accounts": fact(
            _money(result[largest][result[largest] < 0]), "EUR",
            "customer_profit of those among the 15 largest by revenue that lose money by discounts and service",
        ),
        "reconciliation": fact(_reconciliation(firm), "EUR", "by rung of 2025: ledger, reaching accounts, unassigned"),
        "ebit": fact(_ebit(firm), "EUR", "2025: revenue less every other rung but excluded, from the ledger"),
    }  # fmt: skip


def _reconciliation(firm: Firm) -> dict[str, dict[str, float]]:
    book = firm.ledger[firm.ledger["month"].dt.year == YEAR]
    direct = book["account_id"].notna() | book["rung"].isin(["revenue", "product_cost"])
    assigned = book[direct].groupby("rung")["amount"].sum()
    team = book.groupby("team")[["amount", "practical_minutes"]].sum()
    work = firm.use[firm.use["month"] // 12 == YEAR - 2023].groupby("team")["minutes"].sum()
    by_work = (work * team["amount"] / team["practical_minutes"]).groupby(lambda name: costs.TEAMS[name][0]).sum()
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
    book = firm.ledger[(firm.ledger["month"].dt.year == YEAR) & ~firm.ledger["rung"].isin(["excluded", "transfer"])]
    sign = np.where(book["rung"] == "revenue", 1, -1)
    return round(float((book["amount"] * sign).sum()), 2)


def capacity(firm: Firm) -> dict[str, Fact]:
    """How the teams are used."""
    book = firm.ledger[firm.ledger["month"].dt.year == YEAR]
    team = book.groupby("team")[["amount", "practical_minutes"]].sum()
    used = firm.use[firm.use["month"] // 12 == YEAR - 2023].groupby("team")["minutes"].sum()
    share = used / team["practical_minutes"]
    unused = (1 - share) * team["amount"]
    idle = sorted(share.index[share < 0.85])
    return {
        "utilisation": fact({k: round(float(v), 6) for k, v in share.items()}, "fraction",
                            "minutes used over practical minutes by team, 2025"),
        "teams_with_unused_capacity": fact(idle, "team", "teams used less than 85 %; the others between 90 and 98 %"),
        "unused_cost": fact(_money(unused), "EUR", "cost of the team × (1 − utilisation), 2025"),
    }  # fmt: skip


def units(firm: Firm) -> dict[str, Fact]:
    """Accounts that are good for the group and bad for a unit."""
    by_unit = costs.customer_profit(firm.lines, firm.ledger, firm.use, by=("account_id", "bu_id"))
    by_unit = by_unit["customer_profit"].unstack()
    whole = by_unit.sum(axis=1)
    torn = by_unit[(whole > 0) & (by_unit.min(axis=1) < 0)]
    t = firm.traits.set_index("account_id")
    planted = t.index[t["conflict_unit"] != ""]
    unit = {a: {"unit": t.loc[a, "conflict_unit"], "result": round(float(by_unit.loc[a, t.loc[a, "conflict_unit"]]), 2)}
            for a in sorted(planted)}  # fmt: skip
    how = "customer_profit > 0 in all and contribution < 0 in one unit, transfers left out, 2025"
    return {
        "good_for_group_bad_for_unit": fact(unit, "EUR", f"planted by a 58 % discount in that unit: {how}"),
        "good_for_group_bad_for_unit_all": fact(
            {a: [str(u) for u in torn.columns[torn.loc[a] < 0]] for a in torn.index}, "unit",
            f"every account of which this is so, most of them by little: {how}",
        ),
    }  # fmt: skip


def programme(firm: Firm) -> dict[str, Fact]:
    """The key-account programme: who, since when, and what it does."""
    t = firm.traits
    key = _ids(firm, t["role"] == "key")
    starts = {str(a): d.date().isoformat() for a, d in zip(t["account_id"], t["kam_start"], strict=True) if pd.notna(d)}
    growth = _revenue(firm)[key].sum() / _revenue(firm, YEAR - 1)[key].sum() - 1
    return {
        "key_accounts": fact(key, "account_id", "accounts in the programme"),
        "considered_accounts": fact(_ids(firm, t["role"] == "considered"), "account_id",
                                    "candidates of the same size and the same underlying growth, not chosen"),
        "kam_starts": fact(starts, "date", "first programme month, three cohorts of six"),
        "kam_effect": fact(
            plan.KAM_EFFECT, "log points",
            "from kam_start on, expected monthly revenue is exp(0.12) = 1.1275 times what it would be; at once, "
            "constant, the same for every cohort; in log revenue by month, key against considered, trends are parallel",
        ),
        "key_account_growth": fact(
            round(growth, 6), "fraction",
            "revenue of all key accounts 2025 over 2024 − 1; part market (7 %), part selection (key and considered "
            "accounts share a higher underlying growth), part programme (cohorts 2 and 3 start within the two years)",
        ),
    }  # fmt: skip


def markets(firm: Firm) -> dict[str, Fact]:
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
        "market_growth": fact(round(total[YEAR] / total[YEAR - 1] - 1, 6), "fraction", "all markets, 2025 over 2024 − 1"),
        "market_total": fact(_money(total), "EUR", "sum of the totals of all markets by year"),
        "market_share": fact({str(k): round(float(v), 6) for k, v in (us / total).items()}, "fraction",
                             "us over total, all markets"),
        "share_of_wallet": fact({str(k): round(float(v), 6) for k, v in (share["us"] / share["total"]).items()},
                                "fraction", "our sales over all purchases of the account in families with need, 2025"),
        "white_space": fact(_money(gap), "EUR a year",
                            "by account: sum over families of max(0, 0.5 × wallet − our sales), 2025"),
    }  # fmt: skip


def needs(firm: Firm) -> dict[str, Fact]:
    """What the customers want, say, and would pay."""
    who = surveys.panel(firm.traits)
    answers = firm.tables["responses"]
    recommend = answers.loc[answers["instrument"] == "nps", "value"]
    score = 100 * ((recommend >= 9).mean() - (recommend <= 6).mean())
    crossing = _crossings(answers[answers["instrument"] == "wtp"])
    how = "Van Westendorp: share who find the price p {}; first crossing, p in steps of 1 EUR"
    return {
        "need_segments": fact(dict(sorted(who.groupby("account_id")["segment"].first().items())), "segment",
                              "true need segment of every answering account; four profiles, within-respondent z-scores"),
        "need_segment_respondents": fact(len(who), "respondents", "people who answered the needs questionnaire"),
        "spoken_not_moving": fact("price_level", "item", "important as stated, but hardly moves overall satisfaction"),
        "moving_not_spoken": fact("problem_ownership", "item", "unimportant as stated, moves satisfaction the most"),
        "nps": fact(round(float(score), 6), "points", "share of 9–10 less share of 0–6 × 100, by respondent"),
        "optimal_price_point": fact(crossing["opp"], "EUR a month", how.format("too cheap = too expensive")),
        "indifference_price_point": fact(crossing["ipp"], "EUR a month", how.format("cheap = expensive")),
    }  # fmt: skip


def _crossings(answers: pd.DataFrame) -> dict[str, float]:
    prices = np.arange(0, 2001)
    item = {k: v["value"].to_numpy() for k, v in answers.groupby("item_id")}
    falling = {k: (item[k][:, None] >= prices).mean(0) for k in ("too_cheap", "cheap")}
    rising = {k: (item[k][:, None] <= prices).mean(0) for k in ("too_expensive", "expensive")}
    opp = prices[np.argmax(rising["too_expensive"] >= falling["too_cheap"])]
    ipp = prices[np.argmax(rising["expensive"] >= falling["cheap"])]
    return {"opp": float(opp), "ipp": float(ipp)}


def scores(firm: Firm) -> dict[str, Fact]:
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
        "score_spread": fact({k: round(float(v), 4) for k, v in spread.items()}, "scale points",
                             "mean standard deviation over respondents by item and account, attractiveness"),
        "outlier_role": fact(surveys.MANAGEMENT[surveys.OUTLIER], "role",
                             f"scores {surveys.OUTLIER_ITEM} 1.4 points too high when alone"),
        "gate_failing_accounts": fact(sorted(failed.index[failed]), "account_id",
                                      "mean payment_reliability below its gate of 2 in the consensus round"),
        "maturity": fact({k: float(v) for k, v in area.items()}, "stage 1–5", "median over items and respondents by area"),
        "skill_gaps": fact(
            {"technical": ["negotiation", "value_selling"], "operations": ["complex_relationships", "value_selling"],
             "sales": ["customer_finance"]}, "item",
            "skills in which a background falls short of the required level by more than one step, as managers see it",
        ),
        "flattering_background": fact("sales", "background", "rates itself 0.9 steps above what its manager sees"),
    }  # fmt: skip


def relations(firm: Firm) -> dict[str, Fact]:
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
        "account_with_200_contacts": fact(planted["many"], "account_id", f"the account with {people.MANY} contacts"),
        "duplicate_contacts": fact(planted["duplicates"], "contact_id", "pairs: one person under two spellings"),
        "contacts_without_owner": fact(
            int((~contacts["contact_id"].isin(ties["contact_id"])).sum()), "contacts",
            "contacts at key accounts whom none of our people knows",
        ),
        "single_thread_accounts": fact(planted["single"], "account_id", "key accounts where one of our people holds all ties"),
        "stale_ties": fact(int(stale.sum()), "ties", "last contact more than 365 days before 2025-12-31"),
        "executives_without_counterpart": fact(
            sorted(top.loc[~top["contact_id"].isin(sponsored), "contact_id"]), "contact_id",
            "executives at key accounts without a tie to one of our executive sponsors (DIR…)",
        ),
        "raci_no_a": fact(planted["no_a"], "account_id, task", "tasks without an accountable person (rows without respondent)"),
        "raci_two_a": fact(planted["two_a"], "account_id, task", "tasks with two accountable persons"),
        "raci_no_r": fact(planted["no_r"], "account_id, task", "tasks that nobody is responsible for"),
        "role_disagreement": fact(planted["disagreeing"], "account_id",
                                  "accounts where of five people asked two name the same accountable person; all agree elsewhere"),
        "accounts_without_sponsor": fact(planted["without_sponsor"], "account_id", "key accounts without executive sponsor"),
        "hours_by_incentive": fact({k: float(v) for k, v in hours.items()}, "hours a year", "sum of hours_year"),
    }  # fmt: skip


def pipeline(firm: Firm) -> dict[str, Fact]:
    """Deals and plans."""
    book = firm.deals
    closed = book[book["outcome"] != "open"]
    won = (closed["outcome"] == "won").astype(float)
    twin = book[book["twin_of"].notna()]
    open_deals = book[book["outcome"] == "open"]
    age = (plan.TODAY - open_deals["created"]).dt.days
    stages = won.groupby(closed["stage"]).mean()
    return {
        "double_booked": fact([[a, b] for a, b in zip(twin["twin_of"], twin["opportunity_id"], strict=True)],
                              "opportunity_id", "pairs: one deal in two units, amounts within 3 %, created 1–4 days apart"),
        "stage_win_rates": fact(deals.WIN_RATES, "fraction", "true probability of winning by stage"),
        "observed_win_rates": fact({k: round(float(v), 6) for k, v in stages.items()}, "fraction",
                                   "won over won and lost, by stage and count"),
        "brier_seller": fact(round(float(((closed["probability"] - won) ** 2).mean()), 6), "score",
                             "mean squared error of the sellers' probability over decided deals"),
        "brier_base": fact(round(float(((won.mean() - won) ** 2).mean()), 6), "score",
                           "the same for the overall win rate"),
        "stalled_deals": fact(int((age > 365).sum()), "deals", "open for more than 365 days at 2025-12-31"),
        "overdue_deals": fact(int((open_deals["expected_close"] < plan.TODAY).sum()), "deals",
                              "open, expected to close before 2025-12-31"),
        **_cases(firm.tables["plan_items"]),
    }  # fmt: skip


def _cases(items: pd.DataFrame) -> dict[str, Fact]:
    money = items[items["kind"].isin(["investment", "benefit"])].copy()
    chance = money["probability"].fillna(1.0)
    money["flow"] = money["amount"] * np.where(money["kind"] == "investment", -1.0, chance)
    discount = (1 + plans.RATE) ** -(money["month"].dt.year - 2026.0)
    npv = (money["flow"] * discount).groupby(money["subject_id"]).sum()
    drivers = items[items["kind"] == "value_driver"]
    value = ((drivers["target"] - drivers["baseline"]).abs() * drivers["amount"]).groupby(drivers["subject_id"]).sum()
    return {
        "plan_npv": fact(_money(npv), "EUR", "benefits × probability less investments by calendar year, first year t = 0, 10 %"),
        "poor_cases": fact(sorted(npv.index[npv < 0]), "account_id", "key accounts whose plan has a negative NPV at 10 %"),
        "value_to_customer": fact(_money(value), "EUR a year",
                                  "sum over value drivers of |target − baseline| × amount (value of one unit)"),
    }  # fmt: skip


def problems() -> dict[str, Fact]:
    """Which of the eight problems are there."""
    planted = {"units", "complexity", "conflict", "roles", "measurement", "skills"}
    where = {
        "definition": "not planted: weighted criteria with anchors and a gate; every key account passes it",
        "units": "double_booked",
        "complexity": "account_with_200_contacts, duplicate_contacts, contacts_without_owner",
        "conflict": "good_for_group_bad_for_unit",
        "strategy": "not planted: every key account has goals with metric, baseline, target, owner and day",
        "roles": "raci_no_a, raci_two_a, raci_no_r, role_disagreement",
        "measurement": "hours_by_incentive: sellers and three of seven key account managers are rewarded by unit_revenue",
        "skills": "skill_gaps",
    }
    return {f"problem_{name}": fact(name in planted, "planted", where[name]) for name in EIGHT}


def truth(firm: Firm) -> dict[str, Fact]:
    """All facts."""
    parts = (customers, profit, capacity, units, programme, markets, needs, scores, relations, pipeline)
    facts: dict[str, Fact] = {}
    for part in parts:
        facts |= part(firm)
    return facts | problems()


def write(firm: Firm, path: Path) -> None:
    """Write ``truth.json``, one fact after the other."""
    path.write_text(json.dumps(truth(firm), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
