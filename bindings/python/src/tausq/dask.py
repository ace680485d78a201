"""Batches on a Dask cluster: the keys of a DataFrame, wherever their rows lie."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .batches import batch_arrow, columns_of_frame


def _of_partition(frame: Any, by: str, columns: list[str], options: dict[str, Any]) -> Any:
    import pyarrow

    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    return batch_arrow(table, by, columns=columns, threads=1, any_order=True, **options).to_pandas()


def fit(df: Any, by: str, *, columns: Sequence[str] | None = None, partitions: int | None = None, **options: Any) -> Any:
    """Pools every key of a Dask DataFrame by `batch_arrow`, partition by partition.

    Arguments and result are those of `tausq.spark.fit`, for dask.dataframe.DataFrame; the work is done when the result is computed. No
    digit depends on partitions, on workers or on the order of rows.
    """
    import pandas

    read, wanted = columns_of_frame(df.columns, by, columns)
    types = {"status": "object", "k": "int64"}
    meta = pandas.DataFrame({by: pandas.Series(dtype=df.dtypes[by]),
                             **{name: pandas.Series(dtype=types.get(name, "float64")) for name in wanted}})
    return df[read].shuffle(on=by, npartitions=partitions).map_partitions(_of_partition, by, wanted, options, meta=meta)
