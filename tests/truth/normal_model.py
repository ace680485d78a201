"""The normal-normal model: estimators of tau2, intervals of tau2, of the mean and of the next study."""
from mpmath import gammainc, linspace, log, mp, mpf, pi, quad, sqrt

from high_precision import (chi2_above, chi2_quantile, exactly, normal_density, normal_quantile, quadratic_form_below, root, root_above,
                            symmetric_eigenvalues, t_quantile, two_sided)

PLAIN_Y, PLAIN_V = [-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, -1.62], [0.326, 0.195, 0.415, 0.02, 0.051, 0.007, 0.223]
SETS = {
    "plain": (PLAIN_Y, PLAIN_V),
    "pair": ([0.3, -0.9], [0.04, 0.09]),
    "three": ([0.1, 0.8, -0.5], [0.01, 0.3, 0.07]),
    "wide": ([0.2, 0.9, -0.3, 0.5], [1e-12, 1.0, 0.5, 2.0]),
    "outlier": ([0.0, 0.1, -0.15, 25.0], [0.01, 0.01, 0.01, 0.01]),
    "alike": ([0.5, 0.51, 0.49, 0.52], [0.04, 0.09, 0.01, 0.2]),
    "offset": ([1e6 + y for y in PLAIN_Y], PLAIN_V),
    "huge": ([1e150 * y for y in PLAIN_Y], [1e300 * v for v in PLAIN_V]),
    "tiny": ([1e-150 * y for y in PLAIN_Y], [1e-300 * v for v in PLAIN_V]),
}


class Studies:
    """yi and vi at full precision."""

    def __init__(self, y, v):
        self.y, self.v, self.k = exactly(y), exactly(v), len(y)

    def weights(self, tau2):
        return [1 / (v + tau2) for v in self.v]

    def mean(self, w):
        return sum(a * b for a, b in zip(w, self.y)) / sum(w)

    def q(self, w):
        m = self.mean(w)
        return sum(a * (y - m) ** 2 for a, y in zip(w, self.y))

    def trace_p(self, w):
        return sum(w) - sum(a * a for a in w) / sum(w)

    def trace_pp(self, w):
        w1, w2, w3 = (sum(a ** n for a in w) for n in (1, 2, 3))
        return w2 - 2 * w3 / w1 + w2 * w2 / w1 ** 2

    def trace_pv(self, w):
        """tr PV of weights that are not 1 / v."""
        return sum(a * v for a, v in zip(w, self.v)) - sum(a * a * v for a, v in zip(w, self.v)) / sum(w)

    def moment(self, w):
        return max(mpf(0), (self.q(w) - self.trace_pv(w)) / self.trace_p(w))

    def q_root(self, target):
        """tau2 with Q(tau2) = target, or 0."""
        f = lambda t: self.q(self.weights(t)) - target
        return root_above(f, mpf(0), self.q([mpf(1)] * self.k)) if f(mpf(0)) > 0 else mpf(0)

    def weighted_q_below(self, w, tau2):
        """P(y'Py <= observed) at tau2 for fixed weights w."""
        total = sum(w)
        s = [sqrt(v + tau2) for v in self.v]
        rows = [[s[i] * ((w[i] if i == j else 0) - w[i] * w[j] / total) * s[j] for j in range(self.k)] for i in range(self.k)]
        values = sorted(symmetric_eigenvalues(rows))[1:]
        return quadratic_form_below(self.q(w), values)

    def weighted_q_root(self, w, probability):
        """tau2 at which P(y'Py <= observed) is `probability`, or 0."""
        f = lambda t: self.weighted_q_below(w, t) - probability
        return root_above(f, mpf(0), self.q([mpf(1)] * self.k)) if f(mpf(0)) > 0 else mpf(0)

    def log_likelihood(self, tau2, restricted, mean=None):
        w = self.weights(tau2)
        m = self.mean(w) if mean is None else mean
        l = -sum(log(2 * pi / a) for a in w) / 2 - sum(a * (y - m) ** 2 for a, y in zip(w, self.y)) / 2
        return l - (log(sum(w)) - log(2 * pi)) / 2 if restricted else l

    def maximum(self, restricted, mean=None):
        """The tau2 of the highest likelihood, from all stationary points between grid points."""
        l = lambda t: self.log_likelihood(t, restricted, mean)

        def slope(t):
            w = self.weights(t)
            m = self.mean(w) if mean is None else mean
            s = sum(a * a * (y - m) ** 2 for a, y in zip(w, self.y)) - sum(w)
            return s + sum(a * a for a in w) / sum(w) if restricted else s
        unit = max(abs(a - b) for a in self.y for b in self.y) ** 2 + max(self.v)
        grid = [mpf(0)] + [unit * mpf(10) ** e for e in linspace(-16, 4, 161)]
        slopes = [slope(t) for t in grid]
        candidates = [mpf(0)] + [root(lambda t: slope(t) * unit, a, b) for a, b, f, g in zip(grid, grid[1:], slopes, slopes[1:]) if f > 0 >= g]
        return max(candidates, key=l)


def columns(name):
    return dict(zip(("yi", "vi"), SETS[name]))


def command(*options):
    return ["pool", "--measure", "GEN", "--pooling", "inverse", "--no-sensitivity", *options]


def estimators(cases):
    weights = {"plain": [3.0, 1.0, 0.5, 20.0, 8.0, 100.0, 2.0], "pair": [1.0, 7.0], "three": [1.0, 0.25, 5.0], "wide": [1e6, 1.0, 2.0, 0.125],
               "huge": [3.0, 1.0, 0.5, 20.0, 8.0, 100.0, 2.0]}
    for name, (y, v) in SETS.items():
        s = Studies(y, v)
        w, one = s.weights(mpf(0)), [mpf(1)] * s.k
        k, q = s.k, s.q(w)
        t0 = s.q(one) / k
        values = {"DL": s.moment(w), "HE": s.moment(one), "HS": max(mpf(0), (q - k) / sum(w)),
                  "HSk": max(mpf(0), (q * k / (k - 1) - k) / sum(w)), "SJ": t0 * s.q(s.weights(t0)) / (k - 1),
                  "ML": s.maximum(False), "REML": s.maximum(True), "PM": s.q_root(k - 1), "PMM": s.q_root(chi2_quantile(mpf(1) / 2, k - 1)),
                  "GENQ": s.moment(w), "GENQM": s.weighted_q_root(w, mpf(1) / 2)}
        values.update({again: values["PM"] for again in ("EB", "DLIT", "SJIT")})
        for key, tau2 in values.items():
            cases.add(f"tau2 {key}", name, columns(name), command("--tau2", key), {"heterogeneity.tau2": tau2})
        for key, tau2, variance in (("DL", values["DL"], None), ("ML", values["ML"], 2 / sum(a * a for a in s.weights(values["ML"]))),
                                    ("REML", values["REML"], 2 / s.trace_pp(s.weights(values["REML"])))):
            trp, typical = s.trace_p(w), (k - 1) / s.trace_p(w)
            if variance is None:
                variance = (2 * (k - 1) + 4 * tau2 * trp + 2 * tau2 ** 2 * s.trace_pp(w)) / trp ** 2
            cases.add("heterogeneity", f"{name}-{key}", columns(name), command("--tau2", key), {
                "heterogeneity.q": q, "heterogeneity.q_p": chi2_above(q, k - 1), "heterogeneity.tau2_se": sqrt(variance),
                "heterogeneity.i2": tau2 / (tau2 + typical), "heterogeneity.h2": 1 + tau2 / typical, "heterogeneity.i2_from_q": max(mpf(0), (q - k + 1) / q)})
        if name in weights:
            u = exactly(weights[name])
            with_weights = dict(columns(name), w=weights[name])
            cases.add("tau2 GENQ", name + "-weights", with_weights, command("--tau2", "GENQ", "--weights", "w"), {"heterogeneity.tau2": s.moment(u)})
            cases.add("tau2 GENQM", name + "-weights", with_weights, command("--tau2", "GENQM", "--weights", "w"),
                      {"heterogeneity.tau2": s.weighted_q_root(u, mpf(1) / 2)})
            cases.add("tau2-interval GENQ", name + "-weights", with_weights, command("--tau2", "GENQ", "--tau2-interval", "GENQ", "--weights", "w"), {
                "heterogeneity.tau2_ci_lower": s.weighted_q_root(u, mpf("0.975")), "heterogeneity.tau2_ci_upper": s.weighted_q_root(u, mpf("0.025"))})


def tau2_intervals(cases):
    for name, (y, v) in SETS.items():
        s = Studies(y, v)
        roots = [1 / sqrt(v) for v in s.v]
        for key, w, level in (("BJ", s.weights(mpf(0)), 0.95), ("J", roots, 0.95), ("J", roots, 0.8)):
            tail = (1 - mpf(level)) / 2
            cases.add(f"tau2-interval {key}", f"{name}-{level}", columns(name), command("--tau2", "DL", "--tau2-interval", key, "--level", str(level)), {
                "heterogeneity.tau2_ci_lower": s.weighted_q_root(w, 1 - tail), "heterogeneity.tau2_ci_upper": s.weighted_q_root(w, tail)})
        tail = mpf("0.025")
        low, high = s.q_root(chi2_quantile(1 - tail, s.k - 1)), s.q_root(chi2_quantile(tail, s.k - 1))
        cases.add("tau2-interval QP", name, columns(name), command("--tau2", "DL", "--tau2-interval", "QP"),
                  {"heterogeneity.tau2_ci_lower": low, "heterogeneity.tau2_ci_upper": high})


def kenward_roger(s, tau2):
    """Partlett & Riley 2017, section 2.3.4."""
    w1, w2, w3 = (sum(a ** n for a in s.weights(tau2)) for n in (1, 2, 3))
    information = w2 / 2 - w3 / w1 + w2 ** 2 / (2 * w1 ** 2)
    variance = 1 / w1 + 2 * (w3 - w2 ** 2 / w1) / (information * w1 ** 2)
    return sqrt(variance), 2 * information / (variance * w2) ** 2


def henmi_copas(s, tail):
    """Henmi & Copas 2010, section 4: R normal, Q given R a gamma variable with the first two moments of Q given R."""
    w = s.weights(mpf(0))
    w1 = sum(w)
    w2, w3, w4 = (sum(a ** n for a in w) / w1 for n in (2, 3, 4))
    k, tau2 = s.k, s.moment(w)
    vr = 1 + tau2 * w2

    def conditional(r):
        excess = r * r / vr ** 2 - 1 / vr
        mean = k - 1 + tau2 * (w1 - w2) + tau2 ** 2 * excess * (w3 - w2 ** 2)
        variance = (2 * (k - 1) + 4 * tau2 * (w1 - w2) + 2 * tau2 ** 2 * (w1 * w2 - 2 * w3 + w2 ** 2) + 4 * tau2 ** 2 * excess * (w3 - w2 ** 2) +
                    4 * tau2 ** 3 * excess * (w4 - 2 * w2 * w3 + w2 ** 3) + 2 * tau2 ** 4 * (1 / vr ** 2 - 2 * r * r / vr ** 3) * (w3 - w2 ** 2) ** 2)
        return mean, variance

    def below(r, x):
        mean, variance = conditional(r * sqrt(vr))
        bound = (w1 / w2 - 1) * ((r / x) ** 2 - 1) + k - 1
        return gammainc(mean ** 2 / variance, 0, bound * mean / variance, regularized=True)

    def upper_tail(x):
        if x == 0:
            return mpf(1) / 2
        ends = [x] + [x + step for step in (mpf("0.05"), mpf("0.2"), mpf("0.6"), mpf("1.5"), 4, 11)]
        return quad(lambda r: below(r, x) * normal_density(r), ends)
    x = root_above(lambda x: upper_tail(x) - tail, mpf(0), mpf(1))
    return s.mean(w), sqrt(vr / w1), x * vr / sqrt(w1)


def mean_intervals(cases):
    for name, (y, v) in SETS.items():
        s = Studies(y, v)
        tau2, df = s.moment(s.weights(mpf(0))), s.k - 1
        w = s.weights(tau2)
        mean, se, ratio = s.mean(w), 1 / sqrt(sum(w)), s.q(w) / df
        z, t = normal_quantile(mpf("0.975")), t_quantile(mpf("0.975"), df)
        se_hk = se * sqrt(ratio)
        hk, plain, adhoc = (se_hk, df), (se, None), (se * max(mpf(1), sqrt(ratio)), df)
        intervals = {"z": plain, "t": (se, df), "hk": hk, "hk-se": adhoc, "hk-ci": hk if t * se_hk > z * se else plain,
                     "hk-iqwig6": adhoc if t * se_hk < z * se else hk, "kr": kenward_roger(s, tau2)}
        for key, (error, nu) in intervals.items():
            reach = t_quantile(mpf("0.975"), nu) * error if nu is None or nu > mpf("0.3") else None
            if reach is None:
                continue  # a fraction of a degree of freedom: beyond any use
            cases.add(f"interval {key}", name, columns(name), command("--tau2", "DL", "--interval", key, "--prediction", "none"), {
                "random.estimate": mean, "random.se": error, "random.p_value": two_sided(mean / error, nu), "random.ci_lower": mean - reach,
                "random.ci_upper": mean + reach}, error)
        spreads = {"z": (tau2 + se ** 2, None), "v": (tau2 + se ** 2, df), "hts": (tau2 + se ** 2, df - 1), "hk": (tau2 + se_hk ** 2, df),
                   "kr": (tau2 + intervals["kr"][0] ** 2, intervals["kr"][1])}
        for key, (variance, nu) in spreads.items():
            if nu is not None and nu < mpf("0.3"):
                continue
            reach = t_quantile(mpf("0.975"), nu) * sqrt(variance)
            cases.add(f"prediction {key}", name, columns(name), command("--tau2", "DL", "--interval", "z", "--prediction", key), {
                "prediction.lower": mean - reach, "prediction.upper": mean + reach}, sqrt(variance))


def henmi_copas_intervals(cases):
    digits, mp.dps = mp.dps, 20
    for name in ("plain", "pair", "three", "outlier", "huge"):
        s = Studies(*SETS[name])
        mean, se, reach = henmi_copas(s, mpf("0.025"))
        cases.add("interval hc", name, columns(name), command("--tau2", "DL", "--interval", "hc"), {
            "random.estimate": mean, "random.se": se, "random.ci_lower": mean - reach, "random.ci_upper": mean + reach}, se)
    mp.dps = digits


def profile_intervals(cases):
    for name in ("plain", "pair", "three", "alike", "offset", "tiny"):
        s = Studies(*SETS[name])
        tau2 = s.maximum(False)
        w = s.weights(tau2)
        mean, se, top = s.mean(w), 1 / sqrt(sum(w)), s.log_likelihood(tau2, False)
        cut = chi2_quantile(mpf("0.95"), 1)
        drop = lambda m: cut - 2 * (top - s.log_likelihood(s.maximum(False, m), False, m))
        ends = [mean + sign * root_above(lambda d: drop(mean + sign * d), mpf(0), se) for sign in (-1, 1)]
        cases.add("interval profile", name, columns(name), command("--tau2", "ML", "--interval", "profile"), {
            "random.estimate": mean, "random.ci_lower": ends[0], "random.ci_upper": ends[1]}, se)


def add_cases(cases):
    estimators(cases)
    tau2_intervals(cases)
    mean_intervals(cases)
    henmi_copas_intervals(cases)
    profile_intervals(cases)
