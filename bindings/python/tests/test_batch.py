"""Batches against single analyses."""
import numpy
import pytest

import tausq


def sets(n=60, k=8):
    rng = numpy.random.default_rng(3)
    yi, vi = rng.normal(size=(n, k)), rng.uniform(0.1, 1, (n, k))
    yi[3, 5:] = numpy.nan
    yi[4] = numpy.nan
    return yi, vi


def close(a, b):
    return numpy.allclose(a, b, rtol=1e-13, atol=1e-14, equal_nan=True)


def test_numbers_are_those_of_single_analyses():
    yi, vi = sets()
    for options in ({}, {"method": "DL", "interval": "z"}, {"tau2": "PM", "interval": "hk", "prediction": "v", "level": 0.9}):
        fits, ones = tausq.batch(yi, vi, **options), tausq.fit_many(yi, vi, **options)
        for column in ("estimate", "se", "ci_lower", "prediction_upper", "common_ci_upper", "tau2", "i2", "q", "p_value"):
            assert close(fits[column], ones[column]), (options, column)
        assert list(fits.status) == list(ones.status) and list(fits.k) == list(ones.k)
    assert fits.status[4] == "not_estimable" and numpy.isnan(fits.estimate[4])
    assert len(fits.to_frame()) == 60


def test_no_bit_depends_on_threads_or_layout():
    yi, vi = sets(500)
    one, three = tausq.batch(yi, vi, threads=1), tausq.batch(yi, vi, threads=3)
    used = ~numpy.isnan(yi)
    offsets = numpy.concatenate([[0], numpy.cumsum(used.sum(axis=1))])
    ragged = tausq.batch(yi[used], vi[used], offsets=offsets)
    for column in one:
        assert numpy.array_equal(one[column], three[column], equal_nan=one[column].dtype.kind == "f")
        assert numpy.array_equal(one[column], ragged[column], equal_nan=one[column].dtype.kind == "f")


def test_counts():
    rng = numpy.random.default_rng(5)
    ai, bi, ci, di = rng.integers(0, 30, (4, 20, 6))
    fits = tausq.batch(ai=ai, bi=bi, ci=ci, di=di, measure="RR", method="DL", columns=["estimate", "tau2"])
    assert list(fits) == ["estimate", "tau2"]
    one = tausq.pool({"study": list("abcdef"), "ai": ai[7], "bi": bi[7], "ci": ci[7], "di": di[7]}, measure="RR", pooling="inverse", tau2="DL")
    assert close(fits.estimate[7], one.random.estimate) and close(fits.tau2[7], one.heterogeneity.tau2)
    arms = tausq.batch(events=ai, total=ai + bi + 1)
    assert numpy.isfinite(arms.estimate).all()


def test_file(tmp_path):
    path = tmp_path / "genes.csv"
    path.write_text("gene,yi,sei\na,0.1,0.2\na,0.4,0.1\nb,0.3,0.1\nb,,0.2\n")
    fits = tausq.batch_file(path, "gene", method="DL")
    assert list(fits["gene"]) == ["a", "b"] and list(fits["rows"]) == [2, 2] and list(fits.k) == [2, 1]
    wanted = tausq.batch([[0.1, 0.4], [0.3, numpy.nan]], [[0.04, 0.01], [0.01, numpy.nan]], method="DL")
    for column in ("estimate", "se", "tau2", "ci_upper", "common_estimate", "q_p"):
        assert close(fits[column], wanted[column]), column
    assert numpy.array_equal(tausq.batch_file(path.read_bytes(), "gene", method="DL", threads=2).estimate, fits.estimate)
    with pytest.raises(tausq.UsageError):
        tausq.batch_file(path, "gene", nonsense=1)
    with pytest.raises(tausq.InputError):
        tausq.batch_file(b"gene,yi,sei\na,0.1,-1\n", "gene")


def test_what_is_refused():
    yi, vi = sets()
    with pytest.raises(ValueError):
        tausq.batch(yi)
    with pytest.raises(ValueError):
        tausq.batch(yi, vi[:, 1:])
    with pytest.raises(ValueError):
        tausq.batch(yi, vi, columns=["colour"])
    with pytest.raises(ValueError):
        tausq.batch(yi[0], vi[0], offsets=[0, 3])
    with pytest.raises(tausq.UsageError):
        tausq.batch(yi, vi, mods="year")
    with pytest.raises(tausq.InputError) as caught:
        tausq.batch([[1, 2]], [[1, -1]])
    assert caught.value.problems[0].column == "2"
    with pytest.raises(tausq.InputError):
        tausq.batch(events=[[5]], total=[[4]])


def test_arrow():
    pyarrow = pytest.importorskip("pyarrow")
    yi, vi = sets(30, 5)
    n, k = yi.shape
    keys = numpy.repeat([f"gene {i}" for i in range(n)], k)
    shuffled = numpy.random.default_rng(1).permutation(n * k)
    # Rows of a key keep their order among themselves: the order of the keys does not matter.
    stable = shuffled[numpy.argsort(shuffled % k, kind="stable")]
    table = pyarrow.table({"gene": keys[stable], "yi": pyarrow.array(yi.reshape(-1)[stable], from_pandas=True),
                           "sei": numpy.sqrt(vi.reshape(-1))[stable]})
    result = tausq.batch_arrow(table, by="gene", method="DL").to_pandas().set_index("gene")
    expected = tausq.batch(yi, numpy.sqrt(vi) ** 2, method="DL")
    for column in ("estimate", "tau2", "ci_upper"):
        assert numpy.array_equal(result.loc[[f"gene {i}" for i in range(n)], column], expected[column], equal_nan=True)
    with pytest.raises(ValueError):
        tausq.batch_arrow(table, by="colour")
