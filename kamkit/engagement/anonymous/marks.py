"""What each column of the 14 tables tells, and so how it is masked: the one list that all follows from.

========== =========================================================================================
plain      tells nothing of who it is: words of the method, counts, minutes, shares, dates
money      scaled by the secret factor
account    number of a customer, or of a parent
customer   name of the customer of the row
contact    number of a person at a customer
person     one of our people, an owner, a respondent
unit       business unit
place      unit of a customer's
team       stays, unless it holds a name
competitor a supplier that is neither ourselves nor the total
product    number or name of a product; families stay
deal, item number of a deal, of an item of a plan
order      number of an order
subject    number whose kind stands in ``subject_type``
scope      number of a customer where ``scope`` says so
text       free text: without original names and without figures
wording    words of an instrument or an account code: without original names
comment    left out whole
group      a class of customers: pooled with others where it has fewer than five
figure     money where the row's metric is money
price      money where the row's instrument asks for prices
========== =========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

__all__ = ["FEWEST", "MARKS", "PRICES", "Mark"]

Mark = Literal[
    "plain", "money", "account", "customer", "contact", "person", "unit", "place", "team", "competitor",
    "product", "deal", "item", "order", "subject", "scope", "text", "wording", "comment", "group", "figure",
    "price",
]  # fmt: skip

FEWEST = 5
"""Fewest accounts that a group may have to be told of."""

PRICES = ("wtp",)
"""Instruments whose answers are amounts of money."""

_PLAIN: dict[str, tuple[str, ...]] = {
    "accounts": ("status", "since", "kam_start", "considered", "payment_days", "relationship_stage"),
    "products": ("family",),
    "sales": ("date", "quantity", "currency"),
    "ledger": ("month", "code", "rung", "practical_minutes"),
    "activities": ("activity_id", "rung", "unit", "base_minutes", "extra_minutes", "extra_unit"),
    "activity_use": ("month", "activity_id", "count", "extra_units"),
    "demand": ("scope", "family", "year", "confidence"),
    "criteria": ("instrument", "item_id", "direction", "weight"),
    "responses": ("instrument", "item_id", "subject_type", "round", "date"),
    "contacts": ("level", "buying_role", "power", "attitude"),
    "relationships": ("depth", "desired_depth", "last_contact"),
    "assignments": ("raci", "hours_year", "background", "incentive", "country"),
    "opportunities": (
        "created", "outcome", "expected_close", "closed", "family", "margin_rate", "probability",
    ),
    "plan_items": ("subject_type", "kind", "month", "probability", "due", "customer_agreed"),
}  # fmt: skip

_TELLING: dict[str, dict[str, Mark]] = {
    "accounts": {
        "account_id": "account", "name": "customer", "parent_id": "account", "industry": "group",
        "country": "group", "kam_tier": "group",
    },
    "products": {"product_id": "product", "name": "product", "bu_id": "unit"},
    "sales": {
        "account_id": "account", "net_amount": "money", "product_id": "product", "bu_id": "unit",
        "order_id": "order", "list_amount": "money", "product_cost": "money",
    },
    "ledger": {
        "amount": "money", "name": "wording", "bu_id": "unit", "team": "team", "account_id": "account",
    },
    "activities": {"name": "wording", "team": "team"},
    "activity_use": {"account_id": "account", "bu_id": "unit"},
    "demand": {"scope_id": "scope", "supplier": "competitor", "amount": "money", "source": "comment"},
    "criteria": {
        "text": "wording", "scale_min": "price", "scale_max": "price", "anchor_low": "wording",
        "anchor_high": "wording", "gate": "price", "text_sv": "wording", "anchor_low_sv": "wording",
        "anchor_high_sv": "wording", "text_et": "wording", "anchor_low_et": "wording",
        "anchor_high_et": "wording",
    },
    "responses": {
        "subject_id": "subject", "respondent": "person", "value": "price", "respondent_role": "text",
        "comment": "comment",
    },
    "contacts": {
        "contact_id": "contact", "account_id": "account", "name": "contact", "title": "text", "unit": "place",
    },
    "relationships": {"contact_id": "contact", "person_id": "person"},
    "assignments": {
        "person_id": "person", "account_id": "account", "role": "text", "task": "text",
        "respondent": "person", "cost_rate": "money",
    },
    "opportunities": {
        "opportunity_id": "deal", "account_id": "account", "stage": "wording", "amount": "money",
        "bu_id": "unit", "owner": "person",
    },
    "plan_items": {
        "item_id": "item", "subject_id": "subject", "text": "text", "amount": "money", "metric": "wording",
        "baseline": "figure", "target": "figure", "owner": "person", "status": "text",
    },
}  # fmt: skip

MARKS: Mapping[str, Mapping[str, Mark]] = MappingProxyType(
    {
        table: MappingProxyType({**dict.fromkeys(_PLAIN[table], "plain"), **_TELLING[table]})
        for table in _TELLING
    }
)
"""Table → column → what it tells; a test holds it against the schemas."""
