"""Small-study effects: regressions, rank correlations, trim and fill, fail-safe numbers, excess significance."""
from itertools import combinations

from mpmath import binomial, ceil, erfc, exp, log, matrix, mpf, nint, sqrt

from high_precision import normal_below, normal_quantile, two_sided
from normal_model import SETS, Studies
from regression import Line
from tables import TABLES, Table, named, odds_ratio

FUNNELS = {name: SETS[name] for name in ("plain", "three", "outlier", "offset", "huge", "tiny")}
FUNNELS["uneven"] = ([0.01, 0.02, 0.05, 0.3, 0.45, 0.9, 1.4, 2.2, 0.04], [1e-8, 2e-4, 0.001, 0.04, 0.05, 0.2, 0.4, 0.9, 0.003])
ARMS = {name: TABLES[name] for name in ("trials", "sizes", "zeros")}
ARMS["balanced"] = [[12, 88, 20, 80], [30, 170, 41, 161], [5, 45, 9, 40], [61, 540, 80, 510], [8, 30, 10, 31], [100, 900, 121, 870]]


class Exact(Line):
    """A line through numbers that are no doubles."""

    def __init__(self, y, v, x):  # pylint: disable=super-init-not-called
        self.y, self.v, self.k, self.p = list(y), list(v), len(y), 2
        self.x = matrix([[mpf(1), a] for a in x])


def slope_expectation(line):
    b, bread, rss, _ = line.fit(line.weights(mpf(0)))
    errors = [sqrt(rss / (line.k - 2) * bread[i, i]) for i in range(2)]
    return {"tests.0.intercept": b[0], "tests.0.intercept_se": errors[0], "tests.0.slope": b[1], "tests.0.slope_se": errors[1],
            "tests.0.statistic": b[1] / errors[1], "tests.0.p_value": two_sided(b[1] / errors[1], line.k - 2)}, errors[0]


def kendall(x, y):
    """tau without ties, and its exact two-sided p-value."""
    k = len(x)
    s = sum(1 if (x[i] - x[j]) * (y[i] - y[j]) > 0 else -1 for i, j in combinations(range(k), 2))
    pairs = k * (k - 1) // 2
    ways = [1]
    for n in range(2, k + 1):
        ways = [sum(ways[i - j] for j in range(n) if 0 <= i - j < len(ways)) for i in range(n * (n - 1) // 2 + 1)]
    inversions = (pairs - s) // 2
    low = sum(ways[: min(inversions, pairs - inversions) + 1])
    return mpf(s) / pairs, min(mpf(1), mpf(2 * low) / sum(ways))


def ties(values):
    return len(set(values)) < len(values)


def effects(cases):
    for name, (y, v) in FUNNELS.items():
        columns, s = {"yi": y, "vi": v}, Studies(y, v)
        command = ["bias", "--measure", "GEN", "--pooling", "inverse", "--tau2", "DL", "--interval", "z"]
        w = s.weights(mpf(0))
        if not ties(v):
            for predictor, x in (("sei", [sqrt(u) for u in s.v]), ("vi", s.v)):
                expect, se = slope_expectation(Exact(s.y, s.v, x))
                cases.add(f"bias egger {predictor}", name, columns, [*command, "--tests", "egger", "--predictor", predictor], expect, se)
            line = Exact(s.y, s.v, [sqrt(u) for u in s.v])
            tau2 = line.moment(line.weights(mpf(0)))
            b, bread, _, _ = line.fit(line.weights(tau2))
            errors = [sqrt(bread[i, i]) for i in range(2)]
            for test, options, nu in (("egger", ["--egger", "rma"], None), ("thompson", [], s.k - 2)):
                cases.add(f"bias {test} rma", name, columns, [*command, "--tests", test, *options], {
                    "tests.0.intercept": b[0], "tests.0.slope": b[1], "tests.0.slope_se": errors[1], "tests.0.tau2": tau2,
                    "tests.0.p_value": two_sided(b[1] / errors[1], nu)}, errors[0])
            mean = s.mean(w)
            tau, p = kendall([(a - mean) / sqrt(u - 1 / sum(w)) for a, u in zip(s.y, s.v)], s.v)
            cases.add("bias begg", name, columns, [*command, "--tests", "begg"], {"tests.0.kendall_tau": tau, "tests.0.p_value": p})
        if name != "offset":
            fail_safe(cases, name, columns, command, s)
        excess(cases, name, columns, command, s)
        for estimator in ("L0", "R0", "Q0"):
            trim_and_fill(cases, name, columns, command, s, estimator)


def fail_safe(cases, name, columns, command, s):
    z = [a / sqrt(u) for a, u in zip(s.y, s.v)]
    stouffer, w = sum(z) / sqrt(mpf(s.k)), s.weights(mpf(0))
    p = erfc(abs(stouffer) / sqrt(mpf(2))) / 2
    rosenthal = max(mpf(0), s.k * ((stouffer / normal_quantile(mpf("0.95"))) ** 2 - 1)) if stouffer * stouffer > 0 else mpf(0)
    mean, se = s.mean(w), 1 / sqrt(sum(w))
    rosenberg = max(mpf(0), s.k * ((mean / se / normal_quantile(mpf("0.975"))) ** 2 - 1))
    cases.add("fail-safe numbers", name, columns, command, {
        "fail_safe_n.0.n": ceil(rosenthal), "fail_safe_n.0.p_value": p, "fail_safe_n.2.n": ceil(rosenberg), "fail_safe_n.2.p_value": two_sided(mean / se)})


def excess(cases, name, columns, command, s):
    theta, z = s.mean(s.weights(mpf(0))), normal_quantile(mpf("0.975"))
    shifts = [theta / sqrt(u) for u in s.v]
    power = [normal_below(a - z) + normal_below(-a - z) for a in shifts]
    missed = sum(normal_below(z - a) - normal_below(-z - a) for a in shifts)
    observed = sum(1 for a, u in zip(s.y, s.v) if abs(a) / sqrt(u) >= z)
    expected = sum(power)
    ways = [mpf(1)]
    for p in power:
        ways = [(ways[i] * (1 - p) if i < len(ways) else 0) + (ways[i - 1] * p if i > 0 else 0) for i in range(len(ways) + 1)]
    expect = {"excess_significance.expected": expected, "excess_significance.p_value_exact": sum(ways[observed:])}
    if missed > mpf(10) ** -250:
        statistic = (observed - expected) ** 2 * (1 / expected + 1 / missed)
        sign = 1 if observed > expected else -1
        expect.update({"excess_significance.statistic": statistic, "excess_significance.p_value": normal_below(-sign * sqrt(statistic))})
    cases.add("excess significance", name, columns, command, expect)


def trim_and_fill(cases, name, columns, command, s, estimator):
    """Duval & Tweedie 2000; ties of deviations have no say in these sets."""
    line = Exact(s.y, s.v, [sqrt(u) for u in s.v])
    if ties([float(u) for u in s.v]):
        return
    sign = -1 if line.fit(line.weights(line.moment(line.weights(mpf(0)))))[0][1] < 0 else 1
    order = sorted(range(s.k), key=lambda i: sign * s.y[i])
    y, v, k, k0 = [sign * s.y[i] for i in order], [s.v[i] for i in order], s.k, 0

    def pooled(effects_, variances):
        part = Studies([0.0], [1.0])
        part.y, part.v, part.k = list(effects_), list(variances), len(effects_)
        tau2 = part.moment(part.weights(mpf(0))) if part.k > 1 else mpf(0)
        w = part.weights(tau2)
        return part.mean(w), 1 / sqrt(sum(w)), tau2
    for _ in range(50):
        mean = pooled(y[: k - k0], v[: k - k0])[0]
        ranks = sorted(range(k), key=lambda i: abs(y[i] - mean))
        positive = sum(r + 1 for r, i in enumerate(ranks) if y[i] > mean)
        negative = max([r + 1 for r, i in enumerate(ranks) if y[i] < mean], default=0)
        if estimator == "Q0" and 2 * k * k - 4 * positive + mpf(1) / 4 < 0:
            return
        raw = {"L0": mpf(4 * positive - k * (k + 1)) / (2 * k - 1), "R0": mpf(k - negative - 1) if positive else mpf(0),
               "Q0": k - mpf(1) / 2 - sqrt(max(mpf(0), 2 * k * k - 4 * positive + mpf(1) / 4))}[estimator]
        new = max(0, int(nint(raw)))
        if new == k0 or new >= k:
            break
        k0 = new
    if new >= k or new != k0:
        return
    filled = pooled(y + [2 * mean - y[i] for i in range(k - k0, k)], v + v[k - k0:])
    cases.add(f"trim and fill {estimator}", name, columns, [*command, "--trim-fill", estimator], {
        "trim_fill.k0": mpf(k0), "trim_fill.estimate": sign * filled[0], "trim_fill.se": filled[1], "trim_fill.tau2": filled[2]}, filled[1])


def hypergeometric_moments(t, ratio):
    low, high = int(max(0, t.m1 - t.n2)), int(min(t.n1, t.m1))
    weights = [(x, binomial(t.n1, x) * binomial(t.n2, t.m1 - x) * ratio ** x) for x in range(low, high + 1)]
    total = sum(w for _, w in weights)
    mean = sum(x * w for x, w in weights) / total
    return mean, sum((x - mean) ** 2 * w for x, w in weights) / total


def two_arms(cases):
    for name, rows in ARMS.items():
        tables, columns = [Table(r) for r in rows], named(rows, ("ai", "bi", "ci", "di"))
        command = ["bias", "--measure", "OR", "--pooling", "inverse", "--tau2", "DL", "--interval", "z"]
        informative = [t for t in tables if t.variance() > 0]
        z = [(t.a - t.expected()) for t in informative]
        info = [t.variance() for t in informative]
        lines = {"harbord": ([a / b for a, b in zip(z, info)], [1 / b for b in info], [1 / sqrt(b) for b in info])}
        if name != "zeros":
            y = [log(t.a * t.d / (t.b * t.c)) for t in tables]
            v = [1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d for t in tables]
            lines["peters"] = (y, [1 / t.m1 + 1 / t.m0 for t in tables], [1 / t.n for t in tables])
            lines["macaskill"] = (y, v, [t.n for t in tables])
            lines["deeks"] = (y, [(1 / t.n1 + 1 / t.n2) / 4 for t in tables], [sqrt(1 / t.n1 + 1 / t.n2) / 2 for t in tables])
            lines["pustejovsky"] = (y, v, [sqrt(1 / t.n1 + 1 / t.n2) for t in tables])
        for test, (y_, v_, x) in lines.items():
            expect, se = slope_expectation(Exact(y_, v_, x))
            cases.add(f"bias {test}", name, columns, [*command, "--tests", test], expect, se)
        if name in ("balanced", "trials"):
            ratio = exp(odds_ratio(tables)[0])
            moments = [hypergeometric_moments(t, ratio) for t in tables]
            tau, p = kendall([(t.a - m) / sqrt(u) for t, (m, u) in zip(tables, moments)], [1 / u for _, u in moments])
            cases.add("bias schwarzer", name, columns, [*command, "--tests", "schwarzer"], {"tests.0.kendall_tau": tau, "tests.0.p_value": p})


def add_cases(cases):
    effects(cases)
    two_arms(cases)
