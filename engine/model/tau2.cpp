#include "engine/model/tau2.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/methods/table.hpp"
#include "engine/model/generalised_q.hpp"
#include "engine/numerics/distributions.hpp"
#include "engine/numerics/sums.hpp"

namespace tausq::model {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

double as_double(std::size_t n) {
  return static_cast<double>(n);
}

std::vector<double> inverse_variances(const NormalData& data, double tau2) {
  std::vector<double> weights(data.k);
  for (std::size_t i = 0; i < data.k; ++i) weights[i] = 1 / (data.v[i] + tau2);
  return weights;
}

/// sqrt(Var(q)) at weights 1 / (v + at), where q has variance components tau2.
double se_of_q(const Tau2Problem& problem, double at, double tau2) {
  return std::sqrt(generalised_q(problem.data, inverse_variances(problem.data, at), problem.work).variance(tau2));
}

// ---- method of moments ----

/// (q - tr PV) / tr P for given weights.
Tau2Estimate from_generalised_q(const Tau2Problem& problem, std::span<const double> weights) {
  const GeneralisedQ g = generalised_q(problem.data, weights, problem.work);
  const double tau2 = std::max(0.0, g.excess / g.tr_p);
  return {.tau2 = tau2, .se = std::sqrt(g.variance(tau2)) / g.tr_p};
}

Tau2Estimate dersimonian_laird(const Tau2Problem& problem) {
  const PreciseMoments m = best_moments(problem.data, 0, problem.work);
  const double tr_p = static_cast<double>(m.tr_p), df = problem.data.df();
  const double tau2 = std::max(0.0, problem.q ? (*problem.q - df) / tr_p : static_cast<double>((m.q - df) / m.tr_p));
  const double variance = 2 * df + tau2 * (4 * tr_p + 2 * tau2 * static_cast<double>(m.tr_pp));
  return {.tau2 = tau2, .se = std::sqrt(variance) / tr_p};
}

Tau2Estimate hedges(const Tau2Problem& problem) {
  return from_generalised_q(problem, std::vector<double>(problem.data.k, 1.0));
}

/// (factor q - k) / sum(w)
Tau2Estimate hunter_schmidt_with(const Tau2Problem& problem, double factor) {
  const PreciseMoments m = best_moments(problem.data, 0, problem.work);
  const double k = as_double(problem.data.k), df = problem.data.df();
  const double tau2 = std::max(0.0, static_cast<double>((m.q * factor - k) / m.w1));
  const double variance = 2 * df + tau2 * (4 * static_cast<double>(m.tr_p) + 2 * tau2 * static_cast<double>(m.tr_pp));
  return {.tau2 = tau2, .se = factor * std::sqrt(variance) / static_cast<double>(m.w1)};
}

Tau2Estimate hunter_schmidt(const Tau2Problem& problem) {
  return hunter_schmidt_with(problem, 1.0);
}

Tau2Estimate hunter_schmidt_small(const Tau2Problem& problem) {
  return hunter_schmidt_with(problem, as_double(problem.data.k) / problem.data.df());
}

/// sum((y - mean)^2) / k, whatever the design.
double crude_variance(const NormalData& data) {
  numerics::Sum sum, squares;
  for (const double y : data.y) sum.add(y);
  const double mean = sum.value() / as_double(data.k);
  for (const double y : data.y) squares.add_product(y - mean, y - mean);
  return squares.value() / as_double(data.k);
}

Tau2Estimate sidik_jonkman(const Tau2Problem& problem) {
  const double start = crude_variance(problem.data), df = problem.data.df();
  if (start == 0) return {.se = 0.0};
  const double tau2 = start * static_cast<double>(best_moments(problem.data, start, problem.work).q) / df;
  return {.tau2 = tau2, .se = start / df * se_of_q(problem, start, tau2)};
}

Tau2Estimate general_q_median(const Tau2Problem& problem) {
  const std::vector<double> plain = inverse_variances(problem.data, 0);
  const std::span<const double> weights = problem.weights.empty() ? std::span(plain) : problem.weights;
  const GeneralisedQ g = generalised_q(problem.data, weights, problem.work);
  const double tau2 = GeneralisedQDistribution(problem.data, weights).tau2_with_cdf(g.q, 0.5);
  return {.tau2 = tau2, .se = std::sqrt(g.variance(tau2)) / g.tr_p};
}

Tau2Estimate general_q(const Tau2Problem& problem) {
  return problem.weights.empty() ? dersimonian_laird(problem) : from_generalised_q(problem, problem.weights);
}

// ---- roots of q ----

Tau2Estimate where_q_is(const Tau2Problem& problem, double target) {
  const QRoot root = q_root(problem.data, target, problem.work);
  const NormalMoments m = normal_moments(problem.data, root.tau2, problem.work);
  const double k = as_double(problem.data.k);
  return {.tau2 = root.tau2, .se = k * std::sqrt(2 / problem.data.df()) / m.w1, .iterations = root.iterations, .converged = root.converged};
}

/// Also the limit of the iterated estimators DLIT and SJIT, and the empirical Bayes estimator.
Tau2Estimate paule_mandel(const Tau2Problem& problem) {
  return where_q_is(problem, problem.data.df());
}

Tau2Estimate paule_mandel_median(const Tau2Problem& problem) {
  return where_q_is(problem, numerics::chi2_quantile(0.5, problem.data.df()));
}

// ---- likelihood ----

Tau2Estimate maximum_likelihood_of(const Tau2Problem& problem, Likelihood kind) {
  const LikelihoodShape shape = likelihood_maximum(problem.data, kind, problem.work);
  Tau2Estimate estimate{.tau2 = shape.tau2, .iterations = shape.evaluations, .converged = shape.converged, .maxima = shape.maxima};
  if (shape.maxima > 1)
    for (const StationaryPoint& point : shape.points) estimate.stationary.push_back(point.tau2);
  const NormalMoments m = normal_moments(problem.data, shape.tau2, problem.work);
  estimate.se = std::sqrt(2 / (kind == Likelihood::ml ? m.w2 : m.tr_pp));
  return estimate;
}

Tau2Estimate maximum_likelihood(const Tau2Problem& problem) {
  return maximum_likelihood_of(problem, Likelihood::ml);
}
Tau2Estimate restricted_likelihood(const Tau2Problem& problem) {
  return maximum_likelihood_of(problem, Likelihood::reml);
}

constexpr std::array<Tau2Row, 14> table{{
    {Tau2Method::DL,
     {"DL", "", "DerSimonian-Laird", "max(0, (Q - (k - p)) / tr P), weights 1 / vi",
      "DerSimonian & Laird 1986, Control Clin Trials 7:177, eq. 8"},
     dersimonian_laird,
     false,
     {}},
    {Tau2Method::HE,
     {"HE", "Hedges CA", "Hedges (Cochran's analysis of variance)", "max(0, (sum((yi - mean)^2) - tr PV) / (k - p)), equal weights",
      "Hedges & Olkin 1985, Statistical Methods for Meta-Analysis, ch. 9"},
     hedges,
     false,
     {}},
    {Tau2Method::HS,
     {"HS", "", "Hunter-Schmidt", "max(0, (Q - k) / sum(1 / vi))",
      "Hunter & Schmidt 2004, Methods of Meta-Analysis; Viechtbauer 2005, J Educ Behav Stat 30:261"},
     hunter_schmidt,
     false,
     {}},
    {Tau2Method::HSk,
     {"HSk", "", "Hunter-Schmidt with small-sample correction", "max(0, (Q k / (k - p) - k) / sum(1 / vi))",
      "Brannick et al. 2019, J Appl Psychol 104:1225"},
     hunter_schmidt_small,
     false,
     {}},
    {Tau2Method::SJ,
     {"SJ", "", "Sidik-Jonkman", "t0 Q(t0) / (k - p), t0 = sum((yi - mean)^2) / k", "Sidik & Jonkman 2005, J R Stat Soc C 54:367, eq. 3"},
     sidik_jonkman,
     false,
     {}},
    {Tau2Method::ML,
     {"ML", "", "maximum likelihood", "argmax of the likelihood on [0, infinity)", "Hardy & Thompson 1996, Stat Med 15:619"},
     maximum_likelihood,
     true,
     Likelihood::ml},
    {Tau2Method::REML,
     {"REML", "", "restricted maximum likelihood", "argmax of the restricted likelihood on [0, infinity)",
      "Viechtbauer 2005, J Educ Behav Stat 30:261, eq. 18"},
     restricted_likelihood,
     true,
     Likelihood::reml},
    {Tau2Method::EB,
     {"EB", "", "empirical Bayes", "Q(tau2) = k - p", "Morris 1983, J Am Stat Assoc 78:47; the root is that of PM"},
     paule_mandel,
     true,
     {}},
    {Tau2Method::PM,
     {"PM", "Paule-Mandel", "Paule-Mandel", "Q(tau2) = k - p",
      "Paule & Mandel 1982, J Res Natl Bur Stand 87:377; DerSimonian & Kacker 2007"},
     paule_mandel,
     true,
     {}},
    {Tau2Method::PMM,
     {"PMM", "MPM", "median-unbiased Paule-Mandel", "Q(tau2) = median of chi2 on k - p",
      "Viechtbauer 2021, in Schmid, Stijnen & White, Handbook of Meta-Analysis, ch. 5"},
     paule_mandel_median,
     true,
     {}},
    {Tau2Method::GENQ,
     {"GENQ", "", "generalised Q statistic", "max(0, (y'Py - tr PV) / tr P), weights of the user or 1 / vi",
      "Jackson, Turner, Rhodes & Viechtbauer 2014, BMC Med Res Methodol 14:103"},
     general_q,
     false,
     {}},
    {Tau2Method::GENQM,
     {"GENQM", "", "median-unbiased generalised Q statistic", "P(y'Py <= observed; tau2) = 1/2", "Jackson 2013, Res Synth Methods 4:220"},
     general_q_median,
     true,
     {}},
    {Tau2Method::DLIT,
     {"DLIT", "DL-iterated", "iterated DerSimonian-Laird", "DL with weights 1 / (vi + tau2), until it stands",
      "Kacker 2004, Metrologia 41:132; the limit is PM"},
     paule_mandel,
     true,
     {}},
    {Tau2Method::SJIT,
     {"SJIT", "SJ-iterated", "iterated Sidik-Jonkman", "tau2 Q(tau2) / (k - p), until it stands",
      "Sidik & Jonkman 2007, Stat Med 26:1964; the limit is PM"},
     paule_mandel,
     true,
     {}},
}};

}  // namespace

std::span<const Tau2Row> tau2_table() {
  return table;
}

Tau2Estimate estimate_tau2(Tau2Method method, const Tau2Problem& problem) {
  Tau2Estimate estimate = table[static_cast<std::size_t>(method)].kernel(problem);
  if (estimate.tau2 <= epsilon * problem.data.v[0]) estimate.tau2 = 0;
  return estimate;
}

// Newton's method for 1 / q, which is nearly straight in tau2, kept between ends that enclose the root:
// q <= spread / (v_0 + tau2). The error of a step is of the order of its square, so the last one is not checked, but
// followed by one that takes q in twice the precision.
QRoot q_root(const NormalData& data, double target, NormalWorkspace& work) {
  double low = 0, high = data.spread / target * (1 + 8 * epsilon), tau2 = 0;
  QRoot root{0, 0, false};
  for (int i = 0; i < 200 && !root.converged; ++i) {
    const NormalMoments m = normal_moments(data, tau2, work);
    root.iterations = i + 1;
    if (i == 0 && m.q <= target * (1 - 64 * epsilon)) return {0, 1, true};
    (m.q > target ? low : high) = tau2;
    const double newton = tau2 + (m.q - target) / m.ypp * (m.q / target);
    const bool inside = newton >= low && newton <= high;
    const double next = inside ? newton : 0.5 * (low + high);
    root.converged = std::abs(m.q - target) <= 4 * epsilon * target || (inside && std::abs(next - tau2) <= 1e-8 * tau2) ||
                     std::abs(next - tau2) <= 4 * epsilon * tau2;
    tau2 = next;
  }
  root.tau2 = std::max(0.0, tau2);
  for (int i = 0; i < 2 && deserves_precision(data); ++i) {
    const PreciseMoments m = precise_moments(data, root.tau2, work);
    const double next = std::max(0.0, root.tau2 + static_cast<double>((m.q - target) / m.ypp));
    const bool small_step = std::abs(next - root.tau2) <= 1e-8 * next;
    root.tau2 = next;
    if (small_step) break;
  }
  return root;
}

}  // namespace tausq::model

using tausq::model::table;
TAUSQ_DEFINE_METHODS(Tau2Method, table)
