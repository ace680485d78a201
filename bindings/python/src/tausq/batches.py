"""Meta-analyses by the million."""
from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy

from . import _core
from ._engine import Call, as_json, raised
from ._records import as_source

COLUMNS: Mapping[str, str] = dict(_core.batch_columns())  #: name and meaning of every column
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_WORDS = numpy.array(_core.status_words())
_EFFECTS, _COUNTS, _TWO_ARM = range(3)
_LAYOUTS = {("yi", "vi"): _EFFECTS, ("events", "total"): _COUNTS, ("ai", "bi", "ci", "di"): _TWO_ARM}


def columns_of_frame(of_frame: Sequence[str], by: str, columns: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """The columns of a cluster's DataFrame that a batch reads, and the results that are wanted. Raises ValueError for unknown ones."""
    if by not in of_frame:
        raise ValueError(f"there is no column {by}")
    wanted = list(COLUMNS if columns is None else columns)
    unknown = [name for name in wanted if name not in COLUMNS]
    if unknown:
        raise ValueError(f"there is no column {', '.join(unknown)}; there is {', '.join(COLUMNS)}")
    return [by, *(name for name in NUMBERS if name in of_frame and name != by)], wanted


class Batch(Mapping[str, numpy.ndarray]):
    """Results of `batch`: one array of length n a column, as attributes and as items. NaN where a number is undefined."""

    def __init__(self, columns: dict[str, numpy.ndarray]):
        self._columns = columns

    def __getitem__(self, name: str) -> numpy.ndarray:
        return self._columns[name]

    def __getattr__(self, name: str) -> numpy.ndarray:
        columns = self.__dict__.get("_columns", {})
        if name in columns:
            return columns[name]
        raise AttributeError(f"there is no column {name}; there is {', '.join(columns)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __repr__(self) -> str:
        n = len(next(iter(self._columns.values()), ()))
        return f"Batch of {n} sets: {', '.join(self._columns)}"

    def to_frame(self) -> Any:
        """All columns as a pandas DataFrame. Raises ImportError without pandas."""
        import pandas

        return pandas.DataFrame(self._columns)


def _fitted(layout: int, columns: list[numpy.ndarray], k: int, offsets: numpy.ndarray | None, wanted: Sequence[str] | None,
            threads: int, options: dict[str, Any]) -> Batch:
    if "method" in options:
        options["tau2"] = options.pop("method")
    names = list(dict.fromkeys(COLUMNS if wanted is None else wanted))
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise ValueError(f"there is no column {', '.join(unknown)}; there is {', '.join(COLUMNS)}")
    try:
        results = _core.batch(layout, columns, k, offsets, [_PLACES[name] for name in names], as_json(options), threads)
    except _core.Failure as failure:
        raise raised(failure) from None
    fits = dict(zip(names, results))
    for name, kind in (("k", int), ("status", None)):
        if name in fits:
            numbers = fits[name].astype(int)
            fits[name] = numbers if kind else _WORDS[numbers]
    for column in fits.values():
        column.flags.writeable = False
    return Batch(fits)


def batch(yi: Any = None, vi: Any = None, *, events: Any = None, total: Any = None, ai: Any = None, bi: Any = None, ci: Any = None,
          di: Any = None, offsets: Any = None, columns: Sequence[str] | None = None, threads: int = 0, **options: Any) -> Batch:
    """Pools millions of sets by the inverse-variance model; the numbers are those of `pool` to 14 digits.

    Parameters
    ----------
    yi, vi : array_like, shape (n, k)
        Effect sizes and their sampling variances (> 0), a row a set; or `events` and `total`; or `ai`, `bi`, `ci` and `di`. An entry that
        is NaN in any of them is no study. C-contiguous float64 arrays are read where they are, others copied.
    offsets : array_like of int, length n + 1
        With one-dimensional arrays: set i has the studies offsets[i] .. offsets[i + 1] - 1.
    columns : sequence of str
        The results that are wanted, from `tausq.batches.COLUMNS`; the others cost nothing. All by default.
    threads : int
        0 for one a processor. Results do not depend on it. The interpreter is free for other threads meanwhile.
    **options
        As of `pool`: method (short for tau2), measure, add, to, drop00, tau2, interval, prediction, level, model, ...; none of other models.

    Returns
    -------
    Batch
        Arrays of length n. A set that cannot be fitted has a `status` and NaN. The interval of tau2 is that of `fit_many` alone.

    Raises
    ------
    InputError
        A variance that is not positive, a count that is none (`row` is the set, `column` the study, from 1).
    UsageError
        An option that does not exist or does not fit.
    ValueError
        Arrays that do not belong together.
    """
    given = {name: value for name, value in (("yi", yi), ("vi", vi), ("events", events), ("total", total), ("ai", ai), ("bi", bi),
                                             ("ci", ci), ("di", di)) if value is not None}
    layout = _LAYOUTS.get(tuple(given))
    if layout is None:
        raise ValueError("a batch takes yi and vi, or events and total, or ai, bi, ci and di")
    arrays = [numpy.ascontiguousarray(x, dtype=float) for x in given.values()]
    if any(x.shape != arrays[0].shape for x in arrays):
        raise ValueError(f"arrays of different shapes: {', '.join(str(x.shape) for x in arrays)}")
    if offsets is not None:
        places = numpy.ascontiguousarray(offsets, dtype=numpy.uintp)
        if arrays[0].ndim != 1 or places.ndim != 1 or len(places) == 0 or places[-1] != len(arrays[0]):
            raise ValueError("offsets go with one-dimensional arrays and end with their length")
        return _fitted(layout, arrays, 0, places, columns, threads, options)
    arrays = [numpy.atleast_2d(x) for x in arrays]
    if arrays[0].ndim != 2 or arrays[0].shape[1] == 0:
        raise ValueError(f"arrays are n x k: {arrays[0].shape}")
    return _fitted(layout, [x.reshape(-1) for x in arrays], arrays[0].shape[1], None, columns, threads, options)


def batch_file(records: Any, by: str, *, source: str | None = None, **options: Any) -> Batch:
    """Pools every key of a file of records, as `tausq batch` does: the same reading, checks and numbers.

    records : path of a CSV or TSV file whose rows of a key stand together, or the records themselves as `pool` takes them.
    by : the column whose values are the keys.
    source : name of the records in messages.
    **options : of the program, with '_' for '-': where, columns, measure, tau2 (or method), interval, prediction, model, level, shard, threads, ...

    Returns a Batch: the key under its name, `rows`, `status` and the results, an entry a key; NaN where a number is undefined. The whole
    result stands in memory; the program streams.
    Raises InputError with all problems of the records, and UsageError.
    """
    if "method" in options:
        options["tau2"] = options.pop("method")
    name, data = as_source(records)
    text = Call("batch", source if source is not None and data is not None else name, data, {"by": by, **options}).text("csv")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    columns: dict[str, numpy.ndarray] = {}
    for place, column in enumerate(head):
        cells = [row[place] for row in rows]
        if place == 0 or column == "status":
            columns[column] = numpy.array(cells, dtype=str)
        elif column in COLUMNS and column != "k":
            columns[column] = numpy.array([float(cell) if cell else numpy.nan for cell in cells])
        elif column in ("rows", "k"):
            columns[column] = numpy.array([int(float(cell)) for cell in cells], dtype=int)
    for values in columns.values():
        values.flags.writeable = False
    return Batch(columns)


def _floats(column: Any) -> numpy.ndarray:
    """A numeric Arrow column; null is NaN."""
    import pyarrow

    return numpy.ascontiguousarray(column.cast(pyarrow.float64()).to_numpy(zero_copy_only=False), dtype=float)


NUMBERS = ("yi", "vi", "sei", "events", "total", "ai", "bi", "ci", "di")  #: the columns that batch_arrow() reads


def batch_arrow(data: Any, by: str, *, columns: Sequence[str] | None = None, threads: int = 0, any_order: bool = False,
                **options: Any) -> Any:
    """Pools every key of an Arrow table or record batch.

    data : pyarrow.Table or pyarrow.RecordBatch with a column `by` and yi, vi; or yi, sei; or events, total; or ai, bi, ci, di. Rows may
    come in any order: those of a key keep theirs among themselves. A null is no study.
    any_order : sums take the studies of a key in the order of their numbers, so that the order of rows does not change a digit.
    Other arguments as of `batch`.

    Returns a pyarrow.Table with the column `by`, in the order in which keys first appear, and the results; NaN becomes null.
    Raises as `batch`, and ValueError without the columns.
    """
    import pyarrow

    table = pyarrow.Table.from_batches([data]) if isinstance(data, pyarrow.RecordBatch) else data
    names = set(table.column_names)
    if by not in names:
        raise ValueError(f"there is no column {by}")
    values = {name: _floats(table.column(name).combine_chunks()) for name in NUMBERS if name in names}
    if "vi" not in values and "sei" in values:
        values["vi"] = values["sei"] ** 2
    values.pop("sei", None)
    for layout_names, layout in _LAYOUTS.items():
        if all(name in values for name in layout_names):
            break
    else:
        raise ValueError("a batch takes yi and vi (or sei), or events and total, or ai, bi, ci and di")
    keys = table.column(by).combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(keys, pyarrow.ChunkedArray):
        keys = keys.combine_chunks()
    codes = keys.indices.to_numpy(zero_copy_only=False)
    order = numpy.lexsort([*(values[name] for name in layout_names[::-1]), codes] if any_order else [codes])
    offsets = numpy.concatenate([[0], numpy.cumsum(numpy.bincount(codes, minlength=len(keys.dictionary)))]).astype(numpy.uintp)
    fits = _fitted(layout, [numpy.ascontiguousarray(values[name][order]) for name in layout_names], 0, offsets, columns, threads, options)
    results = {name: pyarrow.array(column, from_pandas=column.dtype.kind == "f") for name, column in fits.items()}
    return pyarrow.table({by: keys.dictionary, **results})
