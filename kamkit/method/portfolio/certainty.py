"""How sure it is who was chosen: ranks over possible weights, probabilities, what flips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError
from kamkit.method.frames import fraction, number
from kamkit.method.portfolio.choice import ChosenAccounts
from kamkit.method.portfolio.matrix import eligible
from kamkit.method.scoring import chosen_probability, rank_acceptability

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
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    treated: pd.DataFrame,
    chosen: Any,
    flips: pd.DataFrame,
    worth: Any = None,
    concentration: float = 50.0,
    least: float = 0.90,
    draws: int = 10_000,
    seed: int = 0,
) -> pd.DataFrame:
    """How sure each choice is, for the accounts that weights of attractiveness decide about.

    Parameters
    ----------
    values : subjects × criteria of the attractiveness that counts, on the raw scales.
    criteria : as :func:`~kamkit.method.scoring.weighted_score` takes them.
    treated : as :func:`treatment` returns it.
    chosen : the accounts that were chosen.
    flips : as :func:`placement_flips` returns it.
    worth : what a score of 1 is worth, by account; None ranks by the score alone.
    concentration : how near the agreed weights "near" is, see
        :func:`~kamkit.method.scoring.chosen_probability`.
    least : probability from which a choice that does not flip easily counts as sure; fraction.
    draws, seed : as :func:`~kamkit.method.scoring.rank_acceptability`.

    Returns
    -------
    DataFrame
        Indexed by account_id: rank_low, rank_middle, rank_high (in attractiveness, among these),
        probability (of being among as many as were chosen and above the cut, for weights near the
        agreed ones), probability_any (for all weights there are), chosen, criterion, change,
        flips_easily, sure (chosen, at least ``least``, and not easily flipped).

    Raises
    ------
    NotDefinedError
        Nobody was chosen, or no account is ahead, earns and passes its gates.
    ValuesError, ColumnError, EmptyError, UnitError, ParameterError
        As :func:`~kamkit.method.scoring.chosen_probability`.

    Notes
    -----
    Source: Lahdelma & Salminen (2001); Triantaphyllou & Sánchez (1997).

    Examples
    --------
    >>> from kamkit.method.portfolio import place, placement_flips, treatment
    >>> criteria = pd.DataFrame({"item_id": ["x", "y"], "weight": 0.5, "direction": "max", "scale_min": 0,
    ...                          "scale_max": 10})
    >>> values = pd.DataFrame({"x": [10, 8], "y": [9, 2]}, index=["a", "b"])
    >>> treated = treatment(place(pd.Series({"a": 0.95, "b": 0.5}), pd.Series({"a": 1.0, "b": 2.0})))
    >>> flips = placement_flips(values, criteria, treated, ["a"])
    >>> choice_certainty(values, criteria, treated, ["a"], flips)[["probability", "sure"]]
                probability   sure
    account_id
    a                   1.0   True
    b                   0.0  False
    """
    among = [a for a in eligible(treated) if a in values.index and (worth is None or worth.get(a, 0) > 0)]
    picked = list(chosen)
    if not among or not picked:
        raise NotDefinedError("nobody was chosen among those that weights decide about", where="chosen")
    part, cut = values.loc[among], float(treated["attractiveness_cut"].iloc[0])
    given: dict[str, Any] = {"size": len(picked), "worth": worth, "cut": cut, "draws": draws, "seed": seed}
    table = rank_range(rank_acceptability(part, criteria, draws, seed)).rename_axis("account_id")
    table["probability"] = chosen_probability(part, criteria, concentration=concentration, **given)
    table["probability_any"] = chosen_probability(part, criteria, **given)
    table["chosen"] = table.index.isin(picked)
    table = table.join(flips[["criterion", "change", "flips_easily"]])
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
