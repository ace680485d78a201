"""What a user of the package sees: inputs, results, errors."""
import dataclasses
import doctest
import json
import keyword
import pickle
import sys
import threading
import time
import typing

import numpy
import pytest
import tausq
from tausq import _core

ARMS = {"study": ["A", "B", "C"], "events": [16, 4, 0], "total": [20, 21, 22], "year": [2001, 2011, 2009]}
ROWS = [dict(zip(ARMS, row)) for row in zip(*ARMS.values())]
TABLES = "study,ai,bi,ci,di,year\nA,4,119,11,128,1948\nB,6,300,29,274,1949\nC,3,228,11,209,1960\nD,62,13536,248,12619,1977\n".encode()


def without_input(result):
    values = result.to_dict()
    del values["input"]
    return values


def test_every_form_of_records():
    wanted = without_input(tausq.pool(ARMS))
    forms = [ROWS, iter(ROWS), {k: numpy.array(v) for k, v in ARMS.items()}, {**ARMS, "events": [16.0, 4.0, 0.0]}, json.dumps(ROWS[:1]).encode()]
    structured = numpy.array([tuple(r.values()) for r in ROWS], dtype=[("study", "U9"), ("events", "i8"), ("total", "f8"), ("year", "i4")])
    for form in [*forms[:4], structured]:
        assert without_input(tausq.pool(form)) == wanted
    assert tausq.check(forms[4]).input.used == 1


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames(library):
    module = pytest.importorskip(library)
    frame = module.table(ARMS) if library == "pyarrow" else module.DataFrame(ARMS)
    assert without_input(tausq.pool(frame)) == without_input(tausq.pool(ARMS))


def test_anything_with_an_arrow_stream():
    pyarrow = pytest.importorskip("pyarrow")

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pyarrow.table(ARMS).__arrow_c_stream__(requested_schema)

    assert without_input(tausq.pool(Stream())) == without_input(tausq.pool(ARMS))


def test_bootstrap():
    one = tausq.pool(TABLES, measure="RR", pooling="inverse", bootstrap="nonparametric", replicates=500, seed=3, threads=1)
    two = tausq.pool(TABLES, measure="RR", pooling="inverse", bootstrap="nonparametric", replicates=500, seed=3, threads=2)
    assert one.bootstrap.quantities == two.bootstrap.quantities
    by_name = {q.quantity: q for q in one.bootstrap.quantities}
    assert by_name["random.estimate"].estimate == one.random.estimate
    assert by_name["heterogeneity.tau2"].percentile.ci_lower == 0
    assert 1 == len([q for q in one.bootstrap.quantities if q.quantity == "prediction.upper"])
    assert by_name["random.estimate"].percentile.display.ci_upper == pytest.approx(numpy.exp(by_name["random.estimate"].percentile.ci_upper))
    assert tausq.pool(TABLES).bootstrap is None


def test_empty_cells_are_accounted_for():
    pandas = pytest.importorskip("pandas")
    for gap in (None, float("nan"), numpy.nan, pandas.NA, pandas.NaT):
        result = tausq.pool({**ARMS, "events": [16, gap, 0]})
        assert [(e.study, e.row, e.code) for e in result.input.excluded] == [("B", 3, "missing_counts")]


def test_a_file_and_its_name(tmp_path):
    path = tmp_path / "tables.csv"
    path.write_bytes(TABLES)
    assert tausq.pool(path) == tausq.pool(str(path))
    assert tausq.pool(path).input.source == str(path)
    assert tausq.pool(TABLES, source="mine").input.source == "mine"


def test_no_table():
    with pytest.raises(TypeError):
        tausq.pool([1, 2, 3])
    with pytest.raises(TypeError):
        tausq.pool({"study": "ABC", "events": [1], "total": [2]})
    with pytest.raises(ValueError, match="different lengths"):
        tausq.pool({"events": [1, 2], "total": [3]})


def test_options():
    result = tausq.pool(TABLES, measure="RR", tau2="PM", interval="hk", level=90, mods="year")
    assert (result.options.measure, result.options.tau2, result.options.level) == ("RR", "PM", 0.9)
    assert result.regression.terms == ("intercept", "year")
    assert tausq.pool(TABLES, sm="RR", method_tau="PM").options.tau2 == "PM"
    assert tausq.pool(TABLES, pooling="inverse", tau2=numpy.float64(0.1)).heterogeneity.tau2 == 0.1
    assert tausq.pool(TABLES, cmh_correction=False).options.cmh_correction is False
    assert tausq.bias(TABLES, tests=["egger", "harbord"]).bias.tests == ("egger", "harbord")
    assert tausq.pool({"who": ["A", "B"], "responders, all": [3, 4], "n": [10, 11]}, columns={"study": "who", "events": "responders, all"}).studies[0].study == "A"


def test_the_echo_can_be_passed_back():
    first = tausq.pool(TABLES, measure="RR", tau2="PM")
    assert tausq.pool(TABLES, **first.options.to_dict()) == first


def test_every_result_is_its_json():
    for verb in ("pool", "effects", "forest", "influence", "bias", "check", "multiverse"):
        result = getattr(tausq, verb)(TABLES)
        assert result.to_dict() == json.loads(result.to_json()), verb
        assert result.summary() == repr(result)
        assert pickle.loads(pickle.dumps(result)) == result


def test_results_are_frozen_and_typed():
    result = tausq.pool(ARMS)
    assert isinstance(result, tausq.results.PoolResult)
    for part in (result, result.random, result.studies[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            part.study = "other"
    hints = typing.get_type_hints(tausq.results.Heterogeneity)
    assert hints["tau2"] == (float | None) and hints["k"] is int
    assert result.studies[0].events == 16
    with pytest.raises(AttributeError):
        result.studies[0].nothing
    with pytest.raises(TypeError):
        result.studies[0].extra["events"] = 3


def test_every_verb_and_option_has_a_keyword():
    import inspect

    for verb in json.loads(_core.verbs()):
        if verb["verb"] in ("list", "schema", "batch"):
            continue
        function = getattr(tausq, verb["verb"].replace("-", "_"))
        parameters = inspect.signature(function).parameters
        assert {o["name"] + "_" * keyword.iskeyword(o["name"]) for o in verb["options"]} <= parameters.keys()
        assert function.__doc__ and "Raises" in function.__doc__


def test_frames_of_results():
    pandas = pytest.importorskip("pandas")
    frame = tausq.pool(ARMS).to_frame()
    assert list(frame["study"]) == ["A", "B", "C"] and "display_estimate" in frame
    assert len(tausq.influence(TABLES).to_frame("leave_one_out")) == 4
    assert isinstance(tausq.forest(TABLES).to_frame(), pandas.DataFrame)
    with pytest.raises(ValueError):
        tausq.pool(ARMS).to_frame("random")


def test_html():
    assert "<svg" in tausq.pool(TABLES)._repr_html_()
    assert "<svg" in tausq.forest(TABLES, title="A & B")._repr_html_()
    assert tausq.check(TABLES)._repr_html_().startswith("<pre>")


def test_plot():
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    ax = tausq.pool(TABLES, measure="RR").plot_forest(title="Tables")
    assert ax.get_title() == "Tables" and ax.get_xscale() == "log"
    ax.figure.savefig(__import__("io").BytesIO())
    own = Figure().add_subplot()
    assert tausq.pool(ARMS).plot_forest(own) is own
    assert tausq.forest(TABLES, subgroup="year").plot_forest().get_xlabel()
    assert tausq.influence(TABLES, order="year", measure="RR").plot_forest().get_xlabel() == ax.get_xlabel()


def test_problems():
    with pytest.raises(tausq.InputError) as caught:
        tausq.pool({"study": ["A", "B"], "events": [21, -1], "total": [20, 30]}, source="mine")
    first, second = caught.value.problems
    assert (first.code, first.file, first.row, first.column, first.value) == ("E_EVENTS_GT_TOTAL", "mine", 2, "events", "21")
    assert "at most" in first.rule or "exceed" in first.rule
    assert second.row == 3
    assert isinstance(caught.value, ValueError)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_bad_files_are_refused_as_by_the_program(root, tmp_path):
    """The same files as tests/cli/run_records.py: code, row and column, or the records."""
    for line in (root / "tests/unit/records/bad-input.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        path = tmp_path / case["file"]
        path.write_bytes(case["bytes"].encode("latin-1"))  # one character a byte
        options = {**({"delimiter": case["delimiter"]} if "delimiter" in case else {}), **({"measure": "OR"} if case["file"].startswith("arm-") else {})}
        if case["outcome"] != "reject":
            warned = [w.code for w in tausq.check(str(path), **options).warnings]
            assert case["outcome"] == "accept" or case["code"] in warned, case["file"]
            continue
        with pytest.raises(tausq.InputError) as caught:
            tausq.check(str(path), **options)
        told = [(p.code, p.row if case.get("line", 0) > 1 else None, p.column if "column" in case else None) for p in caught.value.problems]
        assert (case["code"], case["line"] if case.get("line", 0) > 1 else None, case.get("column")) in told, (case["file"], told)


def test_other_failures(tmp_path):
    with pytest.raises(tausq.UsageError, match="colour"):
        tausq.pool(ARMS, colour=3)
    with pytest.raises(tausq.UsageError):
        tausq.pool(ARMS, tau2="nobody")
    with pytest.raises(tausq.UsageError):
        tausq.pool(ARMS, level=float("nan"))
    with pytest.raises(tausq.UsageError):
        tausq.pool(ARMS, measure=object())
    with pytest.raises(tausq.NotEstimable):
        tausq.influence({"study": ["A"], "events": [1], "total": [9]})
    with pytest.raises(tausq.InputError):
        tausq.pool(tmp_path / "no such file.csv")


def test_what_exists():
    assert "REML" in tausq.methods("tau2") and "PLO" in tausq.methods()
    assert tausq.schema("pool")["title"] == "tausq pool"
    with pytest.raises(tausq.UsageError):
        tausq.methods("colours")


def test_many_fits():
    rng = numpy.random.default_rng(1)
    yi, vi = rng.normal(size=(50, 8)), rng.uniform(0.1, 1, (50, 8))
    yi[3, 5:] = numpy.nan
    yi[4] = numpy.nan
    fits = tausq.fit_many(yi, vi, method="DL", interval="z", threads=2)
    for row in (0, 3, 49):
        used = ~numpy.isnan(yi[row])
        one = tausq.pool({"study": [f"{i}" for i in range(used.sum())], "yi": yi[row, used], "vi": vi[row, used]}, tau2="DL", interval="z")
        assert (fits.estimate[row], fits["tau2"][row], fits.ci_upper[row]) == (one.random.estimate, one.heterogeneity.tau2, one.random.ci_upper)
        assert fits.k[row] == used.sum()
    assert fits.status[4] == "not_estimable" and numpy.isnan(fits.estimate[4])
    assert all(numpy.array_equal(fits[c], tausq.fit_many(yi, vi, tau2="DL", interval="z", threads=1)[c], equal_nan=fits[c].dtype.kind == "f") for c in fits)
    assert len(tausq.fit_many(yi[0], vi[0])) == len(tausq.many.COLUMNS)
    assert tausq.fit_many(yi[::2, ::2], vi[::2, ::2].T.copy().T).k[0] == 4
    with pytest.raises(ValueError):
        tausq.fit_many(yi, vi[:, 1:])
    with pytest.raises(tausq.UsageError):
        tausq.fit_many(yi, vi, mods="year")
    with pytest.raises(tausq.InputError) as caught:
        tausq.fit_many([[1, 2]], [[1, -1]])
    assert caught.value.problems[0].column == "2"
    with pytest.raises(ValueError):
        fits.estimate[0] = 1


def test_the_interpreter_is_free_meanwhile():
    yi, vi = numpy.random.default_rng(2).normal(size=(20000, 10)), numpy.full((20000, 10), 0.5)
    ticks, done = [0], threading.Event()

    def count():
        while not done.is_set():
            ticks[0] += 1
            time.sleep(0.0001)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # a thread gives way only where it releases the lock: in the call, or nowhere
    counter = threading.Thread(target=count)
    counter.start()
    try:
        before = ticks[0]
        tausq.fit_many(yi, vi, threads=1)
        assert ticks[0] > before
    finally:
        done.set()
        sys.setswitchinterval(interval)
        counter.join()


def test_readme(root):
    """The examples of the front page, with what they print."""
    text = (root / "README.md").read_text(encoding="utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, "README.md", None, 0)
    failed, tried = doctest.DocTestRunner().run(examples)
    assert tried >= 3 and not failed


def test_notebook(root, tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(root / "bindings/examples/python/forest.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(root / "bindings/examples/python")}}).execute()
    shown = [output["data"] for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if "data" in output]
    assert any("<svg" in data.get("text/html", "") for data in shown)
