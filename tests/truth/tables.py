"""Two-by-two tables and person-time: Mantel-Haenszel, Peto, sample-size weights, and the tests that go with them."""
from mpmath import exp, log, mpf, sqrt

from high_precision import chi2_above, exactly, two_sided

TABLES = {
    "trials": [[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761]],
    "zeros": [[0, 20, 3, 17], [2, 38, 0, 41], [1, 9, 4, 8], [5, 95, 9, 90]],
    "pair": [[10, 40, 20, 30], [7, 93, 9, 88]],
    "sizes": [[1, 1, 2, 3], [30000, 70000, 31000, 69000], [400000000, 600000000, 400010000, 599990000]],
    "nearly equal": [[300000001, 700000000, 300000000, 700000003], [5000, 5003, 5001, 5002]],
}
RATES = {
    "trials": [[4, 119.5, 11, 128.25], [6, 300.0, 29, 274.75], [3, 228.0, 11, 209.5]],
    "zeros": [[0, 20.5, 3, 17.0], [2, 38.0, 0, 41.0], [5, 95.0, 9, 90.0]],
    "pair": [[10, 40.0, 20, 30.0], [7, 93.0, 9, 88.5]],
    "sizes": [[30000, 7e9, 31000, 6.9e9], [5, 0.125, 7, 0.25]],
}


def named(rows, names):
    return dict(zip(names, map(list, zip(*rows))))


class Table:
    def __init__(self, row):
        self.a, self.b, self.c, self.d = exactly(row)
        self.n1, self.n2, self.m1, self.m0 = self.a + self.b, self.c + self.d, self.a + self.c, self.b + self.d
        self.n = self.n1 + self.n2

    def expected(self):
        return self.n1 * self.m1 / self.n

    def variance(self):
        return self.n1 * self.n2 * self.m1 * self.m0 / (self.n ** 2 * (self.n - 1))

    def fitted(self, odds_ratio):
        """Events of the first arm, given the margins, at a common odds ratio."""
        if odds_ratio == 1:
            return self.expected()
        p, q, r = odds_ratio - 1, self.n2 - self.m1 + odds_ratio * (self.n1 + self.m1), odds_ratio * self.n1 * self.m1
        root = sqrt(q * q - 4 * p * r)
        return 2 * r / (q + root)


def odds_ratio(tables):
    r, s = sum(t.a * t.d / t.n for t in tables), sum(t.b * t.c / t.n for t in tables)
    pr = sum((t.a + t.d) * t.a * t.d / t.n ** 2 for t in tables)
    cross = sum(((t.a + t.d) * t.b * t.c + (t.b + t.c) * t.a * t.d) / t.n ** 2 for t in tables)
    qs = sum((t.b + t.c) * t.b * t.c / t.n ** 2 for t in tables)
    return log(r / s), sqrt(pr / (2 * r * r) + cross / (2 * r * s) + qs / (2 * s * s))


def risk_ratio(tables):
    r, s = sum(t.a * t.n2 / t.n for t in tables), sum(t.c * t.n1 / t.n for t in tables)
    return log(r / s), sqrt(sum((t.n1 * t.n2 * t.m1 - t.a * t.c * t.n) / t.n ** 2 for t in tables) / (r * s))


def risk_difference(tables):
    w = sum(t.n1 * t.n2 / t.n for t in tables)
    theta = sum((t.a * t.n2 - t.c * t.n1) / t.n for t in tables) / w
    p = sum((t.c * (t.n1 / t.n) ** 2 - t.a * (t.n2 / t.n) ** 2 + t.n1 * t.n2 * (t.n2 - t.n1) / (2 * t.n ** 2)) for t in tables)
    q = sum((t.a * (t.n2 - t.c) + t.c * (t.n1 - t.a)) / (2 * t.n) for t in tables)
    return theta, sqrt((theta * p + q) / w ** 2)


def peto(tables):
    v = [t.variance() for t in tables]
    theta = sum(t.a - t.expected() for t in tables) / sum(v)
    q = sum(w * ((t.a - t.expected()) / w - theta) ** 2 for w, t in zip(v, tables) if w > 0)
    return theta, 1 / sqrt(sum(v)), q


def homogeneity(tables, theta):
    """Breslow-Day and Tarone at the Mantel-Haenszel odds ratio."""
    fits = [(t, t.fitted(exp(theta))) for t in tables]
    variances = [1 / (1 / f + 1 / (t.n1 - f) + 1 / (t.m1 - f) + 1 / (t.n2 - t.m1 + f)) for t, f in fits]
    bd = sum((t.a - f) ** 2 / v for (t, f), v in zip(fits, variances))
    return bd, bd - sum(t.a - f for t, f in fits) ** 2 / sum(variances)


def counts(cases):
    for name, rows in TABLES.items():
        tables, columns = [Table(r) for r in rows], named(rows, ("ai", "bi", "ci", "di"))
        for measure, kernel in (("OR", odds_ratio), ("RR", risk_ratio), ("RD", risk_difference)):
            theta, se = kernel(tables)
            cases.add(f"pooling mh {measure}", name, columns, ["pool", "--measure", measure, "--pooling", "mh", "--interval", "z", "--no-sensitivity"], {
                "common.estimate": theta, "common.se": se, "common.p_value": two_sided(theta / se)}, se)
        theta, se, q = peto(tables)
        cases.add("pooling peto", name, columns, ["pool", "--measure", "PETO", "--pooling", "peto", "--interval", "z", "--no-sensitivity"], {
            "common.estimate": theta, "common.se": se, "heterogeneity.q": q}, se)
        deviation = abs(sum(t.a - t.expected() for t in tables))
        v = sum(t.variance() for t in tables)
        for options, x in (([], (deviation - mpf(1) / 2) ** 2 / v), (["--no-cmh-correction"], deviation ** 2 / v)):
            cases.add("test cmh", name + ("-plain" if options else ""), columns,
                      ["pool", "--measure", "OR", "--pooling", "mh", "--interval", "z", "--no-sensitivity", *options],
                      {"tests.cmh.statistic": x, "tests.cmh.p_value": chi2_above(x, 1)})
        bd, tarone = homogeneity(tables, odds_ratio(tables)[0])
        if name != "zeros":
            for test, x in (("breslow_day", bd), ("tarone", tarone)):
                cases.add(f"test {test}", name, columns, ["pool", "--measure", "OR", "--pooling", "mh", "--interval", "z", "--no-sensitivity"],
                          {f"tests.{test}.statistic": x, f"tests.{test}.p_value": chi2_above(x, len(tables) - 1)})
            y = [log(t.a * t.d / (t.b * t.c)) for t in tables]
            variance = [1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d for t in tables]
            n = [t.n1 * t.n2 / t.n for t in tables]
            se = sqrt(sum(m * m * u for m, u in zip(n, variance))) / sum(n)
            cases.add("pooling ssw", name, columns, ["pool", "--measure", "OR", "--pooling", "ssw", "--interval", "z", "--no-sensitivity"], {
                "common.estimate": sum(a * b for a, b in zip(n, y)) / sum(n), "common.se": se}, se)


def person_time(cases):
    for name, rows in RATES.items():
        x1, t1, x2, t2 = (exactly(c) for c in zip(*rows))
        k = range(len(rows))
        total = [a + b for a, b in zip(t1, t2)]
        r, s = sum(x1[i] * t2[i] / total[i] for i in k), sum(x2[i] * t1[i] / total[i] for i in k)
        ratio = log(r / s), sqrt(sum((x1[i] + x2[i]) * t1[i] * t2[i] / total[i] ** 2 for i in k) / (r * s))
        w = sum(t1[i] * t2[i] / total[i] for i in k)
        variance = sum((t1[i] * t2[i] / total[i]) ** 2 * (x1[i] / t1[i] ** 2 + x2[i] / t2[i] ** 2) for i in k) / w ** 2
        for measure, (theta, se) in (("IRR", ratio), ("IRD", ((r - s) / w, sqrt(variance)))):
            cases.add(f"pooling mh {measure}", name, named(rows, ("x1i", "t1i", "x2i", "t2i")),
                      ["pool", "--measure", measure, "--pooling", "mh", "--interval", "z", "--no-sensitivity"],
                      {"common.estimate": theta, "common.se": se, "common.p_value": two_sided(theta / se)}, se)


def add_cases(cases):
    counts(cases)
    person_time(cases)
