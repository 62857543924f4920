"""Instruments and answers: scales, gates, weights, values."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["bounds", "gates", "values", "weights"]

_WEIGHT_TOLERANCE = 1e-6


def bounds(given: Given) -> Iterator[Problem]:
    """Scales whose lowest value is not below their highest."""
    criteria = given.table("criteria", "scale_min", "scale_max")
    if criteria is None:
        return
    wrong = criteria[criteria["scale_min"] >= criteria["scale_max"]]
    if len(wrong):
        first = wrong.iloc[0]
        what = f"scale_min {first['scale_min']:g} is not below scale_max {first['scale_max']:g}"
        remedy = "write the lower number in scale_min; that less is better is said by direction = min"
        yield given.problem("fatal", "criteria", what, remedy, column="scale_min",
                            value=f"{first['scale_min']:g}", rows=wrong.index)  # fmt: skip


def gates(given: Given) -> Iterator[Problem]:
    """Gates outside their item's scale."""
    criteria = given.table("criteria", "scale_min", "scale_max", "gate")
    if criteria is None:
        return
    low, high = (
        criteria[["scale_min", "scale_max"]].min(axis=1),
        criteria[["scale_min", "scale_max"]].max(axis=1),
    )
    wrong = criteria[criteria["gate"].notna() & ~criteria["gate"].between(low, high)]
    if len(wrong):
        first = wrong.iloc[0]
        what = f"the gate lies outside the scale {first['scale_min']:g} to {first['scale_max']:g}"
        yield given.problem("fatal", "criteria", what, "write the gate as a value of the scale", column="gate",
                            value=f"{first['gate']:g}", rows=wrong.index)  # fmt: skip


def weights(given: Given) -> Iterator[Problem]:
    """Weights of an instrument: none at all, or all of them, summing to 1."""
    criteria = given.table("criteria", "instrument", "item_id", "weight")
    if criteria is None:
        return
    for instrument, items in criteria.groupby("instrument", sort=False):
        bare, total = items[items["weight"].isna()], math.fsum(items["weight"].dropna())
        if len(bare) == len(items):
            continue
        if len(bare):
            what = f"{instrument}: {list_some(bare['item_id'].tolist(), 3)} without a weight, the other items have one"
            yield given.problem("fatal", "criteria", what, "weigh all items or none; 0 is a weight", column="weight",
                                rows=bare.index)  # fmt: skip
        elif abs(total - 1) > _WEIGHT_TOLERANCE:
            what = f"the weights of {instrument} sum to {total:.10g}, not 1 (difference {total - 1:+.6g})"
            remedy = _weight_remedy(total)
            yield given.problem(
                "fatal", "criteria", what, remedy, column="weight", value=f"{total:.10g}", rows=items.index
            )


def _weight_remedy(total: float) -> str:
    if abs(total - 100) < 1:
        return "weights are fractions: write 0.25 for 25 %"
    return "correct the weights; nothing is rescaled in silence"


def values(given: Given) -> Iterator[Problem]:
    """Answers outside the scale of their item."""
    responses = given.table("responses", "instrument", "item_id", "value")
    criteria = given.table("criteria", "instrument", "item_id", "scale_min", "scale_max")
    if responses is None or criteria is None:
        return
    key = ["instrument", "item_id"]
    scales = criteria.drop_duplicates(key)[[*key, "scale_min", "scale_max"]]
    joined = responses.merge(scales, on=key, how="left").set_axis(responses.index)
    unknown = joined[joined["scale_min"].isna() & _item_known(responses, criteria)]
    if len(unknown):
        first = unknown.iloc[0]
        what = f"instrument {first['instrument']} has no item {first['item_id']}; another instrument has"
        yield given.problem("fatal", "responses", what, "correct the instrument or the item", column="item_id",
                            value=first["item_id"], rows=unknown.index)  # fmt: skip
    off = joined[(joined["value"] < joined["scale_min"]) | (joined["value"] > joined["scale_max"])]
    for (instrument, item), rows in off.groupby(key, sort=False):
        low, high = rows.iloc[0][["scale_min", "scale_max"]]
        what = f"outside the scale {low:g} to {high:g} of {instrument}.{item}"
        yield given.problem("fatal", "responses", what, "correct the answer, or the scale in criteria", column="value",
                            value=f"{rows['value'].iloc[0]:g}", rows=rows.index)  # fmt: skip


def _item_known(responses, criteria):  # type: ignore[no-untyped-def]
    """Answers whose item and instrument exist, though perhaps not together."""
    return responses["item_id"].isin(criteria["item_id"]) & responses["instrument"].isin(
        criteria["instrument"]
    )
