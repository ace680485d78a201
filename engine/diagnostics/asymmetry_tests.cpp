// The tests of asymmetry: one kernel and one table row each.
#include <array>
#include <cmath>

#include "engine/diagnostics/asymmetry_regression.hpp"
#include "engine/diagnostics/funnel.hpp"
#include "engine/inference/wald.hpp"
#include "engine/methods/table.hpp"

namespace tausq::diagnostics {

namespace {

AsymmetryTest not_estimable(std::string reason) {
  AsymmetryTest test;
  test.status = Status::not_estimable;
  test.reason = std::move(reason);
  return test;
}

/// The test of the slope of a line.
AsymmetryTest slope_test(BiasModel model, std::string_view predictor, const FunnelLine& line, const LineFit& fit) {
  AsymmetryTest test;
  test.status = fit.status;
  test.reason = fit.reason;
  test.k = line.y.size();
  test.model = key(model);
  test.predictor = predictor;
  if (fit.status != Status::ok) return test;
  test.intercept = fit.intercept;
  test.intercept_se = fit.intercept_se;
  test.slope = fit.slope;
  test.slope_se = fit.slope_se;
  test.tau2 = fit.tau2;
  test.dispersion = fit.dispersion;
  test.df = fit.df;
  test.statistic = fit.slope / fit.slope_se;
  test.p_value = inference::two_sided(*test.statistic, fit.df).p_value;
  return test;
}

AsymmetryTest least_squares_test(std::string_view predictor, const FunnelLine& line) {
  return slope_test(BiasModel::lm, predictor, line, fit_least_squares(line));
}

AsymmetryTest egger(const Funnel& funnel) {
  const std::optional<FunnelLine> line = predictor_line(funnel, funnel.bias.predictor);
  if (!line) return not_estimable("the sample sizes are not known");
  return slope_test(funnel.bias.model, key(funnel.bias.predictor), *line, fit_line(funnel.bias.model, *line, funnel.options));
}

AsymmetryTest thompson(const Funnel& funnel) {
  const FunnelLine line = *predictor_line(funnel, BiasPredictor::sei);
  LineFit fit = fit_mixed_effects(line, funnel.options);
  fit.df = static_cast<double>(funnel.k()) - 2;
  return slope_test(BiasModel::rma, "sei", line, fit);
}

/// Efficient score Z / V of the log odds ratio at 0 with variance 1 / V; tables without events or non-events say nothing.
AsymmetryTest harbord(const Funnel& funnel) {
  const auto& counts = std::get<TwoArmCounts>(funnel.studies.data);
  FunnelLine line;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    const double n1 = counts.ai[i] + counts.bi[i], n2 = counts.ci[i] + counts.di[i], n = n1 + n2, events = counts.ai[i] + counts.ci[i];
    const double information = (n1 / n) * (n2 / n) * events * ((n - events) / (n - 1));
    if (!(information > 0)) continue;
    // ai - n1 events / n without its cancellation
    const double score = (counts.ai[i] * counts.di[i] - counts.bi[i] * counts.ci[i]) / n;
    line.add(score / information, 1 / information, 1 / std::sqrt(information));
  }
  return least_squares_test("1 / sqrt(V)", line);
}

/// Effects on 1 / ni, weighted by the variance of a logit of all arms together.
AsymmetryTest peters(const Funnel& funnel) {
  FunnelLine line;
  for (std::size_t j = 0; j < funnel.k(); ++j) {
    const std::size_t i = funnel.index[j];
    double events = 0, total = 0;
    if (const auto* two = std::get_if<TwoArmCounts>(&funnel.studies.data)) {
      events = two->ai[i] + two->ci[i];
      total = events + two->bi[i] + two->di[i];
    } else {
      const auto& one = std::get<SingleArmCounts>(funnel.studies.data);
      events = one.events[i];
      total = one.total[i];
    }
    if (events > 0 && events < total) line.add(funnel.yi[j], 1 / events + 1 / (total - events), 1 / total);
  }
  return least_squares_test("1 / ni", line);
}

AsymmetryTest macaskill(const Funnel& funnel) {
  const std::optional<FunnelLine> line = predictor_line(funnel, BiasPredictor::ni);
  return line ? least_squares_test("ni", *line) : not_estimable("the sample sizes are not known");
}

/// Effects on 1 / sqrt(ESS), weighted by the effective sample size ESS = 4 n1 n2 / (n1 + n2).
AsymmetryTest deeks(const Funnel& funnel) {
  FunnelLine line;
  for (std::size_t j = 0; j < funnel.k(); ++j) {
    const ArmSizes n = *arm_sizes(funnel.studies, funnel.index[j]);
    const double variance = (1 / n.n1 + 1 / n.n2) / 4;
    line.add(funnel.yi[j], variance, std::sqrt(variance));
  }
  return least_squares_test("1 / sqrt(ESS)", line);
}

AsymmetryTest pustejovsky(const Funnel& funnel) {
  FunnelLine line;
  for (std::size_t j = 0; j < funnel.k(); ++j) {
    const ArmSizes n = *arm_sizes(funnel.studies, funnel.index[j]);
    line.add(funnel.yi[j], funnel.vi[j], std::sqrt(1 / n.n1 + 1 / n.n2));
  }
  return least_squares_test("sqrt(1 / n1 + 1 / n2)", line);
}

bool any_layout(Layout, Measure) {
  return true;
}
bool two_by_two(Layout layout, Measure) {
  return layout == Layout::two_arm_counts;
}
bool odds_ratio(Layout layout, Measure measure) {
  return two_by_two(layout, measure) && (measure == Measure::OR || measure == Measure::PETO);
}
bool counts(Layout layout, Measure) {
  return layout == Layout::two_arm_counts || layout == Layout::single_arm_counts;
}
bool two_arms(Layout layout, Measure) {
  return layout == Layout::two_arm_counts || layout == Layout::two_arm_means;
}

constexpr std::array<BiasTestRow, 9> bias_tests{{
    {BiasTest::egger,
     {"egger", "Egger", "Egger's regression", "yi on sei (or vi, ni, sqrtni, ninv, sqrtninv), weights 1 / vi; test of the slope",
      "Egger et al. 1997, BMJ 315:629; Sterne & Egger 2005, Publication Bias in Meta-Analysis, ch. 6"},
     egger,
     any_layout,
     ""},
    {BiasTest::begg,
     {"begg", "Begg Begg-Mazumdar", "rank correlation", "Kendall's tau of (yi - mean) / sqrt(vi - 1 / sum(1 / vi)) and vi",
      "Begg & Mazumdar 1994, Biometrics 50:1088"},
     begg,
     any_layout,
     ""},
    {BiasTest::harbord,
     {"harbord", "Harbord score", "regression of the efficient score",
      "Z / V on 1 / sqrt(V), weights V; Z = ai - E(ai), V = var(ai) at OR = 1", "Harbord, Egger & Sterne 2006, Stat Med 25:3443"},
     harbord,
     two_by_two,
     "two-by-two tables"},
    {BiasTest::peters,
     {"peters", "Peters", "regression on inverse sample size", "yi on 1 / ni, weights 1 / (1 / events + 1 / non-events) of all arms",
      "Peters et al. 2006, JAMA 295:676"},
     peters,
     counts,
     "counts of events"},
    {BiasTest::macaskill,
     {"macaskill", "Macaskill", "regression on sample size", "yi on ni, weights 1 / vi", "Macaskill, Walter & Irwig 2001, Stat Med 20:641"},
     macaskill,
     any_layout,
     ""},
    {BiasTest::deeks,
     {"deeks", "Deeks", "regression on effective sample size", "log OR on 1 / sqrt(ESS), weights ESS = 4 n1 n2 / (n1 + n2)",
      "Deeks, Macaskill & Irwig 2005, J Clin Epidemiol 58:882"},
     deeks,
     odds_ratio,
     "odds ratios of two-by-two tables"},
    {BiasTest::schwarzer,
     {"schwarzer", "Schwarzer count", "rank correlation of counts",
      "Kendall's tau of (ai - E(ai)) / sqrt(var(ai)) and 1 / var(ai), noncentral hypergeometric at the Mantel-Haenszel odds ratio",
      "Schwarzer, Antes & Schumacher 2007, Stat Med 26:721"},
     schwarzer,
     two_by_two,
     "two-by-two tables"},
    {BiasTest::thompson,
     {"thompson", "Thompson Thompson-Sharp", "regression with additive heterogeneity", "yi on sei, weights 1 / (vi + tau2), t on k - 2",
      "Thompson & Sharp 1999, Stat Med 18:2693, method 3a"},
     thompson,
     any_layout,
     ""},
    {BiasTest::pustejovsky,
     {"pustejovsky", "Pustejovsky Pustejovsky-Rodgers", "regression on a standard error free of the effect",
      "yi on sqrt(1 / n1 + 1 / n2), weights 1 / vi", "Pustejovsky & Rodgers 2019, Res Synth Methods 10:57"},
     pustejovsky,
     two_arms,
     "sizes of two arms"},
}};

}  // namespace

std::span<const BiasTestRow> bias_test_table() {
  return bias_tests;
}

AsymmetryTest asymmetry_test(BiasTest id, const Funnel& funnel) {
  const BiasTestRow& row = bias_tests[static_cast<std::size_t>(id)];
  const bool possible = row.fits(funnel.studies.layout(), funnel.measure);
  AsymmetryTest test = possible ? row.kernel(funnel) : not_estimable("needs " + std::string(row.needs));
  test.test = id;
  return test;
}

}  // namespace tausq::diagnostics

using tausq::diagnostics::bias_tests;
TAUSQ_DEFINE_METHODS(BiasTest, bias_tests)
