"""Which deals deserve the hours there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, ParameterError, ValuesError, list_some
from kamkit.method.frames import number, numeric
from kamkit.method.opportunities.deals import deal_table, require_known

__all__ = [
    "EFFORT_HOURS",
    "PrioritySummary",
    "deal_hours",
    "hours_there",
    "prioritise",
    "priority_summary",
    "ranked_deals",
]

EFFORT_HOURS = 40.0
"""A first assumption of the hours a deal still takes, until the management says better."""


def deal_hours(opportunities: Any, hours: float | Mapping[str, float] = EFFORT_HOURS) -> pd.Series:
    """Hours that each deal still takes.

    Parameters
    ----------
    opportunities : the deals; stage where hours differ by it.
    hours : for every deal, or by stage.

    Returns
    -------
    Series
        Hours by opportunity_id.

    Raises
    ------
    ParameterError, ValuesError, EmptyError
        Hours that are not positive; a stage that has none.

    Notes
    -----
    Source: the management's judgement.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["a"], "stage": ["Offer"]})
    >>> deal_hours(deals, {"Offer": 60}).to_dict()
    {'a': 60.0}
    """
    deals = deal_table(opportunities)
    if not isinstance(hours, Mapping):
        return pd.Series(_positive(hours, "hours"), deals.index, name="effort")
    by_stage = {stage: _positive(value, f"hours[{stage!r}]") for stage, value in hours.items()}
    found = deals["stage"].map(by_stage)
    if found.isna().any():
        strange = deals.loc[found.isna(), "stage"].astype(str).unique()
        raise ParameterError(
            f"no hours are given for the stage {list_some(sorted(strange))}", where="hours",
            allowed=list_some(list(by_stage), 20),
        )  # fmt: skip
    return found.astype("float64").rename("effort")


def _positive(value: Any, name: str) -> float:
    hours = number(value, name)
    if hours <= 0:
        raise ValuesError(f"{name} = {hours:g} is not positive", where=name, allowed="over 0")
    return hours


def prioritise(opportunities: Any, capacity: float, effort: Any = None, multiple: Any = 1.0) -> pd.DataFrame:
    """Open deals by what an hour spent on them is expected to bring, and those that the hours carry.

    ``return_per_hour = p · amount · margin rate · multiple / hours``; taken from the top while the hours
    last, a deal that no longer fits is passed over

    Parameters
    ----------
    opportunities : amount, probability, margin_rate of each open deal; effort (hours) and multiple where
        they are columns; outcome where not all are open.
    capacity : hours there are.
    effort : hours by opportunity_id or one number, where it is no column; :data:`EFFORT_HOURS` otherwise.
    multiple : what a first year's margin is worth over the customer's life, number or by opportunity_id.

    Returns
    -------
    DataFrame
        Indexed by opportunity_id, best first (ties by identifier): account_id, stage, owner, amount (money),
        probability, margin_rate (fractions), multiple, effort (hours), expected_margin (money),
        return_per_hour (money per hour), rank, hours_so_far (of the deals up to it), chosen. A deal that is
        expected to bring nothing is never chosen.

    Raises
    ------
    NotDefinedError
        No open deal, or none with amount, probability or margin.
    ValuesError, ParameterError, UnitError, EmptyError
        An open deal lacks one of them; hours or capacity that are not positive.

    Notes
    -----
    Source: Dantzig (1957), ratio rule of the knapsack: best where single deals are small against the hours.

    Examples
    --------
    >>> deals = pd.DataFrame({"opportunity_id": ["a", "b"], "amount": [100.0, 300.0], "probability": 0.5,
    ...     "margin_rate": 0.4, "effort": [10.0, 60.0]})
    >>> prioritise(deals, capacity=20)[["return_per_hour", "chosen"]].values.tolist()
    [[2.0, True], [1.0, False]]
    """
    there = _positive(capacity, "capacity")
    deals = deal_table(opportunities)
    deals = deals[deals["outcome"].eq("open")]
    require_known(deals, "amount", "probability", "margin_rate")
    for column in ("amount", "probability", "margin_rate"):
        numeric(deals, column, "opportunities")
    hours = _by_deal(deals, "effort", EFFORT_HOURS if effort is None else effort)
    times = _by_deal(deals, "multiple", multiple)
    if (hours <= 0).any():
        raise ValuesError("effort is not positive", where="opportunities.effort", allowed="hours over 0")
    margin = deals["probability"] * deals["amount"] * deals["margin_rate"] * times
    columns = deals[["account_id", "stage", "owner", "amount", "probability", "margin_rate"]]
    table = columns.assign(
        multiple=times, effort=hours, expected_margin=margin, return_per_hour=margin / hours
    )
    table = table.sort_values("return_per_hour", ascending=False, kind="stable")
    table["rank"] = np.arange(1, len(table) + 1)
    table["hours_so_far"] = table["effort"].cumsum()
    table["chosen"] = _carried(table["effort"].to_numpy(), table["return_per_hour"].to_numpy(), there)
    return table


def _by_deal(deals: pd.DataFrame, name: str, given: Any) -> pd.Series:
    """A figure for each deal: its column, a series by deal, or one number for all."""
    if name in deals:
        return numeric(deals, name, "opportunities")
    if not isinstance(given, pd.Series):
        return pd.Series(number(given, name), deals.index, name=name)
    return numeric(given.rename(name).reindex(deals.index).to_frame(), name, "prioritise")


def _carried(hours: np.ndarray, worth: np.ndarray, capacity: float) -> np.ndarray:
    left, taken = capacity, np.zeros(len(hours), dtype=bool)
    for place in np.flatnonzero(worth > 0):
        if hours[place] <= left + 1e-9 * capacity:
            taken[place], left = True, left - hours[place]
    return taken


def ranked_deals(deals: pd.DataFrame, priorities: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every open deal with what is known of it: the ranked ones first, the others with the reason.

    Parameters
    ----------
    deals : as :func:`open_pipeline` returns them.
    priorities : as :func:`prioritise` returns it; without it no deal is ranked.

    Returns
    -------
    DataFrame
        Indexed by opportunity_id: the columns of ``deals``, and multiple, effort, expected_margin,
        return_per_hour, rank, hours_so_far, chosen of those that are ranked.

    Raises
    ------
    NotDefinedError
        There are no open deals.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> ranked_deals(pd.DataFrame({"counted_as": ["booked_twice"]}, index=["a"]))["chosen"].tolist()
    [False]
    """
    if deals.empty:
        raise NotDefinedError("no deal is open", where="opportunities.outcome")
    columns = ["multiple", "effort", "expected_margin", "return_per_hour", "rank", "hours_so_far", "chosen"]
    if priorities is None:
        empty = pd.DataFrame(np.nan, deals.index, columns[:-1])
        return deals.join(empty.assign(chosen=False)).rename_axis("opportunity_id")
    joined = deals.join(priorities[columns]).sort_values("rank", kind="stable", na_position="last")
    joined["chosen"] = joined["chosen"].eq(True).fillna(False).astype(bool)
    return joined.rename_axis("opportunity_id")


@dataclass(frozen=True)
class PrioritySummary:
    """What the hours carry: ``capacity``, ``hours`` of the chosen deals, ``hours_all``; ``deals`` ranked
    and ``chosen`` (numbers); ``margin`` of the chosen and ``margin_all`` (money), ``margin_share`` (fraction,
    NaN where the whole is not positive); ``cut``, the least return per hour that was chosen, and ``beyond``,
    the best that was not (money per hour, NaN where there is none).
    """

    capacity: float
    hours: float
    hours_all: float
    deals: int
    chosen: int
    margin: float
    margin_all: float
    margin_share: float
    cut: float
    beyond: float


def priority_summary(priorities: pd.DataFrame, capacity: float) -> PrioritySummary:
    """The ranking in single figures.

    Parameters
    ----------
    priorities : as :func:`prioritise` returns it.
    capacity : hours there are.

    Returns
    -------
    PrioritySummary

    Raises
    ------
    ValuesError
        Hours that are not positive.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> deals = pd.DataFrame({"amount": [100.0, 300.0], "probability": 0.5, "margin_rate": 0.4,
    ...     "effort": [10.0, 60.0]})
    >>> priority_summary(prioritise(deals, 20), 20).margin_share
    0.25
    """
    chosen = priorities[priorities["chosen"]]
    margin, whole = float(chosen["expected_margin"].sum()), float(priorities["expected_margin"].sum())
    return PrioritySummary(
        capacity=_positive(capacity, "capacity"),
        hours=float(chosen["effort"].sum()),
        hours_all=float(priorities["effort"].sum()),
        deals=len(priorities),
        chosen=len(chosen),
        margin=margin,
        margin_all=whole,
        margin_share=margin / whole if whole > 0 else float("nan"),
        cut=float(chosen["return_per_hour"].min()),
        beyond=float(priorities.loc[~priorities["chosen"], "return_per_hour"].max()),
    )


def hours_there(hours: pd.Series, decided: float | None = None, share: float = 0.5) -> float:
    """Hours for the open deals: as decided, else a share of what all of them would take.

    Parameters
    ----------
    hours : hours of each open deal.
    decided : hours that the management gives.
    share : of all hours, where nothing is decided; a first assumption.

    Returns
    -------
    float
        Hours.

    Raises
    ------
    ValuesError
        Hours that are not positive.

    Notes
    -----
    Source: the management's decision.

    Examples
    --------
    >>> hours_there(pd.Series([40.0, 40.0])), hours_there(pd.Series([40.0]), decided=100)
    (40.0, 100.0)
    """
    return _positive(share * float(hours.sum()) if decided is None else decided, "capacity")
