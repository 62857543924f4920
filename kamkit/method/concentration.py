"""How much of the business hangs on how few customers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, Sentence
from kamkit.method.frames import account_series, fraction, one_of, positive_total

__all__ = [
    "ConcentrationSummary",
    "abc_classes",
    "concentration_summary",
    "effective_number",
    "gini",
    "hhi",
    "lorenz",
    "top_share",
]

_ROUNDING = 1e-9
"""Slack that keeps 0.07 × 100 at 7 accounts, not 8."""


def top_share(values: Any, top: float = 0.10) -> float:
    """Share of the total that the largest accounts hold.

    ``sum of the ceil(top · n) largest / sum of all``

    Parameters
    ----------
    values : Series by account, money.
    top : fraction of the accounts, over 0 up to 1.

    Returns
    -------
    float
        Fraction of the total; above 1 where the other accounts are negative in sum.

    Raises
    ------
    NotDefinedError
        The total is not positive.
    ValuesError, EmptyError, UnitError
        NaN, no accounts, or ``top`` given in percent.

    Notes
    -----
    Source: Schmittlein, Cooper & Morrison (1993). The count is rounded up, never interpolated.

    Examples
    --------
    >>> import pandas as pd
    >>> top_share(pd.Series([49.0, 11, 10, 10, 5, 5, 4, 3, 2, 1]), top=0.10)
    0.49
    """
    largest = np.sort(account_series(values, "values").to_numpy())[::-1]
    total = positive_total(pd.Series(largest), "values")
    return float(largest[: _head(len(largest), top)].sum() / total)


def _head(n: int, top: float) -> int:
    share = fraction(top, "top")
    if share == 0:
        raise ParameterError("top = 0 leaves no account", where="top", allowed="over 0 up to 1")
    return max(1, math.ceil(share * n - _ROUNDING))


def lorenz(values: Any) -> pd.DataFrame:
    """Cumulative share of the value, largest account first.

    ``value_share(k) = sum of the k largest / total``

    Parameters
    ----------
    values : Series by account, money.

    Returns
    -------
    DataFrame
        rank, account_id, account_share, value_share; the first row is the origin (rank 0).
        Accounts of equal value stand in order of account_id.

    Raises
    ------
    NotDefinedError
        The total is not positive.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Source: Lorenz (1905), turned so that the largest come first, as sellers read it.

    Examples
    --------
    >>> import pandas as pd
    >>> lorenz(pd.Series({"a": 20.0, "b": 50.0, "c": 30.0}))[["rank", "account_id", "value_share"]]
       rank account_id  value_share
    0     0        NaN          0.0
    1     1          b          0.5
    2     2          c          0.8
    3     3          a          1.0
    """
    ranked = _ranked(account_series(values, "values"))
    positive_total(ranked, "values")
    n, heights = len(ranked), ranked.to_numpy().cumsum()
    return pd.DataFrame(
        {
            "rank": range(n + 1),
            "account_id": pd.Series([None, *ranked.index.astype(str)], dtype="str"),
            "account_share": np.arange(n + 1) / n,
            "value_share": np.concatenate([[0.0], heights / heights[-1]]),
        }
    )


def _ranked(values: pd.Series) -> pd.Series:
    """Largest first; equal ones in order of their account."""
    order = np.lexsort((values.index.astype(str).to_numpy(dtype=object), -values.to_numpy()))
    return values.iloc[order]


def gini(values: Any, form: str = "auto") -> float:
    """Gini coefficient: 0 when all accounts are equal.

    | classical: ``sum_ij |y_i − y_j| / (2 N² mean)``
    | rsv: ``sum_ij |y_i − y_j| / (2 (N − 1) (T⁺ + |T⁻|))``, with the sums of the positive and the
      negative values; stays within 0–1 when values are negative.

    Parameters
    ----------
    values : Series by account, money.
    form : "classical", "rsv", or "auto", which takes rsv when a value is negative.

    Returns
    -------
    float
        A single account is 0 in the classical form.

    Raises
    ------
    NotDefinedError
        Classical of a total that is not positive; rsv of a single account or of zeros only.
    ParameterError
        An unknown form.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Source: Gini (1912); Raffinetti, Siletti & Vernizzi (2015), with N − 1. The R package GiniWegNeg
    divides by N and gives other figures.

    Examples
    --------
    >>> import pandas as pd
    >>> round(gini(pd.Series([1.0, 2, 3, 4, 5])), 4)
    0.2667
    >>> round(gini(pd.Series([-7.0, -15, 11, -10, 2, 4, 40])), 4)
    0.8165
    """
    one_of(form, ("auto", "classical", "rsv"), "form")
    ordered = np.sort(account_series(values, "values").to_numpy())
    if form == "rsv" or (form == "auto" and ordered[0] < 0):
        return _gini_rsv(ordered)
    total = positive_total(pd.Series(ordered), "values")
    return _pair_differences(ordered) / (2 * len(ordered) * total)


def _gini_rsv(ordered: np.ndarray) -> float:
    n, spread = len(ordered), float(np.abs(ordered).sum())
    if n == 1 or spread == 0:
        reason = Sentence("a single account" if n == 1 else "accounts that are all zero")
        raise NotDefinedError(
            Sentence("the Gini coefficient of {reason} is not defined with negatives allowed", reason=reason),
            where="values",
        )
    return _pair_differences(ordered) / (2 * (n - 1) * spread)


def _pair_differences(ordered: np.ndarray) -> float:
    """Sum over all ordered pairs of the absolute difference."""
    n = len(ordered)
    return max(0.0, float(2 * ((2 * np.arange(1, n + 1) - n - 1) * ordered).sum()))


def hhi(values: Any) -> float:
    """Herfindahl–Hirschman index of the accounts' shares.

    ``sum of (100 · share)²``

    Parameters
    ----------
    values : Series by account, money.

    Returns
    -------
    float
        0–10 000; 10 000 is a single account.

    Raises
    ------
    NotDefinedError
        The total is not positive, or negative values push the index over 10 000.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Source: Herfindahl (1950), Hirschman (1964). The thresholds of competition law are made for
    markets, not for a customer base.

    Examples
    --------
    >>> import pandas as pd
    >>> round(hhi(pd.Series([30.0, 30, 20, 20])), 6)
    2600.0
    """
    ordered = np.sort(account_series(values, "values").to_numpy())
    total = positive_total(pd.Series(ordered), "values")
    index = float(((100 * ordered / total) ** 2).sum())
    if ordered[0] < 0 and index > 10_000:
        raise NotDefinedError(
            Sentence(
                "negative values push the index to {index:,.0f}, over its maximum of 10 000", index=index
            ),
            where="values",
            remedy="use the Gini coefficient in its rsv form, or the money",
        )
    return index


def effective_number(values: Any) -> float:
    """Number of equal accounts that would be as concentrated.

    ``1 / sum of share²``

    Parameters
    ----------
    values : Series by account, money.

    Returns
    -------
    float
        1 to the number of accounts.

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError
        As :func:`hhi`.

    Notes
    -----
    Source: Laakso & Taagepera (1979); the numbers equivalent of Adelman (1969).

    Examples
    --------
    >>> import pandas as pd
    >>> round(effective_number(pd.Series([30.0, 30, 20, 20])), 3)
    3.846
    """
    return 10_000 / hhi(values)


def abc_classes(values: Any, cuts: Sequence[float] = (0.80, 0.95)) -> pd.Series:
    """A, B and C accounts by what they add to the total, largest first.

    A while the share *before* the account is under the first cut, B while under the second, then C.

    Parameters
    ----------
    values : Series by account, money.
    cuts : two rising fractions of the total.

    Returns
    -------
    Series
        "A", "B" or "C" in the order of ``values``.

    Raises
    ------
    NotDefinedError
        The total is not positive.
    ParameterError, UnitError
        Cuts that don't rise, or in percent.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Source: Dickie (1951). It is the point of departure, not a segmentation: size says nothing of need.

    Examples
    --------
    >>> import pandas as pd
    >>> abc_classes(pd.Series({"x": 10.0, "y": 80.0, "z": 10.0})).to_dict()
    {'x': 'B', 'y': 'A', 'z': 'B'}
    """
    series = account_series(values, "values")
    first, second = _rising(cuts)
    ranked = _ranked(series)
    total = positive_total(ranked, "values")
    before = (ranked.to_numpy().cumsum() - ranked.to_numpy()) / total + _ROUNDING
    classes = np.select([before < first, before < second], ["A", "B"], "C")
    return pd.Series(classes, index=ranked.index, dtype="str", name="abc").reindex(series.index)


def _rising(cuts: Sequence[float]) -> tuple[float, float]:
    limits = [fraction(cut, "cuts") for cut in np.atleast_1d(np.asarray(cuts, dtype="object"))]
    if len(limits) != 2 or not 0 < limits[0] < limits[1]:
        raise ParameterError(
            f"cuts = {cuts} are not two rising fractions",
            where="cuts",
            allowed="two, such as (0.80, 0.95)",
        )
    return limits[0], limits[1]


@dataclass(frozen=True)
class ConcentrationSummary:
    """Single figures of a concentration: money, fractions, and an index of 0–10 000."""

    n: int
    total: float
    top_share_10: float
    top_share_20: float
    gini: float
    hhi: float
    effective_number: float
    largest_share: float


def concentration_summary(values: Any) -> ConcentrationSummary:
    """The figures that stand beside a Lorenz curve.

    Parameters
    ----------
    values : Series by account, money.

    Returns
    -------
    ConcentrationSummary
        n, total, top_share_10, top_share_20, gini (form "auto"), hhi, effective_number,
        largest_share. ``hhi`` and ``effective_number`` are NaN where negative values push the index
        over its maximum.

    Raises
    ------
    NotDefinedError
        The total is not positive.
    ValuesError, EmptyError
        NaN, or no accounts.

    Notes
    -----
    Sources: as of the functions it gathers, :func:`gini`, :func:`hhi`, :func:`top_share`.

    Examples
    --------
    >>> import pandas as pd
    >>> concentration_summary(pd.Series([40.0, 30, 20, 10])).largest_share
    0.4
    """
    series = account_series(values, "values")
    total = positive_total(series, "values")
    try:
        index = hhi(series)
    except NotDefinedError:
        index = math.nan
    return ConcentrationSummary(
        n=len(series),
        total=total,
        top_share_10=top_share(series, 0.10),
        top_share_20=top_share(series, 0.20),
        gini=gini(series),
        hhi=index,
        effective_number=10_000 / index,
        largest_share=float(series.max()) / total,
    )
