"""The questions of the questionnaires in each language that they are given in."""

from __future__ import annotations

import pandas as pd

from kamkit.locale import LANGUAGES

__all__ = ["in_each_language", "in_language"]

TEXTS = ("text", "anchor_low", "anchor_high")
"""What is translated of an item: its text, and what the ends of its scale mean."""


def in_language(criteria: pd.DataFrame, code: str) -> pd.DataFrame:
    """The criteria with their texts as the language has them, else as they are; no column by language.

    Examples
    --------
    >>> asked = pd.DataFrame({"text": ["Growth", "Fit"], "text_sv": ["Tillväxt", None]})
    >>> in_language(asked, "sv").to_dict("list")
    {'text': ['Tillväxt', 'Fit']}
    """
    given = {t: criteria[f"{t}_{code}"] for t in TEXTS if f"{t}_{code}" in criteria}
    told = {t: own.fillna(criteria[t]) if t in criteria else own for t, own in given.items()}
    others = [f"{t}_{c}" for t in TEXTS for c in LANGUAGES if f"{t}_{c}" in criteria]
    return criteria.assign(**told).drop(columns=others)


def in_each_language(criteria: pd.DataFrame | None, code: str) -> dict[str, str]:
    """By text in any language the text in one of them.

    Examples
    --------
    >>> asked = pd.DataFrame({"text": ["Growth"], "text_sv": ["Tillväxt"], "text_et": ["Kasv"]})
    >>> in_each_language(asked, "sv")
    {'Growth': 'Tillväxt', 'Kasv': 'Tillväxt'}
    """
    if criteria is None:
        return {}
    own, words = in_language(criteria, code), dict[str, str]()
    for text in (t for t in TEXTS if t in own):
        said = [c for c in (text, *(f"{text}_{code}" for code in LANGUAGES)) if c in criteria]
        for column in said:
            pairs = pd.DataFrame({"said": criteria[column], "own": own[text]}).dropna()
            words |= dict(zip(pairs["said"], pairs["own"], strict=True))
    return {said: told for said, told in words.items() if said != told}
