"""How sure it is who was chosen: ranks over possible weights, probabilities, what flips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kamkit.method.frames import fraction, number
from kamkit.method.portfolio.choice import ChosenAccounts

__all__ = ["choice_certainty", "priced", "rank_range"]


def rank_range(acceptability: pd.DataFrame, share: float = 0.90) -> pd.DataFrame:
    """The ranks between which a share of all weights puts a subject.

    Parameters
    ----------
    acceptability : subjects × rank, as :func:`~kamkit.method.scoring.rank_acceptability` returns it.
    share : share of the weights that the range covers, split evenly to both ends; fraction.

    Returns
    -------
    DataFrame
        By subject: rank_low (the better end), rank_middle (median), rank_high.

    Raises
    ------
    UnitError
        ``share`` in percent.

    Notes
    -----
    Source: after Lahdelma & Salminen (2001).

    Examples
    --------
    >>> rank_range(pd.DataFrame([[0.4, 0.6], [0.6, 0.4]], index=["a", "b"], columns=[1, 2]))
       rank_low  rank_middle  rank_high
    a       1.0          2.0        2.0
    b       1.0          1.0        2.0
    """
    tail = (1 - fraction(share, "share")) / 2
    running = acceptability.to_numpy(dtype=float).cumsum(axis=1)
    ranks = np.asarray(acceptability.columns, dtype=float)
    levels = {"rank_low": tail, "rank_middle": 0.5, "rank_high": 1 - tail}
    last = running.shape[1] - 1
    found = {
        name: ranks[np.minimum((running < level - 1e-9).sum(axis=1), last)] for name, level in levels.items()
    }
    return pd.DataFrame(found, acceptability.index)


def choice_certainty(
    acceptability: pd.DataFrame,
    probability: pd.Series,
    probability_any: pd.Series,
    chosen: Any,
    flips: pd.DataFrame,
    least: float = 0.90,
) -> pd.DataFrame:
    """How sure each choice is, in one line per account.

    Parameters
    ----------
    acceptability : as :func:`~kamkit.method.scoring.rank_acceptability` returns it.
    probability : of being chosen, for weights drawn around the agreed ones, by account.
    probability_any : the same for all weights there are.
    chosen : the accounts that were chosen.
    flips : as :func:`placement_flips` returns it.
    least : probability from which a choice that does not flip easily counts as sure; fraction.

    Returns
    -------
    DataFrame
        Indexed by account_id: rank_low, rank_middle, rank_high, probability, probability_any, chosen,
        criterion, change, flips_easily, sure (chosen, at least ``least``, and not easily flipped).

    Raises
    ------
    ColumnError, UnitError
        ``flips`` lacks a column; ``least`` in percent.

    Notes
    -----
    Source: after Lahdelma & Salminen (2001) and Triantaphyllou & Sánchez (1997).

    Examples
    --------
    >>> one = pd.Series({"a": 0.97})
    >>> flips = pd.DataFrame({"criterion": ["growth"], "change": [0.2], "flips_easily": [False]}, index=["a"])
    >>> choice_certainty(pd.DataFrame([[1.0]], ["a"], [1]), one, one, ["a"], flips)[["probability", "sure"]]
                probability  sure
    account_id
    a                  0.97  True
    """
    table = rank_range(acceptability).rename_axis("account_id")
    table["probability"] = probability.reindex(table.index)
    table["probability_any"] = probability_any.reindex(table.index)
    table["chosen"] = table.index.isin(list(chosen))
    for column in ("criterion", "change", "flips_easily"):
        table[column] = flips[column].reindex(table.index)
    table["flips_easily"] = table["flips_easily"].astype(bool)
    likely = table["probability"] >= fraction(least, "least")
    return table.assign(sure=table["chosen"] & likely & ~table["flips_easily"])


def priced(choice: ChosenAccounts, hour_cost: float, uplift: float) -> ChosenAccounts:
    """The choice with what its hours cost, to be held against what they bring.

    ``break_even = uplift · hours · hour_cost / objective``

    Parameters
    ----------
    choice : as :func:`choose_accounts` returns it, of values that an uplift brings in a year.
    hour_cost : money per hour; NaN where not known.
    uplift : the growth that was assumed for the values, a fraction.

    Returns
    -------
    ChosenAccounts
        The same with hour_cost and break_even, NaN where there is no positive value.

    Raises
    ------
    ValuesError, UnitError
        A cost that is infinite; an uplift in percent.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> choice = ChosenAccounts(("a",), 350.0, pd.DataFrame({"accounts": [0]}), 12.0, 10.0, 11.0)
    >>> priced(choice, hour_cost=70.0, uplift=0.10).break_even
    0.2
    """
    growth = fraction(uplift, "uplift")
    cost = hour_cost if np.isnan(hour_cost) else number(hour_cost, "hour_cost")
    even = growth * choice.hours * cost / choice.objective if choice.objective > 0 else float("nan")
    return replace(choice, hour_cost=cost, break_even=even)
