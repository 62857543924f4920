"""Tables that a step hands on: Parquet files with a note of what they were made from."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamkit.engagement import reads

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["content_of", "note_of", "renoted", "replace_file", "store"]

_NOTE = b"kamkit"
_NOTHING = b'{"inputs": {}, "gap": null}'


def store(file: Path, frame: pd.DataFrame, note: Mapping[str, Any]) -> None:
    """Write a table with its note, whole or not at all; the same table and note give the same bytes."""
    import pyarrow as pa

    _write(file, pa.Table.from_pandas(frame), note)


def note_of(file: Path) -> dict[str, Any]:
    """What a table says it was made from: step, gap, inputs, decisions, and what the step had asked for."""
    import pyarrow.parquet as pq

    reads.note_file(file)
    return dict(json.loads((pq.read_schema(file).metadata or {}).get(_NOTE, _NOTHING)))


def content_of(file: Path) -> str:
    """SHA-256 of what a reader of the table gets: columns, rows and gap, whatever they were made from."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reads.note_file(file)
    table = pq.read_table(file, memory_map=True)
    metadata = dict(table.schema.metadata or {})
    gap = json.loads(metadata.pop(_NOTE, _NOTHING)).get("gap")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema.with_metadata(None)) as stream:
        stream.write_table(table.combine_chunks().replace_schema_metadata(None))
    digest = hashlib.sha256(sink.getvalue())
    said = {name.decode("utf-8", "replace"): value.hex() for name, value in sorted(metadata.items())}
    digest.update(json.dumps([said, gap], sort_keys=True).encode())
    return digest.hexdigest()


def renoted(file: Path, target: Path, **changed: Any) -> None:
    """A copy of a table that says of itself what is changed; the table is the same."""
    import pyarrow.parquet as pq

    _write(target, pq.read_table(file), {**note_of(file), **changed})


def _write(file: Path, table: pa.Table, note: Mapping[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = {**(table.schema.metadata or {}), _NOTE: json.dumps(note, sort_keys=True).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    replace_file(file, sink.getvalue().to_pybytes())


def replace_file(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as stream:
        stream.write(content)
    os.replace(stream.name, file)
