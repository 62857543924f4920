"""Answers to an instrument, joined to its items and held to their scale."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.frames import as_pandas, identifiers, numeric
from kamkit.method.scoring import instrument_criteria

__all__ = ["scaled_answers"]

_KEYS = ("instrument", "item_id", "subject_type", "subject_id", "respondent", "value")


def scaled_answers(responses: Any, criteria: Any, instrument: str) -> pd.DataFrame:
    """The answers that count, more always better, with each item's words and level asked for.

    Where a consensus round was held it counts, and what was answered alone before it does not. An
    answer on a scale where less is better is turned round within that scale.

    Returns
    -------
    DataFrame
        item_id, text, subject_id, respondent, respondent_role ("" where not stated), value, gate,
        weight (NaN where there is none), scale_min, scale_max.
    """
    table = as_pandas(responses, "responses", _KEYS)
    rows = table[table["instrument"].astype("str") == instrument]
    if rows.empty:
        raise NotDefinedError(
            Sentence("there are no answers to {instrument!r}", instrument=instrument),
            where="responses.instrument",
        )
    if "round" in rows and (rows["round"] == "consensus").any():
        rows = rows[rows["round"] == "consensus"]
    known = _items(criteria, instrument)
    answers = pd.DataFrame({
        name: identifiers(rows, name, "responses") for name in ("item_id", "subject_id", "respondent")
    })  # fmt: skip
    role = rows["respondent_role"] if "respondent_role" in rows else pd.Series("", index=rows.index)
    answers["respondent_role"] = role.astype("object").fillna("").astype(str)
    answers["value"] = numeric(rows, "value", "responses")
    _require_known(answers["item_id"], known, instrument)
    joined = answers.join(known, on="item_id")
    _require_on_scale(joined)
    turned = joined["scale_min"] + joined["scale_max"] - joined["value"]
    joined["value"] = joined["value"].mask(joined["direction"] == "min", turned)
    return joined.drop(columns="direction").reset_index(drop=True)


def _items(criteria: Any, instrument: str) -> pd.DataFrame:
    """Words, scale, direction, level asked for and weight of each item."""
    known = instrument_criteria(criteria, instrument)
    table = pd.DataFrame({
        "text": known["text"].astype(str) if "text" in known else known.index.astype(str),
        "scale_min": numeric(known, "scale_min", "criteria"),
        "scale_max": numeric(known, "scale_max", "criteria"),
        "direction": known.get("direction", "max"),
    }, index=known.index)  # fmt: skip
    for column in ("gate", "weight"):
        table[column] = numeric(known, column, "criteria", missing=True) if column in known else float("nan")
    if table[["scale_min", "scale_max"]].drop_duplicates().shape[0] > 1:
        raise ValuesError(
            f"the items of {instrument!r} have different scales",
            where="criteria.scale_min, scale_max",
            remedy="a median over items needs one scale: ask them on the same one",
        )
    return table


def _require_known(items: pd.Series, known: pd.DataFrame, instrument: str) -> None:
    strange = sorted(set(items) - set(known.index))
    if strange:
        raise ValuesError(
            f"answers to {instrument!r} name items that are no criteria",
            where=f"responses.item_id: {list_some(strange)}",
            allowed=list_some(list(known.index), 20),
        )


def _require_on_scale(rows: pd.DataFrame) -> None:
    beyond = rows[~rows["value"].between(rows["scale_min"], rows["scale_max"])]
    if len(beyond):
        shown = [f"{r.item_id}: {r.value:g}" for r in beyond.itertuples()]
        raise ValuesError(
            f"{len(beyond)} answer(s) are outside their scale",
            where=f"responses.value, {list_some(shown)}",
            allowed=f"{beyond['scale_min'].iloc[0]:g} to {beyond['scale_max'].iloc[0]:g}",
        )
