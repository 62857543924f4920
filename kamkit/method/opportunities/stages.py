"""What becomes of a deal, from the client's own deals: those still open count as not yet decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, list_some
from kamkit.method.frames import fraction
from kamkit.method.opportunities.deals import as_of, days_between, deal_table, require_known
from kamkit.method.opportunities.rates import efron_morris

__all__ = [
    "Incidence",
    "age_effect",
    "dated_deals",
    "deal_probability",
    "incidence",
    "stage_probabilities",
    "wilson",
]

_FEWEST, _FEW_STAGES = 20, 3
_LANDMARKS = (0.25, 0.50, 0.75, 0.90)
_ALL = "all stages"


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of winning and losing by age of the deal, at the ages where one happened."""

    days: np.ndarray
    won: np.ndarray
    lost: np.ndarray

    @property
    def last(self) -> tuple[float, float]:
        """Share won and lost by the age of the oldest deal that was decided."""
        return (float(self.won[-1]), float(self.lost[-1])) if len(self.days) else (np.nan, np.nan)

    def after(self, age: float) -> float:
        """Probability that a deal still open at this age is won; NaN where none was left open."""
        place = int(np.searchsorted(self.days, age, side="right"))
        won, lost = (self.won[place - 1], self.lost[place - 1]) if place else (0.0, 0.0)
        left = 1.0 - won - lost
        return float((self.won[-1] - won) / left) if len(self.days) and left > 1e-12 else float("nan")


def incidence(days: Any, outcome: Any) -> Incidence:
    """Share of deals won, and lost, by age, with open deals counted as long as they have been open.

    ``F_won(t) = Σ_{u ≤ t} S(u−) · won(u) / at risk(u)``, ``S`` the share not yet decided

    Parameters
    ----------
    days : age at the decision, or today's age of an open deal; not negative.
    outcome : won, lost or open.

    Returns
    -------
    Incidence
        With no open deal its end is won and lost over all deals.

    Notes
    -----
    Source: Aalen & Johansen (1978); Kalbfleisch & Prentice (1980), competing risks.

    Examples
    --------
    >>> found = incidence([10, 20, 30, 40], ["won", "open", "lost", "won"])
    >>> [round(share, 4) for share in found.last]
    [0.625, 0.375]
    """
    age, how = np.asarray(days, dtype=float), np.asarray(outcome, dtype=object)
    times = np.unique(age[how != "open"])
    at_risk = len(age) - np.searchsorted(np.sort(age), times, side="left")
    won = _at(times, age[how == "won"]) / np.maximum(at_risk, 1)
    lost = _at(times, age[how == "lost"]) / np.maximum(at_risk, 1)
    before = np.concatenate([[1.0], np.cumprod(1.0 - won - lost)[:-1]]) if len(times) else won
    return Incidence(times, np.cumsum(before * won), np.cumsum(before * lost))


def _at(times: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """How many of the ages equal each time."""
    ordered = np.sort(ages)
    return np.searchsorted(ordered, times, side="right") - np.searchsorted(ordered, times, side="left")


def dated_deals(opportunities: Any, today: Any) -> pd.DataFrame:
    """Deals whose age is known, with ``days``: to the decision, or to today.

    Created after today, decided without a day, or decided before it was created: not among them.
    """
    deals, day = as_of(deal_table(opportunities), today), pd.Timestamp(today)
    require_known(deals, "created")
    end = deals["closed"].where(deals["outcome"].ne("open"), day)
    dated = deals.assign(days=days_between(deals["created"], end))
    dated = dated[(dated["days"] >= 0) & dated["outcome"].ne("unknown")]
    if not dated["outcome"].ne("open").any():
        raise NotDefinedError("no deal with known dates was won or lost", where="opportunities")
    return dated


def stage_probabilities(
    opportunities: Any, today: Any, crm: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Probability that a deal is won, by stage, from what became of the earlier ones.

    ``probability = F_won`` of :func:`incidence` at the age of the oldest decided deal; ``history``
    is it drawn to the mean of the stages (:func:`efron_morris`, n = decided deals).

    Parameters
    ----------
    opportunities : stage, outcome, created, closed; probability where the seller's own stands beside it.
        The stage of a decided deal is the one it was decided from.
    today : day to which open deals have been open.
    crm : the probability that the client's system gives each stage.

    Returns
    -------
    DataFrame
        Indexed by stage, the least probable first: won, lost, closed, open (numbers), win_rate (won over
        closed, open deals left out), probability, unresolved (share older than any deal that was ever
        decided: counted as not won), history, history_low, history_high (95 %, Wilson), seller (mean of
        the seller's own, open deals), crm (fractions), basis: ``stage``; ``all``, where the stage has no
        decided deals of its own and all deals stand in; ``none``, where no deal of the stage has a date.
        With three stages or fewer nothing is drawn to the mean, since their spread can't be told from
        chance.

    Raises
    ------
    NotDefinedError
        No stages, no day of creation, or nothing decided.
    ParameterError, UnitError, ValuesError, EmptyError
        A stage of ``crm`` that no deal has, or percent; as :func:`deal_table`.

    Notes
    -----
    Source: Aalen & Johansen (1978); Efron & Morris (1975). Without a history of stages an open deal is
    judged as if it were decided from where it stands: early stages are then judged low.

    Examples
    --------
    >>> deals = pd.DataFrame({"stage": "Offer", "outcome": ["won", "lost", "open"],
    ...     "created": "2025-01-01", "closed": ["2025-01-11", "2025-02-01", None]})
    >>> stage_probabilities(deals, "2025-01-15")[["win_rate", "probability"]].round(3).values.tolist()
    [[1.0, 0.333]]
    """
    deals = as_of(deal_table(opportunities), today)
    require_known(deals, "stage")
    dated = dated_deals(opportunities, today)
    table = _counts(deals)
    table["probability"], table["unresolved"], table["basis"] = _by_stage(dated, table)
    table["history"] = _shrunk(table)
    of_all = int(dated["outcome"].ne("open").sum())
    table["history_low"], table["history_high"] = wilson(
        table["history"], table["closed"].where(table["basis"] == "stage", of_all)
    )
    opened = deals[deals["outcome"].eq("open")]
    table["seller"] = opened.groupby("stage")["probability"].mean().reindex(table.index)
    if crm is not None:
        table["crm"] = _defaults(crm, table.index)
    return table.sort_values(["history", "probability"], kind="stable", na_position="first")


def _counts(deals: pd.DataFrame) -> pd.DataFrame:
    outcome = deals["outcome"]
    flags = pd.DataFrame({name: outcome.eq(name) for name in ("won", "lost", "open")}, deals.index)
    table = flags.groupby(deals["stage"]).sum().astype("int64")
    table.insert(2, "closed", table["won"] + table["lost"])
    table["win_rate"] = table["won"] / table["closed"].where(table["closed"] > 0)
    return table


def _by_stage(dated: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Incidence of each stage; of all deals where a stage has no decided ones of its own."""
    everything = incidence(dated["days"], dated["outcome"])
    rows: dict[str, tuple[float, float, str]] = {}
    for stage in table.index:
        own = dated[dated["stage"] == stage]
        basis = "none" if own.empty else "stage" if own["outcome"].ne("open").any() else "all"
        found = incidence(own["days"], own["outcome"]) if basis == "stage" else everything
        won, lost = found.last if basis != "none" else (np.nan, np.nan)
        rows[stage] = (won, max(0.0, 1.0 - won - lost) if won == won else np.nan, basis)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["probability", "unresolved", "basis"])
    frame.index.name = table.index.name
    return frame["probability"], frame["unresolved"], frame["basis"]


def _shrunk(table: pd.DataFrame) -> pd.Series:
    own = table["basis"] == "stage"
    if own.sum() <= _FEW_STAGES:
        return table["probability"]
    drawn = efron_morris(table.loc[own, "probability"], table.loc[own, "closed"])
    return drawn.reindex(table.index).fillna(table["probability"])


def wilson(rates: pd.Series, n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """95 % interval of a fraction of n (Wilson, 1927).

    >>> low, high = wilson(pd.Series([0.5]), pd.Series([10]))
    >>> [round(float(end[0]), 4) for end in (low, high)]
    [0.2366, 0.7634]
    """
    z, count = 1.959963984540054, n.where(n > 0).astype("float64")
    middle = (rates + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z * np.sqrt(rates * (1 - rates) / count + z**2 / (4 * count**2)) / (1 + z**2 / count)
    return (middle - half).clip(0, 1), (middle + half).clip(0, 1)


def _defaults(crm: Mapping[str, float], stages: pd.Index) -> pd.Series:
    unknown = sorted(set(crm) - set(stages))
    if unknown:
        raise ParameterError(
            f"no deal has the stage {list_some(unknown)}", where="crm", allowed=list_some(list(stages), 20)
        )
    return pd.Series({stage: fraction(p, "crm") for stage, p in crm.items()}, dtype=float).reindex(stages)


def age_effect(opportunities: Any, today: Any) -> pd.DataFrame:
    """What becomes of deals that are still open at an age, against all deals when they were new.

    ``ratio(a) = Σ_s n_s(a) P_s(won | open at a) / Σ_s n_s(a) P_s(won)``, over the stages s with n_s(a)
    deals open at that age; ``factor = 1 + max(0, 1 − var / (ratio − 1)²) (ratio − 1)``, with var what
    chance alone would do to the ratio

    Parameters
    ----------
    opportunities : outcome, created, closed; stage where known.
    today : day to which open deals have been open.

    Returns
    -------
    DataFrame
        Ages of the classes from which deals are judged: age_from, age_to (days; the last ends where no
        deal was ever decided), at_risk (deals that were open at age_from), probability (of these, won),
        ratio, factor: what age does to the odds of its stage, as far as it is more than chance. Ages that
        fewer than 20 deals reached have no class of their own.

    Raises
    ------
    NotDefinedError, ValuesError, EmptyError
        As :func:`dated_deals`.

    Notes
    -----
    Source: Aalen & Johansen (1978), conditional on the landmark; James & Stein (1961), positive part.

    Examples
    --------
    >>> deals = pd.DataFrame({"outcome": ["won"] * 30 + ["lost"] * 30, "created": "2025-01-01",
    ...     "closed": ["2025-01-11"] * 30 + ["2025-03-01"] * 30})
    >>> age_effect(deals, "2025-06-30")[["age_from", "probability", "factor"]].round(2).values.tolist()
    [[0.0, 0.5, 1.0], [10.0, 0.0, 0.03]]
    """
    dated = dated_deals(opportunities, today)
    decided = dated.loc[dated["outcome"].ne("open"), "days"]
    landmarks = [0.0, *np.unique(decided.quantile(_LANDMARKS, interpolation="lower")).tolist()]
    groups = [(part["days"].to_numpy(), incidence(part["days"], part["outcome"])) for part in _parts(dated)]
    rows = [row for a in dict.fromkeys(landmarks) if (row := _landmark(a, groups)) is not None]
    table = pd.DataFrame(rows, columns=["age_from", "at_risk", "probability", "new"])
    new, moved = table.pop("new"), table["probability"]
    table["ratio"] = (moved / new.where(new > 0)).fillna(1.0)
    chance = (1 - new) / (new * table["at_risk"]).where(new > 0)
    distance = ((table["ratio"] - 1) ** 2).where(lambda d: d > 0)
    table["factor"] = 1 + (1 - chance / distance).clip(lower=0).fillna(0.0) * (table["ratio"] - 1)
    table.insert(1, "age_to", [*table["age_from"].iloc[1:], float(decided.max())])
    return table


def _parts(dated: pd.DataFrame) -> list[pd.DataFrame]:
    """Deals by the stage they were decided from; all together where that is not known."""
    known = dated["outcome"].ne("open") & dated["stage"].notna()
    if not known.any():
        return [dated]
    return [
        part for _s, part in dated.groupby(dated["stage"].fillna(_ALL)) if part["outcome"].ne("open").any()
    ]


def _landmark(age: float, groups: list[tuple[np.ndarray, Incidence]]) -> tuple[float, ...] | None:
    n = np.array([(days > age).sum() if age else len(days) for days, _f in groups], dtype=float)
    later = np.array([found.after(age) if age else found.last[0] for _d, found in groups])
    new = np.array([found.last[0] for _d, found in groups])
    use = (n > 0) & ~np.isnan(later)
    if age and n[use].sum() < _FEWEST:
        return None
    if not use.any():
        return None
    at_risk = float(n[use].sum())
    return age, at_risk, float(n[use] @ later[use]) / at_risk, float(n[use] @ new[use]) / at_risk


def deal_probability(
    opportunities: Any, stages: pd.DataFrame, ages: pd.DataFrame, today: Any
) -> pd.DataFrame:
    """Probability of each open deal: that of its stage, times what its age does to it.

    ``p = min(1, history of the stage · factor of the age)``

    Parameters
    ----------
    opportunities : stage, outcome, created.
    stages : as :func:`stage_probabilities` returns it.
    ages : as :func:`age_effect` returns it.
    today : day that ages are counted to.

    Returns
    -------
    DataFrame
        Open deals, indexed by opportunity_id: age_days, probability (fraction), counted_as: ``judged``;
        ``no_precedent``, older than any deal that was ever decided (NaN, not zero); ``no_history``, a stage
        without dates, or none (NaN). A deal of unknown age is judged by its stage alone.

    Raises
    ------
    NotDefinedError
        No deal is open.
    ValuesError, EmptyError
        As :func:`deal_table`.

    Notes
    -----
    Source: as :func:`stage_probabilities` and :func:`age_effect`.

    Examples
    --------
    >>> deals = pd.DataFrame({"stage": "Offer", "outcome": ["won", "lost", "open", "open"],
    ...     "created": ["2025-01-01", "2025-01-01", "2025-03-01", "2024-01-01"],
    ...     "closed": ["2025-01-11", "2025-02-01", None, None]})
    >>> stages, ages = stage_probabilities(deals, "2025-03-11"), age_effect(deals, "2025-03-11")
    >>> deal_probability(deals, stages, ages, "2025-03-11")["counted_as"].tolist()
    ['judged', 'no_precedent']
    """
    deals, day = as_of(deal_table(opportunities), today), pd.Timestamp(today)
    opened = deals[deals["outcome"].eq("open")]
    require_known(opened, "outcome")
    age = days_between(opened["created"], day)
    place = np.searchsorted(ages["age_from"].to_numpy(), age.fillna(0.0).to_numpy(), side="right") - 1
    factor = np.where(age.isna(), 1.0, ages["factor"].to_numpy()[np.maximum(place, 0)])
    base = opened["stage"].map(stages["history"])
    ancient = age > float(ages["age_to"].iloc[-1])
    counted_as = np.select([ancient, base.isna()], ["no_precedent", "no_history"], "judged")
    chance = (base * factor).clip(0, 1).where(counted_as == "judged")
    return pd.DataFrame(
        {"age_days": age, "probability": chance, "counted_as": counted_as}, index=opened.index
    )
