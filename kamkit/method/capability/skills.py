"""Skills that key-account work takes, and what is there of them, by background."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kamkit.errors import NotDefinedError, Sentence, ValuesError, list_some
from kamkit.method.capability.answers import scaled_answers
from kamkit.method.capability.rater_agreement import intraclass_correlation, weighted_kappa
from kamkit.method.frames import as_pandas, identifiers

__all__ = ["SKILLS_CATALOGUE", "development_paths", "rating_agreement", "skill_gaps", "skills_asked"]

SKILLS_CATALOGUE = (
    "kam_introduction",
    "complex_relationships",
    "value_selling",
    "negotiation",
    "virtual_relationships",
)
"""The five skills every key-account programme asks for; a client's own questionnaire may ask for more."""

_STEP = 1.0
_NOT_STATED = "not_stated"
_SELF, _MANAGER = "self", "manager"


def skill_gaps(
    responses: Any, criteria: Any, assignments: Any = None, instrument: str = "skills"
) -> pd.DataFrame:
    """For each background and skill: the level asked for, what is there, and whether it falls short.

    ``shortfall = median over people of max(0, required − present)``; it is *lacking* at a shortfall of a full
    step of the scale. ``present`` is what managers see; where nobody but the person has answered, it is
    the person's own view, and ``view`` says so.

    Parameters
    ----------
    responses : table ``responses`` about people: subject_id is the person; respondent_role ``self`` (or
        respondent = subject_id) is their own view, ``manager`` the manager's.
    criteria : table ``criteria``; gate holds the required level. Items without one ask for nothing.
    assignments : table ``assignments``: person_id, background. Who has none there is ``not_stated``.
    instrument : what the questionnaire is called.

    Returns
    -------
    DataFrame
        background, item_id, skill (words), required, people, present, own_view (medians; NaN where nobody
        said), shortfall, short (people at least a full step short), short_share (of people), lacking, view
        (manager or self); the deepest shortfall first.

    Raises
    ------
    NotDefinedError
        Nobody answered, or no item states a required level.
    ValuesError
        An answer outside the scale, a person with two backgrounds.
    ColumnError, EmptyError
        The tables lack columns or rows.

    Notes
    -----
    Source: gap after Woodburn (2006); by background after Mercuri's eighth problem.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": ["skills"], "item_id": ["negotiation"], "text": ["Negotiates"],
    ...                          "scale_min": 1, "scale_max": 5, "gate": 4})
    >>> responses = pd.DataFrame({
    ...     "instrument": "skills", "item_id": "negotiation", "subject_type": "person",
    ...     "subject_id": ["T1", "T1", "T2"], "respondent": ["T1", "M", "M"],
    ...     "respondent_role": ["self", "manager", "manager"], "value": [4, 2, 3]})
    >>> skill_gaps(responses, criteria)[["required", "present", "own_view", "shortfall", "lacking"]]
       required  present  own_view  shortfall  lacking
    0       4.0      2.5       4.0        1.5     True
    """
    rows = _with_background(scaled_answers(responses, criteria, instrument), assignments)
    asked = rows[rows["gate"].notna()]
    if asked.empty:
        raise NotDefinedError(
            "no skill has a required level", where="criteria.gate", remedy="put the required level in gate"
        )
    people = _levels(asked)
    people["lacking"] = (people["gate"] - people["present"]).clip(lower=0)
    keys = ["background", "item_id"]
    lines = [_skill_line(key, part) for key, part in people.groupby(keys, sort=False)]
    order = ["shortfall", "short_share"]
    return pd.DataFrame(lines).sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _skill_line(key: Any, rows: pd.DataFrame) -> dict[str, Any]:
    background, item = key
    shortfall = float(rows["lacking"].median())
    short = int((rows["lacking"] >= _STEP).sum())
    return {
        "background": str(background),
        "item_id": str(item),
        "skill": rows["text"].iloc[0],
        "required": float(rows["gate"].iloc[0]),
        "people": len(rows),
        "present": float(rows["present"].median()),
        "own_view": float(rows[_SELF].median()),
        "shortfall": shortfall,
        "short": short,
        "short_share": short / len(rows),
        "lacking": shortfall >= _STEP,
        "view": rows["view"].iloc[0],
    }


def _levels(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per person and skill: what others see, the person's own view, and which counts."""
    own = (rows["respondent_role"].str.casefold() == _SELF) | (rows["respondent"] == rows["subject_id"])
    who = rows.assign(who=np.where(own, _SELF, "others"))
    keys = ["background", "subject_id", "item_id"]
    seen = who.pivot_table("value", keys, "who", aggfunc="median").reindex(columns=[_SELF, "others"])
    words = rows.drop_duplicates("item_id").set_index("item_id")[["text", "gate"]]
    table = seen.reset_index().join(words, on="item_id")
    others = table["others"].notna().any()
    table["view"] = _MANAGER if others else _SELF
    table["present"] = table["others"] if others else table[_SELF]
    return table[table["present"].notna()].rename_axis(columns=None)


def _with_background(rows: pd.DataFrame, assignments: Any) -> pd.DataFrame:
    if assignments is None:
        return rows.assign(background=_NOT_STATED)
    table = as_pandas(assignments, "assignments", ["person_id"])
    if "background" not in table:
        return rows.assign(background=_NOT_STATED)
    known = pd.DataFrame({
        "person_id": identifiers(table, "person_id", "assignments"), "background": table["background"]
    }).dropna().drop_duplicates()  # fmt: skip
    double = known.loc[known["person_id"].duplicated(), "person_id"]
    if len(double):
        raise ValuesError(
            "a person has two backgrounds", where=f"assignments.background: {list_some(list(double))}",
            remedy="state where the person comes from once",
        )  # fmt: skip
    by_person = known.set_index("person_id")["background"].astype(str)
    return rows.assign(background=rows["subject_id"].map(by_person).astype("object").fillna(_NOT_STATED))


def rating_agreement(
    responses: Any, criteria: Any, assignments: Any = None, instrument: str = "skills"
) -> pd.DataFrame:
    """Whether people see their skills as their managers do: distance, intraclass correlation, kappa.

    ``distance = mean over person × skill of (own − manager's)``, in scale points

    Parameters
    ----------
    responses, criteria, assignments, instrument : as :func:`skill_gaps`.

    Returns
    -------
    DataFrame
        background (``all`` first), people, pairs (person × skill rated by both), higher (share of pairs in
        which the own view is higher), distance, icc, kappa (NaN where not defined), flatters (own view
        higher by at least half a step on average).

    Raises
    ------
    NotDefinedError
        Nobody answered, or no skill of a person was rated by both.
    ValuesError, ColumnError, EmptyError
        As :func:`skill_gaps`.

    Notes
    -----
    Source: Shrout & Fleiss (1979); Cohen (1968). Pairs of one person are not independent: no test is
    made of them.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": ["skills"], "item_id": ["negotiation"], "text": ["Negotiates"],
    ...                          "scale_min": 1, "scale_max": 5, "gate": 4})
    >>> responses = pd.DataFrame({
    ...     "instrument": "skills", "item_id": "negotiation", "subject_type": "person",
    ...     "subject_id": ["A", "A", "B", "B"], "respondent": ["A", "M", "B", "M"],
    ...     "respondent_role": ["self", "manager"] * 2, "value": [4, 3, 5, 4]})
    >>> rating_agreement(responses, criteria)[["background", "pairs", "distance", "flatters"]].head(1)
      background  pairs  distance  flatters
    0        all      2       1.0      True
    """
    rows = _with_background(scaled_answers(responses, criteria, instrument), assignments)
    own = (rows["respondent_role"].str.casefold() == _SELF) | (rows["respondent"] == rows["subject_id"])
    who = rows.assign(who=np.where(own, _SELF, _MANAGER))
    keys = ["background", "subject_id", "item_id"]
    both = who.pivot_table("value", keys, "who", aggfunc="median").reindex(columns=[_SELF, _MANAGER])
    pairs = both.dropna().reset_index()
    if pairs.empty:
        raise NotDefinedError(
            "nobody was rated by themselves and by somebody else", where="responses.respondent_role"
        )
    groups = [("all", pairs), *((str(b), part) for b, part in pairs.groupby("background"))]
    return pd.DataFrame([_agreement_line(name, part) for name, part in groups])


def _agreement_line(name: str, pairs: pd.DataFrame) -> dict[str, Any]:
    apart = pairs[_SELF] - pairs[_MANAGER]
    return {
        "background": name,
        "people": int(pairs["subject_id"].nunique()),
        "pairs": len(pairs),
        "higher": float((apart > 0).mean()),
        "distance": float(apart.mean()),
        "icc": _or_nan(intraclass_correlation, pairs[[_SELF, _MANAGER]].to_numpy()),
        "kappa": _or_nan(weighted_kappa, pairs[_SELF].to_numpy(), pairs[_MANAGER].to_numpy()),
        "flatters": bool(apart.mean() >= 0.5 * _STEP),
    }


def _or_nan(function: Any, *given: Any) -> float:
    try:
        return float(function(*given))
    except NotDefinedError:
        return float("nan")


def development_paths(gaps: pd.DataFrame) -> pd.DataFrame:
    """What each background learns first, and from whom.

    A background learns its gaps in the order of their depth. It learns them from the background that
    has the required level and the highest one; from outside where none has.

    Parameters
    ----------
    gaps : as :func:`skill_gaps` returns it.

    Returns
    -------
    DataFrame
        background, order (1 first), item_id, skill, present, required, short, people, learn_from (a
        background, or ``outside``); empty where no background falls short by a full step.

    Raises
    ------
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Source: own rule, after Mercuri: skills differ by background, and so do the ways to learn them.

    Examples
    --------
    >>> gaps = pd.DataFrame({"background": ["technical", "sales"], "item_id": "negotiation",
    ...     "skill": "Negotiates", "required": 4.0, "people": 8, "present": [2.0, 4.0],
    ...     "shortfall": [2.0, 0.0], "short": [7, 1], "lacking": [True, False]})
    >>> development_paths(gaps)[["background", "order", "skill", "learn_from"]].to_numpy().tolist()
    [['technical', 1, 'Negotiates', 'sales']]
    """
    columns = [
        "background",
        "item_id",
        "skill",
        "required",
        "people",
        "present",
        "shortfall",
        "short",
        "lacking",
    ]
    table = as_pandas(gaps, "gaps", columns)
    able = table[(table["present"] >= table["required"]) & (table["background"] != _NOT_STATED)]
    best = able.sort_values(["present", "people"], ascending=False, kind="stable").drop_duplicates("item_id")
    teachers = best.set_index("item_id")["background"]
    lacking = table[table["lacking"].astype(bool)]
    ranked = lacking.sort_values(["background", "shortfall", "short"], ascending=[True, False, False])
    paths = ranked.assign(
        order=ranked.groupby("background").cumcount() + 1,
        learn_from=ranked["item_id"].map(teachers).astype("object").fillna("outside"),
    )
    shown = [
        "background",
        "order",
        "item_id",
        "skill",
        "present",
        "required",
        "short",
        "people",
        "learn_from",
    ]
    return paths[shown].reset_index(drop=True)


def skills_asked(criteria: Any, instrument: str = "skills") -> pd.DataFrame:
    """Which of the five skills of the catalogue the client's questionnaire asks about.

    Parameters
    ----------
    criteria : table ``criteria``: instrument, item_id.
    instrument : what the questionnaire is called.

    Returns
    -------
    DataFrame
        item_id, asked; one row per skill of :data:`SKILLS_CATALOGUE`.

    Raises
    ------
    NotDefinedError
        The criteria do not hold the instrument.
    ColumnError, EmptyError
        The table lacks columns or rows.

    Notes
    -----
    Source: skills programme of key-account training: introduction, complex relationships, value selling,
    negotiation, virtual relationships.

    Examples
    --------
    >>> criteria = pd.DataFrame({"instrument": ["skills"], "item_id": ["negotiation"]})
    >>> skills_asked(criteria).query("asked")["item_id"].tolist()
    ['negotiation']
    """
    table = as_pandas(criteria, "criteria", ["instrument", "item_id"])
    items = set(table.loc[table["instrument"].astype("str") == instrument, "item_id"].astype("str"))
    if not items:
        raise NotDefinedError(
            Sentence("there are no criteria for {instrument!r}", instrument=instrument),
            where="criteria.instrument",
        )
    return pd.DataFrame({"item_id": SKILLS_CATALOGUE, "asked": [s in items for s in SKILLS_CATALOGUE]})
