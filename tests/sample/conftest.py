"""Reading the sample's tables with plain pandas, without the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from kamkit.engagement.schemas import TABLES

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="package")
def tables() -> dict[str, pd.DataFrame]:
    return {name: _read(name) for name in TABLES}


@pytest.fixture(scope="package")
def truth() -> dict[str, object]:
    facts = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    return {name: fact["value"] for name, fact in facts.items()}


def _read(name: str) -> pd.DataFrame:
    """One table with the kinds of its schema, by plain pandas."""
    parquet = SAMPLE / "data" / f"{name}.parquet"
    if parquet.exists():
        frame = pd.read_parquet(parquet)
    else:
        frame = pd.read_csv(SAMPLE / "data" / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[""])
    for column in TABLES[name].columns:
        if column.name not in frame:
            continue
        if column.kind in ("money", "number", "fraction", "integer"):
            frame[column.name] = pd.to_numeric(frame[column.name]).astype(float)
        elif column.kind in ("date", "month"):
            frame[column.name] = pd.to_datetime(frame[column.name])
    return frame
