"""The cases of the test of equal digits: reference data with the options of reference cases, under the words of the command line."""
import json
import math

TESTS = {"z": "z", "t": "t", "knha": "hk", "hksj": "hk", "adhoc": "hk-se"}
META_POOLING = {"Inverse": "inverse", "MH": "mh", "Peto": "peto", "GLMM": "glmm"}
META_WORDS = {"method.tau": "tau2", "method.ci": "study_interval", "level.ma": "level", "level": "study_level", "incr": "add", "method.incr": "to",
              "subgroup": "subgroup", "tau.common": "common_tau2", "model.glmm": "glmm", "method.tau.ci": "tau2_interval"}
ADHOC = {"se": "hk-se", "ci": "hk-ci", "IQWiG6": "hk-iqwig6"}
BIAS_WORDS = {"predictor": "predictor", "estimator": "trim_fill"}
TAKEN = {"glmm": 12, "permutation": 6, "truth": 12}  # of each family, evenly spread; 30 of the others
RAW = ("ai", "bi", "ci", "di", "xi", "ni", "ti", "x1i", "t1i", "x2i", "t2i", "mi", "sdi", "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i", "ri", "yi", "vi")


def of_rma(spec):
    options = {"pooling": "inverse", "measure": spec["measure"], "interval": TESTS[spec.get("test", "z")], "level": spec.get("level", 0.95)}
    if spec["method"] == "EE":
        return {**options, "model": "common"}
    return {**options, "tau2": spec["method"]}


def effect_sizes(spec):
    return "effects", {key: spec[key] for key in ("measure", "add", "to", "drop00", "vtype") if key in spec}


def rma_uni(spec):
    return "pool", of_rma(spec)


def tau2_ci(spec):
    return "pool", {**of_rma(spec), "tau2_interval": spec["type"]}


def meta_regression(spec):
    mods = spec["mods"].lstrip("~ ")
    options = {**of_rma(spec), "mods": mods.removeprefix("0+").replace("+", " + ")}
    return "pool", {**options, "intercept": False} if mods.startswith("0+") else options


def permutation(spec):
    return "pool", {**of_rma(spec), "permutation_test": 500, **({"mods": spec["mods"].lstrip("~")} if "mods" in spec else {})}


def mh_peto(spec):
    options = {"measure": spec.get("measure", "PETO"), "pooling": spec["method"], "level": spec.get("level", 0.95), "drop00": spec.get("drop00", False)}
    return "pool", options if spec.get("correct", True) else {**options, "cmh_correction": False}


def glmm(spec):
    model = {} if spec.get("model", "default") == "default" else {"glmm": spec["model"]}
    return "pool", {"measure": spec["measure"], "pooling": "glmm", "interval": TESTS[spec.get("test", "z")], **model}


def proportions_meta(spec):
    options = {"preset": "meta", "measure": spec["sm"], "pooling": META_POOLING[spec.get("method", "Inverse")]}
    options |= {ours: spec[theirs] for theirs, ours in META_WORDS.items() if theirs in spec}
    if spec.get("method.random.ci") == "HK":
        options["interval"] = ADHOC.get(spec.get("adhoc.hakn.ci"), "hk")
    return "pool", options


def diagnostics(spec):
    return "influence", of_rma(spec)


def bias(spec):
    options = {ours: spec[theirs] for theirs, ours in BIAS_WORDS.items() if theirs in spec}
    return "bias", {"measure": spec.get("measure", "GEN"), "pooling": "inverse", "tau2": spec.get("method", "REML"), **options}


FAMILIES = (effect_sizes, rma_uni, tau2_ci, meta_regression, permutation, mh_peto, glmm, proportions_meta, diagnostics, bias)


def plain(value):
    return value is None or isinstance(value, str) or (isinstance(value, (int, float)) and math.isfinite(value))


def columns_of(data, options):
    """The columns that the options need: raw numbers, moderators, subgroups; labels as they are."""
    k = max(len(values) for values in data.values() if isinstance(values, list))
    wanted = {*RAW, options.get("subgroup")} | {name for name in data if name in options.get("mods", "")}
    if options.get("measure") == "GEN":
        wanted -= set(RAW) - {"yi", "vi", "ni"}
    columns = {name: values for name, values in data.items() if name in wanted and isinstance(values, list) and len(values) == k and all(map(plain, values))}
    return {"study": [f"study {i + 1}" for i in range(k)], **columns}


def spread(cases, count):
    """`count` of the cases, evenly spread over their list."""
    step = max(1.0, len(cases) / count)
    return [cases[int(i * step)] for i in range(min(count, len(cases)))]


def cases_of_words():
    """Words that other languages sort and fold in their own way: Turkish has a small letter of I without a dot, and a capital i with one."""
    places = ["I", "ISPARTA", "i", "\u0130zmir", "I", "ISPARTA", "i", "\u0130zmir", "\u00e4", "Z", "\u00e4", "Z"]
    columns = {"study": [f"I\u011fd\u0131r {i + 1}" for i in range(len(places))], "yi": [0.5, -0.25, 1.5, 0.125, 0.75, 0.1, -0.3, 0.8, 0.2, 0.4, 0.9, -0.6],
               "vi": [0.1, 0.2, 0.05, 0.3, 0.15, 0.25, 0.1, 0.2, 0.3, 0.12, 0.08, 0.16], "\u0130L I": places}
    for setting in ({"mods": "factor(`\u0130L I`)"}, {"subgroup": "\u0130L I", "level": 0.925}, {"tau2": 0.0625, "level": 0.9}):
        yield {"id": f"words/{next(iter(setting))}", "verb": "pool", "options": {"pooling": "inverse", **setting}, "columns": columns}


def digit_cases(root, every=1):
    """-> [{"id", "verb", "options", "columns"}], of the reference cases every so many-th"""
    folder = root / "tests/reference"
    data = {entry["name"]: entry["columns"] for entry in json.loads((folder / "data.json").read_text(encoding="utf-8"))}
    found = []
    for family in FAMILIES:
        cases = json.loads((folder / f"{family.__name__}.json").read_text(encoding="utf-8"))
        usable = [case for case in cases if case["data"] in data and not any(isinstance(v, list) for v in case["spec"].values())]
        for case in spread(usable, TAKEN.get(family.__name__, 30)):
            verb, options = family(case["spec"])
            if case["data"] == "adv.prop.huge" and verb == "pool":
                options["sensitivity"] = False  # exact likelihoods of 10^9 patients take a second each
            found.append({"id": case["id"], "verb": verb, "options": options, "columns": columns_of(data[case["data"]], options)})
    adversarial = json.loads((folder / "adversarial.json").read_text(encoding="utf-8"))
    for case in spread([case for case in adversarial if {"y", "v"} <= case["input"].keys()], 30):
        k = len(case["input"]["y"])
        columns = {"study": [f"study {i + 1}" for i in range(k)], "yi": case["input"]["y"], "vi": case["input"]["v"]}
        found.append({"id": "adversarial/" + case["id"], "verb": "pool", "options": {"tau2": "ML", "tau2_interval": "PL", "sensitivity": True}, "columns": columns})
    return found[::every] + list(cases_of_words())
