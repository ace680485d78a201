#include "engine/pooling/pooling.hpp"

#include <array>

#include "engine/methods/table.hpp"

namespace tausq::pooling {

namespace {

bool any_measure(Measure) {
  return true;
}
bool stratified(Measure m) {
  return m == Measure::OR || m == Measure::RR || m == Measure::RD || m == Measure::IRR || m == Measure::IRD;
}
bool peto_odds_ratio(Measure m) {
  return m == Measure::PETO || m == Measure::OR;
}
bool likelihood_of_counts(Measure m) {
  return m == Measure::PLO || m == Measure::OR || m == Measure::IRLN || m == Measure::IRR;
}
bool logit_proportion(Measure m) {
  return m == Measure::PLO;
}

constexpr std::array<PoolingRow, 7> table{{
    {Pooling::inverse,
     {"inverse", "Inverse iv", "inverse variance", "sum(wi yi) / sum(wi), wi = 1 / (vi + tau2)",
      "Hedges & Olkin 1985, Statistical Methods for Meta-Analysis, ch. 6"},
     pool_inverse_variance,
     any_measure,
     true},
    {Pooling::mh,
     {"mh", "MH", "Mantel-Haenszel", "OR: sum(ai di / ni) / sum(bi ci / ni), no continuity correction",
      "Mantel & Haenszel 1959; variances Robins, Breslow & Greenland 1986, Greenland & Robins 1985, Sato 1989"},
     pool_mantel_haenszel,
     stratified,
     false},
    {Pooling::peto,
     {"peto", "Peto", "Peto's one-step odds ratio", "exp(sum(Oi - Ei) / sum(Vi))", "Yusuf et al. 1985, Prog Cardiovasc Dis 27:335"},
     pool_peto,
     peto_odds_ratio,
     false},
    {Pooling::ssw,
     {"ssw", "SSW", "sample-size weights", "sum(ni yi) / sum(ni)", "Bakbergenuly, Hoaglin & Kulinskaya 2020, Res Synth Methods 11:426"},
     pool_sample_size,
     any_measure,
     false},
    {Pooling::glmm,
     {"glmm", "GLMM", "exact likelihood of the counts", "prod_i integral f(counts_i | mu + tau u) phi(u) du",
      "Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046"},
     pool_glmm,
     likelihood_of_counts,
     true,
     true},
    {Pooling::betabin,
     {"betabin", "beta-binomial", "beta-binomial model", "x_i ~ BetaBinomial(n_i, mu, rho)",
      "Skellam 1948, JRSS B 10:257; Kuss 2015, Stat Med 34:1097"},
     pool_beta_binomial,
     logit_proportion,
     true,
     true},
    {Pooling::exact,
     {"exact", "", "exact common proportion", "Clopper-Pearson on sum(xi) of sum(ni)", "Clopper & Pearson 1934, Biometrika 26:404"},
     pool_exact,
     logit_proportion,
     false,
     true},
}};

}  // namespace

std::span<const PoolingRow> pooling_table() {
  return table;
}

}  // namespace tausq::pooling

using tausq::pooling::table;
TAUSQ_DEFINE_METHODS(Pooling, table)
