"""Shards, partitions and the order of rows do not change a digit, on Spark and on Dask."""
import shutil
import sys

import numpy
import pytest

import tausq

pandas = pytest.importorskip("pandas")
pyarrow = pytest.importorskip("pyarrow")


def rows(seed):
    """The same 60 keys in another order of rows."""
    rng = numpy.random.default_rng(3)
    frame = pandas.DataFrame({"gene": numpy.repeat([f"gene {i}" for i in range(60)], 7), "yi": rng.normal(size=420),
                              "vi": rng.uniform(0.1, 1, 420)})
    frame.loc[5, "yi"] = None
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def expected():
    return ordered(tausq.batch_arrow(pyarrow.Table.from_pandas(rows(1)), by="gene", method="DL", any_order=True).to_pandas())


def ordered(frame):
    return frame.sort_values("gene").reset_index(drop=True)


def same(frame, other):
    for column in ("k", "status", "estimate", "se", "tau2", "ci_upper", "p_value", "q"):
        assert frame[column].tolist() == other[column].tolist(), column


def test_order_of_rows():
    same(expected(), ordered(tausq.batch_arrow(pyarrow.Table.from_pandas(rows(2)), by="gene", method="DL", any_order=True).to_pandas()))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")
def test_spark_workers():
    sql = pytest.importorskip("pyspark.sql")
    import tausq.spark

    # Two worker processes beside the driver, as on a cluster.
    session = (sql.SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.pyspark.python", sys.executable)
               .config("spark.executorEnv.PYTHONPATH", ":".join(p for p in sys.path if p)).config("spark.ui.enabled", "false")
               .config("spark.executor.memory", "768m").config("spark.sql.shuffle.partitions", "3").getOrCreate())
    try:
        for seed, partitions in ((1, None), (2, 1), (3, 5)):
            df = session.createDataFrame(rows(seed))
            same(ordered(tausq.spark.fit(df, "gene", method="DL", partitions=partitions).toPandas()), expected())
        few = tausq.spark.fit(session.createDataFrame(rows(1)), "gene", columns=["estimate", "k"], method="DL")
        assert few.columns == ["gene", "estimate", "k"]
        with pytest.raises(ValueError):
            tausq.spark.fit(df, "colour")
    finally:
        session.stop()


@pytest.mark.slow
def test_dask_partitions():
    dataframe = pytest.importorskip("dask.dataframe")
    import tausq.dask

    for seed, pieces, partitions in ((1, 1, None), (2, 4, None), (3, 6, 2)):
        df = dataframe.from_pandas(rows(seed), npartitions=pieces)
        same(ordered(tausq.dask.fit(df, "gene", method="DL", partitions=partitions).compute(scheduler="threads")), expected())
    with pytest.raises(ValueError):
        tausq.dask.fit(df, "colour")
