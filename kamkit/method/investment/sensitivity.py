"""What a simulation and its inputs look like: the distribution, the record, one input at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamkit.errors import ParameterError
from kamkit.method.investment.cases import InvestmentCase
from kamkit.method.investment.simulation import (
    CaseSimulation,
    Range,
    checked_ranges,
    ends_of,
    value_at,
    whole_number,
)

__all__ = ["npv_histogram", "simulation_record", "tornado"]


def simulation_record(simulation: CaseSimulation) -> pd.DataFrame:
    """What is needed to draw a simulation again, and what it gave.

    Parameters
    ----------
    simulation : as :func:`simulate_case` returns it.

    Returns
    -------
    DataFrame
        A row per input: input, input_low, input_base, input_high; and in every row draws, seed, planned, mean
        (money), probability_of_loss, standard_error.

    Raises
    ------
    AttributeError
        Something else than a simulation.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> from kamkit.method.investment import investment_case, simulate_case
    >>> case = investment_case(1_000, 0.10, 0.40, 0.0, 0.10, initial=80, counterfactual="none")
    >>> simulation_record(simulate_case(case, uplift=(0.5, 1.0, 1.2), draws=500, seed=7)).loc[0, "seed"]
    np.int64(7)
    """
    rows = [(name, *ends_of(value)) for name, value in simulation.inputs.items()]
    return pd.DataFrame(rows, columns=["input", "input_low", "input_base", "input_high"]).assign(
        draws=simulation.draws,
        seed=simulation.seed,
        planned=simulation.planned,
        mean=simulation.mean,
        probability_of_loss=simulation.probability_of_loss,
        standard_error=simulation.standard_error,
    )


def npv_histogram(simulation: CaseSimulation, classes: int = 24) -> pd.DataFrame:
    """The distribution of the net present value in equal classes, one of which begins at zero.

    Parameters
    ----------
    simulation : as :func:`simulate_case` returns it.
    classes : about how many, at least 2.

    Returns
    -------
    DataFrame
        class_from, class_to (money), draws (number), share (of all draws).

    Raises
    ------
    ParameterError
        Fewer than two classes.

    Notes
    -----
    Source: definition.

    Examples
    --------
    >>> from kamkit.method.investment import investment_case, simulate_case
    >>> case = investment_case(1_000, 0.10, 0.40, 0.0, 0.10, initial=80, counterfactual="none")
    >>> npv_histogram(simulate_case(case, uplift=(0.5, 1.0, 1.2), draws=500))["draws"].sum()
    np.int64(500)
    """
    values, wanted = simulation.npv.to_numpy(), whole_number(classes, "classes", 2)
    span = float(values[-1] - values[0])
    width = span / wanted if span > 0 else max(abs(float(values[0])), 1.0)
    place = np.floor(values / width).astype(int)
    steps = np.arange(place[0], place[-1] + 1)
    draws = np.bincount(place - place[0], minlength=len(steps))
    return pd.DataFrame(
        {
            "class_from": steps * width,
            "class_to": (steps + 1) * width,
            "draws": draws,
            "share": draws / len(values),
        }
    )


def tornado(
    case: InvestmentCase,
    *,
    uplift: Range = 1.0,
    retention: Range = 1.0,
    ramp: Range = 0.0,
    cost: Range = 1.0,
) -> pd.DataFrame:
    """What each input alone does to the net present value, the widest span first.

    Parameters
    ----------
    case : as :func:`investment_case` returns it.
    uplift, retention, ramp, cost : as of :func:`simulate_case`.

    Returns
    -------
    DataFrame
        input, input_low, input_base, input_high (values of the input), npv_low, npv_base, npv_high,
        span (money). The base is the most likely value or the mean of every input; low and high are the
        ends of a triangular range, or the 5th and 95th percentile of a normal one. Inputs without a range are
        left out.

    Raises
    ------
    ParameterError
        No input has a range.
    ValuesError, UnitError
        As :func:`simulate_case`.

    Notes
    -----
    Source: Howard (1988). One input moves at a time: what happens when several move is in the
    simulation.

    Examples
    --------
    >>> from kamkit.method.investment import investment_case, simulate_case
    >>> case = investment_case(1_000, 0.10, 0.40, 0.0, 0.0, years=5, initial=100, counterfactual="none")
    >>> tornado(case, uplift=(0.5, 1.0, 1.2), cost=(0.9, 1.0, 1.3))[["input", "npv_low", "npv_high", "span"]]
        input  npv_low  npv_high   span
    0  uplift      0.0     140.0  140.0
    1    cost    110.0      70.0   40.0
    """
    given = checked_ranges({"uplift": uplift, "retention": retention, "ramp": ramp, "cost": cost})
    ends = {name: ends_of(value) for name, value in given.items()}
    base = {name: middle for name, (_, middle, _) in ends.items()}
    moving = {name: e for name, e in ends.items() if e[0] < e[2]}
    if not moving:
        raise ParameterError("no input has a range", remedy="give at least one as (low, most likely, high)")
    at_base = value_at(case, base)
    rows = [
        (
            name,
            low,
            middle,
            high,
            value_at(case, base | {name: low}),
            at_base,
            value_at(case, base | {name: high}),
        )
        for name, (low, middle, high) in moving.items()
    ]
    table = pd.DataFrame(
        rows, columns=["input", "input_low", "input_base", "input_high", "npv_low", "npv_base", "npv_high"]
    )
    span = table[["npv_low", "npv_base", "npv_high"]].agg(np.ptp, axis=1)
    return table.assign(span=span).sort_values("span", ascending=False, kind="stable", ignore_index=True)
