"""Instruments and answers: scales, gates, weights, values."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from kamkit.engagement.check.given import Given
from kamkit.engagement.problems import Problem
from kamkit.errors import list_some

__all__ = ["bounds", "gates", "items", "values", "weights"]

_WEIGHT_TOLERANCE = 1e-6
_ITEM = ["instrument", "item_id"]


def bounds(given: Given) -> Iterator[Problem]:
    """Scales whose lowest value is not below their highest."""
    criteria = given.table("criteria", "scale_min", "scale_max")
    if criteria is None:
        return
    wrong = criteria[criteria["scale_min"] >= criteria["scale_max"]]
    if len(wrong):
        low, high = wrong.iloc[0][["scale_min", "scale_max"]]
        what = f"scale_min {low:g} is not below scale_max {high:g}"
        remedy = "write the lower number in scale_min; that less is better is said by direction = min"
        yield given.fatal("criteria.scale_min", what, remedy, rows=wrong.index)


def gates(given: Given) -> Iterator[Problem]:
    """Gates outside their item's scale."""
    criteria = given.table("criteria", "scale_min", "scale_max", "gate")
    if criteria is None:
        return
    scale = criteria[["scale_min", "scale_max"]]
    wrong = criteria[
        criteria["gate"].notna() & ~criteria["gate"].between(scale.min(axis=1), scale.max(axis=1))
    ]
    if len(wrong):
        low, high = wrong.iloc[0][["scale_min", "scale_max"]]
        what = f"the gate lies outside the scale {low:g} to {high:g}"
        yield given.fatal("criteria.gate", what, "write the gate as a value of the scale", rows=wrong.index)


def weights(given: Given) -> Iterator[Problem]:
    """Weights of an instrument: none at all, or all of them, summing to 1."""
    criteria = given.table("criteria", *_ITEM, "weight")
    if criteria is None:
        return
    for instrument, rows in criteria.groupby("instrument", sort=False):
        bare, total = rows[rows["weight"].isna()], math.fsum(rows["weight"].dropna())
        if 0 < len(bare) < len(rows):
            missing = list_some(bare["item_id"].tolist(), 3)
            what = f"{instrument}: {missing} without a weight, while other items have one"
            yield given.fatal(
                "criteria.weight", what, "weigh all items or none; 0 is a weight", rows=bare.index
            )
        elif bare.empty and abs(total - 1) > _WEIGHT_TOLERANCE:
            what = f"the weights of {instrument} sum to {total:.10g}, not 1 (difference {total - 1:+.6g})"
            remedy = "correct the weights; they are not rescaled in silence"
            yield given.fatal("criteria.weight", what, remedy, rows=rows.index)


def items(given: Given) -> Iterator[Problem]:
    """Answers to an item that exists, but in another instrument."""
    responses, criteria = given.table("responses", *_ITEM), given.table("criteria", *_ITEM)
    if responses is None or criteria is None:
        return
    apart = responses["instrument"].isin(criteria["instrument"]) & responses["item_id"].isin(
        criteria["item_id"]
    )
    together = pd.MultiIndex.from_frame(responses[_ITEM]).isin(pd.MultiIndex.from_frame(criteria[_ITEM]))
    rows = responses.index[apart & ~together]
    if len(rows):
        first = responses.loc[rows[0]]
        what = f"instrument {first['instrument']} has no item {first['item_id']}, another instrument has"
        yield given.fatal("responses.item_id", what, "correct the instrument or the item", rows=rows)


def values(given: Given) -> Iterator[Problem]:
    """Answers outside the scale of their item."""
    responses = given.table("responses", *_ITEM, "value")
    criteria = given.table("criteria", *_ITEM, "scale_min", "scale_max")
    if responses is None or criteria is None:
        return
    scales = criteria.drop_duplicates(_ITEM)[[*_ITEM, "scale_min", "scale_max"]]
    joined = responses.merge(scales, on=_ITEM, how="left").set_axis(responses.index)
    off = joined[(joined["value"] < joined["scale_min"]) | (joined["value"] > joined["scale_max"])]
    for (instrument, item), rows in off.groupby(_ITEM, sort=False):
        low, high = rows.iloc[0][["scale_min", "scale_max"]]
        what = f"outside the scale {low:g} to {high:g} of {instrument}, {item}"
        yield given.fatal(
            "responses.value", what, "correct the answer, or the scale in criteria", rows=rows.index
        )
