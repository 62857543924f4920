"""What losing a customer does to the operating result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pandas as pd

from kamkit.errors import ColumnError, ValuesError, list_some
from kamkit.method.frames import account_series, fraction, number

__all__ = ["LossImpact", "aligned", "expected_loss", "loss_impact", "replacement_cost", "share_of_result"]

UNKNOWN_LOSS = "what a loss does to EBIT is not known: it takes the ledger and the product cost of each line"
"""Why neither joint nor simulated losses can be told."""


@dataclass(frozen=True)
class LossImpact:
    """What one loss does: the change of EBIT (negative: EBIT is lost), and its share of EBIT."""

    ebit_change: float
    share_of_ebit: float


@overload
def loss_impact(
    revenue: float,
    contribution_rate: float,
    ebit: float,
    avoidable_cost: float = ...,
    stranded_cost: float = ...,
    share: float | None = ...,
) -> LossImpact: ...
@overload
def loss_impact(
    revenue: pd.Series,
    contribution_rate: float | pd.Series,
    ebit: float,
    avoidable_cost: float | pd.Series = ...,
    stranded_cost: float | pd.Series = ...,
    share: float | pd.Series | None = ...,
) -> pd.DataFrame: ...
def loss_impact(
    revenue: Any,
    contribution_rate: Any,
    ebit: float,
    avoidable_cost: Any = 0.0,
    stranded_cost: Any = 0.0,
    share: Any = None,
) -> LossImpact | pd.DataFrame:
    """Change of EBIT when a customer leaves.

    ``ΔEBIT = −(share · revenue · contribution_rate − avoidable_cost + stranded_cost)``

    Parameters
    ----------
    revenue : money; all revenue where ``share`` is given, else the customer's own. A number, or a
        Series by account.
    contribution_rate : contribution over revenue, a fraction; a loss-making price gives a negative one.
    ebit : money, of the period the revenue is of.
    avoidable_cost : cost *below* the contribution that falls away with the customer, ≥ 0.
    stranded_cost : cost *inside* the contribution that stays behind, ≥ 0.
    share : the customer's share of ``revenue``, a fraction.

    Returns
    -------
    LossImpact or DataFrame
        ebit_change (negative where EBIT is lost), share_of_ebit (positive where EBIT is lost, NaN
        where EBIT is not positive). A DataFrame by account where ``revenue`` is a Series.

    Raises
    ------
    UnitError
        A rate or share in percent.
    ValuesError, ParameterError, EmptyError
        NaN, a negative cost, accounts that one Series has and the other lacks.

    Notes
    -----
    Source: definition; the operating leverage of a lost customer is contribution rate over EBIT rate.

    Examples
    --------
    >>> loss_impact(100.0, 0.35, ebit=10.0, share=0.05)
    LossImpact(ebit_change=-1.75, share_of_ebit=0.175)
    """
    earned = number(ebit, "ebit")
    if isinstance(revenue, pd.Series):
        return _by_account(revenue, contribution_rate, earned, avoidable_cost, stranded_cost, share)
    own = number(revenue, "revenue") * (1.0 if share is None else fraction(share, "share"))
    lost = own * fraction(contribution_rate, "contribution_rate", low=-np.inf)
    change = -(lost - _cost(avoidable_cost, "avoidable_cost") + _cost(stranded_cost, "stranded_cost"))
    return LossImpact(change, float(share_of_result(change, earned)))


def _by_account(
    revenue: pd.Series, rate: Any, ebit: float, avoidable: Any, stranded: Any, share: Any
) -> pd.DataFrame:
    own = account_series(revenue, "revenue")
    if share is not None:
        own = own * _rates(share, own.index, "share", low=0.0)
    lost = own * _rates(rate, own.index, "contribution_rate", low=-np.inf)
    avoided = _costs(avoidable, own.index, "avoidable_cost")
    change = -(lost - avoided + _costs(stranded, own.index, "stranded_cost"))
    return pd.DataFrame({"ebit_change": change, "share_of_ebit": share_of_result(change, ebit)})


def share_of_result(change: Any, ebit: float) -> Any:
    """Share of EBIT that a change takes away; NaN where EBIT is unknown or not positive.

    >>> float(share_of_result(-1.75, 10.0))
    0.175
    """
    return -change / ebit if ebit > 0 else change * np.nan


def aligned(values: Any, index: pd.Index, name: str) -> pd.Series:
    """A number for every account, or a Series that has every account, in the order of ``index``."""
    if not isinstance(values, pd.Series):
        return pd.Series(number(values, name), index=index)
    series = account_series(values, name)
    lacking = index.difference(series.index)
    if len(lacking):
        raise ValuesError(
            f"{name} lacks {len(lacking)} account(s)",
            where=f"{name}: {list_some(list(lacking))}",
            remedy="give it for every account; unknown is not zero",
        )
    return series.reindex(index)


def _rates(values: Any, index: pd.Index, name: str, low: float) -> pd.Series:
    rates = aligned(values, index, name)
    fraction(rates.max(), name, low)
    fraction(rates.min(), name, low)
    return rates


def _cost(value: Any, name: str) -> float:
    cost = number(value, name)
    if cost < 0:
        raise ValuesError(
            f"{name} = {cost:g} is negative", where=name, allowed="0 or more: costs are positive"
        )
    return cost


def _costs(values: Any, index: pd.Index, name: str) -> pd.Series:
    costs = aligned(values, index, name)
    _cost(costs.min(), name)
    return costs


def expected_loss(probability: Any, impact: Any) -> Any:
    """Loss to be expected in a year: probability times impact.

    ``expected loss = P(loss) · impact``

    Parameters
    ----------
    probability : of losing the customer within a year, a fraction; a number, or a Series by account.
    impact : change of EBIT (negative where EBIT is lost); a number, or a Series by account.

    Returns
    -------
    float or Series
        Money, with the sign of ``impact``; by account where ``impact`` is a Series.

    Raises
    ------
    UnitError
        A probability in percent.
    ValuesError
        NaN, or an account without probability.

    Notes
    -----
    Source: definition. It adds up over customers whether or not they leave together; the spread does
    not, see :func:`kamkit.method.risk.simulate_losses`.

    Examples
    --------
    >>> expected_loss(0.05, -200.0)
    -10.0
    """
    if not isinstance(impact, pd.Series):
        return fraction(probability, "probability") * number(impact, "impact")
    amounts = account_series(impact, "impact")
    return (_rates(probability, amounts.index, "probability", 0.0) * amounts).rename("expected_loss")


def replacement_cost(contribution: float, months: float, acquisition_cost: float = 0.0) -> float:
    """What it costs until the customer is replaced.

    ``contribution a year · months / 12 + acquisition cost``

    Parameters
    ----------
    contribution : lost contribution a year, money.
    months : until it is replaced, 0 or more.
    acquisition_cost : of winning the replacement, money.

    Returns
    -------
    float
        Money.

    Raises
    ------
    ValuesError, ParameterError
        NaN, or negative months.

    Notes
    -----
    Source: definition; nothing is won until the last month, so it is the most it can cost.

    Examples
    --------
    >>> replacement_cost(120_000, 18, 25_000)
    205000.0
    """
    duration = number(months, "months")
    if duration < 0:
        raise ValuesError(f"months = {duration:g} is negative", where="months")
    return number(contribution, "contribution") * duration / 12 + _cost(acquisition_cost, "acquisition_cost")


def require_frame(table: Any, columns: list[str], name: str, maker: str) -> pd.DataFrame:
    """The table if it is one of ours with these columns."""
    missing = [c for c in columns if c not in getattr(table, "columns", ())]
    if missing:
        raise ColumnError(
            f"{name} lacks {list_some(missing)}", where=name, remedy=f"give what {maker} returns"
        )
    return table
