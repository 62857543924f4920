"""What a run's notebooks have shown, kept as tables, so that each medium draws it in its own way.

The report takes the picture from the executed notebook. The deck builds a native chart from the same
tables, the anonymity scan and other languages need them too: one computation, several renderings.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamkit import plots
from kamkit.deliver.wording import worded
from kamkit.engagement.scene import Scene
from kamkit.engagement.step import RUN_VARIABLE
from kamkit.errors import RunError, Sentence
from kamkit.locale import language
from kamkit.locale.own_words import in_own_words, own_words
from kamkit.locale.sentences import Told
from kamkit.plots.exhibit import Exhibit

__all__ = ["FOLDER", "Kept", "decoded", "encoded", "keep", "read_kept", "read_one_more"]

FOLDER = "exhibits"
"""Folder of the run that holds what was shown."""

_OURS = "kamkit."


@dataclass(frozen=True)
class Kept:
    """Something shown, with all that is needed to draw it again.

    Parameters
    ----------
    kind : *exhibit* or *table*.
    step : the notebook that showed it.
    anchor : its link within the report.
    draw : name of the exhibit in :mod:`kamkit.plots`, empty for a table.
    tables : what it was drawn from, in the order of the call.
    options : further arguments of the call.
    message : the computed sentence with its caveat.
    title : who, what and unit, when and scenario.
    source : tables used, period, accounts, run.
    how : how to read it.
    name : what links and the deck call it.
    what, when, said : the subject, the time and a table's message as they were given, to be translated.
    scene : the step behind it; None for one that can be read in one language only.
    language : what its words are written in.
    """

    kind: str
    step: str
    anchor: str
    draw: str
    tables: tuple[Any, ...] = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)
    message: str
    title: str
    source: str = ""
    how: str = ""
    name: str = ""
    what: str = ""
    when: str = ""
    said: str = ""
    scene: Scene | None = None
    language: str = "en"

    @property
    def key(self) -> str:
        """File name: the anchor, and a mark of the content, so that two exhibits never share a file."""
        return _key(self.anchor, {name: encoded(getattr(self, name)) for name in _CONTENT})


_CONTENT = ("kind", "step", "anchor", "draw", "tables", "options", "message", "title")


def _key(anchor: str, held: Mapping[str, Any]) -> str:
    """The key of what is shown, from what is kept of it."""
    content = json.dumps([held[name] for name in _CONTENT], sort_keys=True)
    return f"{anchor}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def keep(shown: Kept) -> str:
    """Keep what was shown in the run's folder; its key, or an empty text outside a run."""
    run = os.environ.get(RUN_VARIABLE)
    if not run:
        return ""
    folder = Path(run) / FOLDER
    folder.mkdir(exist_ok=True)
    held = {f.name: encoded(getattr(shown, f.name)) for f in fields(shown)}
    text, key = json.dumps(held, ensure_ascii=False), _key(shown.anchor, held)
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, prefix=".", delete=False, encoding="utf-8", errors="surrogatepass"
    ) as stream:
        stream.write(text)
    os.replace(stream.name, folder / f"{key}.json")
    return key


def read_kept(run_folder: Path, key: str) -> Kept:
    """What was shown under a key, with its words in the language in force.

    Raises
    ------
    RunError
        If the run does not hold it.
    """
    file = run_folder / FOLDER / f"{key}.json"
    try:
        written = file.stat()
    except OSError as error:
        raise RunError(
            "the run does not hold this exhibit", where=str(file), remedy="run the step again"
        ) from error
    whole = (written.st_mtime_ns, written.st_size)
    kept = _in_words(file, whole, language(), tuple(own_words().items()))
    return replace(kept, tables=tuple(_own(table) for table in kept.tables))


def read_one_more(run_folder: Path, known: set[str]) -> bool:
    """Read something that a run has shown and that is not among the known keys; whether there was any.

    Whoever asks for it afterwards finds it in memory.
    """
    keys = (file.stem for file in (run_folder / FOLDER).glob("*.json"))
    key = next((key for key in keys if key not in known), None)
    if key is not None:
        known.add(key)
        read_kept(run_folder, key)
    return key is not None


def _own(table: Any) -> Any:
    """A frame that its reader may change, and change for himself only."""
    return table.copy(deep=False) if isinstance(table, (pd.DataFrame, pd.Series)) else table


@lru_cache(maxsize=256)
def _in_words(file: Path, _whole: tuple[int, int], spoken: str, own: tuple[tuple[str, str], ...]) -> Kept:
    """What a file holds, in a language and the client's own words; report, deck and paper all ask for it."""
    stored = json.loads(file.read_text(encoding="utf-8", errors="surrogatepass"))
    kept = Kept(**{name: decoded(value) for name, value in stored.items()})
    if own:
        kept = replace(kept, tables=in_own_words(kept.tables), options=in_own_words(kept.options))
    return kept if kept.language == spoken else worded(kept)


def encoded(value: Any) -> Any:
    """A value as JSON; frames as Parquet within it, our own records and sentences by their parts.

    Raises
    ------
    TypeError
        If nobody knows how to keep such a value.
    """
    if isinstance(value, Sentence):
        return _sentence(value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Exhibit):
        return {"exhibit": value.__name__}
    if isinstance(value, pd.DataFrame):
        return {"frame": _parquet(value)}
    if isinstance(value, pd.Series):
        return _series_data(value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {f.name: encoded(getattr(value, f.name)) for f in fields(value) if f.init}
        return {"record": f"{type(value).__module__}:{type(value).__qualname__}", "fields": held}
    if isinstance(value, Mapping):
        return {"mapping": [[encoded(k), encoded(v)] for k, v in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [encoded(v) for v in value]}
    if isinstance(value, (list, pd.Index)):
        return [encoded(v) for v in value]
    if isinstance(value, pd.Timestamp):
        return {"time": value.isoformat()}
    return _scalar(value)


def _sentence(value: Sentence) -> dict[str, Any]:
    if isinstance(value, Told):
        return {"told": value.address, "given": encoded(value.given)}
    return {"sentence": value.pattern, "values": encoded(value.values)}


def _series_data(value: pd.Series) -> dict[str, Any]:
    """A series; one of values of many kinds value by value."""
    if value.dtype == object and value.map(type).nunique() > 1:
        return {"mixed": [[encoded(k), encoded(held)] for k, held in value.items()], "name": value.name}
    return {"series": _parquet(value.to_frame("" if value.name is None else value.name))}


def _scalar(value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, (str, bool, int)):
        return plain
    if plain is pd.NA or plain is pd.NaT:
        return None
    if isinstance(plain, float):
        return {"float": repr(plain)}
    if isinstance(plain, dt.date):
        return {"time": pd.Timestamp(plain).isoformat()}
    raise TypeError(f"an exhibit can't keep a {type(value).__name__}")


def decoded(value: Any) -> Any:
    """The value that :func:`encoded` has made JSON of."""
    if isinstance(value, list):
        return [decoded(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = next(key for key in value if key in _DECODERS)
    return _DECODERS[kind](value)


def _record(value: Mapping[str, Any]) -> Any:
    module, _colon, name = value["record"].partition(":")
    if not module.startswith(_OURS):
        raise RunError("the run holds a record that is not kamkit's", where=value["record"])
    held = {name: decoded(v) for name, v in value["fields"].items()}
    return getattr(import_module(module), name)(**held)


def _parquet(frame: pd.DataFrame) -> str:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame), sink, compression="zstd")
    return base64.b64encode(sink.getvalue().to_pybytes()).decode("ascii")


def _frame(text: str) -> pd.DataFrame:
    return pq.read_table(pa.BufferReader(base64.b64decode(text))).to_pandas()


def _mixed(value: Mapping[str, Any]) -> pd.Series:
    pairs = [(decoded(k), decoded(held)) for k, held in value["mixed"]]
    return pd.Series(
        [held for _k, held in pairs], index=[k for k, _held in pairs], name=value["name"], dtype=object
    )


def _series(text: str) -> pd.Series:
    series = _frame(text).iloc[:, 0]
    return series.rename(None) if series.name == "" else series


_DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "frame": lambda v: _frame(v["frame"]),
    "series": lambda v: _series(v["series"]),
    "record": _record,
    "mapping": lambda v: {decoded(k): decoded(held) for k, held in v["mapping"]},
    "tuple": lambda v: tuple(decoded(held) for held in v["tuple"]),
    "time": lambda v: pd.Timestamp(v["time"]),
    "float": lambda v: float(v["float"]),
    "sentence": lambda v: Sentence(v["sentence"], **decoded(v["values"])),
    "told": lambda v: Told.at(v["told"], decoded(v["given"])),
    "exhibit": lambda v: getattr(plots, v["exhibit"]),
    "mixed": lambda v: _mixed(v),
}
