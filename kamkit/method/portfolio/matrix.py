"""Where each account stands, today and at the horizon, and how it is therefore treated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import account_series, number
from kamkit.method.profitability.ladder import profit_basis
from kamkit.method.scoring.robustness import choice_flips, cut_flips

__all__ = ["CELLS", "RULES", "candidates", "eligible", "place", "placement_flips", "recut", "treatment"]

CELLS = ("strategic", "star", "status", "streamline")
"""Attractive and ahead; attractive and behind; not attractive and ahead; neither."""

_STRATEGIC, _STAR, _STATUS = range(3)

RULES = {
    "gate_failed_losing": "exit",
    "gate_failed": "cost_efficient",
    "attractive_ahead_losing": "maintain",
    "attractive_ahead": "invest",
    "becomes_attractive_ahead": "invest",
    "fades_ahead": "maintain",
    "attractive_behind_losing": "cost_efficient",
    "attractive_behind": "maintain",
    "unattractive_ahead_losing": "cost_efficient",
    "unattractive_ahead": "maintain",
    "unattractive_behind_losing": "exit",
    "unattractive_behind": "cost_efficient",
}
"""Rule → treatment."""


def place(
    attractiveness: Any, strength: Any, cuts: Sequence[float] = (0.5, 0.0), horizon: Any = None
) -> pd.DataFrame:
    """Place accounts by attractiveness and relative strength, today and at the horizon.

    A value equal to a cut counts as above it. Cells: strategic (attractive, we are ahead), star
    (attractive, behind), status (not attractive, ahead), streamline (neither).

    Parameters
    ----------
    attractiveness : score by account, 0–1.
    strength : our lead over the best competitor by account, scale points; accounts not rated are left out.
    cuts : cut of attractiveness, cut of strength. Fixed before the scores are seen: a median makes
        half of the accounts attractive whatever they are.
    horizon : attractiveness at the horizon (such as in three years) by account.

    Returns
    -------
    DataFrame
        Indexed by account_id: attractiveness, strength, attractiveness_cut, strength_cut, cell, and
        where ``horizon`` is given attractiveness_horizon, cell_horizon (strength as today). Accounts
        that lack one of the two have no cell (None), and no figure is made up for them.

    Raises
    ------
    ParameterError
        ``cuts`` is no pair.
    ValuesError, EmptyError
        NaN, no accounts, an attractiveness outside 0–1.

    Notes
    -----
    Source: McDonald & Woodburn (2007); after Robinson, Hichens & Wade (1978).

    Examples
    --------
    >>> attractiveness = pd.Series({"a": 0.7, "b": 0.4})
    >>> place(attractiveness, pd.Series({"a": 1.0, "b": -0.5}), (0.5, 0.0))["cell"].tolist()
    ['strategic', 'streamline']
    """
    _pair(cuts)
    given = {
        "attractiveness": _score(attractiveness, "attractiveness"),
        "strength": account_series(strength, "strength"),
    }
    if horizon is not None:
        given["attractiveness_horizon"] = _score(horizon, "horizon")
    return recut(pd.DataFrame(given).rename_axis("account_id"), cuts)


def recut(placed: pd.DataFrame, cuts: Sequence[float]) -> pd.DataFrame:
    """The same accounts under other cuts.

    Parameters
    ----------
    placed, cuts : as :func:`place` returns and takes them.

    Returns
    -------
    DataFrame
        As :func:`place`.

    Raises
    ------
    ParameterError
        ``cuts`` is no pair of numbers.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> placed = place(pd.Series({"a": 0.7, "b": 0.4}), pd.Series({"a": 1.0, "b": -0.5}))
    >>> recut(placed, (0.3, 0.0))["cell"].tolist()
    ['strategic', 'star']
    """
    height, lead = _pair(cuts)
    cells = {"cell": _cells(placed["attractiveness"], placed["strength"], height, lead)}
    if "attractiveness_horizon" in placed:
        cells["cell_horizon"] = _cells(placed["attractiveness_horizon"], placed["strength"], height, lead)
    return placed.assign(attractiveness_cut=height, strength_cut=lead, **cells)


def _pair(cuts: Sequence[float]) -> tuple[float, float]:
    if isinstance(cuts, str) or len(cuts) != 2:
        raise ParameterError(f"cuts = {cuts!r} is no pair", where="cuts", allowed="attractiveness, strength")
    return number(cuts[0], "cuts"), number(cuts[1], "cuts")


def _score(values: Any, name: str) -> pd.Series:
    series = account_series(values, name)
    outside = series.index[~series.between(0, 1)]
    if len(outside):
        raise ValuesError(
            f"{name} is outside 0–1", where=f"{name}: {list_some([str(a) for a in outside])}",
            remedy="pass the score of weighted_score",
        )  # fmt: skip
    return series


def _cells(attractiveness: pd.Series, strength: pd.Series, height: float, lead: float) -> pd.Series:
    high, ahead = attractiveness.to_numpy(dtype=float), strength.to_numpy(dtype=float)
    which = np.where(high >= height, 0, 2) + np.where(ahead >= lead, 0, 1)
    unknown = np.isnan(high) | np.isnan(ahead)
    names = np.array([*CELLS, None], dtype=object)[np.where(unknown, len(CELLS), which)]
    return pd.Series(names, attractiveness.index, dtype="object")


def treatment(placed: pd.DataFrame, pnl: Any = None, gate_failed: Any = ()) -> pd.DataFrame:
    """How each account is treated, and the rule that says so.

    The first rule that fits fires. A failed gate knocks an account out of every investment; what counts
    is attractiveness at the horizon where it is known; an account that loses money is mended first.

    ============================  ===================  =======================
    where it stands               earns, or not known  loses money
    ============================  ===================  =======================
    a gate failed                 cost_efficient       exit
    attractive, we are ahead      invest               maintain (mend first)
    becomes attractive, ahead     invest               maintain (mend first)
    fades, ahead                  maintain             cost_efficient
    attractive, we are behind     maintain             cost_efficient
    not attractive, ahead         maintain             cost_efficient
    neither                       cost_efficient       exit
    ============================  ===================  =======================

    Parameters
    ----------
    placed : as :func:`place` returns it.
    pnl : customer P&L by account, for the sign of the profit, or the profits themselves, as this function
        returns them; None where no profit is known.
    gate_failed : the accounts that failed a gate; or booleans by account.

    Returns
    -------
    DataFrame
        ``placed`` with gate_failed, profit (money, NaN where not known), treatment (invest, maintain,
        cost_efficient, exit) and rule (a key of ``RULES``). Without a cell both are None, unless a
        gate failed. An exit is a proposal to look at avoidable cost, not yet a decision.

    Raises
    ------
    ColumnError
        ``placed`` lacks cell.
    ValuesError
        A failed account is not among those placed.

    Notes
    -----
    Source: Carrus' three treatments; McDonald & Woodburn (2007).

    Examples
    --------
    >>> placed = place(pd.Series({"a": 0.7, "b": 0.8}), pd.Series({"a": 1.0, "b": 2.0}), (0.5, 0.0))
    >>> treatment(placed, gate_failed=["b"])[["treatment", "rule"]]
                     treatment              rule
    account_id
    a                   invest  attractive_ahead
    b           cost_efficient       gate_failed
    """
    failed = _failed(gate_failed, placed.index)
    profit = _profit(pnl, placed.index)
    rules = _rules(placed["cell"], placed.get("cell_horizon", placed["cell"]), failed, profit.to_numpy() < 0)
    treatments = pd.Series([RULES.get(rule) for rule in rules], placed.index, dtype="object")
    return placed.assign(gate_failed=failed, profit=profit, treatment=treatments, rule=rules)


def _rules(today: pd.Series, later: pd.Series, failed: np.ndarray, loses: np.ndarray) -> pd.Series:
    """The first rule that fits each account; None where it is not placed."""
    codes = {name: code for code, name in enumerate(CELLS)}
    cell, then = (np.array([codes.get(name, -1) for name in cells], dtype=int) for cells in (today, later))
    then = np.where(then < 0, cell, then)
    ahead, high = (cell == _STRATEGIC) | (cell == _STATUS), (cell == _STRATEGIC) | (cell == _STAR)
    will_be, earns = (then == _STRATEGIC) | (then == _STAR), ~loses
    stands = [
        (
            f"{'attractive' if attractive else 'unattractive'}_{'ahead' if lead else 'behind'}",
            attractive,
            lead,
        )
        for attractive in (True, False)
        for lead in (True, False)
    ]
    fitting = [
        ("gate_failed_losing", failed & loses),
        ("gate_failed", failed),
        (None, cell < 0),
        ("becomes_attractive_ahead", ahead & will_be & ~high & earns),
        ("fades_ahead", ahead & high & ~will_be & earns),
        *((f"{name}_losing", (will_be == a) & (ahead == b) & loses) for name, a, b in stands),
        *((name, (will_be == a) & (ahead == b)) for name, a, b in stands),
    ]
    which = np.select([fits for _, fits in fitting], range(len(fitting)), len(fitting))
    names = np.array([name for name, _ in fitting] + [None], dtype=object)
    return pd.Series(names[which], today.index, dtype="object")


def _failed(gate_failed: Any, index: pd.Index) -> np.ndarray:
    if isinstance(gate_failed, pd.Series) and pd.api.types.is_bool_dtype(gate_failed.dtype):
        if gate_failed.index.equals(index):
            return gate_failed.to_numpy(dtype=bool)
        gate_failed = gate_failed.index[gate_failed]
    names: Iterable[Any] = list(gate_failed)
    unknown = [n for n in names if n not in index]
    if unknown:
        raise ValuesError(
            "an account that failed a gate is not placed", where=f"gate_failed: {list_some(unknown)}"
        )
    return np.asarray(index.isin(list(names)))


def _profit(pnl: Any, index: pd.Index) -> pd.Series:
    """The profit of each account, NaN where none is known for all of them."""
    if isinstance(pnl, pd.Series):
        return pnl.reindex(index).astype(float)
    known = index[:0] if pnl is None else index.intersection(pnl.index)
    try:
        basis = profit_basis(pnl.loc[known]).values if len(known) else pd.Series(dtype=float)
    except NotDefinedError:
        basis = pd.Series(dtype=float)
    return basis.reindex(index).astype(float)


def candidates(
    treated: pd.DataFrame, mandatory: Iterable[Any] = (), excluded: Iterable[Any] = ()
) -> pd.Index:
    """The accounts that the hours are shared out among: worth an investment, or mandatory.

    Parameters
    ----------
    treated : as :func:`treatment` returns it.
    mandatory, excluded : accounts that management has decided on beforehand.

    Returns
    -------
    Index
        account_id of those whose treatment is invest, and the mandatory ones, without the excluded.

    Raises
    ------
    NotDefinedError
        There is none.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> candidates(pd.DataFrame({"treatment": ["invest", "exit"]}, index=["a", "b"])).tolist()
    ['a']
    """
    worth = (treated["treatment"] == "invest") | treated.index.isin(list(mandatory))
    found = treated.index[worth & ~treated.index.isin(list(excluded))]
    return _some(found, "no account is worth an investment")


def eligible(treated: pd.DataFrame) -> pd.Index:
    """The accounts that only their attractiveness decides about: ahead, not losing, all gates passed.

    Parameters
    ----------
    treated : as :func:`treatment` returns it.

    Returns
    -------
    Index
        account_id.

    Raises
    ------
    NotDefinedError
        There is none.

    Notes
    -----
    Source: definition; for these a weight of attractiveness can change the choice, for others it can't.

    Examples
    --------
    >>> treated = treatment(place(pd.Series({"a": 0.2, "b": 0.9}), pd.Series({"a": 1.0, "b": -1.0})))
    >>> eligible(treated).tolist()
    ['a']
    """
    ahead = treated["strength"] >= treated["strength_cut"]
    earns = ~(treated["profit"] < 0)
    found = treated.index[ahead & earns & ~treated["gate_failed"]]
    return _some(found, "no account that passes the gates is seen ahead of the competition")


def _some(found: pd.Index, otherwise: str) -> pd.Index:
    if found.empty:
        raise NotDefinedError(otherwise, where="treatment")
    return found


def placement_flips(
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    treated: pd.DataFrame,
    chosen: Any = (),
    worth: Any = None,
    limit: float = 0.05,
    lead: float = 0.25,
) -> pd.DataFrame:
    """What it takes to turn each placement: a weight, a lead, or a rival of the same worth.

    Parameters
    ----------
    values : subjects × criteria of the attractiveness that counts (at the horizon), on the raw scales.
    criteria : as :func:`~kamkit.method.scoring.weighted_score` takes them.
    treated : as :func:`treatment` returns it.
    chosen : the accounts that were chosen.
    worth : what a score of 1 is worth, by account; rivals are those worth an investment that were not
        chosen. None looks at the cuts only.
    limit : a change of one weight up to this flips easily, fraction.
    lead : a strength within this of its cut flips easily, scale points.

    Returns
    -------
    DataFrame
        By account_id: criterion and change (added to the weight before all are made to sum to 1) of the
        smallest feasible change that carries it across the cut of attractiveness, or past a rival;
        rival (None for the cut); lead (strength less its cut); flips_easily (never where a gate failed:
        no weight and no lead mends that).

    Raises
    ------
    ValuesError, ColumnError, EmptyError
        As :func:`~kamkit.method.scoring.weighted_score`.

    Notes
    -----
    Source: after Triantaphyllou & Sánchez (1997).

    Examples
    --------
    >>> criteria = pd.DataFrame({"item_id": ["growth", "pays"], "weight": [0.6, 0.4], "direction": "max",
    ...                          "scale_min": 0, "scale_max": 10})
    >>> values = pd.DataFrame({"growth": [8], "pays": [2]}, index=["a"])
    >>> treated = treatment(place(pd.Series({"a": 0.56}), pd.Series({"a": 0.1})))
    >>> found = placement_flips(values, criteria, treated)
    >>> found[["criterion", "change", "lead", "flips_easily"]]
               criterion  change  lead  flips_easily
    account_id
    a             growth    -0.2   0.1          True
    """
    cut = float(treated["attractiveness_cut"].iloc[0])
    found = cut_flips(values, criteria, cut, limit)[["criterion", "change"]].assign(rival=None)
    invested = treated.index[treated["treatment"] == "invest"]
    rivals = _rival_flips(values.loc[values.index.intersection(invested)], criteria, chosen, worth)
    nearer = rivals.index[~(rivals["change"].abs() >= found["change"].reindex(rivals.index).abs())]
    nearer = nearer[rivals.loc[nearer, "change"].notna()]
    found.loc[nearer] = rivals.loc[nearer, found.columns]
    found = found.reindex(treated.index).rename_axis("account_id")
    found["lead"] = treated["strength"] - treated["strength_cut"]
    easily = (found["change"].abs() <= limit) | (found["lead"].abs() <= lead)
    return found.assign(flips_easily=easily & treated["cell"].notna() & ~treated["gate_failed"])


def _rival_flips(values: pd.DataFrame, criteria: pd.DataFrame, chosen: Any, worth: Any) -> pd.DataFrame:
    """Flips between candidates, where some were chosen and some were not."""
    among = values.index[:0] if worth is None else values.index.intersection(worth.index[worth > 0])
    inside = [a for a in chosen if a in among]
    if not 0 < len(inside) < len(among):
        return pd.DataFrame({"criterion": [], "change": [], "rival": []}, dtype=object)
    return choice_flips(values.loc[among], criteria, inside, worth)
