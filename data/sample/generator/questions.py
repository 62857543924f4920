"""The questionnaires and scorecards: the table ``criteria``, in the languages of ``wording.csv``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

COLUMNS = [
    "instrument",
    "item_id",
    "text",
    "scale_min",
    "scale_max",
    "direction",
    "weight",
    "anchor_low",
    "anchor_high",
    "gate",
]

ATTRACTIVENESS = (
    ("growth_potential", "Growth potential over three years", 0.22, "shrinking", "over 15 % a year"),
    ("sector_position", "Position in its sector", 0.13, "marginal", "leads its sector"),
    ("geographic_fit", "Geographic fit with our own units", 0.10, "one site far away", "sites where we are"),
    ("multi_family", "Readiness to buy several families", 0.18, "buys one", "buys or asks for all"),
    (
        "willingness_to_pay",
        "Pays for more than the lowest price",
        0.17,
        "lowest price only",
        "pays for results",
    ),
    ("payment_reliability", "Pays as agreed", 0.10, "chronically late", "always in time"),
    ("price_pressure", "Pressure on prices", 0.10, "none to speak of", "tender every year"),
)
STRENGTH = (
    ("delivery_reliability", "Delivers when promised", 0.25),
    ("technical_advice", "Gives technical advice that helps", 0.25),
    ("product_quality", "Products last", 0.20),
    ("price", "Price against the best alternative", 0.15),
    ("relationship", "Easy to work with", 0.15),
)
NEEDS = {
    "price_level": "A low price",
    "payment_terms": "Long payment terms",
    "delivery_reliability": "Deliveries on the promised day",
    "availability": "Parts in stock",
    "technical_support": "Help from a technician",
    "response_time": "An answer within the hour",
    "joint_development": "Development together",
    "ordering_ease": "Ordering with few clicks",
    "invoice_accuracy": "Invoices without errors",
    "problem_ownership": "One person who owns my problem until it is solved",
}
SKILLS = {
    "kam_introduction": ("Introduction to key-account work", 4),
    "complex_relationships": ("Leads complex relationships", 4),
    "value_selling": ("Sells on value", 4),
    "negotiation": ("Negotiates", 4),
    "virtual_relationships": ("Keeps relationships at a distance", 3),
    "customer_finance": ("Reads the customer's figures", 3),
    "product_technology": ("Knows products and applications", 3),
    "project_leadership": ("Leads projects across units", 3),
}
MATURITY = {
    "strategy.charter": "Strategy: the programme has written goals",
    "strategy.selection": "Strategy: key accounts are chosen by criteria",
    "strategy.sponsor": "Strategy: top management leads it",
    "organisation.roles": "Organisation: roles on each account are clear",
    "organisation.units": "Organisation: units work together",
    "process.plans": "Process: every account has a living plan",
    "process.offers": "Process: offers are built on the customer's value",
    "people.skills": "People: skills are developed on purpose",
    "people.rewards": "People: rewards follow the account's result",
    "measurement.profit": "Measurement: profit by account is known",
    "measurement.effect": "Measurement: the programme's effect is known",
}
PROGRAMME = {
    "satisfaction_staff": ("clear_goals", "time_for_account", "support_from_units", "fair_reward"),
    "satisfaction_management": ("growth", "profit", "risk", "effort"),
    "satisfaction_owner": ("return", "risk", "direction"),
}
WTP = {
    "too_cheap": "Monthly price of a service contract that is so low that you doubt its quality",
    "cheap": "Monthly price that is a bargain",
    "expensive": "Monthly price that begins to be expensive",
    "too_expensive": "Monthly price at which you would not consider it",
}

EFFORT = {
    "none": "Contribution a year if nobody of us spent an hour on the account, today's = 100",
    "now": "Contribution a year with today's hours, = 100",
    "half_more": "Contribution a year with half as many hours again, today's = 100",
    "saturation": "Contribution a year with as many hours as anybody could use, today's = 100",
}


def _row(
    instrument, item, text, low, high, *, weight=None, anchors=("", ""), gate=None, direction="max"
) -> tuple:
    return instrument, item, text, low, high, direction, weight, anchors[0] or None, anchors[1] or None, gate


def _scored() -> list[tuple]:
    rows = []
    for instrument in ("attractiveness", "attractiveness_horizon"):
        for item, text, weight, low, high in ATTRACTIVENESS:
            gate = 2 if item == "payment_reliability" else None
            direction = "min" if item == "price_pressure" else "max"
            rows.append(
                _row(
                    instrument,
                    item,
                    text,
                    1,
                    5,
                    weight=weight,
                    anchors=(low, high),
                    gate=gate,
                    direction=direction,
                )
            )
    anchors = ("far behind what we expect", "could not be better")
    return rows + [_row("strength", i, text, 1, 10, weight=w, anchors=anchors) for i, text, w in STRENGTH]


def _asked() -> list[tuple]:
    rows = [_row("needs", i, text, 1, 10, anchors=("unimportant", "decisive")) for i, text in NEEDS.items()]
    told = {**NEEDS, "overall": "Satisfied with Nordvik on the whole"}
    rows += [
        _row("satisfaction", i, text, 1, 10, anchors=("not at all", "fully")) for i, text in told.items()
    ]
    rows += [_row("wtp", i, text, 0, 2000) for i, text in WTP.items()]
    rows += [_row("effort", i, text, 0, 300) for i, text in EFFORT.items()]
    rows.append(_row("nps", "recommend", "Would you recommend us to a colleague?", 0, 10))
    rows += [
        _row(k, i, i.replace("_", " ").capitalize(), 1, 5) for k, items in PROGRAMME.items() for i in items
    ]
    anchors = ("not started", "part of how we work")
    rows += [_row("maturity", i, text, 1, 5, anchors=anchors) for i, text in MATURITY.items()]
    return rows + [_row("skills", i, text, 1, 5, gate=level) for i, (text, level) in SKILLS.items()]


def criteria() -> pd.DataFrame:
    """The table ``criteria``, each question and anchor in English, Swedish and Estonian."""
    table = pd.DataFrame(_scored() + _asked(), columns=COLUMNS)
    wording = pd.read_csv(Path(__file__).with_name("wording.csv"), encoding="utf-8").set_index("en")
    for language in wording.columns:
        for column in ("text", "anchor_low", "anchor_high"):
            said = table[column].dropna()
            table[f"{column}_{language}"] = pd.Series(wording.loc[said, language].to_numpy(), said.index)
    return table
