"""What the client's tables say, in the language in force: questions, and people by their role."""

from __future__ import annotations

import pandas as pd

from kamkit.engagement import questions
from kamkit.engagement.config import Config
from kamkit.engagement.people import People
from kamkit.locale import in_language, language
from kamkit.locale.own_words import CRITERION

__all__ = ["own_words"]


def own_words(config: Config, criteria: pd.DataFrame | None, contacts: pd.DataFrame | None) -> dict[str, str]:
    """By text as the notebooks have read it, the text in the language in force.

    Parameters
    ----------
    config : of the engagement, whose language the notebooks have read.
    criteria, contacts : as they came through the gate, or None.
    """
    asked = questions.in_each_language(criteria, language())
    called = _criteria(criteria) | asked
    return _roles(config, contacts) | called if language() != config.language else called


def _criteria(criteria: pd.DataFrame | None) -> dict[str, str]:
    """By key of a criterion its text, where all instruments that have it say the same."""
    if criteria is None or "text" not in criteria:
        return {}
    told = questions.in_language(criteria, language())[["item_id", "text"]].dropna().drop_duplicates()
    single = told[~told["item_id"].duplicated(keep=False)]
    return {CRITERION + key: text for key, text in zip(single["item_id"], single["text"], strict=True)}


def _roles(config: Config, contacts: pd.DataFrame | None) -> dict[str, str]:
    """People at the customers who are told by their level, where no title is known."""
    if contacts is None or config.report.contacts == "names":
        return {}
    here = People(config, contacts).shown("contacts", contacts)
    with in_language(config.language):
        there = People(config, contacts).shown("contacts", contacts)
    names = pd.DataFrame({"said": there["name"], "own": here["name"]}).dropna()
    changed = names[names["said"] != names["own"]]
    return dict(zip(changed["said"], changed["own"], strict=True))
