// What several kinds of plots have in common.
#include <tausq/effects.hpp>
#include <tausq/problem.hpp>

#include <cmath>

#include "engine/driver/drawing/ticks.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

using namespace drawing;

void refuse(PlotKind kind, const std::string& why) {
  throw UsageError("plot " + std::string(key(kind)) + ": " + why);
}

Analysis pooled(const PlotInput& input) {
  Options options = input.options;
  options.sensitivity = false;
  Analysis analysis = analyse(input.studies, options);
  const PooledEstimate& estimate = main_estimate(analysis);
  if (!estimate.estimate && !analysis.regression) {
    const bool failed = estimate.status == Status::not_converged;
    throw NoResult(failed ? Status::not_converged : Status::not_estimable,
                   (failed ? "not converged: " : "not estimable: ") + estimate.reason);
  }
  return analysis;
}

std::vector<StudyPoint> study_points(const Analysis& analysis) {
  std::vector<StudyPoint> points;
  for (const StudyResult& study : analysis.studies)
    if (study.yi && study.vi && std::isfinite(*study.yi) && *study.vi > 0 && std::isfinite(*study.vi))
      points.push_back({&study, *study.yi, *study.vi, std::sqrt(*study.vi)});
  if (points.empty()) throw NoResult(Status::not_estimable, "not estimable: no study has an effect size with a sampling variance");
  return points;
}

const PooledEstimate& main_estimate(const Analysis& analysis) {
  return analysis.random.estimate ? analysis.random : analysis.common.estimate ? analysis.common : analysis.random;
}

std::string_view main_model(const Analysis& analysis) {
  return analysis.random.estimate ? "Random effects" : "Common effect";
}

std::string estimate_words(const Analysis& analysis) {
  return std::string(main_model(analysis)) + ": " + std::string(scale_label(measure_of(analysis))) + "\u00a0" +
         unbroken(report::estimate_text(main_estimate(analysis).display, report::precision_of(analysis)));
}

std::string unbroken(const std::string& words) {
  std::string text;
  for (char c : with_minus_signs(words)) text += c == ' ' ? std::string("\u00a0") : std::string(1, c);
  return text;
}

double two_sided_z(double level) {
  double lower = 0, upper = 40;  // P(|Z| > 40) is below the smallest double
  for (int i = 0; i < 200 && lower < upper; ++i) {
    const double middle = (lower + upper) / 2;
    (std::erfc(middle / std::sqrt(2.0)) > 1 - level ? lower : upper) = middle;
  }
  return upper;
}

Measure measure_of(const Analysis& analysis) {
  return analysis.options.effect.measure.value_or(Measure::GEN);
}

PlotSeries line_series(std::string name, PlotStyle style, std::vector<PlotPoint> points) {
  const bool named = !name.empty();
  return {std::move(name), PlotMark::line, std::move(style), named, std::move(points)};
}

PlotSeries straight(std::string name, PlotStyle style, std::pair<double, double> from, std::pair<double, double> to) {
  return line_series(std::move(name), std::move(style), {at(from.first, from.second), at(to.first, to.second)});
}

PlotPoint at(double x, double y) {
  const auto finite = [](double value) { return std::isfinite(value) ? std::optional(value) : std::nullopt; };
  return {"", finite(x), finite(y), {}, {}, {}, false};
}

PlotStyle pooled_line() {
  return {"none", std::string(pooled_blue), 1.8, ""};
}
PlotStyle null_line() {
  return {"none", std::string(muted), 0.9, "5 3"};
}
PlotStyle guide_line() {
  return {"none", std::string(faint), 0.9, "1.5 3"};
}
PlotStyle study_disc() {
  return {std::string(study_blue), std::string(pooled_blue), 0.8, ""};
}

}  // namespace tausq::plots
