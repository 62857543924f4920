"""``engagement.toml``: who the client is, how the files are to be read, what is held against what."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Config", "Controls", "Ledger", "Period", "Read"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(_Strict):
    """The months under analysis; absent, all that the sales cover."""

    start: dt.date
    end: dt.date


class Ledger(_Strict):
    """The engine that holds sales and activity use."""

    engine: Literal["duckdb"] = "duckdb"
    memory_limit: str = "2GB"


class Controls(_Strict):
    """How closely sales must meet the ledger, and what capital costs."""

    tolerance: float = Field(0.001, ge=0, lt=1)
    absolute: float | None = Field(None, ge=0)
    capital_rate: float | None = Field(None, ge=0, lt=1)


class Read(_Strict):
    """What the consultant has settled about one table's file; what is absent is read from the file itself."""

    file: str | None = None
    sheet: str | None = None
    header_row: int | None = Field(None, ge=1)
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    dates: Literal["day-first", "month-first", "year-first"] | None = None
    percent: tuple[str, ...] = ()
    """Columns given in percent, to be divided by 100."""


class Config(_Strict):
    """The whole of ``engagement.toml``."""

    client: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    language: str = "en"
    period: Period | None = None
    anonymise: bool = False
    ledger: Ledger = Ledger()
    controls: Controls = Controls()
    columns: dict[str, dict[str, str]] = {}
    """Per table: the client's header = our column."""
    read: dict[str, Read] = {}
    """Per table: how its file is to be read."""
