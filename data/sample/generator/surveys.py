"""What was answered: management's scores, customers' needs and satisfaction, our own people's view."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .plan import rng
from .questions import ATTRACTIVENESS, EFFORT, MATURITY, NEEDS, PROGRAMME, SKILLS, STRENGTH, WTP

COLUMNS = [
    "instrument",
    "item_id",
    "subject_type",
    "subject_id",
    "respondent",
    "value",
    "respondent_role",
    "round",
    "date",
    "comment",
]
MANAGEMENT = {
    "M01": "Managing director",
    "M02": "Sales director",
    "M03": "Head of field sales",
    "M04": "Finance director",
    "M05": "Technical director",
    "M06": "Supply chain director",
}
OUTLIER, OUTLIER_ITEM = "M03", "growth_potential"
ANSWERING = 150

PROFILES = pd.DataFrame(
    {
        "uptime": [6.8, 3.5, 8.6, 9.2, 8.4, 9.5, 4.6, 4.0, 4.2, 4.4],
        "price": [9.8, 9.0, 6.4, 5.0, 3.4, 4.2, 2.6, 5.0, 5.2, 3.6],
        "development": [6.4, 3.4, 6.0, 4.6, 8.6, 5.4, 9.6, 3.8, 3.6, 4.6],
        "simplicity": [7.0, 4.8, 6.6, 5.4, 3.4, 5.0, 2.8, 9.5, 9.0, 4.4],
    },
    index=list(NEEDS),
)
"""Importance by need segment; every segment says that the price matters."""

MOVES = pd.Series([0.00, 0.03, 0.17, 0.07, 0.08, 0.14, 0.04, 0.05, 0.05, 0.40], index=list(NEEDS))
"""What moves overall satisfaction: hardly the price, most of all that somebody owns the problem."""


def _frame(instrument: str, items, subject_type, subjects, respondents, values, **more) -> pd.DataFrame:
    """Long rows from a block of answers, items in the last axis."""
    values = np.asarray(values, dtype=float).reshape(-1, len(items))
    count = len(values)
    long = pd.DataFrame(
        {
            "item_id": np.tile(list(items), count),
            "subject_id": np.repeat(np.asarray(subjects, dtype=object), len(items)),
            "respondent": np.repeat(np.asarray(respondents, dtype=object), len(items)),
            "value": values.ravel(),
        }
    )
    for name, value in more.items():
        long[name] = value if np.isscalar(value) else np.repeat(np.asarray(value, dtype=object), len(items))
    return long.assign(instrument=instrument, subject_type=subject_type).dropna(subset=["value"])


def _latent(t: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """What the scored accounts are really like, on 1–5; four of those not chosen pay badly."""
    scored = t[t["role"].isin(["key", "considered", "grown"])]
    level = scored["role"].map({"key": 3.9, "considered": 2.9, "grown": 3.6}).to_numpy()[:, None]
    items = [row[0] for row in ATTRACTIVENESS]
    latent = pd.DataFrame(level + draw.normal(0, 0.6, (len(scored), len(items))), scored["account_id"], items)
    latent["price_pressure"] = 6 - latent["price_pressure"]
    latent["payment_reliability"] = draw.uniform(3, 5, len(scored))
    bad = scored.loc[scored["role"] == "considered", "account_id"].iloc[[0, 5, 9, 14]]
    latent.loc[bad, "payment_reliability"] = 1.0
    return latent.clip(1, 5)


def _scores(instrument: str, latent: pd.DataFrame, draw: np.random.Generator) -> list[pd.DataFrame]:
    """Six managers score every account, alone and after discussion."""
    shape = (len(latent), len(MANAGEMENT), latent.shape[1])
    blind = latent.to_numpy()[:, None, :] + draw.normal(0, 0.75, shape)
    blind[:, list(MANAGEMENT).index(OUTLIER), list(latent.columns).index(OUTLIER_ITEM)] += 1.4
    agreed = latent.to_numpy()[:, None, :] + draw.normal(0, 0.22, shape)
    subjects = np.repeat(latent.index.to_numpy(), len(MANAGEMENT))
    respondents = np.tile(list(MANAGEMENT), len(latent))
    roles = [MANAGEMENT[r] for r in respondents]
    return [
        _frame(
            instrument,
            latent.columns,
            "account",
            subjects,
            respondents,
            np.rint(values).clip(1, 5),
            respondent_role=roles,
            round=name,
            date=date,
        )
        for name, date, values in (("blind", "2025-10-06", blind), ("consensus", "2025-10-20", agreed))
    ]


def _strength(t: pd.DataFrame) -> list[pd.DataFrame]:
    """Two people at each scored account rate us and their best alternative."""
    draw = rng("strength")
    scored = t[t["role"].isin(["key", "considered", "grown"])]
    subjects = np.repeat(scored["account_id"].to_numpy(), 2)
    respondents = [f"{a}-{k}" for a in scored["account_id"] for k in ("A", "B")]
    lead = np.repeat(scored["role"].map({"key": 0.9, "considered": -0.4, "grown": 0.3}).to_numpy(), 2)[
        :, None
    ]
    base = np.repeat(draw.normal(7.0, 0.6, (len(scored), len(STRENGTH))), 2, axis=0)
    items = [row[0] for row in STRENGTH]
    rows = []
    for kind, level in (("account", base + lead), ("competitor", base)):
        values = np.rint(level + draw.normal(0, 0.5, base.shape)).clip(1, 10)
        rows.append(
            _frame(
                "strength",
                items,
                kind,
                subjects,
                respondents,
                values,
                respondent_role="Customer",
                date="2025-09-15",
            )
        )
    return rows


def panel(t: pd.DataFrame) -> pd.DataFrame:
    """Who answers for the customers: one or two people at each of 150 accounts, the candidates first."""
    draw = rng("panel")
    named = t[t["role"].isin(["key", "considered", "grown"])]
    rest = t[(t["role"] == "plain")].sample(ANSWERING - len(named), random_state=draw.integers(1 << 31))
    answering = pd.concat([named, rest])
    people = np.where(answering["role"] == "plain", draw.integers(1, 3, len(answering)), 3)
    who = answering.loc[answering.index.repeat(people), ["account_id", "segment", "role"]].reset_index(
        drop=True
    )
    who["respondent"] = who["account_id"] + "-Q" + (who.groupby("account_id").cumcount() + 1).astype(str)
    who["respondent_role"] = draw.choice(["Purchasing", "Maintenance", "Production", "Engineering"], len(who))
    return who


def _needs(who: pd.DataFrame) -> pd.DataFrame:
    """Importance as each respondent uses the scale: own level, own spread."""
    draw = rng("needs")
    true = PROFILES[who["segment"]].T.to_numpy() + draw.normal(0, 0.9, (len(who), len(NEEDS)))
    level, spread = draw.uniform(5.0, 7.0, (len(who), 1)), draw.uniform(0.65, 1.05, (len(who), 1))
    values = np.rint(level + spread * (true - 5.6)).clip(1, 10)
    return _frame(
        "needs",
        NEEDS,
        "account",
        who["account_id"],
        who["respondent"],
        values,
        respondent_role=who["respondent_role"],
        date="2025-09-01",
    )


def _satisfaction(who: pd.DataFrame) -> list[pd.DataFrame]:
    """Ratings, overall satisfaction that follows from them, and whether they would recommend us."""
    draw = rng("satisfaction")
    common = draw.normal(0, 0.6, (len(who), 1)) + np.where(who["role"] == "key", 0.4, 0.0)[:, None]
    ratings = np.rint(7.0 + common + draw.normal(0, 1.3, (len(who), len(NEEDS)))).clip(1, 10)
    overall = ratings @ MOVES.to_numpy() - 0.2 + draw.normal(0, 0.35, len(who))
    recommend = np.rint(overall + draw.normal(0.9, 1.3, len(who))).clip(0, 10)
    told = np.column_stack([ratings, np.rint(overall).clip(1, 10)])
    given = {"respondent_role": who["respondent_role"], "date": "2025-09-01"}
    return [
        _frame(
            "satisfaction",
            [*NEEDS, "overall"],
            "account",
            who["account_id"],
            who["respondent"],
            told,
            **given,
        ),
        _frame("nps", ["recommend"], "account", who["account_id"], who["respondent"], recommend, **given),
    ]


def _willingness(who: pd.DataFrame) -> pd.DataFrame:
    """Four prices of a service contract from eighty customers, in order for each."""
    draw = rng("willingness")
    asked = who.drop_duplicates("account_id").head(80)
    centre = 400 * np.exp(draw.normal(0, 0.24, (len(asked), 1)))
    prices = centre * np.array([0.58, 0.82, 1.18, 1.60]) * np.exp(draw.normal(0, 0.07, (len(asked), 4)))
    prices = np.sort((prices / 5).round() * 5, axis=1)
    return _frame(
        "wtp",
        WTP,
        "account",
        asked["account_id"],
        asked["respondent"],
        prices,
        respondent_role=asked["respondent_role"],
        date="2025-09-01",
    )


def _programme() -> list[pd.DataFrame]:
    """What our staff, management and owners think of the programme."""
    draw = rng("programme")
    groups = {
        "satisfaction_staff": (24, 3.1, "S", "Member of an account team"),
        "satisfaction_management": (6, 3.6, "M", "Management"),
        "satisfaction_owner": (3, 3.2, "O", "Owner"),
    }
    rows = []
    for instrument, (count, level, letter, role) in groups.items():
        items = PROGRAMME[instrument]
        values = np.rint(level + draw.normal(0, 0.8, (count, len(items)))).clip(1, 5)
        respondents = [f"{letter}{k + 1:02d}" for k in range(count)]
        rows.append(
            _frame(
                instrument,
                items,
                "programme",
                ["KAM"] * count,
                respondents,
                values,
                respondent_role=role,
                date="2025-11-03",
            )
        )
    return rows


def _maturity() -> pd.DataFrame:
    """Nine people rate the stage that each practice has reached; measurement is least mature."""
    draw = rng("maturity")
    level = {"strategy": 3.9, "organisation": 2.4, "process": 3.1, "people": 2.3, "measurement": 1.6}
    centre = np.array([level[item.split(".")[0]] for item in MATURITY])
    values = np.rint(centre + draw.normal(0, 0.5, (9, len(MATURITY)))).clip(1, 5)
    people = [*MANAGEMENT, "KAM01", "KAM03", "KAM05"]
    roles = [MANAGEMENT.get(p, "Key account manager") for p in people]
    return _frame(
        "maturity",
        MATURITY,
        "company",
        ["Nordvik"] * 9,
        people,
        values,
        respondent_role=roles,
        date="2025-11-03",
    )


def _skills(staff: pd.DataFrame) -> list[pd.DataFrame]:
    """Each person of the account teams, rated by themselves and by their manager."""
    draw = rng("skills")
    team = staff[staff["role"] != "Executive sponsor"]
    level = pd.DataFrame(3.7, team.index, list(SKILLS))
    level.loc[team["background"] == "technical", ["value_selling", "negotiation"]] = 1.9
    level.loc[team["background"] == "operations", ["value_selling", "complex_relationships"]] = 2.1
    level.loc[team["background"] == "sales", ["customer_finance"]] = 1.5
    true = level.to_numpy() + draw.normal(0, 0.3, level.shape)
    flattered = true + np.where(team["background"] == "sales", 0.9, 0.1)[:, None]
    rows = []
    for role, values in (("self", flattered), ("manager", true)):
        by = team["person_id"] if role == "self" else ["M02"] * len(team)
        values = np.rint(values + draw.normal(0, 0.25, level.shape)).clip(1, 5)
        rows.append(
            _frame(
                "skills",
                SKILLS,
                "person",
                team["person_id"],
                by,
                values,
                respondent_role=role,
                date="2025-11-10",
            )
        )
    return rows


def effort_groups(t: pd.DataFrame) -> dict[str, list[str]]:
    """Key accounts where hours are scarce, and where more of them bring nothing."""
    keys = t.loc[t["role"] == "key", "account_id"].tolist()
    return {"steep": sorted(keys[3:6]), "flat": sorted(keys[9:12])}


def _effort(t: pd.DataFrame) -> pd.DataFrame:
    """Key account manager and sales director judge what hours do to an account's contribution."""
    draw, groups = rng("effort"), effort_groups(t)
    keys = t.loc[t["role"] == "key", "account_id"].tolist()
    centres = {"steep": (35, 100, 118, 180), "flat": (92, 100, 100.9, 104), "": (72, 100, 104.5, 124)}
    subjects, judges, values = [], [], []
    for place, account in enumerate(keys):
        group = next((name for name, members in groups.items() if account in members), "")
        for judge in (f"KAM{place % 7 + 1:02d}", "M02"):
            away = np.array(centres[group]) - 100.0
            subjects.append(account)
            judges.append(judge)
            values.append(np.round(100.0 + away * float(draw.uniform(0.85, 1.15)), 1))
    roles = [MANAGEMENT.get(judge, "Key account manager") for judge in judges]
    return _frame(
        "effort", EFFORT, "account", subjects, judges, values, respondent_role=roles, date="2025-11-17"
    )


def responses(t: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """The table ``responses``."""
    now = _latent(t, rng("attractiveness"))
    later = rng("horizon")
    drift = now.drop(columns="payment_reliability") + later.normal(0.1, 0.45, (len(now), now.shape[1] - 1))
    horizon = drift.assign(payment_reliability=now["payment_reliability"])[now.columns].clip(1, 5)
    who = panel(t)
    parts = [
        *_scores("attractiveness", now, rng("scores")),
        *_scores("attractiveness_horizon", horizon, later),
    ]
    parts += [*_strength(t), _needs(who), *_satisfaction(who), _willingness(who)]
    parts += [*_programme(), _maturity(), *_skills(staff), _effort(t)]
    rows = pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)
    late = (rows["item_id"] == "payment_reliability") & (rows["value"] == 1)
    bright = (rows["item_id"] == OUTLIER_ITEM) & (rows["respondent"] == OUTLIER) & (rows["value"] == 5)
    rows["comment"] = np.select(
        [late, bright], ["Reminders every month", "My sellers expect a lot here"], None
    )
    return rows
