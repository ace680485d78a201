"""Batches on a Spark cluster: the keys of a DataFrame, wherever their rows lie."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .batches import batch_arrow, columns_of_frame


def fit(df: Any, by: str, *, columns: Sequence[str] | None = None, partitions: int | None = None, **options: Any) -> Any:
    """Pools every key of a Spark DataFrame by `batch_arrow`, on the workers, through `mapInArrow`.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
        A column `by`, and yi, vi; or yi, sei; or events, total; or ai, bi, ci, di. A null is no study.
    columns : sequence of str
        The results that are wanted, from `tausq.batches.COLUMNS`. All by default.
    partitions : int
        Into which keys are spread; each is in the memory of a worker at once. Spark's own number by default.
    **options
        As of `tausq.batch`.

    Returns a DataFrame with the column `by` and the results, a row a key, in no particular order. No digit depends on partitions, on
    workers or on the order of rows. Workers need tausq and pyarrow.

    Raises ValueError for columns that do not exist; what `batch` refuses fails the Spark job.
    """
    from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType

    read, wanted = columns_of_frame(df.columns, by, columns)
    types = {"status": StringType(), "k": LongType()}
    schema = StructType([StructField(by, df.schema[by].dataType)] + [StructField(name, types.get(name, DoubleType())) for name in wanted])

    def of_partition(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        rows = [batch for batch in batches if batch.num_rows]
        if rows:
            results = batch_arrow(pyarrow.Table.from_batches(rows), by, columns=wanted, threads=1, any_order=True, **options)
            yield from results.combine_chunks().to_batches()

    used = df.select(*read)
    together = used.repartition(by) if partitions is None else used.repartition(partitions, by)
    return together.mapInArrow(of_partition, schema)
