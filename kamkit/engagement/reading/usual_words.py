"""What clients' own exports usually say for our words: offered in messages, never taken by itself.

Swedish, Estonian, German and English words, as ledgers, CRM systems and lists of contacts have them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kamkit.engagement.reading.client_words import same_word
from kamkit.errors import nearest

__all__ = ["USUAL", "likely", "mapping_lines", "mapping_remedy", "table_meant"]

_MOST = 12

USUAL = {
    "revenue": (
        "Intäkter", "Intäkt", "Försäljning", "Nettoomsättning", "Omsättning", "Müügitulu", "Müük", "Käive",
        "Umsatz", "Erlöse", "Sales", "Net sales", "Turnover", "Income",
    ),
    "deduction": (
        "Rabatt", "Rabatter", "Bonus", "Kassarabatt", "Årsbonus", "Allahindlus", "Boonus", "Skonto",
        "Discount", "Rebate", "Cash discount",
    ),
    "product_cost": (
        "Varukostnad", "Råvaror", "Material", "Handelsvaror", "KSV", "Kostnad sålda varor", "Kaubakulu",
        "Müüdud kaubad", "Wareneinsatz", "Materialaufwand", "COGS", "Cost of goods sold",
    ),
    "marketing": ("Marknadsföring", "Reklam", "Marknad", "Turundus", "Reklaam", "Werbung", "Advertising"),
    "selling": (
        "Säljkostnad", "Säljkostnader", "Försäljningskostnad", "Försäljningskostnader", "Sälj",
        "Müügikulu", "Müügikulud", "Vertrieb", "Selling cost", "Sales cost",
    ),
    "service": (
        "Frakt", "Frakter", "Transport", "Logistik", "Lager", "Kundtjänst", "Kundservice", "Veokulu", "Veod",
        "Teenindus", "Klienditeenindus", "Fracht", "Kundendienst", "Freight", "Logistics", "Customer service",
    ),
    "key_account": ("Nyckelkund", "Nyckelkunder", "KAM", "Võtmeklient", "Võtmekliendid", "Schlüsselkunden"),
    "capital": ("Ränta", "Räntor", "Kapital", "Intress", "Intressid", "Zinsen", "Interest"),
    "transfer": (
        "Intern", "Internt", "Internförsäljning", "Koncernintern", "Sisekäive", "Intercompany", "Internal",
    ),
    "sustaining": (
        "Administration", "Adm", "Overhead", "OH", "Gemensamt", "Ledning", "Lokaler", "Üldkulu", "Üldkulud",
        "Halduskulud", "Verwaltung", "Gemeinkosten", "G&A",
    ),
    "excluded": (
        "Finansiellt", "Finansiella poster", "Skatt", "Jämförelsestörande", "Finantskulud", "Maksud",
        "Steuern", "Tax", "Financial items",
    ),
    "active": ("Aktiv", "Aktiivne", "Current", "Live"),
    "lost": (
        "Förlorad", "Avslutad", "Inaktiv", "Tappad", "Kaotatud", "Mitteaktiivne", "Verloren", "Inactive",
        "Closed lost", "Ended",
    ),
    "prospect": ("Prospekt", "Presumtiv", "Potentiaalne", "Huviline", "Interessent", "Lead"),
    "open": ("Öppen", "Pågående", "Avatud", "Töös", "Offen", "Ongoing", "In progress"),
    "won": ("Vunnen", "Vunnet", "Võidetud", "Gewonnen", "Closed won"),
    "market": ("Marknad", "Turg", "Markt"),
    "account": ("Kund", "Klient", "Kunde", "Customer"),
    "competitor": ("Konkurrent", "Wettbewerber"),
    "person": ("Isik", "Inimene", "Mitarbeiter"),
    "company": ("Företag", "Bolag", "Ettevõte", "Firma", "Unternehmen"),
    "max": ("Hög", "Högre är bättre", "Suurem on parem", "Higher is better"),
    "min": ("Låg", "Lägre är bättre", "Väiksem on parem", "Lower is better"),
    "blind": ("Enskilt", "Individuellt", "Üksi", "Omaette", "Einzeln", "Alone"),
    "consensus": ("Gemensamt", "Konsensus", "Ühiselt", "Gemeinsam", "Together"),
    "executive": ("VD", "Ledning", "Koncernledning", "Juhatus", "Juhatuse liige", "Vorstand", "CEO", "Board"),
    "management": ("Chef", "Mellanchef", "Juht", "Keskastme juht", "Leitung", "Manager"),
    "operational": ("Operativ", "Medarbetare", "Töötaja", "Operativt", "Specialist"),
    "user": ("Användare", "Kasutaja", "Anwender"),
    "evaluator": ("Utvärderare", "Hindaja", "Prüfer"),
    "decision_maker": ("Beslutsfattare", "Otsustaja", "Entscheider"),
    "approver": ("Attestant", "Godkännare", "Kinnitaja", "Genehmiger"),
    "influencer": ("Påverkare", "Mõjutaja", "Beeinflusser"),
    "gatekeeper": ("Grindvakt", "Väravavaht", "Assistent"),
    "sales": ("Sälj", "Försäljning", "Müük", "Vertrieb"),
    "technical": ("Teknik", "Teknisk", "Tehniline", "Technik", "Engineering"),
    "operations": ("Drift", "Produktion", "Tootmine", "Betrieb"),
    "goal": ("Mål", "Eesmärk", "Ziel", "Target", "Objective"),
    "offer": ("Erbjudande", "Offert", "Pakkumine", "Angebot", "Quote"),
    "action": ("Åtgärd", "Aktivitet", "Tegevus", "Maßnahme", "Activity"),
    "investment": ("Investering", "Investeering", "Investition", "Capex"),
    "benefit": ("Nytta", "Kasu", "Nutzen"),
    "risk": ("Risiko",),
    "true": ("Sann", "Tõene", "J", "Jo"),
    "false": ("Falsk", "Väär", "N"),
}  # fmt: skip
"""Per word of ours: usual words of clients."""

USUAL_FILES = {
    "sales": (
        "faktur", "försälj", "forsalj", "omsättning", "arve", "müü", "muuk", "rechnung", "umsatz", "invoice",
        "sales", "revenue",
    ),
    "ledger": (
        "huvudbok", "bokför", "bokfor", "kontosaldo", "saldo", "balans", "pearaamat", "hauptbuch", "ledger",
    ),
    "products": ("artikl", "artikel", "produkt", "toote", "product", "item"),
    "opportunities": (
        "crm", "affär", "affar", "pipeline", "offert", "pakkumi", "tehing", "deal", "opportunit",
    ),
    "contacts": ("kontakt", "contact"),
    "accounts": ("kund", "klien", "customer", "client", "account"),
}  # fmt: skip
"""Per table: how usual names of its files begin, those first that name a customer by the way."""


def likely(word: str, allowed: Sequence[str]) -> str:
    """Which of our words a client's probably means, or nothing.

    >>> likely("FRAKT", ("revenue", "service")), likely("Produkt", ("revenue", "service"))
    ('service', '')
    >>> likely("servise", ("revenue", "service"))
    'service'
    """
    key = same_word(word)
    known = [ours for ours in allowed if key in map(same_word, USUAL.get(ours, ()))]
    return next(iter(known or nearest(word, allowed, n=1)), "")


def mapping_lines(words: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """How to map some of the client's words in ``engagement.toml``; ``?`` where nobody but the client knows.

    >>> mapping_lines(["Frakt", "Prov"], ("revenue", "service"))
    ['"Frakt" = "service"', '"Prov" = "?"']
    """
    return [f"{_quoted(word)} = {_quoted(likely(word, allowed) or '?')}" for word in words]


def mapping_remedy(lines: Sequence[str], section: str) -> str:
    """The same as a sentence, with the first of many lines."""
    more = f" … and {len(lines) - _MOST} more" if len(lines) > _MOST else ""
    each = ", a line for each" if len(lines) > 1 else ""
    return f"write under {section} in engagement.toml{each}: {', '.join(lines[:_MOST])}{more}"


def table_meant(file: str) -> str:
    """The table that a file of this name probably holds, or nothing.

    >>> table_meant("Fakturarader per kund 2025"), table_meant("kunder"), table_meant("budget")
    ('sales', 'accounts', '')
    """
    words = re.findall(r"[^\W\d_]+", file.casefold())
    for table, usual in USUAL_FILES.items():
        if any(word.startswith(begin) for word in words for begin in usual):
            return table
    return ""


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
