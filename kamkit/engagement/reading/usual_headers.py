"""What clients' own exports usually call our columns: offered in messages, never matched by itself.

Swedish, Estonian, German and English words, as exports of ledgers and invoicing systems have them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

__all__ = ["USUAL", "looks_like"]

_ALIKE = 0.75
"""Below this likeness a header is not offered: ``Konto`` and ``month`` reach 0.6."""

USUAL = {
    "account_id": (
        "Kundnr", "Kundnummer", "Kund-ID", "Kundkod", "Kliendi nr", "Kliendikood", "Kundennummer",
        "Kunden-Nr", "Customer no", "Customer number", "Customer ID", "Customer code", "Client ID",
    ),
    "name": (
        "Kundnamn", "Namn", "Benämning", "Artikelnamn", "Kontonamn", "Kliendi nimi", "Nimi",
        "Nimetus", "Kundenname", "Bezeichnung", "Customer name", "Customer", "Account name",
        "Description",
    ),
    "parent_id": (
        "Koncern", "Koncernnr", "Moderbolag", "Kontsern", "Konzern", "Parent", "Parent customer",
    ),
    "industry": ("Bransch", "Tegevusala", "Branche", "Sector"),
    "country": ("Land", "Riik", "Country code", "Landskod"),
    "since": ("Kund sedan", "Klient alates", "Kunde seit", "Customer since"),
    "payment_days": (
        "Betaltid", "Kredittid", "Maksetähtaeg", "Zahlungsziel", "Payment terms", "Payment days",
    ),
    "date": (
        "Fakturadatum", "Datum", "Bokföringsdatum", "Arve kuupäev", "Kuupäev", "Rechnungsdatum",
        "Invoice date", "Posting date",
    ),
    "month": ("Månad", "Period", "Kuu", "Periood", "Monat", "Periode"),
    "net_amount": (
        "Nettobelopp", "Netto", "Belopp", "Belopp exkl. moms", "Netosumma", "Summa", "Nettobetrag",
        "Betrag", "Net amount", "Net sales", "Amount", "Revenue",
    ),
    "amount": ("Belopp", "Saldo", "Summa", "Betrag", "Balance"),
    "list_amount": (
        "Bruttobelopp", "Brutto", "Listpris", "Brutosumma", "Bruttobetrag", "Gross amount",
        "List price",
    ),
    "product_cost": (
        "Självkostnad", "Varukostnad", "Inköpsvärde", "Omahind", "Wareneinsatz", "Cost", "COGS",
        "Standard cost",
    ),
    "product_id": (
        "Artikel", "Artikelnr", "Artikelnummer", "Produkt", "Tootekood", "Artikkel", "Item",
        "Item no", "SKU", "Product",
    ),
    "family": (
        "Varugrupp", "Produktgrupp", "Tooterühm", "Warengruppe", "Product group", "Category",
    ),
    "quantity": ("Antal", "Kogus", "Menge", "Qty"),
    "order_id": (
        "Fakturanr", "Fakturanummer", "Ordernr", "Arve nr", "Arve number", "Rechnungsnummer",
        "Belegnummer", "Invoice no", "Invoice number", "Order no", "Order number",
    ),
    "bu_id": (
        "Affärsområde", "Affärsenhet", "Division", "Üksus", "Geschäftsbereich", "Business unit",
        "BU",
    ),
    "currency": ("Valuta", "Valuuta", "Währung"),
    "code": (
        "Konto", "Kontonr", "Kontonummer", "Konto nr", "Konto kood", "Account", "Account code",
        "GL account",
    ),
    "rung": (
        "Kontogrupp", "Kontoklass", "Kontotyp", "Rapportrad", "Resultatrad", "Grupp", "Kontogrupi nimi",
        "Kontoklassi nimi", "Konto grupp", "Kontorühm", "Kontengruppe", "Account group", "Account class",
        "Account type", "Reporting line", "P&L line",
    ),
    "team": (
        "Kostnadsställe", "Avdelning", "Kulukoht", "Osakond", "Kostenstelle", "Cost centre",
        "Cost center",
    ),
}  # fmt: skip
"""Per column of ours: usual headers."""


def looks_like(column: str, headers: Iterable[str]) -> list[str]:
    """Headers that usually mean the column, best first; failing these, those that are spelt like it.

    >>> looks_like("account_id", ["Kund nr.", "Belopp"])
    ['Kund nr.']
    >>> looks_like("net_amount", ["Datum", "net amont"])
    ['net amont']
    >>> looks_like("month", ["Konto"])
    []
    """
    seen = list(headers)
    usual = [_plain(word) for word in USUAL.get(column, ())]
    known = sorted((h for h in seen if _plain(h) in usual), key=lambda h: usual.index(_plain(h)))
    return known or _spelt_like(column, seen)


def _spelt_like(column: str, headers: Sequence[str]) -> list[str]:
    options = {_plain(h): h for h in headers}
    close = difflib.get_close_matches(_plain(column), list(options), cutoff=_ALIKE)
    return [options[c] for c in close]


def _plain(header: str) -> str:
    """A header's letters and digits only, small."""
    return re.sub(r"[\W_]+", "", header).casefold()
