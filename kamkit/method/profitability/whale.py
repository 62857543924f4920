"""The whale curve: who earns the profit, and who hands it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.method.frames import account_series, hair

__all__ = ["WhaleSummary", "whale_curve", "whale_summary"]


def whale_curve(profit: Any) -> pd.DataFrame:
    """Cumulative profit, most profitable account first.

    ``cumulative_profit(k) = sum of the k largest profits; cumulative_share = cumulative_profit / total``

    Parameters
    ----------
    profit : Series by account_id, money.

    Returns
    -------
    DataFrame
        rank, account_id, profit, cumulative_profit (money), cumulative_share (of the total; NaN
        where the total is not positive), account_share (rank / n). Ties in order of account_id.

    Raises
    ------
    ValuesError
        NaN or infinite profits, accounts that stand twice.
    EmptyError
        No accounts.

    Notes
    -----
    Source: Cooper & Kaplan (1991); Kaplan & Narayanan (2001). Sorting by revenue is another chart.

    Examples
    --------
    >>> import pandas as pd
    >>> whale_curve(pd.Series({"a": -20.0, "b": 50.0, "c": 10.0}))[["account_id", "cumulative_profit"]]
      account_id  cumulative_profit
    0          b               50.0
    1          c               60.0
    2          a               40.0
    """
    series = account_series(profit, "profit")
    names = series.index.astype(str).to_numpy(dtype=object)
    order = np.lexsort((names, -series.to_numpy()))
    ranked = series.to_numpy()[order]
    cumulative = ranked.cumsum()
    rank = np.arange(1, len(ranked) + 1)
    total = cumulative[-1]
    return pd.DataFrame(
        {
            "rank": rank,
            "account_id": pd.Series(names[order], dtype="str"),
            "profit": ranked,
            "cumulative_profit": cumulative,
            "cumulative_share": cumulative / total if total > hair(ranked) else np.nan,
            "account_share": rank / len(rank),
        }
    )


@dataclass(frozen=True)
class WhaleSummary:
    """Single figures of a whale curve: money, counts of accounts, and the peak as a multiple of the total."""

    total: float
    peak: float
    peak_share: float
    peak_rank: int
    erosion: float
    losers: int
    earners: int
    break_even: int
    n: int
    loss_sum: float


def whale_summary(profit: Any) -> WhaleSummary:
    """Peak, erosion and the three groups of accounts.

    ``peak = largest cumulative profit; erosion = peak − total``

    Parameters
    ----------
    profit : Series by account_id, money.

    Returns
    -------
    WhaleSummary
        total, peak, peak_share (peak / total, NaN where the total is not positive), peak_rank (where
        the peak is first reached), erosion, losers, earners, break_even, n, loss_sum (negative).
        Where all accounts lose, the peak is 0 at rank 0.

    Raises
    ------
    ValuesError, EmptyError
        As :func:`whale_curve`.

    Notes
    -----
    Source: Kaplan & Narayanan (2001).

    Examples
    --------
    >>> import pandas as pd
    >>> summary = whale_summary(pd.Series([50.0, 30, 20, 10, 5, 0, -5, -10, -20, -30]))
    >>> summary.total, summary.peak, summary.peak_share, summary.peak_rank, summary.erosion
    (50.0, 115.0, 2.3, 5, 65.0)
    """
    curve = whale_curve(profit)
    heights = np.concatenate([[0.0], curve["cumulative_profit"].to_numpy()])
    rank = int(heights.argmax())
    values, peak = curve["profit"], float(heights[rank])
    total = 0.0 if abs(heights[-1]) <= hair(values) else float(heights[-1])
    return WhaleSummary(
        total=total,
        peak=peak,
        peak_share=peak / total if total > 0 else float("nan"),
        peak_rank=rank,
        erosion=peak - total,
        losers=int((values < 0).sum()),
        earners=int((values > 0).sum()),
        break_even=int((values == 0).sum()),
        n=len(values),
        loss_sum=float(values[values < 0].sum()),
    )
