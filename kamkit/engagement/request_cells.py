"""What a cell of the data request accepts, and what it says about itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kamkit.engagement.schemas import Column
from kamkit.locale import N_, _

__all__ = ["comment", "entry_rule", "title_of"]

_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255
_FIRST_DAY, _LAST_DAY = dt.date(1950, 1, 1), dt.date(2199, 12, 31)
_FAR = 1e15
_TITLES = {"contents": N_("Contents"), "guide": N_("Guide")}
_HOW = {
    "id": N_("Kept exactly as typed."),
    "text": "",
    "flag": N_("true or false."),
    "money": N_("A number: no currency sign; negative with −."),
    "number": N_("A number."),
    "fraction": N_("A fraction: 0.25 for 25 %."),
    "integer": N_("A whole number."),
    "date": N_("A date."),
    "month": N_("The first day of the month."),
}


def title_of(sheet: str) -> str:
    """The name of one of the two sheets that hold no table."""
    return _(_TITLES[sheet])


def comment(column: Column) -> str:
    """What the heading of a column says when pointed at."""
    parts = [
        _("OBLIGATORY") if column.required else _("If you have it"),
        _(column.meaning) + (f" ({_(column.unit)})" if column.unit else ""),
        _("One of: {values}").format(values=", ".join(column.allowed))
        if column.allowed
        else _(_HOW[column.kind]),
        _("Example: {example}").format(example=column.example),
    ]
    return "\n".join(part for part in parts if part)


def entry_rule(column: Column, place: int) -> dict[str, Any]:
    """The validation of a column's cells, as XlsxWriter takes it."""
    what = " ".join(part for part in (f"{_(column.meaning)}.", _unit(column), _(_HOW[column.kind])) if part)
    example = _("Example: {example}").format(example=column.example)
    return {
        **_accepted(column, place),
        "ignore_blank": True,
        "input_title": column.name[:_TITLE_LIMIT],
        "input_message": _cut(f"{what}\n{example}"),
        "error_title": _cut(_("This can't be {column}").format(column=column.name), _TITLE_LIMIT),
        "error_message": _cut(_complaint(column)),
    }


def _unit(column: Column) -> str:
    return (
        f"{_(column.unit)[:1].upper()}{_(column.unit)[1:]}."
        if column.unit and column.kind != "fraction"
        else ""
    )


def _accepted(column: Column, place: int) -> dict[str, Any]:
    if column.allowed:
        return {"validate": "list", "source": list(column.allowed)}
    if column.kind in ("money", "number", "fraction", "integer"):
        low = -_FAR if column.low is None else column.low
        high = _FAR if column.high is None else column.high
        kind = "integer" if column.kind == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
    if column.kind == "month":
        cell = f"{_letter(place)}2"
        return {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),DAY({cell})=1)"}
    return {"validate": "any"}


def _letter(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))


def _complaint(column: Column) -> str:
    if column.allowed:
        return _("Choose one of: {values}").format(values=", ".join(column.allowed))
    if column.kind == "month":
        return _("Write the first day of the month, such as 2025-03-01.")
    if column.kind == "date":
        return _("Write a date, such as 2025-03-14.")
    if column.kind == "fraction":
        return _("Write a fraction from {low:g} to {high:g}: 0.25 for 25 %.").format(
            low=column.low, high=column.high
        )
    if column.low is not None and column.high is not None:
        return _("Write a number from {low:g} to {high:g}.").format(low=column.low, high=column.high)
    if column.low is not None:
        return _("Write a number, {low:g} or more.").format(low=column.low)
    return _("Write a number, such as {example}.").format(example=column.example)


def _cut(text: str, limit: int = _MESSAGE_LIMIT) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
