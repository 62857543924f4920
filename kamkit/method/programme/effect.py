"""Difference in differences: what the treated did beyond what the others did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.programme.comparison import NEVER, Comparison, compare
from kamkit.method.programme.panel import checked_panel

__all__ = ["DifferenceInDifferences", "as_flags", "difference_in_differences", "one_start"]


@dataclass(frozen=True)
class DifferenceInDifferences:
    """``effect`` in the panel's unit with its standard error, two-sided p and 95 % interval."""

    effect: float
    standard_error: float
    p_value: float
    low: float
    high: float
    treated: int
    controls: int


def difference_in_differences(panel: Any, treated: Any, post: Any) -> DifferenceInDifferences:
    """How much more the treated changed than the others.

    | ``change_i = mean of account i from post on − mean before``
    | ``effect = mean change of the treated − mean change of the others``
    | ``standard_error² = var(changes of the treated) / n₁ + var(changes of the others) / n₀``

    Parameters
    ----------
    panel : accounts × first days of the periods; money, or its logarithm. With logarithms the effect is
        ``exp(effect) − 1`` as a fraction; take them where accounts grow in proportion, and longer periods
        where a month may be zero. With money the largest accounts decide.
    treated : boolean by account_id, for every account of the panel.
    post : first day of the first programme period.

    Returns
    -------
    DifferenceInDifferences
        effect, standard_error, low, high in the panel's unit; p_value by Welch's t test. One change per
        account, so that months of the same account are not counted as independent. With a single treated
        account its spread is taken to be that of the others (Conley & Taber 2011).

    Raises
    ------
    NotDefinedError
        Nobody treated, nobody to compare with, or no period before or from ``post`` on.
    ValuesError, EmptyError
        NaN in the panel, an account without a flag, no accounts.

    Notes
    -----
    Source: Card & Krueger (1994); collapsed to before and after as Bertrand, Duflo & Mullainathan (2004)
    advise. It assumes that both groups would have moved in parallel; see the trend before the start.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=4, freq="MS")
    >>> panel = pd.DataFrame([[10, 10, 15, 15], [20, 20, 23, 23], [30, 30, 31, 31], [5, 5, 6, 6.0]],
    ...                      index=list("abcd"), columns=months)
    >>> found = difference_in_differences(panel, {"a": True, "b": True, "c": False, "d": False}, "2025-03-01")
    >>> found.effect, found.standard_error
    (3.0, 1.0)
    """
    comparison = one_start(panel, treated, post)
    weights = np.zeros(comparison.values.shape)
    after = int(comparison.cohorts[0])
    weights[comparison.treated, after:] = 1 / (len(comparison.periods) - after)
    found = comparison.average(weights)
    return DifferenceInDifferences(
        found.effect, found.standard_error, found.p_value, found.low, found.high, found.accounts,
        found.controls,
    )  # fmt: skip


def one_start(panel: Any, treated: Any, post: Any) -> Comparison:
    """A comparison with one start for all, the whole time before it being the yardstick."""
    checked = checked_panel(panel)
    flags = as_flags(treated, checked.index)
    first = pd.Timestamp(post)
    before = int((pd.DatetimeIndex(checked.columns) < first).sum())
    if not 0 < before < checked.shape[1]:
        raise NotDefinedError(
            Sentence("post = {first:%Y-%m-%d} leaves no period before or none after it", first=first),
            where="post",
            allowed=f"after {checked.columns[0]:%Y-%m-%d}, up to {checked.columns[-1]:%Y-%m-%d}",
        )
    starts = pd.Series(checked.columns[before], index=checked.index[flags])
    found = compare(checked, starts, base=before, controls="never")
    assert (found.start == NEVER).sum() == (~flags).sum()
    return found


def as_flags(treated: Any, accounts: pd.Index) -> np.ndarray:
    """True or false for each of the accounts, none left open."""
    given = pd.Series(treated)
    missing = [str(a) for a in accounts if a not in given.index]
    if missing or given.isna().any():
        raise ValuesError(
            f"treated does not say of {len(missing) or int(given.isna().sum())} account(s) whether they are",
            where=f"treated: {list_some(missing or [str(a) for a in given.index[given.isna()]])}",
            allowed="true or false for every account of the panel",
        )
    return given.reindex(accounts).astype(bool).to_numpy()
