"""``engagement.toml``: who the client is, how the files are to be read, what is held against what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path, PureWindowsPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kamkit.errors import ConfigError

__all__ = [
    "FILE",
    "Branding",
    "Config",
    "Controls",
    "Ledger",
    "Period",
    "Read",
    "ReadSection",
    "Report",
    "load",
]

FILE = "engagement.toml"
"""Name of the configuration file in an engagement folder."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


FileName = Annotated[str, AfterValidator(lambda name: PureWindowsPath(name).as_posix())]
"""A file of the engagement, named with either slash."""


Word = Annotated[str, BeforeValidator(lambda word: str(word).lower() if isinstance(word, bool) else word)]
"""A word of ours; true and false may stand without quotes."""


def _first_day(value: object) -> object:
    return f"{value}-01" if _is_month(value) else value


def _last_day(value: object) -> object:
    if not _is_month(value):
        return value
    year, month = int(str(value)[:4]), int(str(value)[5:])
    return (
        dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1) if 1 <= month <= 12 else value
    )


def _is_month(value: object) -> bool:
    return (
        isinstance(value, str) and len(value) == 7 and value[4] == "-" and (value[:4] + value[5:]).isdigit()
    )


class Period(_Strict):
    """The months under analysis, both included; absent, all that the sales cover."""

    start: Annotated[dt.date, BeforeValidator(_first_day)]
    """A first day of a month, or the month itself as ``"2024-01"``."""
    end: Annotated[dt.date, BeforeValidator(_last_day)]
    """A last day of a month, or the month itself as ``"2024-12"``."""


class Ledger(_Strict):
    """The engine that holds sales and activity use."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)? ?[KMG]i?B$")
    """What DuckDB may take before it spills to the disk."""
    sales: str | None = Field(default=None, min_length=1)
    """Table of Spark's catalogue, or Parquet file or folder, that holds the sales; for Spark only."""
    activity_use: str | None = Field(default=None, min_length=1)
    """The same for the activity use; without it, the file of that name."""


class Controls(_Strict):
    """How closely sales must meet the ledger, what capital costs, what an investment must earn."""

    tolerance: float = Field(default=0.001, ge=0, le=0.1)
    """Fraction of the ledger's figure."""
    absolute: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Money, in reporting currency."""
    capital_rate: float | None = Field(default=None, ge=0, lt=1)
    """Cost of capital per year, as a fraction."""
    required_return: float | None = Field(default=None, ge=0, lt=1)
    """What an investment in a key account must earn per year, as a fraction."""


class Branding(_Strict):
    """What the deliverables wear: files of the engagement folder only."""

    logo: FileName | None = None
    """A PNG, JPEG or SVG file, relative to the engagement folder."""
    colours: tuple[str, ...] = Field(default=(), max_length=2)
    """Colours as ``#rrggbb``: the first for headings, rules and, where it is safe, exhibits; the second
    for the ornament of the cover."""
    font: str | None = Field(default=None, pattern=r"^[A-Za-z0-9 ]{1,40}$")
    """Name of a font that the readers have, for the words of the deliverables."""
    deck: FileName | None = None
    """A PowerPoint file, relative to the engagement folder, whose master the deck uses."""


class Report(_Strict):
    """What is delivered, for whom, the words on the cover, and what is said of the customers' people."""

    title: str | None = None
    confidentiality: str | None = None
    contacts: Literal["roles", "names"] = "roles"
    """Whether people at the customers appear by role and without attitudes, or by name with them."""
    formats: tuple[Literal["html", "pdf", "deck", "workbook"], ...] = ("html", "pdf", "deck", "workbook")
    """What a run makes; the HTML page is always made."""
    audience: Literal["board", "management", "analyst"] = "management"
    """Whom the deck is for: ten slides, one per exhibit, or all tables too."""
    languages: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    """What the deliverables are written in, the first at their root; the engagement's language by default."""
    sections: tuple[Annotated[int, Field(ge=1, le=10)], ...] = ()
    """Numbers of the steps that the report and the deck tell, in this order; all by default."""


class ReadSection(_Strict):
    """``[read.TABLE]``: how a table's file is to be read; what is absent is read from the file itself."""

    file: FileName | None = None
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] | None = None
    dates: Literal["day-first", "month-first", "year-first"] | None = None
    percent: tuple[str, ...] = ()
    """Columns given in percent, to be divided by 100."""


class Read(ReadSection):
    """All that the consultant has settled about the cells of one table: ``[read]`` and ``[values]``."""

    values: dict[str, dict[str, str]] = {}
    """Per column of ours: the client's word = ours."""


class Config(_Strict):
    """The whole of ``engagement.toml``."""

    client: str = Field(min_length=1)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    language: str = "en"
    period: Period | None = None
    anonymise: bool = False
    ledger: Ledger = Ledger()
    controls: Controls = Controls()
    branding: Branding = Branding()
    report: Report = Report()
    columns: dict[str, dict[str, str]] = {}
    """Per table: the client's header = our column."""
    values: dict[str, dict[str, dict[str, Word]]] = {}
    """Per table and column of ours: the client's word = ours."""
    read: dict[str, ReadSection] = {}
    """Per table: how its file is to be read."""

    def settled(self, table: str) -> Read:
        """How the cells of a table are to be read.

        >>> given = {"ledger": {"rung": {"Frakt": "service"}}}
        >>> Config(client="Acme AB", currency="SEK", values=given).settled("ledger").values
        {'rung': {'Frakt': 'service'}}
        """
        file = self.read.get(table, ReadSection())
        return Read(**file.model_dump(), values=self.values.get(table, {}))


def load(folder: Path) -> Config:
    """The configuration of the engagement in ``folder``.

    Parameters
    ----------
    folder : the engagement folder, which holds ``engagement.toml``.

    Raises
    ------
    ConfigError
        No such file; not valid TOML; or any mistake in it. All mistakes stand in the one error, each
        with its key, its value, what is allowed and what to write.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "engagement.toml").write_text('client = "Acme AB"\\ncurrency = "SEK"\\n')
    >>> load(folder).client
    'Acme AB'
    """
    from kamkit.engagement.config_mistakes import find_mistakes

    config, mistakes = find_mistakes(Path(folder))
    if config is None or mistakes:
        lines = "\n".join(f"  - {m}" for m in mistakes)
        number = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise ConfigError(f"{number} in the configuration:\n{lines}", where=str(Path(folder) / FILE))
    return config
