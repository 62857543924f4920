"""The 14 tables of an engagement: the one place where their columns are written down.

The checks, the messages, the data-request workbook and the docs page are all made from
:data:`TABLES`. Texts are marked for translation, since the client reads the data request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kamkit.locale import N_

__all__ = ["LEDGER_TABLES", "OBLIGATORY", "RUNGS", "TABLES", "UNASSIGNED", "Column", "Table"]

Kind = Literal["id", "text", "money", "number", "fraction", "integer", "flag", "date", "month"]

UNASSIGNED = "unassigned"
"""The account that sales of no known customer are kept under. No client account may be called so."""

RUNGS = (
    "revenue", "deduction", "product_cost", "marketing", "selling", "service",
    "key_account", "capital", "transfer", "sustaining", "excluded",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: what it means, and which values it may hold.

    ``low`` and ``high`` are inclusive. ``allowed`` lists the values of an enumeration.
    ``references`` names the ``table.column`` that a value must be found in.
    """

    name: str
    kind: Kind
    meaning: str
    example: str
    required: bool = False
    unit: str = ""
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    references: str = ""

    @property
    def holds_words(self) -> bool:
        """Whether its values are words that may be written otherwise, not identifiers or numbers."""
        return self.kind in ("text", "flag")


@dataclass(frozen=True)
class Table:
    """One table: its grain, its columns, and the columns whose values together are unique."""

    name: str
    grain: str
    purpose: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the obligatory columns."""
        return tuple(c.name for c in self.columns if c.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(c for c in self.columns if c.name == name)


def _id(name: str, meaning: str, example: str, required: bool = False, references: str = "") -> Column:
    return Column(name, "id", meaning, example, required, references=references)


def _text(name: str, meaning: str, example: str, required: bool = False) -> Column:
    return Column(name, "text", meaning, example, required)


def _one_of(name: str, meaning: str, allowed: tuple[str, ...], required: bool = False) -> Column:
    return Column(name, "text", meaning, allowed[0], required, allowed=allowed)


def _money(name: str, meaning: str, example: str, required: bool = False) -> Column:
    return Column(name, "money", meaning, example, required, unit=N_("reporting currency, net of VAT"))


def _number(
    name: str, meaning: str, example: str, required: bool = False, unit: str = "",
    low: float | None = None, high: float | None = None,
) -> Column:  # fmt: skip
    return Column(name, "number", meaning, example, required, unit=unit, low=low, high=high)


def _integer(
    name: str,
    meaning: str,
    example: str,
    required: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    return Column(name, "integer", meaning, example, required, low=low, high=high)


def _fraction(name: str, meaning: str, example: str, required: bool = False, low: float = 0.0) -> Column:
    return Column(name, "fraction", meaning, example, required, unit=N_("fraction 0–1"), low=low, high=1.0)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, "flag", meaning, "true", allowed=("true", "false"))


def _date(name: str, meaning: str, required: bool = False) -> Column:
    return Column(name, "date", meaning, "2025-03-14", required)


def _month(required: bool = True) -> Column:
    return Column("month", "month", N_("Month, as its first day"), "2025-03-01", required)


_SUBJECT_TYPES = ("account", "competitor", "segment", "market", "programme", "person", "unit", "company")

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "accounts", N_("customer as invoiced"), N_("Who the customers are"),
            (
                _id("account_id", N_("Customer number as it stands on the invoice"), "10042", True),
                _text("name", N_("Customer's name"), "Åkerlund & Söner AB", True),
                _id("parent_id", N_("Customer number of the parent, if the group buys through several"), "10001",
                    references="accounts.account_id"),
                _text("industry", N_("Industry, in the client's own classes"), "Pulp and paper"),
                _text("country", N_("Country of the customer"), "Sweden"),
                _one_of("status", N_("Where the customer stands today"), ("active", "lost", "prospect")),
                _date("since", N_("Customer since")),
                _date("kam_start", N_("First day as a key account")),
                _text("kam_tier", N_("Tier within the key-account programme"), "A"),
                _flag("considered", N_("Was a candidate for the programme, not chosen")),
                _number("payment_days", N_("Days from invoice to payment, on average"), "45", unit=N_("days"),
                        low=0, high=1000),
                _integer("relationship_stage", N_("1 exploratory … 5 integrated"), "3", low=1, high=5),
            ),
            key=("account_id",),
        ),
        Table(
            "products", N_("product"), N_("What is sold"),
            (
                _id("product_id", N_("Product number as it stands on the invoice"), "P-2001", True),
                _text("name", N_("Product's name"), "Ball valve DN50", True),
                _text("family", N_("Product family"), "Valves", True),
                _text("bu_id", N_("Business unit that makes or sells it"), "Flow"),
            ),
            key=("product_id",),
        ),
        Table(
            "sales", N_("invoice line, or coarser"), N_("What was invoiced, to whom, when"),
            (
                _date("date", N_("Invoice date"), True),
                _id("account_id", N_("Customer number"), "10042", True, references="accounts.account_id"),
                _money("net_amount", N_("Amount after invoice discounts; credit notes negative"), "1250.00", True),
                _id("product_id", N_("Product number"), "P-2001", references="products.product_id"),
                _text("bu_id", N_("Business unit"), "Flow"),
                _id("order_id", N_("Order or invoice number"), "SO-881203"),
                _number("quantity", N_("Quantity, negative on credit notes"), "10", unit=N_("units")),
                _money("list_amount", N_("The line at list price"), "1400.00"),
                _money("product_cost", N_("The line's standard product cost"), "820.00"),
                _text("currency", N_("Currency of the line, if not the reporting currency"), "SEK"),
            ),
        ),
        Table(
            "ledger", N_("account code × month × business unit"), N_("The client's own accounts, which all must tie to"),
            (
                _month(),
                _id("code", N_("Account code in the general ledger"), "3010", True),
                Column("rung", "text", N_("Rung of the contribution ladder the code belongs to"), "revenue", True,
                       allowed=RUNGS),
                _money("amount", N_("Amount; revenue and costs positive"), "125000.00", True),
                _text("name", N_("Name of the account code"), "Sales, domestic"),
                _text("bu_id", N_("Business unit"), "Flow"),
                _text("team", N_("Team whose cost it is"), "Order desk"),
                _id("account_id", N_("Customer the amount is booked on, where known"), "10042",
                    references="accounts.account_id"),
                _number("practical_minutes", N_("Minutes the team can really work in the month, on one of its rows"),
                        "25200", unit=N_("minutes"), low=0),
            ),
        ),
        Table(
            "activities", N_("activity of a team"), N_("How long one piece of work takes"),
            (
                _id("activity_id", N_("Short name of the activity"), "order_entry", True),
                _text("name", N_("Activity"), "Order entry", True),
                _text("team", N_("Team that does it, as in the ledger"), "Order desk", True),
                Column("rung", "text", N_("Rung of the team's cost"), "selling", True,
                       allowed=("marketing", "selling", "service", "key_account")),
                _text("unit", N_("What is counted"), "order", True),
                _number("base_minutes", N_("Minutes for one"), "8", True, unit=N_("minutes"), low=0),
                _number("extra_minutes", N_("Minutes for each extra unit"), "1.5", unit=N_("minutes"), low=0),
                _text("extra_unit", N_("What the extra units count"), "order line"),
            ),
            key=("activity_id",),
        ),
        Table(
            "activity_use", N_("account × activity × month"), N_("How often each customer made us do it"),
            (
                _month(),
                _id("account_id", N_("Customer number"), "10042", True, references="accounts.account_id"),
                _id("activity_id", N_("Activity"), "order_entry", True, references="activities.activity_id"),
                _number("count", N_("How often"), "12", True, low=0),
                _number("extra_units", N_("Extra units in total, for all of them"), "57", low=0),
                _text("bu_id", N_("Business unit"), "Flow"),
            ),
        ),
        Table(
            "demand", N_("market or account × family × year × supplier"), N_("What the market, or one customer, buys in all"),
            (
                _one_of("scope", N_("Whether the row speaks of a market or of one customer"), ("market", "account"), True),
                _id("scope_id", N_("Name of the market, or customer number"), "Sweden", True),
                _text("family", N_("Product family"), "Valves", True),
                _integer("year", N_("Calendar year"), "2025", True, low=1900, high=2200),
                _text("supplier", N_("“us”, “total” or a competitor's name"), "us", True),
                Column("amount", "money", N_("Yearly amount"), "4200000", True, unit=N_("reporting currency, net of VAT"),
                       low=0),
                _one_of("confidence", N_("A ledger, B customer's word, C estimate, D guess"), ("A", "B", "C", "D"), True),
                _text("source", N_("Where the figure comes from"), "Trade association"),
            ),
            key=("scope", "scope_id", "family", "year", "supplier"),
        ),
        Table(
            "criteria", N_("instrument × item"), N_("What is asked and scored, on which scale"),
            (
                _id("instrument", N_("Questionnaire or scorecard"), "attractiveness", True),
                _id("item_id", N_("Short name of the item"), "growth", True),
                _text("text", N_("The question as asked"), "Growth potential over three years", True),
                _number("scale_min", N_("Lowest value of the scale"), "1", True),
                _number("scale_max", N_("Highest value of the scale"), "5", True),
                _one_of("direction", N_("max: more is better; min: less is better"), ("max", "min"), True),
                _fraction("weight", N_("Weight; an instrument's weights sum to 1"), "0.25"),
                _text("anchor_low", N_("What the lowest value means"), "shrinking"),
                _text("anchor_high", N_("What the highest value means"), "over 15 % a year"),
                _number("gate", N_("Value that must be reached, on the raw scale"), "2"),
                _text("text_sv", N_("The question in Swedish"), "Tillväxtmöjlighet på tre år"),
                _text("anchor_low_sv", N_("What the lowest value means, in Swedish"), "krymper"),
                _text("anchor_high_sv", N_("What the highest value means, in Swedish"), "över 15 % om året"),
                _text("text_et", N_("The question in Estonian"), "Kasvuvõimalus kolme aasta jooksul"),
                _text("anchor_low_et", N_("What the lowest value means, in Estonian"), "kahaneb"),
                _text("anchor_high_et", N_("What the highest value means, in Estonian"), "üle 15 % aastas"),
            ),
            key=("instrument", "item_id"),
        ),
        Table(
            "responses", N_("respondent × item × subject"), N_("What was answered, by whom, about whom"),
            (
                _id("instrument", N_("Questionnaire or scorecard"), "attractiveness", True,
                    references="criteria.instrument"),
                _id("item_id", N_("Item"), "growth", True, references="criteria.item_id"),
                _one_of("subject_type", N_("What is scored; competitor: the best alternative of that account"),
                        _SUBJECT_TYPES, True),
                _id("subject_id", N_("Which one, such as the customer number"), "10042", True),
                _id("respondent", N_("Who answered"), "R07", True),
                _number("value", N_("Value on the item's scale"), "4", True),
                _text("respondent_role", N_("Role of who answered"), "Key account manager"),
                _one_of("round", N_("Scored alone, or after discussion"), ("blind", "consensus")),
                _date("date", N_("Day of the answer")),
                _text("comment", N_("Reason given"), "New mill in 2027"),
            ),
        ),
        Table(
            "contacts", N_("person at the customer"), N_("Whom we know at the customer"),
            (
                _id("contact_id", N_("Number of the contact"), "C-311", True),
                _id("account_id", N_("Customer number"), "10042", True, references="accounts.account_id"),
                _text("name", N_("Person's name"), "Maarja Põld"),
                _text("title", N_("Title"), "Purchasing manager"),
                _text("unit", N_("Unit at the customer"), "Mill 2"),
                _one_of("level", N_("Level in the organisation"), ("executive", "management", "operational")),
                _one_of("buying_role", N_("Role in the purchase"),
                        ("user", "evaluator", "decision_maker", "approver", "influencer", "gatekeeper")),
                _integer("power", N_("0 none … 3 decides"), "2", low=0, high=3),
                _integer("attitude", N_("−2 against us … 2 for us"), "1", low=-2, high=2),
            ),
            key=("contact_id",),
        ),
        Table(
            "relationships", N_("contact × our person"), N_("Who of us knows whom, and how well"),
            (
                _id("contact_id", N_("Number of the contact"), "C-311", True, references="contacts.contact_id"),
                _id("person_id", N_("Our person"), "KAM03", True),
                _integer("depth", N_("0 none … 4 in depth"), "2", True, low=0, high=4),
                _integer("desired_depth", N_("Depth we want"), "3", low=0, high=4),
                _date("last_contact", N_("Day of the last contact")),
            ),
            key=("contact_id", "person_id"),
        ),
        Table(
            "assignments", N_("our person × account × task"), N_("Who of us does what for whom"),
            (
                _id("person_id", N_("Our person"), "KAM03", True),
                _id("account_id", N_("Customer number"), "10042", True, references="accounts.account_id"),
                _text("role", N_("Role on the account"), "Key account manager", True),
                _text("task", N_("Task"), "Price agreement"),
                _one_of("raci", N_("R responsible, A accountable, C consulted, I informed"), ("R", "A", "C", "I")),
                _id("respondent", N_("Who said so"), "R07"),
                _number("hours_year", N_("Hours a year on this account"), "120", unit=N_("hours"), low=0),
                Column("cost_rate", "money", N_("Cost of an hour"), "65", unit=N_("reporting currency per hour"), low=0),
                _one_of("background", N_("Where the person comes from"), ("sales", "technical", "operations")),
                _text("incentive", N_("What the person is rewarded for"), "account_contribution"),
                _text("country", N_("Country the person works in"), "Estonia"),
            ),
        ),
        Table(
            "opportunities", N_("deal"), N_("What is for sale, won and lost"),
            (
                _id("opportunity_id", N_("Number of the deal"), "OPP-1204", True),
                _id("account_id", N_("Customer number; deals of no known customer are kept as unassigned"), "10042",
                    references="accounts.account_id"),
                _date("created", N_("Day it was entered")),
                _text("stage", N_("Stage in the client's own words; of a decided deal the one it was decided from"),
                      "Proposal"),
                _money("amount", N_("Amount of the deal"), "84000"),
                _one_of("outcome", N_("How it ended, or open"), ("open", "won", "lost")),
                _date("expected_close", N_("Day it is expected to close")),
                _date("closed", N_("Day it closed")),
                _text("family", N_("Product family"), "Valves"),
                _text("bu_id", N_("Business unit"), "Flow"),
                _fraction("margin_rate", N_("Contribution of the deal per amount"), "0.32", low=-1.0),
                _fraction("probability", N_("The seller's own probability of winning"), "0.4"),
                _text("owner", N_("Our person who owns it"), "KAM03"),
            ),
            key=("opportunity_id",),
        ),
        Table(
            "plan_items", N_("item × month"), N_("Goals, offers, actions and investments of the plans"),
            (
                _id("item_id", N_("Number of the item"), "G-10042-1", True),
                _one_of("subject_type", N_("What it is planned for"), _SUBJECT_TYPES, True),
                _id("subject_id", N_("Which one, such as the customer number"), "10042", True),
                _one_of("kind", N_("What kind of item"),
                        ("goal", "offer", "value_driver", "action", "investment", "benefit", "risk"), True),
                _text("text", N_("What it says"), "Become first supplier of valves", True),
                _month(required=False),
                _money("amount", N_("Money in that month"), "20000"),
                _text("metric", N_("What it is measured by"), "share of wallet"),
                _number("baseline", N_("Value today"), "0.31"),
                _number("target", N_("Value wanted"), "0.45"),
                _fraction("probability", N_("Probability that it happens"), "0.6"),
                _text("owner", N_("Our person who owns it"), "KAM03"),
                _date("due", N_("Day it is due")),
                _flag("customer_agreed", N_("The customer has agreed to it")),
                _text("status", N_("Where it stands"), "under way"),
            ),
            key=("item_id", "month"),
        ),
    )
}  # fmt: skip

OBLIGATORY = ("accounts", "sales")
"""The tables without which nothing can be said."""

LEDGER_TABLES = ("sales", "activity_use")
"""The tables that may hold a hundred million rows and stay in their engine."""
