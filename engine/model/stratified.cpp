#include "engine/model/stratified.hpp"

#include <array>
#include <cmath>

#include "engine/numerics/sums.hpp"
#include "engine/numerics/wide.hpp"

namespace tausq::model {

namespace {

/// What one stratum adds to the sums; `difference_low` is the rounding error of `difference`.
struct Terms {
  double difference, difference_low, r, s, v1, v2, v3;
};

/// Sums over all strata. Only the difference can cancel, so only it is compensated.
struct Sums {
  double difference = 0, r = 0, s = 0, v1 = 0, v2 = 0, v3 = 0;
};

constexpr std::size_t lanes = 8;  // independent partial sums, the same on every processor

class LaneSums {
 public:
  TAUSQ_WIDE_PART void add(std::size_t lane, const Terms& terms) {
    const double total = difference_[lane] + terms.difference;
    const double part = total - difference_[lane];
    low_[lane] += ((difference_[lane] - (total - part)) + (terms.difference - part)) + terms.difference_low;
    difference_[lane] = total;
    r_[lane] += terms.r;
    s_[lane] += terms.s;
    v1_[lane] += terms.v1;
    v2_[lane] += terms.v2;
    v3_[lane] += terms.v3;
  }
  Sums total() const {
    Sums sums;
    numerics::Sum difference;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      difference.add(difference_[lane]);
      difference.add(low_[lane]);
      sums.r += r_[lane];
      sums.s += s_[lane];
      sums.v1 += v1_[lane];
      sums.v2 += v2_[lane];
      sums.v3 += v3_[lane];
    }
    sums.difference = difference.value();
    return sums;
  }

 private:
  std::array<double, lanes> difference_{}, low_{}, r_{}, s_{}, v1_{}, v2_{}, v3_{};
};

template <typename TermsOf>
TAUSQ_WIDE_PART Sums total(const Strata& strata, TermsOf&& terms_of) {
  const auto [a, b, c, d] = strata;
  LaneSums sums;
  std::size_t i = 0;
  for (; i + lanes <= a.size(); i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums.add(lane, terms_of(a[i + lane], b[i + lane], c[i + lane], d[i + lane]));
  for (; i < a.size(); ++i) sums.add(i % lanes, terms_of(a[i], b[i], c[i], d[i]));
  return sums.total();
}

/// (a d - b c) / n in two parts: products, their difference and the quotient keep what they round away.
struct Quotient {
  double high, low;
};
TAUSQ_WIDE_PART Quotient excess(double a, double b, double c, double d, double n, double inverse_n) {
  const double ad = a * d, bc = b * c, difference = ad - bc;
  const double part = difference - ad;
  const double rounded = (ad - (difference - part)) - (bc + part);
  const double low = std::fma(a, d, -ad) - std::fma(b, c, -bc) + rounded;
  const double quotient = difference * inverse_n;
  return {quotient, (std::fma(-quotient, n, difference) + low) * inverse_n};
}

TAUSQ_WIDE Sums odds_ratio_sums(const Strata& tables) {
  return total(tables, [](double a, double b, double c, double d) {
    const double n = (a + b) + (c + d), inverse = 1 / n;
    const Quotient e = excess(a, b, c, d, n, inverse);
    const double p = (a + d) * inverse, q = (b + c) * inverse, r = a * d * inverse, s = b * c * inverse;
    return Terms{e.high, e.low, r, s, p * r, p * s + q * r, q * s};
  });
}

TAUSQ_WIDE Sums risk_ratio_sums(const Strata& tables) {
  return total(tables, [](double a, double b, double c, double d) {
    const double n1 = a + b, n2 = c + d, n = n1 + n2, inverse = 1 / n;
    const Quotient e = excess(a, b, c, d, n, inverse);
    // n1 n2 (a + c) - a c n, with what cancels taken out.
    const double v = (a * d * n1 + b * c * n2) * inverse * inverse;
    return Terms{e.high, e.low, a * n2 * inverse, c * n1 * inverse, v, 0, 0};
  });
}

TAUSQ_WIDE Sums risk_difference_sums(const Strata& tables) {
  return total(tables, [](double a, double b, double c, double d) {
    const double n1 = a + b, n2 = c + d, n = n1 + n2, inverse = 1 / n;
    const Quotient e = excess(a, b, c, d, n, inverse);
    const double f1 = n1 * inverse, f2 = n2 * inverse;
    const double sato_p = f1 * f1 * c - f2 * f2 * a + f1 * f2 * (n2 - n1) * 0.5;
    const double sato_q = (a * d + b * c) * inverse * 0.5;
    const double large_strata = a * b / n1 * f2 * f2 + c * d / n2 * f1 * f1;
    return Terms{e.high, e.low, 0, n1 * f2, sato_p, sato_q, large_strata};
  });
}

TAUSQ_WIDE Sums hypergeometric_sums(const Strata& tables) {
  return total(tables, [](double a, double b, double c, double d) {
    const double n1 = a + b, n2 = c + d, n = n1 + n2, inverse = 1 / n;
    const Quotient e = excess(a, b, c, d, n, inverse);
    const double v = (n1 * inverse) * (n2 * inverse) * (a + c) * ((b + d) / (n - 1));
    return Terms{e.high, e.low, 0, 0, v, 0, 0};
  });
}

TAUSQ_WIDE Sums rate_ratio_sums(const Strata& rates) {
  return total(rates, [](double x1, double t1, double x2, double t2) {
    const double t = t1 + t2, inverse = 1 / t;
    const Quotient e = excess(x1, t1, x2, t2, t, inverse);
    const double f1 = t1 * inverse, f2 = t2 * inverse;
    return Terms{e.high, e.low, x1 * f2, x2 * f1, f1 * f2 * (x1 + x2), 0, 0};
  });
}

TAUSQ_WIDE Sums rate_difference_sums(const Strata& rates) {
  return total(rates, [](double x1, double t1, double x2, double t2) {
    const double t = t1 + t2, inverse = 1 / t;
    const Quotient e = excess(x1, t1, x2, t2, t, inverse);
    const double f1 = t1 * inverse, f2 = t2 * inverse;
    return Terms{e.high, e.low, 0, t1 * f2, f2 * f2 * x1 + f1 * f1 * x2, 0, 0};
  });
}

std::optional<double> root_if_positive(double variance) {
  if (!(variance > 0) || !std::isfinite(variance)) return std::nullopt;
  return std::sqrt(variance);
}

/// log(r / s), by the difference where the two are close.
StratifiedEffect log_ratio(const Sums& sums, double variance) {
  StratifiedEffect effect{sums.difference, sums.r, sums.s, std::nullopt, std::nullopt};
  if (!(sums.r > 0 && sums.s > 0)) return effect;
  const double relative = sums.difference / sums.s;
  effect.estimate = std::abs(relative) < 0.5 ? std::log1p(relative) : std::log(sums.r / sums.s);
  effect.se = root_if_positive(variance);
  return effect;
}

/// difference / s.
StratifiedEffect weighted_difference(const Sums& sums, double variance) {
  StratifiedEffect effect{sums.difference, sums.r, sums.s, std::nullopt, std::nullopt};
  if (!(sums.s > 0)) return effect;
  effect.estimate = sums.difference / sums.s;
  effect.se = root_if_positive(variance);
  return effect;
}

}  // namespace

Strata strata(const TwoArmCounts& counts) {
  return {counts.ai, counts.bi, counts.ci, counts.di};
}
Strata strata(const TwoArmRates& rates) {
  return {rates.x1i, rates.t1i, rates.x2i, rates.t2i};
}

StratifiedEffect mantel_haenszel(Measure measure, const Strata& strata, RiskDifferenceVariance variance) {
  if (measure == Measure::OR) {
    const Sums sums = odds_ratio_sums(strata);
    const double r = sums.r, s = sums.s;
    return log_ratio(sums, 0.5 * (sums.v1 / r / r + sums.v2 / r / s + sums.v3 / s / s));
  }
  if (measure == Measure::RR || measure == Measure::IRR) {
    const Sums sums = measure == Measure::RR ? risk_ratio_sums(strata) : rate_ratio_sums(strata);
    return log_ratio(sums, sums.v1 / sums.r / sums.s);
  }
  if (measure == Measure::RD) {
    const Sums sums = risk_difference_sums(strata);
    const double sato = sums.difference / sums.s * sums.v1 + sums.v2;
    return weighted_difference(sums, (variance == RiskDifferenceVariance::sato ? sato : sums.v3) / sums.s / sums.s);
  }
  if (measure == Measure::IRD) {
    const Sums sums = rate_difference_sums(strata);
    return weighted_difference(sums, sums.v1 / sums.s / sums.s);
  }
  return {};
}

std::vector<double> mantel_haenszel_weights(Measure measure, const Strata& strata) {
  const auto [a, b, c, d] = strata;
  std::vector<double> weights(strata.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double n1 = a[i] + b[i], n2 = c[i] + d[i];
    if (measure == Measure::OR) weights[i] = b[i] * c[i] / (n1 + n2);
    if (measure == Measure::RR) weights[i] = c[i] * (n1 / (n1 + n2));
    if (measure == Measure::RD) weights[i] = n1 * (n2 / (n1 + n2));
    if (measure == Measure::IRR) weights[i] = c[i] * (b[i] / (b[i] + d[i]));
    if (measure == Measure::IRD) weights[i] = b[i] * (d[i] / (b[i] + d[i]));
  }
  return weights;
}

StratifiedEffect peto(const Strata& tables) {
  Sums sums = hypergeometric_sums(tables);
  sums.s = sums.v1;
  return weighted_difference(sums, 1 / sums.s);
}

ObservedMinusExpected observed_minus_expected(const Strata& tables) {
  const auto [a, b, c, d] = tables;
  ObservedMinusExpected result;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Sums one = hypergeometric_sums({a.subspan(i, 1), b.subspan(i, 1), c.subspan(i, 1), d.subspan(i, 1)});
    result.difference.push_back(one.difference);
    result.variance.push_back(one.v1);
  }
  return result;
}

NullSums null_sums_of_tables(const Strata& tables) {
  const Sums sums = hypergeometric_sums(tables);
  return {sums.difference, sums.v1};
}

NullSums null_sums_of_rates(const Strata& rates) {
  const Sums sums = rate_ratio_sums(rates);
  return {sums.difference, sums.v1};
}

}  // namespace tausq::model
