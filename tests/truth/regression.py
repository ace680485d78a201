"""Meta-regression: coefficients, tests and tau2, by the normal equations in 40 digits."""
from mpmath import matrix, mpf, sqrt

from high_precision import chi2_above, exactly, inverse, root_above, two_sided
from normal_model import PLAIN_V, PLAIN_Y

MODERATORS = {
    "one": {"x": [44.0, 55.0, 42.0, 52.0, 13.0, 44.0, 19.0]},
    "years": {"x": [1948.0, 1949.0, 1960.0, 1977.0, 1973.0, 1953.0, 1980.0], "z": [3804704.0, 3798601.0, 3841600.0, 3908529.0, 3892729.0, 3814209.0, 3920400.0]},
    "tiny": {"x": [1e-9 * i for i in (4, 9, 2, 7, 1, 5, 8)]},
    "far": {"x": [1e9 + i for i in (4, 9, 2, 7, 1, 5, 8)]},
    "three": {"x": [1.0, 2.0, 4.0]},
}


class Line:
    def __init__(self, y, v, terms):
        self.y, self.v, self.k = exactly(y), exactly(v), len(y)
        self.x = matrix([[mpf(1)] + [t[i] for t in map(exactly, terms)] for i in range(self.k)])
        self.p = self.x.cols

    def fit(self, w):
        """-> coefficients, (X'WX)^-1, weighted residual sum, P."""
        xw = self.x.T * matrix([[w[i] if i == j else 0 for j in range(self.k)] for i in range(self.k)])
        bread = inverse(xw * self.x)
        b = bread * (xw * matrix(self.y))
        residual = matrix(self.y) - self.x * b
        hat = xw.T * bread * xw
        p = matrix(self.k, self.k)
        for i in range(self.k):
            for j in range(self.k):
                p[i, j] = (w[i] if i == j else 0) - hat[i, j]
        return b, bread, sum(w[i] * residual[i] ** 2 for i in range(self.k)), p

    def weights(self, tau2):
        return [1 / (v + tau2) for v in self.v]

    def moment(self, w):
        _, _, q, p = self.fit(w)
        return max(mpf(0), (q - sum(p[i, i] * self.v[i] for i in range(self.k))) / sum(p[i, i] for i in range(self.k)))

    def reml(self):
        def slope(t):
            _, _, _, p = self.fit(self.weights(t))
            py = p * matrix(self.y)
            return sum(a * a for a in py) - sum(p[i, i] for i in range(self.k))
        return root_above(slope, mpf(0), sum(self.v)) if slope(mpf(0)) > 0 else mpf(0)

    def pm(self):
        f = lambda t: self.fit(self.weights(t))[2] - (self.k - self.p)
        return root_above(f, mpf(0), sum(self.v)) if f(mpf(0)) > 0 else mpf(0)


def add_cases(cases):
    for name, terms in MODERATORS.items():
        k = len(terms["x"])
        y, v = PLAIN_Y[:k], PLAIN_V[:k]
        line = Line(y, v, list(terms.values()))
        df, q = k - line.p, line.fit(line.weights(mpf(0)))[2]
        estimates = {"DL": line.moment(line.weights(mpf(0))), "HE": line.moment([mpf(1)] * k), "REML": line.reml(), "PM": line.pm()}
        for key, tau2 in estimates.items():
            b, bread, inner, _ = line.fit(line.weights(tau2))
            below = matrix([[bread[i, j] for j in range(1, line.p)] for i in range(1, line.p)])
            slopes = matrix([b[i] for i in range(1, line.p)])
            qm = (slopes.T * inverse(below) * slopes)[0]
            for interval, scale, nu in (("z", mpf(1), None), ("hk", inner / df, df)):
                errors = [sqrt(scale * bread[i, i]) for i in range(line.p)]
                expect = {"heterogeneity.tau2": tau2, "regression.qe": q, "regression.qe_p": chi2_above(q, df)}
                expect.update({f"regression.beta.{i}": b[i] for i in range(line.p)})
                expect.update({f"regression.se.{i}": errors[i] for i in range(line.p)})
                expect.update({f"regression.p_value.{i}": two_sided(b[i] / errors[i], nu) for i in range(line.p)})
                if interval == "z":
                    expect.update({"regression.qm": qm, "regression.qm_p": chi2_above(qm, line.p - 1)})
                if interval == "hk" and key == "REML" and tau2 == 0:
                    continue
                cases.add("meta-regression", f"{name}-{key}-{interval}", {"yi": y, "vi": v, **terms},
                          ["pool", "--measure", "GEN", "--pooling", "inverse", "--tau2", key, "--interval", interval, "--mods", " + ".join(terms), "--no-sensitivity"], expect)
