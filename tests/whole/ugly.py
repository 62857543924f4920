"""The sample under ugly names: customers, people, units, families, teams, markets, the client itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

import kamkit

LONG = "Aktiebolaget Skandinaviska Verkstads- och Maskinfabriken i Örebro, dotterbolagen"
NUL = "nul\x00and\ttab"

NAMES = (
    LONG,
    "<script>alert(1)</script>",
    "=1+1",
    "$\\undefined$",
    "{{7*7}}",
    "../../x",
    "CON",
    "Kõrv & \"Pood\" 'Öö' OÜ",
    "شركة التجارة العامة المحدودة",
    "株式会社日本製鋼所",
    "🏭 Tehas 👍",
    "@SUM(A1)",
    "=cmd|'/c calc'!A1",
    '"><img src=http://127.0.0.1:9/x onerror=alert(1)>',
    "</style></svg><style>*{display:none}</style>",
    "{0.__class__} {client}",
    "x" * 40_000,
    "NA",
    "א\u202eהפוך\u202c ltd",
    "file:///etc/passwd",
    "[link](http://127.0.0.1:9/) **bold** `code`",
    "-1",
    "+1",
    "a_b^c \\frac{1}{2} 100 % of #1",
    "Šžķļņģ Ąčęėįų Łódź",
    "javascript:alert(1)",
)
"""What a customer may be called; files that hold a NUL or tab come by Parquet."""

IDENTIFIERS = (
    "../../x", "CON", "ab-1", "AB-1", "=1+1", "$\\undefined$", "{{7*7}}", "<script>", "õ", "日本", '"q"', "00123",
)  # fmt: skip
FAMILIES = (
    "=1+1", "<b>Ventiilid</b>", "$\\undefined$", "مضخات", "ポンプ ({{7*7}})", f"{LONG[:60]} & Co",
)  # fmt: skip
UNITS = ("=Üksus", "../../x", "<i>Ühik</i> \"ä\" 'ö'")
TEAMS = (
    "<script>team</script>", "=1+2", "Õueala $\\undefined$", "فريق", "@SUM(A2)", "チーム", LONG, "{{7*7}} team",
)  # fmt: skip
PEOPLE = ("Õnne O'Neill", "=Kaspar+1", "<b>Ülo</b>", "דוד", "田中", "{{7*7}}", "../../y", LONG)
ACCOUNTS_WITH_PLAN = 4


def make_ugly(folder: Path) -> None:
    """Rename everything in an engagement that was made from the sample; plans for a few accounts."""
    data = folder / "data"
    tables = {
        file.stem: _read(file) for file in sorted(data.iterdir()) if file.suffix in (".csv", ".parquet")
    }
    tables = _renamed(tables)
    for file in sorted(data.iterdir()):
        if file.stem in tables:
            file.unlink()
    for name, table in tables.items():
        table.to_parquet(data / f"{name}.parquet", index=False)
    _configure(folder)
    ids = tables["accounts"]["account_id"]
    wanted = [i for i in IDENTIFIERS if i in set(ids)][:ACCOUNTS_WITH_PLAN]
    kamkit.open(folder).decide("plan.accounts", wanted, by="=1+1", why="<script>alert(1)</script> {{7*7}}")


def _configure(folder: Path) -> None:
    file = folder / "engagement.toml"
    text = file.read_text(encoding="utf-8").replace('client = "Nordvik Industri AB"', f"client = '{CLIENT}'")
    file.write_text(f"{text}\n[report]\ncontacts = \"names\"\ntitle = '{TITLE}'\n", encoding="utf-8")


CLIENT = '<script>alert(1)</script> & "Õ" $\\undefined$ {{7*7}}'
TITLE = "=1+1 </title><script>alert(2)</script>"


def _read(file: Path) -> pd.DataFrame:
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    return table.replace("", None)


def _renamed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    order = _by_importance(tables)
    accounts = dict(zip(order, IDENTIFIERS, strict=False))
    families = dict(zip(sorted(tables["products"]["family"].unique()), FAMILIES, strict=True))
    units = dict(zip(sorted(tables["products"]["bu_id"].unique()), UNITS, strict=True))
    teams = dict(zip(sorted(tables["activities"]["team"].unique()), TEAMS, strict=False))
    people = _people(tables)
    by_column = {
        "account_id": accounts, "parent_id": accounts, "family": families, "bu_id": units, "team": teams,
        "person_id": people, "owner": people, "respondent": people, "scope_id": accounts,
        "subject_id": {**accounts, **people}, "country": COUNTRIES, "industry": INDUSTRIES, "supplier": SUPPLIERS,
    }  # fmt: skip
    renamed = {
        name: table.assign(**{c: _mapped(table[c], by_column[c]) for c in table if c in by_column})
        for name, table in tables.items()
    }
    market = renamed["demand"]["scope"] == "market"
    renamed["demand"].loc[market, "scope_id"] = _mapped(tables["demand"].loc[market, "scope_id"], COUNTRIES)
    titles = [*NAMES, NUL, *(f"{NAMES[i % len(NAMES)][:60]} {i}" for i in range(len(order)))]
    names = {accounts.get(old, old): new for old, new in zip(order, titles, strict=False)}
    renamed["accounts"]["name"] = renamed["accounts"]["account_id"].map(names)
    renamed["contacts"]["name"] = [
        f"{NAMES[i % len(NAMES)][:60]} {i}" for i in range(len(renamed["contacts"]))
    ]
    renamed["plan_items"]["text"] = [
        f"{text} {NAMES[i % len(NAMES)][:90]}" for i, text in enumerate(renamed["plan_items"]["text"])
    ]
    return renamed


COUNTRIES = {"Estonia": "Eesti <Õ>", "Latvia": "{{7*7}}", "Sweden": "=SE", "Norway": "$\\undefined$"}
INDUSTRIES = {"Machinery": "=1+1", "Energy": "<script>alert(3)</script>", "Marine": LONG}
SUPPLIERS = {"Kugel Nord": "=Kugel+1", "Rullamo": "<b>Rullamo</b>"}


def _by_importance(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Key accounts first, then by sales: those that exhibits name."""
    sales = tables["sales"].groupby("account_id")["net_amount"].sum()
    accounts = tables["accounts"].set_index("account_id")
    ranked = accounts.assign(key=accounts["kam_start"].notna(), sales=sales).fillna({"sales": 0.0})
    return list(ranked.sort_values(["key", "sales"], ascending=False).index)


def _people(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    ids: Sequence[str] = sorted(
        set(tables["assignments"]["person_id"]) | set(tables["opportunities"]["owner"])
    )
    return {old: f"{PEOPLE[i % len(PEOPLE)]} {old}" for i, old in enumerate(ids)}


def _mapped(column: pd.Series, names: Mapping[str, str]) -> pd.Series:
    return column.map(lambda value: names.get(value, value))
