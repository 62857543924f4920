"""What a closed round says: spread, who stands out, agreement, comments. Computed by a process of its own."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.engagement import votes
from kamkit.errors import KamkitError
from kamkit.locale import _
from kamkit.workshop.voting.children import Told, tell_parent

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["results"]


def results(session: votes.Session) -> dict[str, Any]:
    """What the closed rounds of a voting say; nothing of a round that is open.

    Parameters
    ----------
    session : the voting.

    Returns
    -------
    dict
        rounds; items (widest blind spread first: spread, Kendall's W, the role that stands out);
        agreement per round, or the reason why there is none; cells (subject × item: number of votes for
        each value, widest spread first); comments. As JSON can hold them.

    Raises
    ------
    NotDefinedError
        Nobody voted.
    """
    import pandas as pd

    given = pd.DataFrame(votes.rows(session))
    if given.empty:
        return {
            "rounds": session.closed,
            "items": [],
            "agreement": [],
            "cells": [],
            "comments": [],
            "why": "",
        }
    answers = given.assign(
        subject_id=given["subject_type"] + ":" + given["subject_id"], subject_type="account"
    )
    criteria = _criteria(session)
    whole = _who_scored_all(answers, session.cells())
    items = _items(answers, whole, criteria, session.instrument)
    agreement, why = _agreement(whole, criteria, session.instrument)
    return {
        "rounds": session.closed,
        "items": _plain(items),
        "agreement": [{**line, "people": _people(answers, line["round"])} for line in agreement],
        "why": why,
        "cells": _cells(given),
        "comments": _comments(given),
    }


def _items(
    answers: pd.DataFrame, whole: pd.DataFrame, criteria: pd.DataFrame, instrument: str
) -> pd.DataFrame:
    """Spread and who stands out over all answers; agreement over those who scored everything."""
    from kamkit.method import scoring

    items = scoring.consensus(answers, criteria, instrument)
    agreed = ["blind_w", "consensus_w"]
    if whole.empty:
        return items.assign(**dict.fromkeys(agreed, float("nan")))
    sure = scoring.consensus(whole, criteria, instrument).set_index("item_id")[agreed]
    return items.drop(columns=agreed).join(sure, on="item_id")


def _criteria(session: votes.Session) -> pd.DataFrame:
    import pandas as pd

    renamed = {"id": "item_id", "low": "scale_min", "high": "scale_max"}
    return pd.DataFrame(session.ballot["items"]).rename(columns=renamed).assign(instrument=session.instrument)


def _who_scored_all(answers: pd.DataFrame, cells: int) -> pd.DataFrame:
    """The answers of those who scored everything in a round: agreement on an order needs whole orders."""
    given = answers.groupby(["round", "respondent"])["value"].transform("size")
    return answers[given == cells]


def _people(answers: pd.DataFrame, round: str) -> int:
    return int(answers.loc[answers["round"] == round, "respondent"].nunique())


def _agreement(answers: pd.DataFrame, criteria: pd.DataFrame, instrument: str) -> tuple[list[Any], str]:
    from kamkit.method import scoring

    if answers.empty:
        return [], _("nobody scored everything")
    try:
        return _plain(scoring.panel_agreement(answers, criteria, instrument)), ""
    except KamkitError as error:
        return [], error.what


def _cells(given: pd.DataFrame) -> list[dict[str, Any]]:
    """How often each value was given, by round, subject and item; where people are furthest apart first."""
    keys = ["round", "subject_type", "subject_id", "item_id"]
    grouped = given.groupby(keys, sort=False)["value"]
    spread = grouped.std().fillna(0.0).sort_values(ascending=False, kind="stable")
    counts = {key: Counter(part.tolist()) for key, part in grouped}
    return [
        {
            "round": key[0], "type": key[1], "subject": key[2], "item": key[3], "spread": float(spread[key]),
            "mean": float(grouped.get_group(key).mean()),
            "counts": [[value, n] for value, n in sorted(counts[key].items())],
        }
        for key in spread.index
    ]  # fmt: skip


def _comments(given: pd.DataFrame) -> list[dict[str, Any]]:
    said = given[given["comment"].notna()]
    names = {"subject_type": "type", "subject_id": "subject", "item_id": "item", "respondent_role": "role"}
    kept = said[["round", *names, "value", "comment"]].rename(columns=names)
    return _plain(kept)


def _plain(table: pd.DataFrame) -> list[Any]:
    """Rows as JSON can hold them; what is not known is null."""
    return json.loads(table.to_json(orient="records", force_ascii=True))


def main() -> None:
    """The child process: folder and session as JSON on standard input, the results on standard output."""
    asked = json.load(sys.stdin)
    try:
        session = votes.read(Path(asked["folder"]))[0][asked["session"]]
        tell_parent(Told(results(session)))
    except KamkitError as error:
        tell_parent(Told(error=str(error)))


if __name__ == "__main__":
    main()
