"""How good the sellers' own probabilities are: what they said, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.opportunities.deals import deal_table
from kamkit.method.opportunities.stages import wilson

__all__ = ["SellerAccuracy", "judged_deals", "seller_accuracy", "seller_calibration"]

_CLASSES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class SellerAccuracy:
    """What the sellers said of decided deals against what came of them.

    ``seller_brier``, ``base_brier`` and ``history_brier`` are Brier scores (0 is best): of the sellers'
    probability, of the win rate of all deals, and of the win rate of the other deals of the same stage (NaN
    without stages). ``said`` and ``win_rate`` are means; ``optimism`` their difference; ``value_bias`` the
    amount forecast over the amount won, less 1 (NaN without amounts).
    """

    deals: int
    seller_brier: float
    base_brier: float
    history_brier: float
    said: float
    win_rate: float
    optimism: float
    value_bias: float


def judged_deals(opportunities: Any) -> pd.DataFrame:
    """Decided deals with the probability that their seller gave them.

    Parameters
    ----------
    opportunities : outcome, probability.

    Returns
    -------
    DataFrame
        Indexed by opportunity_id: the columns of the deals, and ``came``: 1 for a won deal, 0 for a lost one.

    Raises
    ------
    NotDefinedError
        No decided deal has a probability.
    UnitError, ValuesError, EmptyError
        A probability in percent; as :func:`deal_table`.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["won", "open"], "probability": [0.9, 0.9]})
    >>> judged_deals(deals)["came"].tolist()
    [1.0]
    """
    deals = deal_table(opportunities)
    judged = deals[deals["outcome"].isin(["won", "lost"]) & deals["probability"].notna()]
    if judged.empty:
        raise NotDefinedError(
            "no decided deal has a probability of the seller's own, so nobody can say how good they are",
            where="opportunities.probability",
        )
    return judged.assign(came=judged["outcome"].eq("won").astype(float))


def seller_accuracy(opportunities: Any) -> SellerAccuracy:
    """Brier score of the sellers' own probabilities, beside those that need no seller.

    ``Σ (p_i − o_i)² / n``, o = 1 for a won deal, 0 for a lost one

    Parameters
    ----------
    opportunities : outcome, probability; stage and amount where known.

    Returns
    -------
    SellerAccuracy

    Raises
    ------
    NotDefinedError
        No decided deal has a probability.
    UnitError, ValuesError, EmptyError
        A probability in percent; as :func:`deal_table`.

    Notes
    -----
    Source: Brier (1950). The history of a stage leaves out the deal that it judges, so that it does not
    judge itself. The probability should be the one given before the deal was decided.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["won", "lost"], "probability": [0.9, 0.9]})
    >>> accuracy = seller_accuracy(deals)
    >>> round(accuracy.seller_brier, 3), accuracy.base_brier, round(accuracy.optimism, 3)
    (0.41, 0.25, 0.4)
    """
    deals = judged_deals(opportunities)
    said, came = deals["probability"], deals["came"]
    amount = deals["amount"].where(deals["amount"] > 0)
    forecast, won = (said * amount).sum(), (came * amount).sum()
    whole = amount.notna().all() and won > 0
    return SellerAccuracy(
        deals=len(deals),
        seller_brier=float(((said - came) ** 2).mean()),
        base_brier=float(((came.mean() - came) ** 2).mean()),
        history_brier=_history_score(deals),
        said=float(said.mean()),
        win_rate=float(came.mean()),
        optimism=float(said.mean() - came.mean()),
        value_bias=float(forecast / won - 1) if whole else float("nan"),
    )


def _history_score(deals: pd.DataFrame) -> float:
    groups = deals.groupby("stage")["came"]
    others = groups.transform("size") - 1
    rate = (groups.transform("sum") - deals["came"]) / others.where(others > 0)
    scores = (rate - deals["came"]) ** 2
    return float(scores.mean()) if scores.notna().all() else float("nan")


def seller_calibration(opportunities: Any) -> pd.DataFrame:
    """Of the deals that sellers gave a probability, how many were won.

    Parameters
    ----------
    opportunities : outcome, probability.

    Returns
    -------
    DataFrame
        Classes of a fifth each, the upper end belonging to the class: said_from, said_to, deals
        (decided), said (mean probability), won_share, won_low, won_high (95 %, Wilson). Empty classes are
        left out.

    Raises
    ------
    NotDefinedError, UnitError, ValuesError, EmptyError
        As :func:`seller_accuracy`.

    Notes
    -----
    Source: Murphy (1973), reliability.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["won", "lost"], "probability": [0.9, 0.9]})
    >>> seller_calibration(deals)[["said_from", "deals", "won_share"]].values.tolist()
    [[0.8, 2.0, 0.5]]
    """
    deals = judged_deals(opportunities)
    place = np.clip(np.searchsorted(_CLASSES, deals["probability"], side="left") - 1, 0, len(_CLASSES) - 2)
    classes = pd.Series(place, deals.index, name="class")
    groups, there = deals.groupby(classes), np.unique(place)
    table = pd.DataFrame({
        "said_from": np.asarray(_CLASSES)[there],
        "said_to": np.asarray(_CLASSES)[there + 1],
        "deals": groups.size().to_numpy(),
        "said": groups["probability"].mean().to_numpy(),
        "won_share": groups["came"].mean().to_numpy(),
    })  # fmt: skip
    table["won_low"], table["won_high"] = wilson(table["won_share"], table["deals"])
    return table
