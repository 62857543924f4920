"""The ballot: what is asked about whom. Made from the engagement by a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kamkit.errors import KamkitError, ParameterError, TableError, list_some
from kamkit.workshop.voting.children import Told, tell_parent

if TYPE_CHECKING:
    import pandas as pd

    from kamkit.engagement import Engagement

__all__ = ["MOST_VOTES", "make_ballot"]

MOST_VOTES = 600
"""More votes than this nobody gives on a phone."""

_NOT_VOTED = ("competitor",)


def make_ballot(engagement: Engagement, instrument: str, subjects: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is asked about whom.

    Parameters
    ----------
    engagement : the engagement.
    instrument : of the table ``criteria``.
    subjects : ids, in the order in which they are voted on; see :class:`.options.Options`.

    Returns
    -------
    dict
        client, language, instrument, items (id, text, low, high, anchor_low, anchor_high), subjects
        (type, id, name) and roles, as JSON can hold them.

    Raises
    ------
    TableError
        There is no table ``criteria``.
    ParameterError
        There is no such instrument, or no such subject, or nothing says what to vote on.
    """
    criteria = engagement.table("criteria")
    if criteria is None:
        raise TableError(
            "there is nothing to vote on", where="criteria", remedy="put data/criteria.csv there"
        )
    rows = criteria[criteria["instrument"] == instrument]
    if rows.empty:
        known = list_some(sorted(criteria["instrument"].unique()), 20)
        raise ParameterError(f"there is no instrument {instrument!r}", where="--instrument", allowed=known)
    answered = _answered(engagement, instrument)
    about = _subjects(engagement, answered, subjects)
    if len(about) * len(rows) > MOST_VOTES:
        raise ParameterError(
            f"{len(rows)} items about {len(about)} subjects are {len(about) * len(rows)} votes each",
            where="--subjects", allowed=f"at most {MOST_VOTES}", remedy="name the subjects to vote on",
        )  # fmt: skip
    return {
        "client": engagement.config.client,
        "language": engagement.config.language,
        "instrument": instrument,
        "items": [_item(row) for row in rows.to_dict("records")],
        "subjects": about,
        "roles": _roles(answered),
    }


def _item(row: Mapping[Any, Any]) -> dict[str, Any]:
    texts = {name: _text(row.get(name)) for name in ("anchor_low", "anchor_high")}
    numbers = {name: float(row[column]) for name, column in (("low", "scale_min"), ("high", "scale_max"))}
    weight = row.get("weight")
    known = {"weight": None if weight is None or weight != weight else float(weight)}
    return {
        "id": row["item_id"],
        "text": row["text"],
        "direction": row["direction"],
        **numbers,
        **texts,
        **known,
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _answered(engagement: Engagement, instrument: str) -> pd.DataFrame | None:
    """Earlier answers to the instrument, but those about somebody else's strength."""
    responses = engagement.table("responses")
    if responses is None:
        return None
    mine = (responses["instrument"] == instrument) & ~responses["subject_type"].isin(_NOT_VOTED)
    return responses[mine] if mine.any() else None


def _subjects(
    engagement: Engagement, answered: pd.DataFrame | None, wanted: tuple[str, ...]
) -> list[dict[str, str]]:
    names = _names(engagement)
    known = (
        {} if answered is None else dict(zip(answered["subject_id"], answered["subject_type"], strict=True))
    )
    if wanted:
        known = {**dict.fromkeys(names, "account"), **known}
        unknown = [s for s in wanted if s not in known]
        if unknown:
            raise ParameterError(
                f"nobody knows {list_some(unknown)}", where="--subjects", allowed="customer numbers"
            )
        chosen = list(dict.fromkeys(wanted))
    else:
        chosen = list(known) or _considered(engagement)
        known = known or dict.fromkeys(chosen, "account")
    return [{"type": known[s], "id": s, "name": names.get(s, s)} for s in chosen]


def _names(engagement: Engagement) -> dict[str, str]:
    accounts = engagement.table("accounts")
    return {} if accounts is None else dict(zip(accounts["account_id"], accounts["name"], strict=True))


def _considered(engagement: Engagement) -> list[str]:
    """Key accounts and those that were considered."""
    accounts = engagement.table("accounts")
    if accounts is not None:
        key = accounts["kam_start"].notna() if "kam_start" in accounts else accounts["name"].isna()
        considered = accounts["considered"].eq(True) if "considered" in accounts else accounts["name"].isna()
        if (key | considered).any():
            return accounts.loc[key | considered, "account_id"].tolist()
    raise ParameterError("nothing says which accounts to vote on", where="--subjects", remedy="name them")


def _roles(answered: pd.DataFrame | None) -> list[str]:
    if answered is None or "respondent_role" not in answered:
        return []
    return sorted(answered["respondent_role"].dropna().unique())


def main() -> None:
    """The child process: arguments as JSON on standard input, the ballot on standard output."""
    import kamkit

    asked = json.load(sys.stdin)
    try:
        opened = kamkit.open(asked["engagement"], anonymise=False)
        tell_parent(Told(make_ballot(opened, asked["instrument"], tuple(asked["subjects"]))))
    except KamkitError as error:
        tell_parent(Told(error=str(error)))


if __name__ == "__main__":
    main()
