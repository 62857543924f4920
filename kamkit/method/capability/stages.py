"""How far the programme has come, area by area, on an ordinal scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.method.capability.answers import scaled_answers

__all__ = ["PHASES", "maturity"]

PHASES = ("scoping", "introducing", "embedding", "optimising")
"""Phases A to D of a key-account programme, each a quarter of the scale, the highest with its end."""


def maturity(responses: Any, criteria: Any, instrument: str = "maturity") -> pd.DataFrame:
    """How far the programme has come in each area: least and median, never a mean.

    ``median = median over items and respondents``; ``least = lowest median of one item``;
    ``phase = floor(4 · (median − scale_min)/(scale_max − scale_min))``, the end of the scale in D.
    The part of item_id before the first full stop is the area. The scale is ordinal: distances
    between its values mean nothing, so no mean is taken.

    Parameters
    ----------
    responses : table ``responses``: instrument, item_id, subject_type, subject_id, respondent, value;
        round where there is one (consensus counts, blind then does not).
    criteria : table ``criteria``: instrument, item_id, text, scale_min, scale_max; direction.
    instrument : what the questionnaire is called.

    Returns
    -------
    DataFrame
        area, items, raters, least_stage, median (scale values), weakest (words of the item with the lowest
        median), rater_low, rater_high (lowest and highest median of one rater over the area's items),
        phase (A scoping, B introducing, C embedding, D optimising), scale_min, scale_max; the area
        that is furthest behind first.

    Raises
    ------
    NotDefinedError
        Nobody answered, or the criteria do not hold the instrument.
    ValuesError
        An answer outside the scale, items on different scales, an unknown item.
    ColumnError, EmptyError
        The tables lack columns or rows.

    Notes
    -----
    Source: phases after Woodburn (2006) and Davies & Ryals (2009); the quarters are our own reading.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": "maturity", "item_id": ["people.skills", "people.pay"],
    ...                          "text": ["Skills", "Pay"], "scale_min": 1, "scale_max": 5})
    >>> responses = pd.DataFrame({
    ...     "instrument": "maturity", "item_id": ["people.skills", "people.pay"] * 3,
    ...     "subject_type": "company", "subject_id": "us", "respondent": ["M1", "M1", "M2", "M2", "M3", "M3"],
    ...     "value": [3, 1, 4, 2, 3, 1]})
    >>> maturity(responses, criteria)[["area", "least_stage", "median", "weakest", "phase"]]
         area  least_stage  median weakest        phase
    0  people          1.0     2.5     Pay  introducing
    """
    rows = scaled_answers(responses, criteria, instrument)
    rows["area"] = rows["item_id"].str.split(".", n=1).str[0]
    areas = [_area(name, part) for name, part in rows.groupby("area", sort=False)]
    return pd.DataFrame(areas).sort_values(["median", "least_stage"], kind="stable", ignore_index=True)


def _area(name: Any, rows: pd.DataFrame) -> dict[str, Any]:
    by_item = rows.groupby("item_id", sort=False)["value"].median()
    words = rows.drop_duplicates("item_id").set_index("item_id")["text"]
    by_rater = rows.groupby("respondent")["value"].median()
    median, low, high = rows["value"].median(), rows["scale_min"].iloc[0], rows["scale_max"].iloc[0]
    return {
        "area": str(name),
        "items": int(rows["item_id"].nunique()),
        "raters": len(by_rater),
        "least_stage": float(by_item.min()),
        "median": float(median),
        "weakest": str(words[str(by_item.idxmin())]),
        "rater_low": float(by_rater.min()),
        "rater_high": float(by_rater.max()),
        "phase": _phase(float(median), float(low), float(high)),
        "scale_min": float(low),
        "scale_max": float(high),
    }


def _phase(value: float, low: float, high: float) -> str:
    quarter = int(np.floor(len(PHASES) * (value - low) / (high - low)))
    return PHASES[min(quarter, len(PHASES) - 1)]
