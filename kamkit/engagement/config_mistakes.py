"""Every mistake in ``engagement.toml`` at once, each with its line, its key and what to write instead.

Types and ranges come from the models of :mod:`kamkit.engagement.config`; what the models cannot see
(names of tables and columns, files, secrets, months) is one short rule each, in :data:`RULES`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from kamkit.engagement import config_rules as rules
from kamkit.engagement.config import FILE, Config
from kamkit.engagement.config_text import line_of, line_of_table, mask, read_text
from kamkit.engagement.problems import Problem
from kamkit.errors import ConfigError, nearest

__all__ = ["find_mistakes"]

_Finding = tuple[str, object, str, str]


def find_mistakes(folder: Path) -> tuple[Config | None, list[Problem]]:
    """The configuration, if it can be used, and all mistakes in the file.

    Parameters
    ----------
    folder : the engagement folder.

    Returns
    -------
    The :class:`Config`, or None where there is a mistake; and one fatal problem per mistake, in the
    order of the file. No problem ever shows a password.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / FILE).write_text('client = "Acme"\\ncurrency = "SEK"\\n[controls]\\ntolerance = 5\\n')
    >>> print(*find_mistakes(folder)[1])
    engagement.toml, row 4, controls.tolerance, '5': 5 is read as 500 %; the most allowed is 10 %. ...
    """
    try:
        text = read_text(folder)
    except ConfigError as error:
        return None, [Problem("fatal", FILE, error.what, error.remedy)]
    secrets = [_problem(text, *found) for found in rules.secrets_in_text(text)]
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        broken = _syntax(text, error)
        return None, secrets if broken.row in {p.row for p in secrets} else [*secrets, broken]
    told = {p.row for p in secrets}
    mistakes = [p for p in _all(raw, text, folder) if p.row is None or p.row not in told]
    if secrets or mistakes:
        return None, _by_line([*secrets, *mistakes])
    return Config.model_validate(raw), []


def _by_line(problems: list[Problem]) -> list[Problem]:
    once = {(p.row, p.column, p.what): p for p in problems}
    return sorted(once.values(), key=lambda p: p.row or 0)


def _all(raw: dict[str, Any], text: str, folder: Path) -> Iterator[Problem]:
    yield from (_problem(text, *found) for found in _model_errors(raw))
    for rule in rules.RULES:
        yield from (_problem(text, *found) for found in rule(raw, folder))


def _problem(text: str, key: str, value: object, what: str, remedy: str) -> Problem:
    if key.startswith("line "):
        return Problem("fatal", FILE, what, remedy, row=int(key[5:]))
    shown = "" if value is None or isinstance(value, dict | list) else mask(_toml(value), key)
    row = line_of(text, key) or line_of_table(text, key)
    return Problem("fatal", FILE, what, remedy, row=row, column=key, value=shown)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _syntax(text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """A TOML error as a person says it, with the line it stands in."""
    found = re.search(r"line (\d+)", str(error))
    row = int(found[1]) if found else len(text.splitlines())
    lines = text.splitlines()
    line = lines[row - 1].strip() if 0 < row <= len(lines) else ""
    said = re.sub(r" \(at .*\)$", "", str(error))
    what = f"this line is not valid TOML: {said[0].lower()}{said[1:]}"
    return Problem("fatal", FILE, what, _syntax_remedy(line, said), row=row, value=mask(line))


def _syntax_remedy(line: str, said: str) -> str:
    value = line.partition("=")[2].strip()
    if "Cannot" in said or "overwrite" in said:
        return "the key or the section stands twice: keep one of them"
    if "hex value" in said or "escape" in said or re.match(r'"[A-Za-z]:\\', value):
        return "write / instead of \\ in the names of files"
    if re.match(r"-?\d+,\d+", value):
        return f"write the decimal sign as a point: {value.replace(',', '.', 1)}"
    if re.match(r"\d{1,2}[./]\d{1,2}[./]\d{4}", value):
        return "write a date as year-month-day without quotes, such as 2025-01-31"
    if value[:1].isalpha():
        return f'put text between quotes: "{mask(value)}"'
    return 'a line is a [section], or key = value, with text between "quotes"'


def _model_errors(raw: dict[str, Any]) -> Iterator[_Finding]:
    try:
        Config.model_validate(raw)
    except ValidationError as error:
        for e in error.errors(include_url=False):
            key = ".".join(str(part) for part in e["loc"])
            yield (key, *_phrase(e, key))


def _phrase(error: Any, key: str) -> tuple[object, str, str]:
    """Value, what is wrong and remedy of one pydantic error."""
    kind, value = error["type"], error["input"]
    if kind == "missing":
        return None, f"{key} is missing", _MISSING.get(key, f"add {key}")
    if kind == "extra_forbidden":
        return (value, *_unknown_key(error["loc"]))
    phrase = next((say for prefix, say in _PHRASES.items() if kind.startswith(prefix)), _plainly)
    return (value, *phrase(error, key))


def _unknown_key(loc: tuple[Any, ...]) -> tuple[str, str]:
    known = sorted(_keys_at(loc[:-1]))
    close = nearest(str(loc[-1]), known, 1)
    place = f"in [{'.'.join(map(str, loc[:-1]))}]" if len(loc) > 1 else "at the top of the file"
    hint = f"did you mean {close[0]}? " if close else ""
    elsewhere = "" if close else _section_of(str(loc[-1]))
    return f"no key of this name is known {place}", f"{hint}{elsewhere}allowed: {', '.join(known)}"


def _section_of(key: str) -> str:
    sections = {n: f.annotation for n, f in Config.model_fields.items()}
    homes = [n for n, a in sections.items() if any(key in m.model_fields for m in _models(a))]
    return f"{key} belongs under [{homes[0]}]; " if homes else ""


def _keys_at(loc: tuple[Any, ...]) -> set[str]:
    """Names of the keys that a place in the configuration may hold."""
    model: type[BaseModel] = Config
    for part in loc:
        field = model.model_fields.get(str(part))
        model = next(iter(_models(field.annotation)), model) if field else model
    return set(model.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _number(error: Any, key: str) -> tuple[str, str]:
    value = str(error["input"])
    as_point = value.replace(",", ".").rstrip(" %")
    if "%" in value:
        return "is not a number", f"write it as a fraction: {_fraction_of(as_point)}"
    if "," in value and re.fullmatch(r"[-\d.]+", as_point):
        return "is not a number", f"write it without quotes and with a decimal point: {as_point}"
    return "is not a number", "write a number without quotes, such as 0.001"


def _fraction_of(percent: object) -> str:
    try:
        return f"{float(str(percent)) / 100:.6g}"
    except ValueError:
        return "0.01"


def _too_high(error: Any, key: str) -> tuple[str, str]:
    value = float(error["input"])
    limit = error["ctx"].get("le", error["ctx"].get("lt"))
    what = f"{value:g} is read as {100 * value:g} %; the most allowed is {100 * limit:g} %"
    return what, f"a fraction is asked: for {value:g} % write {_fraction_of(value)}"


def _plainly(error: Any, key: str) -> tuple[str, str]:
    said = str(error["msg"])
    return said[0].lower() + said[1:], _HINTS.get(key.rpartition(".")[2], "")


_MISSING = {
    "client": 'write the client\'s name, such as client = "Acme AB"',
    "currency": 'write the reporting currency, such as currency = "EUR"',
    "period.start": 'write the first month, such as start = "2024-01"',
    "period.end": 'write the last month, such as end = "2024-12"',
}
_HINTS = {
    "currency": 'write the three capital letters of the currency, such as "EUR"',
    "memory_limit": 'write it as "2GB" or "500MB"',
    "header_row": "write the number of the line that holds the headers, counted from 1",
    "delimiter": 'write one character, such as ";" or "\\t"',
}
_PHRASES: dict[str, Callable[[Any, str], tuple[str, str]]] = {
    "literal_error": lambda e, key: ("is not allowed here", f"allowed: {e['ctx']['expected']}"),
    "float": _number,
    "finite": lambda e, key: ("is not a finite number", "write a number, or leave the line out"),
    "int": lambda e, key: (
        "is not a whole number",
        _HINTS.get(key.rpartition(".")[2], "write a whole number"),
    ),
    "less_than": _too_high,
    "greater_than": lambda e, key: ("is too small", f"write {e['ctx'].get('ge', 0):g} or more"),
    "bool": lambda e, key: ("is neither true nor false", "write true or false, without quotes"),
    "date": lambda e, key: (
        "is not a date",
        'write a month such as "2024-01", or a date without quotes such as 2024-01-31',
    ),
    "string_type": lambda e, key: ("is not text", f'put it between quotes: "{e["input"]}"'),
    "string_pattern": lambda e, key: ("is not written as asked", _HINTS.get(key.rpartition(".")[2], "")),
    "string_too_short": lambda e, key: (
        "is empty",
        _MISSING.get(key, "write a value, or leave the line out"),
    ),
    "model": lambda e, key: (
        "is a section, not a value",
        f"write [{key}] on a line of its own, and its keys below",
    ),
    "dict": lambda e, key: (
        "is a section, not a value",
        f"write [{key}] on a line of its own, and its keys below",
    ),
    "tuple": lambda e, key: ("is not a list", 'write a list, such as ["first", "second"]'),
}
