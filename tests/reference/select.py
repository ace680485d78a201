#!/usr/bin/env python3
"""Chooses the reference cases of this folder from the full collection and writes them in compact form.

usage: select.py REFERENCE_DIR RELIABILITY_DIR

Reads <family>.json of REFERENCE_DIR, truth.json and adversarial.json of RELIABILITY_DIR and disagreements.json of this
folder; writes data.json, <family>.json, truth.json and adversarial.json beside itself. The same input gives the same
output. Standard library only.

A case is usable when the public interface can compute it; `usable_*` says why not otherwise. Of the usable cases of a
family as many are taken as cover every setting, every data set and every pair of settings named in PAIRS; the rest of
the quota is spread evenly over the family.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUOTA = {"effect_sizes": 420, "rma_uni": 480, "tau2_ci": 220, "meta_regression": 120, "mh_peto": 90, "glmm": 110, "proportions_meta": 260,
         "diagnostics": 70, "bias": 140, "permutation": 40}
PAIRS = {"effect_sizes": [("measure", "to"), ("measure", "vtype"), ("measure", "add")], "rma_uni": [("measure", "method"), ("method", "test")],
         "tau2_ci": [("measure", "type"), ("method", "type"), ("type", "level")], "meta_regression": [("method", "test")],
         "mh_peto": [("method", "measure"), ("measure", "drop00")], "glmm": [("measure", "model"), ("model", "nAGQ")],
         "proportions_meta": [("sm", "method"), ("sm", "method.ci"), ("method.tau", "method.random.ci")],
         "diagnostics": [("what", "method"), ("what", "measure")], "bias": [("fn", "measure"), ("model", "predictor"), ("fn", "method_bias"), ("estimator", "side"), ("fn", "type"), ("fn", "test")],
         "permutation": [("measure", "method"), ("mods", "method")]}
# Numbers that are compared; the peers' other output has no counterpart here.
POOLED = "estimate se statistic df p_value ci_lower ci_upper"
KEEP = {
    "effect_sizes": "yi vi",
    "rma_uni": f"k {POOLED} tau2 tau2_se i2 h2 q q_df q_p pi_lower pi_upper pi_riley_lower pi_riley_upper pi_t_lower pi_t_upper weights loglik aic bic "
               "aicc bt_exp bt_ztor bt_ilogit bt_iarcsin bt_isqrt bt_ipft_hm bt_iirft_hm",
    "tau2_ci": "tau2 tau2_lower tau2_upper i2 i2_lower i2_upper h2 h2_lower h2_upper",
    "meta_regression": "beta se statistic df p_value ci_lower ci_upper vcov qe qe_p qm qm_p tau2 i2 r2 "
                       "pred pred_se pred_ci_lower pred_ci_upper pred_pi_lower pred_pi_upper",
    "mh_peto": f"{POOLED} q q_df q_p weights mh mh_p tarone tarone_p bd bd_p",
    "glmm": f"{POOLED} tau2 loglik aic bic aicc qe_wld qe_lrt qe_lrt_p qe_df pi_lower pi_upper",
    "proportions_meta": "TE seTE study_lower study_upper q q_df q_p q_lrt tau2 tau2_se tau2_lower tau2_upper i2 pi_lower pi_upper pi_df "
                        "TE_random_w seTE_random_w lower_random_w upper_random_w tau2_w Q_b_random Q_b_common df_Q_b pval_Q_b_random "
                        "pval_Q_b_common bt_pi_lower bt_pi_upper "
                        + " ".join(f"{side}_{x}" for side in ("common", "random") for x in "estimate se ci_lower ci_upper".split())
                        + " " + " ".join(f"bt_{side}_{x}" for side in ("common", "random") for x in "estimate ci_lower ci_upper".split()),
    "leave1out": f"{POOLED} q q_p tau2 i2 h2",
    "cumul": f"{POOLED} q q_p tau2 i2 h2",
    "influence": "rstudent dffits cook_d cov_r tau2_del qe_del hat weight dfbs",
    "rstudent": "z",
    "cooks_dfbetas_hat": "cooks_distance dfbetas hat",
    "baujat": "x y",
    "blup": "pred se pi_lower pi_upper",
    "regtest": "statistic df p_value est ci_lower ci_upper coef coef_se tau2",
    "ranktest": "tau p_value",
    "trimfill": f"{POOLED} k0 se_k0 p_k0 k tau2 i2 q q_p",
    "fsn": "fsnum p_value",
    "tes": "observed expected statistic p_value",
    "metabias": "statistic df p_value estimate",
    "hc": "estimate se ci_lower ci_upper",
    "permutation": "p_value qm_p",
}
COMMON = {   # of a common-effect fit; what the peers print beside it belongs to no common-effect model of ours
    "rma_uni": f"k {POOLED} q q_df q_p weights bt_exp bt_ztor bt_ilogit bt_iarcsin bt_isqrt",
    "meta_regression": "beta se statistic df p_value ci_lower ci_upper vcov qe qe_p qm qm_p pred pred_se pred_ci_lower pred_ci_upper",
    "glmm": f"{POOLED} qe_wld qe_lrt qe_lrt_p qe_df",
    "leave1out": f"{POOLED} q q_p",
    "cumul": f"{POOLED} q q_p",
    "influence": "rstudent dffits cook_d cov_r qe_del hat weight dfbs",
}
ERRORS = 3   # cases of a family that the peer refuses: the engine must answer, or refuse in words
MEASURES = set("PLO PLN PRZ PR PAS PFT OR RR RD PETO AS PHI ZPHI YUQ YUY RTET ZTET PBIT OR2DN OR2DL IRLN IR IRS IRFT IRR IRD IRSD MN MNLN MD SMD "
               "SMN SDLN SMDH SMD1 SMD1H ROM CVR VR RPB ZPB RBIS D2ORN D2ORL COR UCOR ZCOR GEN".split())
META_NAMES = {"PLOGIT": "PLO", "PRAW": "PR", "ASD": "AS"}


CANCELLED = {("adv.cont1.k3", "MN"), ("adv.prop.mix", "PR"), ("adv.prop.huge", "PR"), ("adv.bin2.mix", "RD")}


def local_maximum(spec, dataset):
    """The peer ends in tau2 = 0 although the likelihood is larger elsewhere; adversarial.json has many more such data."""
    return dataset == "adv.yv.ratio" and spec["method"] == "ML"


def usable_effect_sizes(spec, _):
    return spec["measure"] in MEASURES


def usable_rma_uni(spec, dataset):
    if spec.get("threshold", 0) > 1e-14 or local_maximum(spec, dataset):                            # the peer did not get closer
        return False
    if (dataset, spec["measure"]) in CANCELLED and spec["method"] not in ("EE", "REML", "PM"):      # moments of a Q that has lost digits
        return False
    return spec["measure"] in MEASURES


def usable_tau2_ci(spec, dataset):
    if local_maximum(spec, dataset):
        return False
    return spec["type"] in ("QP", "PL") or spec["type"] == "GENQ" and spec["weights"] == "1/vi"   # Wald-type intervals are not offered


def usable_meta_regression(spec, _):
    return not any(x in spec["mods"] for x in ("*", "I(", "log(")) and spec["method"] != "GENQ"    # no interactions, no functions


def usable_mh_peto(spec, _):
    return not isinstance(spec.get("add"), list) and spec.get("to", "only0") == "only0"            # pooled counts are never corrected


OFFERED = {("PLO", "default"), ("IRLN", "default"), ("OR", "CM.EL"), ("OR", "CM.AL"), ("OR", "UM.FS"), ("IRR", "CM.EL"), ("IRR", "UM.FS")}


def degenerate(dataset):
    """One study, or no event at all: the peers print [-13639156, 13639093] or refuse. adversarial_test.cpp says what is right."""
    return any(x in dataset for x in (".k1", ".allzero"))


def usable_glmm(spec, dataset):
    if degenerate(dataset) or dataset == "adv.prop.mix" and spec.get("nAGQ") != "exact":           # a nearly flat likelihood
        return False
    if (spec["measure"], spec["model"]) not in OFFERED or any(x in spec for x in ("cor", "coding", "control")):
        return False
    exact = spec.get("nAGQ") == "exact"
    if spec["method"] == "ML" and not exact and (spec.get("nAGQ") != 100 or spec["model"] == "UM.RS"):
        return False                                                                                # coarse quadrature, or Laplace only
    return exact or not (spec["model"] == "CM.EL" and spec["measure"] == "OR")                      # the peer stops short of the maximum


def usable_proportions_meta(spec, dataset):
    lone_subgroup = dataset == "dat.dogliotti2014" and "subgroup" in spec                           # of one study
    if spec.get("model.glmm") == "UM.RS":
        return False
    if spec["method"] == "GLMM" and (degenerate(dataset) or lone_subgroup or dataset in ("adv.prop.mix", "adv.rate1.zero", "adv.rate2.zero")):
        return False                                                                                # seven nodes are far from enough there
    known = {"fn", "sm", "method", "method.tau", "prediction", "method.random.ci", "method.predict", "adhoc.hakn.ci", "method.ci", "level", "level.ma",
             "common", "random", "incr", "method.incr", "subgroup", "tau.common", "method.tau.ci", "model.glmm"}
    return (set(spec) <= known and spec["method"] in ("Inverse", "MH", "Peto", "GLMM") and spec.get("model.glmm") != "UM.RS"
            and spec.get("incr") != "TACC" and spec.get("method.predict") in (None, "V", "HTS", "HK"))


def usable_diagnostics(spec, _):
    return spec["what"] in ("leave1out", "cumul", "influence", "rstudent", "cooks_dfbetas_hat", "baujat", "blup") and not {"fn", "mods"} & set(spec)


def usable_bias(spec, dataset):
    fn = spec["fn"]
    if dataset in ("adv.bin2.identical", "adv.bin2.k2"):                                            # nothing to test: a perfect fit, two studies
        return False
    if fn == "fsn":
        return spec["type"] in ("Rosenthal", "Orwin", "Rosenberg") and "pool" not in spec and not spec.get("weighted")
    if fn == "tes":
        return spec.get("test") in ("chi2", "exact") and "method" not in spec                 # power at the common effect
    if fn == "metabias":                        # meta has another variance of SMD, and six digits of the tau2 in Thompson's test
        return spec["measure"] != "SMD" and spec["method_bias"] != "Thompson"
    return fn in ("regtest", "ranktest", "trimfill", "hc")


def usable_permutation(*_):
    return True


USABLE = {f.__name__[len("usable_"):]: f for f in (usable_effect_sizes, usable_rma_uni, usable_tau2_ci, usable_meta_regression, usable_mh_peto,
                                                   usable_glmm, usable_proportions_meta, usable_diagnostics, usable_bias, usable_permutation)}


def features(case):
    """What a case shows: its data set, each setting, and the pairs of settings of its family."""
    spec, text = case["spec"], lambda key: json.dumps(case["spec"].get(key))
    found = {("dataset", case["dataset"])} | {(key, text(key)) for key in spec} | {(a, b, text(a), text(b)) for a, b in PAIRS[case["family"]]}
    if case["dataset"].startswith("adv.") and ".k1" not in case["dataset"]:
        found |= {(case["dataset"], key, text(key)) for key in ("measure", "method", "sm")}
    return found


def choose(cases, quota):
    """A small set that covers every feature, then evenly spaced ones up to the quota, in the order of the collection."""
    open_features, chosen = set().union(*map(features, cases)), set()
    shows = [features(c) for c in cases]
    while open_features and len(chosen) < quota:
        best = max(range(len(cases)), key=lambda i: (len(shows[i] & open_features), -i))
        chosen.add(best)
        open_features -= shows[best]
    rest = [i for i in range(len(cases)) if i not in chosen]
    missing = min(quota - len(chosen), len(rest))
    chosen.update(rest[i * len(rest) // missing] for i in range(missing))
    if open_features:
        print(f"  quota too small: {len(open_features)} features uncovered")
    return [cases[i] for i in sorted(chosen)]


def kind_of(case):
    """The family, or the peer's function where a family has several."""
    spec = case["spec"]
    return {"diagnostics": spec.get("what"), "bias": spec.get("fn")}.get(case["family"], case["family"])


def without_accidents(expect, case):
    """Drops numbers that are no answer to the question: where a peer's search ended, what it prints instead of nothing."""
    spec = case["spec"]
    estimate_keys = ("estimate", "se", "statistic", "p_value", "ci_", "pi_", "bt_", "df")
    if expect.get("se") == 0 and spec.get("test") in ("knha", "hksj"):   # a Hartung-Knapp interval of no width
        expect = {k: v for k, v in expect.items() if not k.startswith(estimate_keys)}
    if expect.get("k") == 1:                            # one study: tau2 = 0, i2 = 0, h2 = 1 where nothing can be estimated
        expect = {k: {x: y for x, y in v.items() if not x.startswith("pi_")} if isinstance(v, dict) else v for k, v in expect.items()
                  if k not in ("tau2", "tau2_se", "i2", "h2", "loglik", "aic", "bic", "aicc") and not k.startswith("pi_")}
    if expect.get("k") == 2 or "tau2" in spec:          # no degrees of freedom; not those of an estimated tau2
        expect = {k: v for k, v in expect.items() if not k.startswith("pi_riley")}
    if "tau2" in spec:                                  # given, not estimated
        expect.pop("tau2_se", None)
    if double_zeros_in_peto(case):                      # on too many degrees of freedom
        expect.pop("q_p", None)
    if {"weights", "weighted"} & set(spec):             # the peer's likelihood at another mean than its maximum
        expect = {k: v for k, v in expect.items() if k not in ("loglik", "aic", "bic", "aicc")}
    if spec.get("test") in ("knha", "hksj", "adhoc"):   # the Hartung-Knapp error in intervals that have an error of their own
        expect = {k: v for k, v in expect.items() if not k.startswith(("pi_riley", "pi_t_"))}
    if "tau2" in expect and "what" in spec:             # one study left: tau2 = 0, i2 = 0, h2 = 1 where nothing can be estimated
        k = len(expect["estimate"])
        lone = [spec["what"] == "cumul" and i == 0 or k == 2 for i in range(k)]
        expect = {key: [None if x else n for x, n in zip(lone, v)] if key in ("tau2", "i2", "h2") else v for key, v in expect.items()}
    if spec.get("fn") == "trimfill" and spec["method"] == "REML":   # the refit loses the tight tolerance: six digits
        expect = {k: v for k, v in expect.items() if k in ("k0", "se_k0", "p_k0", "k", "q", "error")}
    if kind_of(case) == "metabias" and spec["method_bias"] in ("Begg", "Schwarzer"):   # Kendall's score, not a slope
        expect.pop("estimate", None)
    if spec.get("method.tau.ci") == "PL":               # meta gives the Q-profile interval under this name
        expect = {k: v for k, v in expect.items() if k not in ("tau2_lower", "tau2_upper")}
    if "level.ma" in spec:                              # meta has levels of their own for prediction and heterogeneity
        expect = {k: v for k, v in expect.items() if k not in ("tau2_lower", "tau2_upper") and not k.startswith(("pi_", "bt_pi_"))}
    if "sm" in spec and expect.get("tau2_upper") == 100:   # the end of meta's search
        expect.pop("tau2_upper")
    if spec.get("sm") == "PFT":                         # both ends clamped to the same proportion
        for side in ("common", "random"):
            if expect.get(f"bt_{side}_ci_lower") == expect.get(f"bt_{side}_ci_upper"):
                expect = {k: v for k, v in expect.items() if not k.startswith(f"bt_{side}_ci")}
    if expect.get("random_se") == 0:                    # a Hartung-Knapp interval of no width
        expect = {k: v for k, v in expect.items() if not k.startswith(("random_", "bt_random_", "pi_", "bt_pi_"))}
    if case["family"] in ("glmm", "proportions_meta") and case["dataset"].endswith(".k2"):   # prediction with an exact likelihood takes three studies
        expect = {k: v for k, v in expect.items() if not (spec["method"] in ("ML", "GLMM") and k.startswith(("pi_", "bt_pi_")))}
    return expect


def double_zeros_in_peto(case):
    """Studies without events, or with events only, in both arms that Peto's Q has degrees of freedom for."""
    spec, data = case["spec"], case["data"]
    if spec.get("method") != "peto" or spec["drop00"] or case["expect"].get("q_df") is None:
        return 0
    return sum(a == c == 0 or b == d == 0 for a, b, c, d in zip(data["ai"], data["bi"], data["ci"], data["di"]))


def systematic(case):
    """Disagreements that follow from a rule: a proportion is at most 1, a rate at least 0, a double-zero study no study."""
    found = {}
    if counted := double_zeros_in_peto(case):
        found["q_df"] = {"value": case["expect"]["q_df"] - counted, "reason": "the peer counts double-zero studies, which have no information and add 0 to Q"}
    if case["spec"].get("measure") == "PLN":
        for key, value in case["expect"].get("bt_exp", {}).items():
            if isinstance(value, (int, float)) and value > 1:
                found[f"bt_exp.{key}"] = {"value": 1, "reason": "the peer prints a proportion above 1"}
    if case["spec"].get("sm") == "IRS":
        for key, value in case["expect"].items():
            if f"bt_{key}" in KEEP[kind_of(case)].split() and isinstance(value, (int, float)) and value < 0:
                found[f"bt_{key}"] = {"value": 0, "reason": "the peer squares a negative limit; a rate is at least 0"}
    return found


def compact(case, table, disagreements):
    """The case with its data moved to `table` and only the numbers that are compared."""
    kind = kind_of(case)
    keep = COMMON if case["spec"].get("method") == "EE" and kind in COMMON else KEEP
    expect = {k: v for k, v in case["expect"].items() if k in keep[kind].split() + ["error"] and v is not None}
    if keep is COMMON:
        expect = {k: {x: y for x, y in v.items() if not x.startswith("pi_")} if isinstance(v, dict) else v for k, v in expect.items()}
    spec = {k: META_NAMES.get(v, v) if k == "sm" else v for k, v in case["spec"].items() if k != "threshold" or case["family"] == "rma_uni"}
    if "add=" not in case["source"]:            # the call left the correction to the peer
        spec = {k: v for k, v in spec.items() if k not in ("add", "to", "drop00")}
    if "new_x" in case["expect"]:               # the points of the predictions, as --predict-at takes them
        if case["expect"]["coef_names"][0] == "(Intercept)":
            spec["predict_at"] = "; ".join(", ".join(repr(x) for x in point[1:]) for point in case["expect"]["new_x"])
        else:                                   # the peer's fit is another one: its coefficients are in `disagreement`
            expect = {k: v for k, v in expect.items() if not k.startswith("pred")}
    expect = without_accidents(expect, case)
    row = {"id": case["id"], "data": table.store(case["dataset"], case["data"]), "peer": case["source"].split(":")[0].split(" (")[0], "spec": spec, "expect": expect}
    general = f"{case['family']}/{case['dataset']}?measure={spec.get('measure')}"
    wrong = {k: v for k, v in systematic(case).items() if k.partition(".")[0] in expect} | {k: v for k, v in disagreements.get(general, {}).items() if k in expect} | disagreements.get(case["id"], {})
    if wrong:
        row["disagreement"] = wrong
    return row


class DataTable:
    """Columns of every data set once. A variant (other rows, other values) gets a name of its own: NAME#2."""

    def __init__(self):
        self.columns = {}

    def store(self, name, data):
        data = {k: v for k, v in data.items() if isinstance(v, list)}
        number = 1
        while True:
            variant = name if number == 1 else f"{name}#{number}"
            have = self.columns.setdefault(variant, {})
            length = {len(v) for v in have.values()} | {len(v) for v in data.values()}
            if len(length) == 1 and all(have.get(k, v) == v for k, v in data.items()):
                have.update(data)
                return variant
            number += 1


def write(name, rows):
    """One row a line, so that a change of a case is a change of a line."""
    body = ",\n".join(json.dumps(r, separators=(",", ":"), ensure_ascii=False) for r in rows)
    (HERE / name).write_text(f"[\n{body}\n]\n")
    print(f"{name}: {len(rows)} rows, {(HERE / name).stat().st_size / 1024:.0f} KB")


def truth_rows(path, table, inputs):
    """Truth and adversarial cases; long effect-size vectors (y, v) move to the table."""
    for case in json.loads(path.read_text()):
        given = case[inputs]
        if isinstance(given.get("y"), list) and "dataset" in given:
            given["data"] = table.store("truth." + given.pop("dataset"), {"yi": given.pop("y"), "vi": given.pop("v")})
        if case.get("function") not in ("glmm.loglik", "nch.logpmf"):   # inside the engine
            yield {k: v for k, v in case.items() if k != "note"}


def main():
    reference, reliability = Path(sys.argv[1]), Path(sys.argv[2])
    disagreements = json.loads((HERE / "disagreements.json").read_text())
    table, written = DataTable(), set()
    for family, quota in QUOTA.items():
        cases = [c for c in json.loads((reference / f"{family}.json").read_text()) if USABLE[family](c["spec"], c["dataset"])]
        refused = [c for c in cases if "error" in c["expect"]]
        chosen = choose([c for c in cases if "error" not in c["expect"]], quota) + refused[::max(1, len(refused) // ERRORS)][:ERRORS]
        write(f"{family}.json", [compact(c, table, disagreements) for c in chosen])
        written |= {c["id"] for c in chosen}
    for unused in {d for d in disagreements if "?" not in d} - written:
        print(f"disagreements.json: {unused} is not among the cases")
    write("truth.json", list(truth_rows(reliability / "truth.json", table, "inputs")))
    write("adversarial.json", list(truth_rows(reliability / "adversarial.json", table, "input")))
    rows = [{"name": name, "columns": columns} for name, columns in table.columns.items()]
    write("data.json", rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
