"""Put the parts together: one firm, its tables, its truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from . import costs, customers, deals, markets, people, plans, questions, sales, surveys, truth
from .plan import CLIENT, MONTHS
from .write import write

TOML = f"""client = "{CLIENT}"
currency = "EUR"
language = "en"

[period]
start = 2025-01-01
end = 2025-12-31

[ledger]
engine = "duckdb"
memory_limit = "2GB"

[controls]
tolerance = 0.0001
absolute = 0.01
required_return = 0.10
"""


@dataclass(frozen=True)
class Firm:
    """The latent firm: traits of its accounts, and the tables with columns that are not published."""

    traits: pd.DataFrame
    products: pd.DataFrame
    lines: pd.DataFrame
    use: pd.DataFrame
    ledger: pd.DataFrame
    team: people.Team
    deals: pd.DataFrame
    tables: dict[str, pd.DataFrame]


def firm() -> Firm:
    """Draw the firm; everything else follows from it."""
    t = customers.traits()
    catalogue = sales.products()
    lines = sales.invoice_lines(t, catalogue)
    lines["country"] = t["country"].to_numpy()[lines["account"]]
    use = costs.activity_use(lines, t)
    lines = costs.calibrate_cost(lines, use, t)
    book = costs.ledger(lines, use, t)
    team, booked = people.team(t), deals.opportunities(t)
    tables = {
        "accounts": customers.published(t),
        "products": catalogue[["product_id", "name", "family", "bu_id"]],
        "sales": lines,
        "ledger": book,
        "activities": costs.ACTIVITIES,
        "activity_use": use.assign(month=MONTHS[use["month"]]),
        "demand": markets.demand(lines, t),
        "criteria": questions.criteria(),
        "responses": surveys.responses(t, team.staff),
        "contacts": team.contacts,
        "relationships": team.relationships,
        "assignments": team.assignments,
        "opportunities": booked[deals.COLUMNS],
        "plan_items": plans.plan_items(t),
    }
    return Firm(t, catalogue, lines, use, book, team, booked, tables)


def engagement(folder: Path) -> list[Path]:
    """Write ``engagement.toml``, the tables and ``truth.json`` into the folder; the paths written."""
    whole = firm()
    written = write(whole.tables, folder / "data")
    truth.write(whole, folder / "truth.json")
    (folder / "engagement.toml").write_text(TOML, encoding="utf-8", newline="\n")
    return [*written, folder / "truth.json", folder / "engagement.toml"]
