"""Several currencies: the month's rates, and sales turned into the reporting currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from kamkit.engagement.problems import GateError, Problem, fatal
from kamkit.engagement.schemas import Column, Table
from kamkit.errors import TableError
from kamkit.locale import N_
from kamkit.method.frames import collected
from kamkit.method.lines import moment

if TYPE_CHECKING:
    from kamkit.engagement.config import Read
    from kamkit.engagement.gate import Gated, Source
    from kamkit.engagement.lake import Lake

__all__ = ["RATES", "missing_rates", "missing_text", "read", "to_reporting"]

RATES = Table(
    "rates", N_("month × currency"), N_("What one unit of another currency is worth"),
    (
        Column("month", "month", N_("Month, as its first day"), "2025-03-01", True),
        Column("currency", "text", N_("Currency of the sales lines"), "SEK", True),
        Column("rate", "number", N_("Reporting currency for one unit of it"), "0.0914", True, low=0),
    ),
    key=("month", "currency"),
)  # fmt: skip
"""Not one of the 14: needed only where the sales hold other currencies than the reporting currency."""

_MONEY = ("net_amount", "list_amount", "product_cost")
_SHOWN = 12


def read(
    source: Source | Lake | None,
    *,
    cache: Path,
    settings: Read | None = None,
    columns: dict[str, str] | None = None,
) -> Gated | None:
    """The rates of an engagement, through the gate, or None where it has none.

    Parameters
    ----------
    source : the file called ``rates``, or the sheet of that name.
    cache : where the gate may keep what it has read.
    settings, columns : ``[read.rates]`` and ``[columns.rates]`` of ``engagement.toml``.

    Returns
    -------
    Its frame: month, currency, rate (reporting currency per unit), one row per month and currency.

    Raises
    ------
    GateError
        The file cannot be read as rates, a rate is not positive, or a month stands twice.
    """
    from kamkit.engagement.config import Read
    from kamkit.engagement.gate import gate

    if source is None:
        return None
    gated = gate(RATES, source, settings or Read(), columns or {}, cache=cache, currency="")
    if gated.frame is None or fatal(gated.problems):
        raise GateError(gated.problems)
    frame = gated.frame.assign(currency=gated.frame["currency"].str.strip().str.upper())
    if problems := list(_faults(frame, source.label)):
        raise GateError(problems)
    return replace(gated, frame=frame)


def _faults(frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    twice = frame[frame.duplicated(["month", "currency"], keep="first")]
    if len(twice):
        first = twice.iloc[0]
        what = f"{first['currency']} in {first['month']:%Y-%m} has two rates"
        yield _fault(file, what, "keep one", twice)
    nil = frame[~(frame["rate"] > 0)]
    if len(nil):
        yield _fault(
            file, "a rate is more than 0", "write the reporting currency for one unit of the other", nil
        )


def _fault(file: str, what: str, remedy: str, rows: pd.DataFrame) -> Problem:
    row, value = int(rows.index[0]), f"{rows['rate'].iloc[0]:g}"
    return Problem("fatal", file, what, remedy, "rates", row, "rate", value, len(rows))


def missing_rates(sales: nw.LazyFrame | None, rates: pd.DataFrame | None, currency: str) -> pd.DataFrame:
    """The months and currencies of the sales without a rate: month, currency, lines.

    Lines without a currency are in the reporting currency. Only one row per month and currency is
    collected from the sales.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-03-14", "2025-03-15"])
    >>> lines = pd.DataFrame({"date": days, "net_amount": [100.0, 7.0], "currency": ["SEK", None]})
    >>> missing_rates(nw.from_native(lines).lazy(), None, "EUR")
           month currency  lines
    0 2025-03-01      SEK      1
    """
    empty = pd.DataFrame(
        {"month": pd.Series(dtype="datetime64[us]"), "currency": pd.Series(dtype="str"), "lines": 0}
    )
    if sales is None or not {"currency", "date"} <= set(sales.collect_schema().names()):
        return empty
    keyed = sales.select(month=nw.col("date").dt.truncate("1mo"), currency=_code())
    used = keyed.filter(~_at_home(currency)).group_by("month", "currency").agg(lines=nw.len())
    found = collected(used)
    found = found.assign(month=pd.to_datetime(found["month"]))
    if rates is None or found.empty:
        missing = found
    else:
        known = pd.MultiIndex.from_frame(
            rates.assign(month=pd.to_datetime(rates["month"]))[["currency", "month"]]
        )
        missing = found[~pd.MultiIndex.from_frame(found[["currency", "month"]]).isin(known)]
    return missing.sort_values(["currency", "month"], ignore_index=True)


def _code() -> nw.Expr:
    return nw.col("currency").str.strip_chars().str.to_uppercase()


def _at_home(currency: str) -> nw.Expr:
    """Whether a line is in the reporting currency."""
    code = nw.col("currency")
    return code.is_null() | code.is_in([currency, ""])


def missing_text(missing: pd.DataFrame, have_rates: bool, currency: str) -> tuple[str, str]:
    """What is missing, month by month, and what to do about it."""
    cells = [f"{c} {m:%Y-%m}" for m, c in zip(missing["month"], missing["currency"], strict=True)]
    more = f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else ""
    number = "1 exchange rate is" if len(cells) == 1 else f"{len(cells)} exchange rates are"
    count = int(missing["lines"].sum())
    lines = "1 line" if count == 1 else f"{count:,} lines"
    what = f"{number} missing ({lines}): {', '.join(cells[:_SHOWN])}{more}"
    place = "add to the rates file" if have_rates else "make a file data/rates.csv"
    first = f"{missing['month'].iloc[0]:%Y-%m-%d},{missing['currency'].iloc[0]},"
    return what, f"{place}: month,currency,rate with lines such as {first} and the {currency} for one unit"


def to_reporting(sales: nw.LazyFrame, rates: pd.DataFrame, currency: str) -> nw.LazyFrame:
    r"""Sales with all money in the reporting currency.

    .. math:: amount_{reporting} = amount \cdot rate_{month,\,currency}

    Parameters
    ----------
    sales : invoice lines with ``date``, ``currency`` and money columns, lazy.
    rates : month, currency, rate (reporting currency per unit).
    currency : code of the reporting currency.

    Returns
    -------
    The sales, lazy, with ``net_amount``, ``list_amount`` and ``product_cost`` (those that are there)
    multiplied by the rate of their month, and ``currency`` the reporting currency throughout. Lines
    without a currency are taken to be in the reporting currency.

    Raises
    ------
    TableError
        A rate is missing; all that are missing are listed.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-03-14", "2025-03-15"])
    >>> lines = pd.DataFrame({"date": days, "net_amount": [100.0, 7.0], "currency": ["SEK", None]})
    >>> march = pd.DataFrame({"month": pd.to_datetime(["2025-03-01"]), "currency": ["SEK"], "rate": [0.09]})
    >>> to_reporting(nw.from_native(lines).lazy(), march, "EUR").collect()["net_amount"].to_list()
    [9.0, 7.0]
    """
    columns = sales.collect_schema().names()
    if "currency" not in columns:
        return sales
    missing = missing_rates(sales, rates, currency)
    if len(missing):
        what, remedy = missing_text(missing, True, currency)
        raise TableError(what, where="sales.currency", remedy=remedy)
    rate = _rate(sales, rates, currency)
    money = [(nw.col(name) * rate).alias(name) for name in _MONEY if name in columns]
    return sales.with_columns(currency=_code()).with_columns(*money).with_columns(currency=nw.lit(currency))


def _rate(sales: nw.LazyFrame, rates: pd.DataFrame, currency: str) -> nw.Expr:
    """The rate of a line as one expression, so that no second frame has to enter the sales' engine."""
    expression: nw.Expr = nw.lit(1.0)
    foreign = rates[rates["currency"] != currency].sort_values("month")
    for code, months in foreign.groupby("currency"):
        of_month = _by_month([moment(sales, m) for m in months["month"]], months["rate"].tolist())
        expression = nw.when(nw.col("currency") == code).then(of_month).otherwise(expression)
    return expression


def _by_month(months: list[dt.date], rates: list[float]) -> nw.Expr:
    """Halved again and again: a line meets log₂(months) comparisons, not one per month."""
    if len(rates) == 1:
        return nw.lit(float(rates[0]))
    half = len(rates) // 2
    earlier, later = _by_month(months[:half], rates[:half]), _by_month(months[half:], rates[half:])
    return nw.when(nw.col("date") < months[half]).then(earlier).otherwise(later)
