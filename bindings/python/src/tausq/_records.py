"""Records in whatever form a caller has them, as the JSON that the engine reads. No check stands here: the engine has them all."""
from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union

Records = Union[str, "os.PathLike[str]", bytes, Mapping[str, Sequence[Any]], Iterable[Mapping[str, Any]], Any]

LARGEST = 2**53  # whole numbers up to here are exact


def as_source(records: Any) -> tuple[str, bytes | None]:
    """-> name, and the records as bytes; None where the name is a file to read."""
    if isinstance(records, (str, os.PathLike)):
        return os.fspath(records), None
    if isinstance(records, (bytes, bytearray, memoryview)):
        return "records", bytes(records)
    names, rows = as_rows(records)
    lines = ("{" + ", ".join(f"{name}: {cell(value)}" for name, value in zip(names, row)) + "}" for row in rows)
    return "records", ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8", "surrogatepass")


def as_rows(records: Any) -> tuple[list[str], Iterable[Sequence[Any]]]:
    """-> column names as JSON, and rows. One record a line, after a line that stands for the header."""
    columns = as_columns(records)
    if columns is None:
        rows = list(records)
        if not all(isinstance(row, Mapping) for row in rows):
            raise TypeError(f"records are no table, dict of columns, list of dicts, path or bytes: {type(records).__name__}")
        names = list(dict.fromkeys(name for row in rows for name in row))
        return [json.dumps(str(name)) for name in names], ([row.get(name) for name in names] for row in rows)
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns of different lengths: { {name: len(values) for name, values in columns.items()} }")
    return [json.dumps(str(name)) for name in columns], zip(*columns.values())


def as_columns(records: Any) -> dict[Any, list[Any]] | None:
    """Any table as columns of Python values; None for what has rows."""
    if isinstance(records, Mapping):
        return {name: values_of(values) for name, values in records.items()}
    if hasattr(records, "to_pydict"):  # Arrow: tables and record batches
        return records.to_pydict()
    if hasattr(records, "iloc") and hasattr(records, "columns"):  # pandas
        return {name: records.iloc[:, i].tolist() for i, name in enumerate(records.columns)}
    if hasattr(records, "get_columns"):  # polars
        return {column.name: column.to_list() for column in records.get_columns()}
    if hasattr(records, "collect_schema"):  # polars, not computed yet
        return as_columns(records.collect())
    if getattr(getattr(records, "dtype", None), "names", None):  # numpy, structured
        return {name: records[name].tolist() for name in records.dtype.names}
    if hasattr(records, "__arrow_c_stream__"):
        import pyarrow

        return pyarrow.table(records).to_pydict()
    if hasattr(records, "__dataframe__"):
        from pandas.api.interchange import from_dataframe

        return as_columns(from_dataframe(records))
    return None


def values_of(column: Any) -> list[Any]:
    if isinstance(column, (str, bytes)):
        raise TypeError(f"a column is a sequence of cells, not {column!r}")
    for convert in ("tolist", "to_list", "to_pylist"):
        if hasattr(column, convert):
            return getattr(column, convert)()
    return list(column)


def cell(value: Any) -> str:
    """A cell as JSON. Floats keep all their digits; whole ones are written as such."""
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if value is None or value is True or value is False:
        return json.dumps(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if math.isnan(value):
            return "null"
        if math.isinf(value):
            return json.dumps(str(value))  # which no column of numbers takes: the engine says so
        return str(int(value)) if value.is_integer() and abs(value) <= LARGEST and (value or math.copysign(1, value) > 0) else repr(float(value))
    if type(value).__name__ in ("NAType", "NaTType"):
        return "null"
    return json.dumps(value.isoformat() if hasattr(value, "isoformat") else str(value))
