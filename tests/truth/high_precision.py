"""What the scripts of this folder share: arithmetic of 40 digits (mpmath), distributions, roots, and the list of cases."""
import json

from mpmath import betainc, eigsy, erfc, exp, gammainc, inf, invertlaplace, matrix, mp, mpf, pi, sqrt

mp.dps = 40


def exactly(numbers):
    """The doubles themselves, not the decimals that print them."""
    return [mpf(float(x)) for x in numbers]


def root(f, low, high):
    """The root of a continuous function that changes sign between two points, to 26 digits (Illinois form of the false position)."""
    low, high = mpf(low), mpf(high)
    below, above, moved, before = f(low), f(high), 0, None
    for _ in range(300):
        if below == 0 or above == 0:
            return low if below == 0 else high
        at = (low * above - high * below) / (above - below)
        value = f(at)
        if value == 0 or (before is not None and abs(at - before) <= abs(at) * mpf(10) ** -26):
            return at
        before = at
        if (value > 0) == (above > 0):
            high, above = at, value
            below, moved = (below / 2 if moved > 0 else below), 1
        else:
            low, below = at, value
            above, moved = (above / 2 if moved < 0 else above), -1
    raise ArithmeticError("no root found")


def root_above(f, start, unit):
    """The root above `start` of a function that is positive there and falls to a negative value; `unit` is a guess of the distance."""
    step = mpf(unit)
    while f(start + step) > 0:
        step *= 8
    while step > mpf(unit) * mpf(10) ** -60 and f(start + step / 8) < 0:
        step /= 8
    return root(f, start + step / 8, start + step)


def normal_below(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def normal_density(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def normal_quantile(p):
    return root(lambda x: normal_below(x) - p, -40, 40)


def chi2_below(x, df):
    return gammainc(mpf(df) / 2, 0, mpf(x) / 2, regularized=True)


def chi2_above(x, df):
    return gammainc(mpf(df) / 2, mpf(x) / 2, inf, regularized=True)


def chi2_quantile(p, df):
    return root_above(lambda x: p - chi2_below(x, df), mpf(0), mpf(df))


def t_two_sided(t, df):
    """P(|T| > |t|)."""
    df = mpf(df)
    return betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True)


def t_quantile(p, df):
    """The quantile above 1/2; df None is the normal distribution."""
    if df is None:
        return normal_quantile(p)
    return root_above(lambda t: t_two_sided(t, df) / 2 - (1 - p), mpf(0), mpf(2))


def two_sided(statistic, df=None):
    return erfc(abs(statistic) / sqrt(mpf(2))) if df is None else t_two_sided(statistic, df)


def quadratic_form_below(x, weights):
    """P(sum weights chi2(1) <= x): the Laplace transform, whose singularities are negative, inverted by Talbot's contour."""
    unit = max(weights)
    kept = [w / unit for w in weights if w > unit * mpf(10) ** (-mp.dps + 10)]

    def transform(s):
        product = 1 / s
        for w in kept:
            product /= sqrt(1 + 2 * w * s)
        return product
    return invertlaplace(transform, x / unit, method="talbot")


def symmetric_eigenvalues(rows):
    return list(eigsy(matrix(rows), eigvals_only=True))


def inverse(m):
    """The inverse of a positive definite matrix of any scale (Gauss-Jordan; mpmath's own takes tiny numbers for zero)."""
    n = m.rows
    rows = [[m[i, j] for j in range(n)] + [mpf(i == j) for j in range(n)] for i in range(n)]
    for i in range(n):
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for j in range(n):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i])]
    return matrix([row[n:] for row in rows])


def text(x):
    return mp.nstr(x, 25, strip_zeros=False, min_fixed=0, max_fixed=0) if isinstance(x, mpf) else str(x)


class Cases:
    """Cases in the form that run.py reads."""

    def __init__(self):
        self.rows = []

    def add(self, method, name, columns, command, expect, scale=None):
        """`columns`: {name: doubles or texts}; `expect`: {place in the JSON: value}; `scale`: what errors of estimates and interval ends are
        measured against where it is larger than they are, usually the standard error."""
        k = len(next(iter(columns.values())))
        head = ["study", *columns]
        lines = [",".join(head)] + [",".join([f"s{i + 1}"] + [c[i] if isinstance(c[i], str) else repr(c[i]) for c in columns.values()]) for i in range(k)]
        row = {"method": method, "id": f"{method}/{name}", "command": command, "records": "\n".join(lines) + "\n",
               "expect": {place: text(value) for place, value in expect.items()}}
        if scale is not None:
            row["scale"] = text(scale)
        self.rows.append(row)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as f:
            f.write("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in self.rows) + "\n]\n")
