"""Leave-one-out fits, influence diagnostics and Baujat's plot, each study left out and all fitted anew."""
from mpmath import mpf, sqrt

from normal_model import SETS, Studies


def fit(s):
    tau2 = s.moment(s.weights(mpf(0)))
    w = s.weights(tau2)
    return s.mean(w), 1 / sqrt(sum(w)), tau2, w


def without(name, i):
    return Studies(*([x for j, x in enumerate(column) if j != i] for column in SETS[name]))


def add_cases(cases):
    for name in ("plain", "three", "wide", "outlier", "offset", "huge", "tiny"):
        s = Studies(*SETS[name])
        mean, se, tau2, w = fit(s)
        common = s.weights(mpf(0))
        loo, diagnostics, baujat = {}, {}, {}
        for i in range(s.k):
            r = without(name, i)
            mean_i, se_i, tau2_i, w_i = fit(r)
            loo.update({f"leave_one_out.{i}.estimate": mean_i, f"leave_one_out.{i}.se": se_i, f"leave_one_out.{i}.tau2": tau2_i,
                        f"leave_one_out.{i}.q": r.q(r.weights(mpf(0)))})
            own, hat, change = s.v[i] + tau2_i, w[i] / sum(w), mean - mean_i
            values = {"rstudent": (s.y[i] - mean_i) / sqrt(own + se_i ** 2), "dffits": change / sqrt(hat * own), "cook_d": (change / se) ** 2,
                      "cov_r": (se_i / se) ** 2, "tau2_deleted": tau2_i, "hat": hat, "weight": hat,
                      "dfbetas": change / sqrt(1 / sum(1 / (v + tau2_i) for v in s.v))}
            diagnostics.update({f"diagnostics.{i}.{key}": value for key, value in values.items()})
            theta, theta_i = s.mean(common), r.mean(r.weights(mpf(0)))
            baujat.update({f"baujat.{i}.x": (s.y[i] - mean) ** 2 / (s.v[i] + tau2), f"baujat.{i}.y": change ** 2 / se_i ** 2})
        columns = dict(zip(("yi", "vi"), SETS[name]))
        command = ["influence", "--measure", "GEN", "--pooling", "inverse", "--tau2", "DL", "--interval", "z"]
        cases.add("leave-one-out", name, columns, command, loo, se)
        cases.add("influence diagnostics", name, columns, command, diagnostics)
        cases.add("baujat", name, columns, command, baujat)
