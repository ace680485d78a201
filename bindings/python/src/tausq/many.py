"""Many meta-analyses at once."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from . import _core
from ._engine import as_json, raised

COLUMNS: Mapping[str, str] = dict(_core.fit_columns())  #: name and meaning of every column
_WORDS = numpy.array(_core.status_words())


class ManyFits(Mapping[str, numpy.ndarray]):
    """Results of `fit_many`: one array of length n a column, as attributes and as items. NaN where a number is undefined."""

    def __init__(self, numbers: numpy.ndarray):
        numbers.flags.writeable = False
        self._columns = dict(zip(COLUMNS, numbers.T))
        for name, words in (("k", int), ("status", None)):
            column = self._columns[name].astype(int)
            self._columns[name] = column if words else _WORDS[column]

    def __getitem__(self, name: str) -> numpy.ndarray:
        return self._columns[name]

    def __getattr__(self, name: str) -> numpy.ndarray:
        if name in COLUMNS:
            return self._columns[name]
        raise AttributeError(f"there is no column {name}; there is {', '.join(COLUMNS)}")

    def __iter__(self):
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __dir__(self):
        return [*super().__dir__(), *COLUMNS]

    def __repr__(self) -> str:
        return f"ManyFits of {len(self._columns['k'])} sets: {', '.join(COLUMNS)}"

    def to_frame(self) -> Any:
        """All columns as a pandas DataFrame. Raises ImportError without pandas."""
        import pandas

        return pandas.DataFrame(self._columns)


def fit_many(yi: Any, vi: Any, *, threads: int = 0, **options: Any) -> ManyFits:
    """Pools many sets of effect sizes by the inverse-variance model; every number is that of `pool` on the set, to the last digit.

    Parameters
    ----------
    yi, vi : array_like, shape (n, k)
        Effect sizes and their sampling variances (> 0), a row a set. An entry that is NaN in either is no study, so that sets may
        differ in size. Shape (k,) is one set.
    threads : int
        0 for one a processor. Results do not depend on it. The interpreter is free for other threads meanwhile.
    **options
        As of `pool`: method (short for tau2), tau2, interval, tau2_interval, prediction, level, model, ...; none that need more than
        effect sizes.

    Returns
    -------
    ManyFits
        Arrays of length n under the names in `tausq.many.COLUMNS`. A set that cannot be fitted has a `status` and NaN.

    Raises
    ------
    InputError
        A variance that is not positive and finite, an infinite effect size (`row` is the set, `column` the study, from 1).
    UsageError
        An option that does not exist or does not fit.
    ValueError
        Shapes that differ or are not two-dimensional.

    Source: formulas of the estimators with their papers, `print(tausq.methods("tau2"))`.
    """
    if "method" in options:
        options["tau2"] = options.pop("method")
    yi, vi = (numpy.atleast_2d(numpy.ascontiguousarray(x, dtype=float)) for x in (yi, vi))
    if yi.ndim != 2 or yi.shape != vi.shape:
        raise ValueError(f"yi and vi are n x k: {yi.shape} and {vi.shape}")
    try:
        return ManyFits(_core.fit_many(yi, vi, as_json(options), threads))
    except _core.Failure as failure:
        raise raised(failure) from None
