"""What the models of the configuration cannot see: names of tables and columns, files, secrets, months."""

from __future__ import annotations

import calendar
import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

from kamkit.engagement.config import Period
from kamkit.engagement.config_text import SECRET, numbered_lines
from kamkit.engagement.rates import RATES
from kamkit.engagement.reading.client_words import same_word
from kamkit.engagement.schemas import TABLES, Table
from kamkit.errors import nearest
from kamkit.locale import LANGUAGES
from kamkit.palette import TEXT, contrast, readable_shade

__all__ = ["RULES", "Finding", "secrets_in_text"]

Finding = tuple[str, object, str, str]
"""Key, value, what is wrong, remedy."""

Rule = Callable[[dict[str, Any], Path], Iterator[Finding]]

_KNOWN: dict[str, Table] = {**TABLES, RATES.name: RATES}
_PICTURES = (".png", ".jpg", ".jpeg", ".svg")
_KEY = re.compile(r"""^(\s*(?:[\w-]+|"[^"]*"|'[^']*'))\s*=""")
_SECRET_REMEDY = (
    "take the password out of the file and keep it in an environment variable; "
    "since it has stood in a file, have it changed"
)


def secrets_in_text(text: str) -> Iterator[Finding]:
    """Passwords anywhere in the file, comments too; the text itself is never handed on."""
    for number, section, line in numbered_lines(text):
        # in [columns] and [values] the key is a client's word, which may well be Token
        if SECRET.search(_KEY.sub(r"\1 ", line) if section.startswith(("columns.", "values.")) else line):
            key = re.match(r"[\s]*([\w.\"-]+)\s*=", line)
            name = ".".join(part for part in (section, key[1].strip('"')) if part) if key else "this line"
            yield f"line {number}", None, f"{name} holds a password", _SECRET_REMEDY


def _section(raw: dict[str, Any], name: str) -> dict[str, Any]:
    section = raw.get(name)
    return section if isinstance(section, dict) else {}


def _tables_of(raw: dict[str, Any], section: str) -> Iterator[tuple[Table, dict[str, Any]]]:
    for name, content in _section(raw, section).items():
        if name in _KNOWN and isinstance(content, dict):
            yield _KNOWN[name], content


def _suggest(name: object, known: list[str]) -> str:
    close = nearest(str(name), known, 1)
    return f"did you mean {close[0]}? " if close else ""


def unknown_tables(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Sections of ``[columns]``, ``[values]`` and ``[read]`` for tables that do not exist."""
    names = list(_KNOWN)
    for section in ("columns", "values", "read"):
        for name in _section(raw, section):
            if name not in _KNOWN:
                remedy = f"{_suggest(name, names)}tables: {', '.join(names)}"
                yield f"{section}.{name}", None, f"there is no table {name!r}", remedy


def unknown_columns(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Headers that are mapped to a column which the table does not have."""
    for table, mapping in _tables_of(raw, "columns"):
        for header, column in mapping.items():
            if isinstance(column, str) and column not in table.names:
                yield f"columns.{table.name}.{header}", column, *_wrong_target(table, header, column)


def _wrong_target(table: Table, header: str, column: str) -> tuple[str, str]:
    if header in table.names:
        return "is the wrong way round", f'write the client\'s header first: "{column}" = "{header}"'
    remedy = f"{_suggest(column, list(table.names))}columns of {table.name}: {', '.join(table.names)}"
    return f"the table {table.name} has no such column", remedy


def columns_mapped_twice(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Two of the client's headers for one column."""
    for table, mapping in _tables_of(raw, "columns"):
        uses = Counter(c for c in mapping.values() if isinstance(c, str))
        for column in (c for c, n in uses.items() if n > 1):
            headers = [h for h, c in mapping.items() if c == column]
            what = f"{' and '.join(repr(h) for h in headers)} are both to become {column}"
            yield f"columns.{table.name}", None, what, "keep the one that holds it"


def mapped_values(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Words that are mapped in a column which has none, or to a word which the column does not take."""
    for table, mapping in _tables_of(raw, "values"):
        for name, words in mapping.items():
            key = f"values.{table.name}.{name}"
            if name not in table.names:
                remedy = (
                    f"{_suggest(name, list(table.names))}columns of {table.name}: {', '.join(table.names)}"
                )
                yield key, None, f"the table {table.name} has no such column", remedy
            elif not table.column(name).holds_words:
                remedy = f"columns of words: {', '.join(c.name for c in table.columns if c.holds_words)}"
                yield key, None, f"{name} holds no words, but {_HELD[table.column(name).kind]}", remedy
            elif isinstance(words, dict):
                yield from _wrong_words(key, words, table.column(name).allowed)


_HELD = {"id": "identifiers", "date": "days", "month": "months"} | dict.fromkeys(
    ("money", "number", "fraction", "integer"), "numbers"
)


def _wrong_words(key: str, words: dict[str, Any], allowed: tuple[str, ...]) -> Iterator[Finding]:
    once = Counter(map(same_word, words))
    for theirs, ours in words.items():
        if not same_word(theirs):
            yield key, None, "an empty word is mapped", "an empty cell means: not known; leave it so"
        elif once[same_word(theirs)] > 1:
            what = f"{theirs!r} is mapped twice, with other capitals or spaces"
            yield f"{key}.{theirs}", ours, what, "keep one of the lines"
        elif isinstance(ours, str) and allowed and ours not in allowed:
            yield f"{key}.{theirs}", ours, *_wrong_word(theirs, ours, allowed)


def _wrong_word(theirs: str, ours: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    if theirs in allowed:
        return "is the wrong way round", f'write the client\'s word first: "{ours}" = "{theirs}"'
    remedy = f"{_suggest(ours, list(allowed))}allowed: {', '.join(allowed)}"
    return "is no word that the column takes", remedy


def percent_columns(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Columns said to be in percent which the table does not have, or which hold no number."""
    for table, read in _tables_of(raw, "read"):
        numeric = [c.name for c in table.columns if c.kind in ("fraction", "number")]
        for column in read.get("percent", ()) if isinstance(read.get("percent"), list) else ():
            if column not in numeric:
                allowed = ", ".join(numeric) or "none"
                remedy = f"{_suggest(column, numeric)}columns that may be in percent: {allowed}"
                yield f"read.{table.name}.percent", column, "is no column that can be in percent", remedy


def encodings(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Names of encodings nobody knows."""
    for table, read in _tables_of(raw, "read"):
        name = read.get("encoding")
        if isinstance(name, str) and not _is_encoding(name):
            yield (
                f"read.{table.name}.encoding",
                name,
                "is not an encoding",
                "such as utf-8, utf-16, cp1252 or cp1257",
            )


def _is_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def files(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Files of the tables that are addresses, or lie outside the engagement folder."""
    for table, read in _tables_of(raw, "read"):
        name = read.get("file")
        if isinstance(name, str) and (fault := _file_fault(name, folder, folder / "data")):
            yield f"read.{table.name}.file", name, *fault


def _file_fault(name: str, folder: Path, base: Path) -> tuple[str, str] | None:
    if re.match(r"[a-z][a-z0-9+.-]+:", name, re.IGNORECASE):
        return "is an address, not a file of this folder", "export the table to a file in the folder data/"
    inside = folder.resolve()
    windows = PureWindowsPath(name)
    if "\x00" in name or windows.drive or not (base / windows.as_posix()).resolve().is_relative_to(inside):
        return (
            "leads out of the engagement folder",
            f"copy the file into {base.name}/ and write its name only",
        )
    return None


def logo(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """A logo that is not a picture file of the engagement."""
    name = _section(raw, "branding").get("logo")
    if not isinstance(name, str):
        return
    if fault := _file_fault(name, folder, folder):
        yield (
            "branding.logo",
            name,
            fault[0],
            "copy the picture into the engagement folder and write its name only",
        )
    elif Path(name).suffix.lower() not in _PICTURES:
        yield "branding.logo", name, "is not a picture that can be used", f"allowed: {', '.join(_PICTURES)}"
    elif not (folder / name).is_file():
        yield "branding.logo", name, "there is no such file", "copy the picture into the engagement folder"


def deck(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """A master that is not a PowerPoint file of the engagement."""
    name = _section(raw, "branding").get("deck")
    if not isinstance(name, str):
        return
    if fault := _file_fault(name, folder, folder):
        yield "branding.deck", name, fault[0], "copy it into the engagement folder and write its name only"
    elif Path(name).suffix.lower() != ".pptx":
        yield "branding.deck", name, "is not a PowerPoint file", "save the master as .pptx"
    elif not (folder / name).is_file():
        yield "branding.deck", name, "there is no such file", "copy it into the engagement folder"


def sections_once(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Steps that are named twice among the sections of the report."""
    given = _section(raw, "report").get("sections", [])
    numbers = given if isinstance(given, list) else []
    for number in sorted({n for n in numbers if isinstance(n, int) and numbers.count(n) > 1}):
        yield "report.sections", number, "is named twice", "name each step once"


def colours(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Colours that are not ``#rrggbb``, and a first one too pale for headings."""
    given = _section(raw, "branding").get("colours", [])
    for place, colour in enumerate(given if isinstance(given, list) else ()):
        if not isinstance(colour, str):
            continue
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            yield "branding.colours", colour, "is not a colour", 'write it as "#rrggbb", such as "#0b3c5d"'
        elif place == 0 and (held := contrast(colour)) < TEXT:
            what = f"is too pale for headings: its contrast to white is {held:.1f} : 1, {TEXT} : 1 is needed"
            yield (
                "branding.colours",
                colour,
                what,
                f'a darker shade that passes is "{readable_shade(colour)}"',
            )


def whole_months(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """A period that is not made of whole months, or ends before it starts."""
    try:
        period = Period.model_validate(raw.get("period"))
    except ValueError:
        return
    start, end = period.start, period.end
    last = end.replace(day=calendar.monthrange(end.year, end.month)[1])
    if start.day != 1:
        yield "period.start", start, "is not the first day of a month", f'write "{start:%Y-%m}"'
    if end != last:
        yield "period.end", end, "is not the last day of a month", f'write "{end:%Y-%m}" for the whole month'
    if start > end:
        what = f"ends before it starts ({start} to {end})"
        yield "period", None, what, "let start be the first month and end the last"


def currency(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Three capital letters that are no currency."""
    from babel.numbers import list_currencies

    code = raw.get("currency")
    if isinstance(code, str) and re.fullmatch("[A-Z]{3}", code) and code not in list_currencies():
        close = nearest(code, list_currencies(), 1)
        remedy = f"did you mean {close[0]}? " if close else ""
        yield "currency", code, "is not a currency", f"{remedy}write its three-letter code, such as EUR"


def language(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """A language nobody knows."""
    from babel import Locale, UnknownLocaleError

    code = raw.get("language", "en")
    try:
        Locale.parse(code if isinstance(code, str) else "en")
    except (ValueError, UnknownLocaleError):
        yield "language", code, "is not a language", "write its two-letter code, such as en"


def languages(raw: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Languages of the report that there is no catalogue for, or that are named twice."""
    given = _section(raw, "report").get("languages", [])
    codes = [code for code in given if isinstance(code, str)] if isinstance(given, list) else []
    allowed = ", ".join(LANGUAGES)
    for code in dict.fromkeys(codes):
        if code not in LANGUAGES:
            yield "report.languages", code, "is no language of the report", f"write one of {allowed}"
        elif codes.count(code) > 1:
            yield "report.languages", code, "is named twice", "name each language once"


RULES: tuple[Rule, ...] = (
    unknown_tables,
    unknown_columns,
    columns_mapped_twice,
    mapped_values,
    percent_columns,
    encodings,
    files,
    logo,
    deck,
    sections_once,
    colours,
    whole_months,
    currency,
    language,
    languages,
)
