"""People at the customers and our own: contacts, relationships, assignments."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import names
from .plan import COUNTRIES, TODAY, rng

MANY = 200
TASKS = (
    "Account plan",
    "Price agreement",
    "Delivery performance",
    "Technical development",
    "Complaints",
    "Executive dialogue",
)
ASKED = ("Account plan", "Price agreement", "Complaints")
NO_A, TWO_A, NO_R, DISAGREEING, WITHOUT_SPONSOR = 7, 5, 4, 6, 2
SINGLE_THREAD = 4
DUPLICATES = 12

_STAFF = (
    (
        "KAM",
        "Key account manager",
        7,
        78.0,
        ("sales", "sales", "technical", "sales", "operations", "technical", "sales"),
    ),
    ("TEC", "Technical specialist", 6, 66.0, ("technical",) * 6),
    ("OPS", "Supply coordinator", 4, 52.0, ("operations",) * 4),
    ("SAL", "Unit seller", 6, 61.0, ("sales",) * 6),
    ("DIR", "Executive sponsor", 3, 140.0, ("sales", "technical", "operations")),
)
_TITLES = {
    "executive": (("Managing director", "approver"), ("Operations director", "decision_maker")),
    "management": (
        ("Purchasing manager", "decision_maker"),
        ("Maintenance manager", "evaluator"),
        ("Production manager", "influencer"),
        ("Technical manager", "evaluator"),
    ),
    "operational": (
        ("Buyer", "gatekeeper"),
        ("Maintenance engineer", "user"),
        ("Planner", "user"),
        ("Process engineer", "influencer"),
    ),
}


@dataclass(frozen=True)
class Team:
    """Our people, the three tables, and what was planted in them."""

    staff: pd.DataFrame
    contacts: pd.DataFrame
    relationships: pd.DataFrame
    assignments: pd.DataFrame
    planted: dict[str, object]


def staff() -> pd.DataFrame:
    """Our people who work with key accounts."""
    rows = []
    for prefix, role, count, rate, backgrounds in _STAFF:
        for k in range(count):
            country = list(COUNTRIES)[k % 5]
            rows.append((f"{prefix}{k + 1:02d}", role, backgrounds[k], rate, _incentive(prefix, k), country))
    return pd.DataFrame(
        rows, columns=["person_id", "role", "background", "cost_rate", "incentive", "country"]
    )


def _incentive(prefix: str, k: int) -> str:
    if prefix == "SAL" or (prefix == "KAM" and k in (1, 4, 6)):
        return "unit_revenue"
    return {"KAM": "account_contribution", "DIR": "group_result"}.get(prefix, "fixed")


def _account_contacts(account: pd.Series, count: int, draw: np.random.Generator) -> list[dict]:
    """People of one account, no two of one name."""
    abroad = list(COUNTRIES)
    seen: set[str] = set()
    rows = []
    for k in range(count):
        country = account["country"] if count < 100 or k % 2 else str(draw.choice(abroad))
        name = names.person(country, draw)
        while name in seen:
            country = str(draw.choice(abroad)) if count >= 100 else country
            name = names.person(country, draw)
        seen.add(name)
        rows.append(_person(account, k, count, name, draw))
    return rows


def _person(account: pd.Series, k: int, count: int, name: str, draw: np.random.Generator) -> dict:
    level = "executive" if k < 2 + count // 60 else "management" if k < 2 + count // 4 + 1 else "operational"
    title, role = _TITLES[level][int(draw.integers(len(_TITLES[level])))]
    power = {"executive": 3, "management": 2, "operational": int(draw.random() < 0.5)}[level]
    if role == "decision_maker":
        power = 3
    return {
        "account_id": account["account_id"],
        "name": name,
        "title": title,
        "unit": f"Site {1 + k % (2 + count // 25)}",
        "level": level,
        "buying_role": role,
        "power": power,
        "attitude": int(np.clip(np.rint(draw.normal(0.5, 1.0)), -2, 2)),
    }


def _variant(name: str, k: int) -> str:
    """The same person as another colleague typed it."""
    first, last = name.split(" ", 1)
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = plain.translate(str.maketrans("ØøÆæÐð", "OoAaDd"))
    other = plain if plain != name else name.upper()
    return (f"{last}, {first}", other, f"{first[0]}. {last}")[k % 3]


def _contacts(t: pd.DataFrame, draw: np.random.Generator) -> tuple[pd.DataFrame, list[list[str]]]:
    named = t[t["role"].isin(["key", "considered"])]
    largest = named.index[named["role"] == "key"][0]
    rows: list[dict] = []
    for rank, account in named.iterrows():
        double = DUPLICATES - 4 if rank == largest else 0
        many = (
            MANY - double
            if rank == largest
            else int(draw.integers(13, 18))
            if account["role"] == "key"
            else 3
        )
        rows += _account_contacts(account, many, draw)
    frame = pd.DataFrame(rows)
    big = np.flatnonzero(frame["account_id"] == named.loc[largest, "account_id"])[::20][: DUPLICATES - 4]
    others = np.flatnonzero(frame["account_id"].isin(named.loc[named["role"] == "key", "account_id"]))[
        -1::-40
    ][:4]
    doubled = np.concatenate([big, others])
    again = frame.iloc[doubled].copy()
    again["name"] = [_variant(n, k) for k, n in enumerate(again["name"])]
    again["title"] = None
    frame = pd.concat([frame, again], ignore_index=True)
    frame.insert(0, "contact_id", [f"C-{k + 1:04d}" for k in range(len(frame))])
    pairs = zip(frame["contact_id"].iloc[doubled], frame["contact_id"].iloc[-len(doubled) :], strict=True)
    return frame, [list(pair) for pair in pairs]


def _crew(t: pd.DataFrame, our: pd.DataFrame) -> pd.DataFrame:
    """Who works on which key account: manager, specialist, supply, unit seller, sponsor."""
    rows = []
    for k, account in enumerate(t.loc[t["role"] == "key", "account_id"]):
        for prefix, size in (("KAM", 7), ("TEC", 6), ("OPS", 4), ("SAL", 6), ("DIR", 3)):
            if prefix == "DIR" and k in (5, 11):
                continue
            rows.append((account, prefix, f"{prefix}{(k if prefix != 'SAL' else k * 5) % size + 1:02d}"))
    crew = pd.DataFrame(rows, columns=["account_id", "part", "person_id"])
    return crew.merge(our, on="person_id")


def _relationships(
    contacts: pd.DataFrame, crew: pd.DataFrame, single: list[str], draw: np.random.Generator
) -> pd.DataFrame:
    """Who knows whom: executives by the sponsor, technicians by the specialist, the manager most."""
    parts = {"executive": ("DIR", "KAM"), "management": ("KAM", "SAL"), "operational": ("TEC", "OPS")}
    people = crew.set_index(["account_id", "part"])["person_id"]
    rows = []
    for contact in contacts.itertuples():
        lonely = contact.account_id in single
        for place, part in enumerate(("KAM",) if lonely else parts[contact.level]):
            person = people.get((contact.account_id, part))
            known = draw.random() < _known(contact, place, lonely)
            if person is None or not known:
                continue
            depth = int(np.clip(draw.integers(1, 4) + (part == "KAM"), 0, 4))
            rows.append(
                (contact.contact_id, person, depth, min(4, depth + int(draw.integers(0, 3))), _last(draw))
            )
    return pd.DataFrame(rows, columns=["contact_id", "person_id", "depth", "desired_depth", "last_contact"])


def _known(contact, place: int, lonely: bool) -> float:
    if lonely:
        return 0.8
    if contact.title is None:
        return 0.0
    chance = {"executive": 0.7, "management": 0.8, "operational": 0.6}[contact.level]
    return chance * (0.45 if contact.Index < MANY else 1.0) * (1.0 if place == 0 else 0.6)


def _last(draw: np.random.Generator) -> pd.Timestamp:
    days = int(draw.integers(400, 800)) if draw.random() < 0.08 else int(draw.exponential(60)) + 2
    return TODAY - pd.Timedelta(days=min(days, 800) if days >= 400 else min(days, 350))


def _charter(crew: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """The agreed roles: one A and at least one R for every account and task."""
    lead = {
        "Account plan": "KAM",
        "Price agreement": "KAM",
        "Delivery performance": "OPS",
        "Technical development": "TEC",
        "Complaints": "OPS",
        "Executive dialogue": "KAM",
    }
    rows = []
    for (account, part), person in crew.set_index(["account_id", "part"])["person_id"].items():
        for task in TASKS:
            if part == "DIR" and task != "Executive dialogue":
                continue
            letter = "R" if lead[task] == part else "A" if part == "KAM" else "I" if part == "SAL" else "C"
            rows.append((account, task, part, person, letter))
            if lead[task] == part == "KAM":
                rows[-1] = (account, task, part, person, "A")
                rows.append((account, task, part, person, "R"))
    frame = pd.DataFrame(rows, columns=["account_id", "task", "part", "person_id", "raci"])
    hours = {"A": (10, 30), "R": (25, 70), "C": (4, 12), "I": (0, 3)}
    frame["hours_year"] = [int(draw.integers(*hours[letter])) for letter in frame["raci"]]
    return frame


def _spoil(frame: pd.DataFrame, draw: np.random.Generator) -> tuple[pd.DataFrame, dict[str, list[list[str]]]]:
    """Take away or double the A, take away the R, in tasks that are remembered."""
    cells = frame[["account_id", "task"]].drop_duplicates().to_numpy()
    chosen = [list(map(str, cells[k])) for k in draw.choice(len(cells), NO_A + TWO_A + NO_R, replace=False)]
    defects = {"no_a": chosen[:NO_A], "two_a": chosen[NO_A : NO_A + TWO_A], "no_r": chosen[NO_A + TWO_A :]}
    for account, task in defects["no_a"]:
        frame = frame[~((frame["account_id"] == account) & (frame["task"] == task) & (frame["raci"] == "A"))]
    for account, task in defects["two_a"]:
        seller = (frame["account_id"] == account) & (frame["task"] == task) & (frame["part"] == "SAL")
        frame.loc[seller, "raci"] = "A"
    for account, task in defects["no_r"]:
        frame = frame[~((frame["account_id"] == account) & (frame["task"] == task) & (frame["raci"] == "R"))]
    return frame, defects


def _asked(crew: pd.DataFrame, disagreeing: list[str], draw: np.random.Generator) -> pd.DataFrame:
    """Whom five people of each team name as accountable for three tasks."""
    people = crew.set_index(["account_id", "part"])["person_id"]
    rows = []
    for account in crew["account_id"].unique():
        for task in ASKED:
            for k, respondent in enumerate(("KAM", "TEC", "OPS", "SAL", "M02")):
                part = "KAM" if account not in disagreeing else ("KAM", "TEC", "OPS", "SAL", "KAM")[k]
                named = people[account, part]
                by = people[account, respondent] if respondent != "M02" else "M02"
                rows.append((account, task, part, named, "A", by))
    return pd.DataFrame(rows, columns=["account_id", "task", "part", "person_id", "raci", "respondent"])


def _assignments(
    crew: pd.DataFrame, our: pd.DataFrame, draw: np.random.Generator
) -> tuple[pd.DataFrame, dict]:
    chart, defects = _spoil(_charter(crew, draw), draw)
    accounts = list(crew["account_id"].unique())
    disagreeing = sorted(map(str, draw.choice(accounts, DISAGREEING, replace=False)))
    frame = pd.concat([chart, _asked(crew, disagreeing, draw)], ignore_index=True)
    frame = frame.merge(our, on="person_id", how="left")
    columns = [
        "person_id",
        "account_id",
        "role",
        "task",
        "raci",
        "respondent",
        "hours_year",
        "cost_rate",
        "background",
        "incentive",
        "country",
    ]
    return frame[columns], {**defects, "disagreeing": disagreeing}


def team(t: pd.DataFrame) -> Team:
    """The three tables of people."""
    our = staff()
    contacts, pairs = _contacts(t, rng("contacts"))
    crew = _crew(t, our)
    keys = list(crew["account_id"].unique())
    single = sorted(keys[k] for k in (2, 6, 9, 14))
    ties = _relationships(contacts, crew, single, rng("ties"))
    assigned, planted = _assignments(crew, our, rng("roles"))
    sponsored = set(crew.loc[crew["part"] == "DIR", "account_id"])
    planted |= {"duplicates": pairs, "single": single, "without_sponsor": sorted(set(keys) - sponsored)}
    planted["many"] = keys[0]
    return Team(our, contacts, ties, assigned, planted)
