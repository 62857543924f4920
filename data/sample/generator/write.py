"""Files as the client hands them over: CSV in UTF-8, and Parquet for the two large tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_LARGE = {
    "sales": {
        "date": pa.date32(), "account_id": pa.string(), "product_id": pa.string(), "bu_id": pa.string(),
        "order_id": pa.string(), "quantity": pa.int32(),
        "list_amount": pa.float64(), "net_amount": pa.float64(), "product_cost": pa.float64(),
    },
    "activity_use": {
        "month": pa.date32(), "account_id": pa.string(), "activity_id": pa.string(), "count": pa.int32(),
        "extra_units": pa.int32(), "bu_id": pa.string(),
    },
}  # fmt: skip


def write(tables: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write every table and return the paths; the same tables give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in tables.items():
        path = folder / f"{name}.{'parquet' if name in _LARGE else 'csv'}"
        if name in _LARGE:
            _parquet(frame, path, _LARGE[name])
        else:
            _csv(frame, path)
        written.append(path)
    return written


def _parquet(frame: pd.DataFrame, path: Path, types: dict[str, pa.DataType]) -> None:
    arrays = {
        n: pa.array(frame[n].astype("Int64") if t == pa.int32() else frame[n], t) for n, t in types.items()
    }
    money = [n for n in types if types[n] == pa.float64()]
    pq.write_table(
        pa.table(arrays), path, compression="zstd", compression_level=19, row_group_size=200_000,
        use_dictionary=[n for n in types if n not in money], use_byte_stream_split=money,
    )  # fmt: skip


def _csv(frame: pd.DataFrame, path: Path) -> None:
    text = frame.copy()
    for name in text.columns:
        if text[name].dtype.kind == "M":
            text[name] = text[name].dt.strftime("%Y-%m-%d")
        elif text[name].dtype.kind == "f":
            text[name] = text[name].map(_shortest)
    text.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _shortest(value: float) -> str | None:
    return None if pd.isna(value) else repr(round(float(value), 6)).removesuffix(".0")
