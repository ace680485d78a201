"""The digits of the command line, on the shipped data sets and on the reference cases."""
import json
import math

import numpy
import pytest
import tausq

VERBS = ("pool", "effects", "forest", "influence", "bias", "check")
CODES = {tausq.UsageError: 2, tausq.InputError: 3, tausq.NotEstimable: 4, tausq.NotConverged: 5}


def through_python(verb, records, **options):
    """The JSON of a verb, rebuilt from the dataclasses; or the exit code that the exception stands for."""
    try:
        return getattr(tausq, verb)(records, **options).to_dict()
    except tausq.TausqError as error:
        return CODES[type(error)]


def words(options):
    return [f"--{key.replace('_', '-')}={value}" for key, value in options.items()]


@pytest.mark.parametrize("verb", VERBS)
def test_data_sets(verb, root, program):
    for path in sorted((root / "datasets").glob("*.csv")):
        assert through_python(verb, str(path)) == program(verb, path), path.name


def reference_data(root):
    """Name and columns of every data set of the reference cases."""
    for entry in json.loads((root / "tests/reference/data.json").read_text(encoding="utf-8")):
        yield entry["name"], entry["columns"]


def effect_sizes(root):
    """Those with ready-made effect sizes and variances that can be pooled."""
    for name, columns in reference_data(root):
        numbers = [*columns.get("yi", [None]), *columns.get("vi", [None])]
        if all(isinstance(x, (int, float)) and math.isfinite(x) for x in numbers) and min(columns["vi"]) > 0:
            yield name, columns["yi"], columns["vi"]


def counts(root):
    """Those with counts."""
    for name, columns in reference_data(root):
        for layout in (("xi", "ni"), ("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i")):
            if set(layout) <= columns.keys():
                yield name, {key: columns[key] for key in layout}
                break


@pytest.mark.parametrize("method", ["REML", "DL", "PM", "SJ", "ML"])
def test_reference_effect_sizes(method, root, program):
    checked = 0
    for name, yi, vi in effect_sizes(root):
        study = [f"study {i + 1}" for i in range(len(yi))]
        records = json.dumps([{"study": s, "yi": y, "vi": v} for s, y, v in zip(study, yi, vi)])
        options = {"tau2": method, "interval": "hk"}
        command_line = program("pool", "-", *words(options), records=records)
        python = through_python("pool", {"study": study, "yi": yi, "vi": vi}, **options)
        if isinstance(command_line, dict):
            for result in (command_line, python):
                del result["input"]  # its name and checksum
            many = tausq.fit_many([yi], [vi], method=method, interval="hk")
            for column, part, key in (("estimate", "random", "estimate"), ("ci_lower", "random", "ci_lower"), ("tau2", "heterogeneity", "tau2"),
                                      ("i2", "heterogeneity", "i2"), ("q", "heterogeneity", "q"), ("prediction_upper", "prediction", "upper")):
                value = command_line[part][key]
                assert many[column][0] == value or (value is None and numpy.isnan(many[column][0])), (name, column)
        assert without_rows(python) == without_rows(command_line), name
        checked += 1
    assert checked >= 3


def test_reference_counts(root, program):
    checked = 0
    for name, columns in counts(root):
        k = len(next(iter(columns.values())))
        columns = {"study": [f"study {i + 1}" for i in range(k)], **columns}
        records = json.dumps([dict(zip(columns, row)) for row in zip(*columns.values())])
        command_line = program("pool", "-", "--no-sensitivity", records=records)
        python = through_python("pool", columns, no_sensitivity=True)
        assert without_rows(python) == without_rows(command_line), name
        checked += 1
    assert checked >= 10


def without_rows(result):
    """Without what the line breaks of the records decide."""
    if isinstance(result, dict):
        return {k: without_rows(v) for k, v in result.items() if k not in ("row", "input")}
    if isinstance(result, list):
        return [without_rows(v) for v in result]
    return result
