"""Parameters of a run: values, never code, each given to the notebooks that know it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kamkit.deliver.execute import known_parameters
from kamkit.deliver.order import Notebook
from kamkit.errors import ParameterError, list_some, nearest

__all__ = ["ACCOUNT", "ENGAGEMENT", "for_notebooks", "parse"]

ENGAGEMENT, ACCOUNT = "engagement", "account_id"
"""The parameters that the runner itself sets; the second one in the notebook of the account plan."""


def parse(given: Mapping[str, Any] | Iterable[str]) -> dict[str, Any]:
    """Parameters as ``KEY=VALUE`` texts or as a mapping, as plain values.

    A text is read as a TOML value (``0.2``, ``true``, ``"0.2"``), in a mapping too; what is none is a
    text as typed.

    Raises
    ------
    ParameterError
        If a text is not ``KEY=VALUE``, a name is given twice, or a value is no single value.

    Examples
    --------
    >>> parse(["top=0.2", "absorb=true", "client=Åkerlund & Söner"])
    {'top': 0.2, 'absorb': True, 'client': 'Åkerlund & Söner'}
    """
    if isinstance(given, Mapping):
        read = {str(n): _value(v.strip()) if isinstance(v, str) else v for n, v in given.items()}
        return {name: _single(name, value) for name, value in read.items()}
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ParameterError(
                f"{text!r} is no parameter", where="-p", allowed="KEY=VALUE, such as top=0.2"
            )
        if name.strip() in values:
            raise ParameterError(f"the parameter {name.strip()!r} is given twice", where="-p")
        values[name.strip()] = _single(name.strip(), _value(value.strip()))
    return values


def _value(text: str) -> Any:
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    value = read["value"] if set(read) == {"value"} else text
    is_plain = isinstance(value, (bool, int, str, list, dict)) or (
        isinstance(value, float) and math.isfinite(value)
    )
    return value if is_plain else text


def _single(name: str, value: Any) -> Any:
    if isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise ParameterError(
        f"the value {value!r} of {name!r} can't be used",
        where="-p",
        allowed="a number, true, false or a text",
    )


def for_notebooks(values: Mapping[str, Any], notebooks: Sequence[Notebook]) -> dict[str, dict[str, Any]]:
    """For each notebook, by name, the values of the parameters that its ``parameters`` cell sets.

    Raises
    ------
    ParameterError
        If none of the notebooks knows a parameter, or it is not the user's to set.
    """
    known = {n.name: known_parameters(n.path) for n in notebooks}
    everything = sorted({p for names in known.values() for p in names} - {ENGAGEMENT, ACCOUNT})
    for name in values:
        _require_known(name, everything)
    return {step: {p: v for p, v in values.items() if p in names} for step, names in known.items()}


def _require_known(name: str, known: Sequence[str]) -> None:
    if name in known:
        return
    if name == ENGAGEMENT:
        raise ParameterError(
            "the engagement is the folder that is run", where="-p", remedy="name that folder instead"
        )
    if name == ACCOUNT:
        raise ParameterError(
            "the account of a plan is no parameter of a run", where="-p", remedy="name it with --account"
        )
    shown = name if re.fullmatch(r"\w{1,60}", name) else name[:60]
    close = nearest(name, known)
    raise ParameterError(
        f"no notebook knows the parameter {shown!r}",
        where="-p",
        allowed=list_some(known, 12) if known else "none: no notebook has any",
        remedy=f"{close[0]}?" if close else "",
    )
