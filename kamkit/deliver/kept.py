"""What a run's notebooks have shown, kept as tables, so that each medium draws it in its own way.

The report takes the picture from the executed notebook. The deck builds a native chart from the same
tables, the anonymity scan and other languages need them too: one computation, several renderings.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamkit.engagement.step import RUN_VARIABLE
from kamkit.errors import RunError

__all__ = ["FOLDER", "Kept", "keep", "read_kept"]

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

    @property
    def key(self) -> str:
        """File name: the anchor, and a mark of the content, so that two exhibits never share a file."""
        content = json.dumps([_encoded(getattr(self, name)) for name in _CONTENT], sort_keys=True)
        return f"{self.anchor}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


_CONTENT = ("kind", "step", "anchor", "draw", "tables", "options", "message", "title")


def keep(shown: Kept) -> str:
    """Keep what was shown in the run's folder; its key, or an empty text outside a run."""
    run = os.environ.get(RUN_VARIABLE)
    if not run:
        return ""
    folder = Path(run) / FOLDER
    folder.mkdir(exist_ok=True)
    text = json.dumps({f.name: _encoded(getattr(shown, f.name)) for f in fields(shown)}, ensure_ascii=False)
    key = shown.key
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, prefix=".", delete=False, encoding="utf-8", errors="surrogatepass"
    ) as stream:
        stream.write(text)
    os.replace(stream.name, folder / f"{key}.json")
    return key


def read_kept(run_folder: Path, key: str) -> Kept:
    """What was shown under a key.

    Raises
    ------
    RunError
        If the run does not hold it.
    """
    file = run_folder / FOLDER / f"{key}.json"
    if not file.is_file():
        raise RunError("the run does not hold this exhibit", where=str(file), remedy="run the step again")
    stored = json.loads(file.read_text(encoding="utf-8", errors="surrogatepass"))
    return Kept(**{name: _decoded(value) for name, value in stored.items()})


def _encoded(value: Any) -> Any:
    """A value as JSON; frames as Parquet within it, our own records by their fields."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, pd.DataFrame):
        return {"frame": _parquet(value)}
    if isinstance(value, pd.Series):
        return {"series": _parquet(value.to_frame("" if value.name is None else value.name))}
    if is_dataclass(value) and not isinstance(value, type):
        held = {f.name: _encoded(getattr(value, f.name)) for f in fields(value) if f.init}
        return {"record": f"{type(value).__module__}:{type(value).__qualname__}", "fields": held}
    if isinstance(value, Mapping):
        return {"mapping": [[_encoded(k), _encoded(v)] for k, v in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_encoded(v) for v in value]}
    if isinstance(value, (list, pd.Index)):
        return [_encoded(v) for v in value]
    if isinstance(value, pd.Timestamp):
        return {"time": value.isoformat()}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, (str, bool, int)):
        return plain
    if isinstance(plain, float):
        return {"float": repr(plain)}
    raise TypeError(f"an exhibit can't keep a {type(value).__name__}")


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = next(iter(value))
    return _DECODERS[kind](value)


def _record(value: Mapping[str, Any]) -> Any:
    module, _colon, name = value["record"].partition(":")
    if not module.startswith(_OURS):
        raise RunError("the run holds a record that is not kamkit's", where=value["record"])
    held = {name: _decoded(v) for name, v in value["fields"].items()}
    return getattr(import_module(module), name)(**held)


def _parquet(frame: pd.DataFrame) -> str:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame), sink, compression="zstd")
    return base64.b64encode(sink.getvalue().to_pybytes()).decode("ascii")


def _frame(text: str) -> pd.DataFrame:
    return pq.read_table(pa.BufferReader(base64.b64decode(text))).to_pandas()


def _series(text: str) -> pd.Series:
    series = _frame(text).iloc[:, 0]
    return series.rename(None) if series.name == "" else series


_DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "frame": lambda v: _frame(v["frame"]),
    "series": lambda v: _series(v["series"]),
    "record": _record,
    "mapping": lambda v: {_decoded(k): _decoded(held) for k, held in v["mapping"]},
    "tuple": lambda v: tuple(_decoded(held) for held in v["tuple"]),
    "time": lambda v: pd.Timestamp(v["time"]),
    "float": lambda v: float(v["float"]),
}
