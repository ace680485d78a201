#include "engine/bayes/prior.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "engine/bayes/prior_table.hpp"
#include "engine/methods/table.hpp"
#include "engine/numerics/distributions.hpp"

namespace tausq::bayes {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double log_root_two_pi = 0.91893853320467274178;

double half_normal(double tau, double s, double) {
  return std::numbers::ln2 - log_root_two_pi - std::log(s) - 0.5 * (tau / s) * (tau / s);
}
double half_cauchy(double tau, double s, double) {
  return std::log(2 * std::numbers::inv_pi / s) - std::log1p((tau / s) * (tau / s));
}
double half_t(double tau, double df, double s) {
  const double constant = numerics::log_gamma(0.5 * (df + 1)) - numerics::log_gamma(0.5 * df) - 0.5 * std::log(df * std::numbers::pi);
  return std::numbers::ln2 + constant - std::log(s) - 0.5 * (df + 1) * std::log1p((tau / s) * (tau / s) / df);
}
double exponential(double tau, double rate, double) {
  return std::log(rate) - rate * tau;
}
double uniform(double tau, double, double upper) {
  return tau > upper ? -infinity : upper == infinity ? 0 : -std::log(upper);
}
double log_normal(double tau, double m, double s) {
  const double z = (2 * std::log(tau) - m) / s;
  return std::numbers::ln2 - log_root_two_pi - std::log(s) - std::log(tau) - 0.5 * z * z;
}

/// t on 5 degrees of freedom: 8 / (3 pi sqrt(5)) (1 + z^2 / 5)^-3.
double log_t(double tau, double m, double s) {
  constexpr double constant = -0.9686195890547242;  // log of 8 / (3 pi sqrt(5))
  const double log_tau = std::log(tau), z = (2 * log_tau - m) / s;
  return std::numbers::ln2 + constant - std::log(s) - log_tau - 3 * std::log1p(0.2 * z * z);
}

double no_tail(double, double) {
  return infinity;
}

bool first_positive(double a, double) {
  return a > 0;
}
bool both_positive(double a, double b) {
  return a > 0 && b > 0;
}
bool second_positive(double, double b) {
  return b > 0;
}
/// A wider distribution of log tau2 reaches farther than doubles do.
bool within_doubles(double a, double b) {
  return std::abs(a) <= 50 && b > 0 && b <= 10;
}
bool from_zero(double a, double b) {
  return a == 0 && b > 0;
}
double first(double a, double) {
  return a;
}
double second(double, double b) {
  return b;
}
double log_median(double m, double) {
  return std::exp(0.5 * m);
}

constexpr std::array<TauPriorRow, 8> tau_priors{{
    {TauPrior::halfnormal,
     {"halfnormal", "half-normal hn", "half-normal(s)", "sqrt(2 / pi) / s exp(-tau^2 / (2 s^2))",
      "Röver et al. 2021, Res Synth Methods 12:448"},
     "halfnormal(s), s > 0",
     1,
     1,
     first_positive,
     half_normal,
     no_tail,
     first},
    {TauPrior::halfcauchy,
     {"halfcauchy", "half-cauchy hc", "half-Cauchy(s)", "2 / (pi s (1 + tau^2 / s^2))", "Gelman 2006, Bayesian Anal 1:515"},
     "halfcauchy(s), s > 0",
     1,
     1,
     first_positive,
     half_cauchy,
     [](double, double) { return 2.0; },
     first},
    {TauPrior::halft,
     {"halft", "half-t", "half-t(df, s)", "proportional to (1 + tau^2 / (df s^2))^(-(df + 1) / 2)", "Gelman 2006, Bayesian Anal 1:515"},
     "halft(df, s), both > 0",
     2,
     2,
     both_positive,
     half_t,
     [](double df, double) { return df + 1; },
     second},
    {TauPrior::exponential,
     {"exponential", "exp", "exponential(rate)", "rate exp(-rate tau)", "Röver et al. 2021, Res Synth Methods 12:448"},
     "exponential(rate), rate > 0",
     1,
     1,
     first_positive,
     exponential,
     no_tail,
     [](double rate, double) { return 1 / rate; }},
    {TauPrior::uniform,
     {"uniform", "", "uniform(0, b); without b improper", "1 / b for tau <= b", "Spiegelhalter, Abrams & Myles 2004, ch. 5"},
     "uniform(0, b), b > 0, or uniform without an upper end",
     0,
     2,
     from_zero,
     uniform,
     [](double, double b) { return b == infinity ? 0 : infinity; },
     second},
    {TauPrior::lognormal,
     {"lognormal", "log-normal", "log-normal(m, s) of tau2", "log(tau2) ~ N(m, s^2)", "Turner et al. 2015, Stat Med 34:984"},
     "lognormal(m, s), s > 0: log(tau2) ~ N(m, s^2)",
     2,
     2,
     second_positive,
     log_normal,
     no_tail,
     log_median},
    {TauPrior::turner,
     {"turner", "", "log-normal of tau2 by outcome and comparison, log odds ratios",
      "log(tau2) ~ N(m, s^2) of the predictive distributions from the Cochrane Database", "Turner et al. 2015, Stat Med 34:984, table IV"},
     "turner(outcome, comparison)",
     2,
     2,
     second_positive,
     log_normal,
     no_tail,
     log_median},
    {TauPrior::logt,
     {"logt", "log-t", "log-t(m, s) of tau2 with 5 degrees of freedom",
      "log(tau2) = m + s T, T ~ t_5; m and s by outcome and comparison from the paper's tables, standardised mean differences",
      "Rhodes, Turner & Higgins 2015, J Clin Epidemiol 68:52"},
     "logt(m, s), -50 <= m <= 50, 0 < s <= 10: (log(tau2) - m) / s ~ t with 5 degrees of freedom",
     2,
     2,
     within_doubles,
     log_t,
     [](double, double) { return 1.0; },
     log_median},
}};
static_assert(methods_detail::well_formed(tau_priors));

struct MuPriorRow {
  MuPrior id;
  MethodInfo info;
};

constexpr std::array<MuPriorRow, 3> mu_priors{{
    {MuPrior::flat, {"flat", "", "flat on the analysis scale", "1 (improper)", "Röver 2020, J Stat Softw 93(6), section 2.2"}},
    {MuPrior::normal,
     {"normal", "", "normal(m, s)", "exp(-(mu - m)^2 / (2 s^2)) / (s sqrt(2 pi))",
      "Günhan, Röver & Friede 2020, Res Synth Methods 11:74 (2.82 for log odds ratios)"}},
    {MuPrior::uniform_probability,
     {"uniform-probability", "", "flat on the probability scale", "exp(mu) / (1 + exp(mu))^2", "logistic density: expit(mu) ~ U(0, 1)"}},
}};
static_assert(methods_detail::well_formed(mu_priors));

}  // namespace

const TauPriorRow& row_of(TauPrior family) {
  return tau_priors[static_cast<std::size_t>(family)];
}

double PriorOfTau::log_density(double tau) const {
  return row_of(family).log_density(tau, a, b);
}
double PriorOfTau::tail() const {
  return row_of(family).tail(a, b);
}
double PriorOfTau::typical() const {
  return row_of(family).typical(a, b);
}

double PriorOfMu::log_density(double mu) const {
  switch (family) {
    case MuPrior::flat:
      return 0;
    case MuPrior::normal:
      return -log_root_two_pi - std::log(sd) - 0.5 * ((mu - mean) / sd) * ((mu - mean) / sd);
    case MuPrior::uniform_probability:
      return -std::abs(mu) - 2 * std::log1p(std::exp(-std::abs(mu)));
  }
  return 0;
}

}  // namespace tausq::bayes

using tausq::bayes::mu_priors;
using tausq::bayes::tau_priors;
TAUSQ_DEFINE_METHODS(TauPrior, tau_priors)
TAUSQ_DEFINE_METHODS(MuPrior, mu_priors)
