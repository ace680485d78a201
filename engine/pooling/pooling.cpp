#include "engine/pooling/pooling.hpp"

#include <array>

#include "engine/methods/table.hpp"

namespace tausq::pooling {

namespace {

bool any_measure(Measure) {
  return true;
}
bool no_measure(Measure) {
  return false;
}
bool stratified(Measure m) {
  return m == Measure::OR || m == Measure::RR || m == Measure::RD || m == Measure::IRR || m == Measure::IRD;
}
bool peto_odds_ratio(Measure m) {
  return m == Measure::PETO || m == Measure::OR;
}
bool likelihood_of_counts(Measure m) {
  return m == Measure::PLO || m == Measure::PRZ || m == Measure::PCLL || m == Measure::PLN || m == Measure::OR || m == Measure::IRLN ||
         m == Measure::IRR;
}
bool proportions(Measure m) {
  return m == Measure::PLO || m == Measure::OR || m == Measure::RR || m == Measure::RD;
}
bool odds_ratio(Measure m) {
  return m == Measure::OR;
}
bool log_rates(Measure m) {
  return m == Measure::IRLN || m == Measure::IRR;
}
bool proportion_or_odds_ratio(Measure m) {
  return m == Measure::PLO || m == Measure::OR;
}
bool logits_and_log_rates(Measure m) {
  return proportion_or_odds_ratio(m) || log_rates(m);
}

constexpr std::array<PoolingRow, 11> table{{
    {Pooling::inverse,
     {"inverse", "Inverse iv", "inverse variance", "sum(wi yi) / sum(wi), wi = 1 / (vi + tau2)",
      "Hedges & Olkin 1985, Statistical Methods for Meta-Analysis, ch. 6"},
     pool_inverse_variance,
     any_measure,
     true,
     no_measure},
    {Pooling::mh,
     {"mh", "MH", "Mantel-Haenszel", "OR: sum(ai di / ni) / sum(bi ci / ni), no continuity correction",
      "Mantel & Haenszel 1959; variances Robins, Breslow & Greenland 1986, Greenland & Robins 1985, Sato 1989"},
     pool_mantel_haenszel,
     stratified,
     false,
     no_measure},
    {Pooling::peto,
     {"peto", "Peto", "Peto's one-step odds ratio", "exp(sum(Oi - Ei) / sum(Vi))", "Yusuf et al. 1985, Prog Cardiovasc Dis 27:335"},
     pool_peto,
     peto_odds_ratio,
     false,
     no_measure},
    {Pooling::ssw,
     {"ssw", "SSW", "sample-size weights", "sum(ni yi) / sum(ni)", "Bakbergenuly, Hoaglin & Kulinskaya 2020, Res Synth Methods 11:426"},
     pool_sample_size,
     any_measure,
     false,
     no_measure},
    {Pooling::glmm,
     {"glmm", "GLMM", "exact likelihood of the counts", "prod_i integral f(counts_i | mu + tau u) phi(u) du",
      "Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046"},
     pool_glmm,
     likelihood_of_counts,
     true,
     any_measure},
    {Pooling::betabin,
     {"betabin", "beta-binomial", "beta-binomial model",
      "x_i ~ BetaBinomial(n_i, mu, rho); two arms: mu_1 and mu_2, one rho, OR, RR or RD of mu_1 and mu_2",
      "Skellam 1948, JRSS B 10:257; Kuss 2015, Stat Med 34:1097"},
     pool_beta_binomial,
     proportions,
     true,
     any_measure},
    {Pooling::exact,
     {"exact", "", "exact common proportion, exact conditional common odds ratio",
      "PLO: Clopper-Pearson on sum(xi) of sum(ni); OR: sum(ai) given all margins, ai noncentral hypergeometric",
      "Clopper & Pearson 1934, Biometrika 26:404; Mehta, Patel & Gray 1985, JASA 80:969"},
     pool_exact,
     proportion_or_odds_ratio,
     true,
     any_measure},
    {Pooling::firth,
     {"firth", "penalised penalized", "penalised logistic regression (Firth), common odds ratio",
      "logit p_ij = alpha_i + theta x_j; maximise l + log det(I) / 2",
      "Firth 1993, Biometrika 80:27; Heinze & Schemper 2002, Stat Med 21:2409"},
     pool_firth,
     odds_ratio,
     true,
     any_measure},
    {Pooling::negbin,
     {"negbin", "negative-binomial", "negative binomial model",
      "x_i ~ Poisson(t_i lambda_i), lambda_i ~ gamma, cv^2 = dispersion; two arms: exp(theta) lambda_i and lambda_i",
      "Lawless 1987, Can J Stat 15:209; Hausman, Hall & Griliches 1984, Econometrica 52:909"},
     pool_negative_binomial,
     log_rates,
     true,
     any_measure},
    {Pooling::bayes,
     {"bayes", "", "Bayesian random effects by quadrature",
      "p(mu, tau | data); exact likelihood of the counts for PLO, OR, IRLN and IRR, else normal",
      "Günhan, Röver & Friede 2020, Res Synth Methods 11:74; Röver 2020, J Stat Softw 93(6)"},
     pool_bayes,
     any_measure,
     false,
     logits_and_log_rates,
     true},
    {Pooling::bayes_normal,
     {"bayes-normal", "bayesmeta", "Bayesian random effects of effect sizes by quadrature", "p(mu, tau | yi, vi), yi ~ N(mu, vi + tau2)",
      "Röver 2020, J Stat Softw 93(6)"},
     pool_bayes_normal,
     any_measure,
     false,
     no_measure,
     true},
}};

}  // namespace

std::span<const PoolingRow> pooling_table() {
  return table;
}

}  // namespace tausq::pooling

using tausq::pooling::table;
TAUSQ_DEFINE_METHODS(Pooling, table)
