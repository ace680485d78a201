// What all specifications say together: distribution of the estimates, and how much each dimension of choice moves them.
#include <algorithm>
#include <cmath>

#include <tausq/effects.hpp>

#include "engine/analysis/multiverse.hpp"
#include "engine/methods/decimals.hpp"

namespace tausq {

namespace analysis {

namespace {

std::string number(double value) {
  std::string text = six_decimals(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

template <typename Method>
std::string word(const std::optional<Method>& method) {
  return method ? std::string(key(*method)) : "";
}

/// A dimension and the choice that a specification makes in it; empty when its model does not ask.
struct DimensionRow {
  std::string_view name;
  std::string (*choice)(const SpecificationSettings&);
};

constexpr DimensionRow dimensions[] = {
    {"model", [](const SpecificationSettings& s) { return std::string(key(s.model)); }},
    {"pooling", [](const SpecificationSettings& s) { return std::string(key(s.pooling)) + (s.glmm ? " " + word(s.glmm) : ""); }},
    {"measure", [](const SpecificationSettings& s) { return std::string(key(s.measure)); }},
    {"correction",
     [](const SpecificationSettings& s) {
       if (!s.add) return std::string();
       return *s.add == 0 || s.to == CorrectionTo::none ? std::string("none") : number(*s.add) + " " + word(s.to);
     }},
    {"tau2", [](const SpecificationSettings& s) { return word(s.tau2); }},
    {"interval", [](const SpecificationSettings& s) { return std::string(key(s.interval)); }},
    {"without", [](const SpecificationSettings& s) { return s.without.empty() ? "none" : s.without; }},
};

/// Whether the interval lies wholly on one side of the value; an infinite end lies on neither.
std::optional<bool> excludes(const Specification& s, double value) {
  if (!s.display.estimate || (!s.display.ci_lower && !s.display.ci_upper)) return std::nullopt;
  return (s.display.ci_lower && *s.display.ci_lower > value) || (s.display.ci_upper && *s.display.ci_upper < value);
}

/// Running numbers of one set of specifications.
struct Tally {
  std::size_t number = 0, intervals = 0, excluding = 0, finite = 0;
  double sum = 0, widths = 0, minimum = 0, maximum = 0;

  void add(const Specification& s, bool ratio) {
    if (!s.display.estimate) return;
    const double estimate = *s.display.estimate;
    minimum = number == 0 ? estimate : std::min(minimum, estimate);
    maximum = number == 0 ? estimate : std::max(maximum, estimate);
    sum += ratio ? std::log(estimate) : estimate;
    ++number;
    if (s.display.ci_lower && s.display.ci_upper && (!ratio || *s.display.ci_lower > 0)) {
      widths += ratio ? std::log(*s.display.ci_upper / *s.display.ci_lower) : *s.display.ci_upper - *s.display.ci_lower;
      ++finite;
    }
    if (!s.excludes) return;
    ++intervals;
    if (*s.excludes) ++excluding;
  }
  static std::optional<double> mean_of(double sum, std::size_t number, bool ratio) {
    if (number == 0) return std::nullopt;
    const double mean = sum / static_cast<double>(number), natural = ratio ? std::exp(mean) : mean;
    return std::isfinite(natural) ? std::optional(natural) : std::nullopt;
  }
  std::optional<double> mean(bool ratio) const { return mean_of(sum, number, ratio); }
  std::optional<double> width(bool ratio) const { return mean_of(widths, finite, ratio); }
  std::optional<double> share() const {
    return intervals == 0 ? std::nullopt : std::optional(static_cast<double>(excluding) / static_cast<double>(intervals));
  }
};

Dimension summarise_dimension(const DimensionRow& row, const std::vector<Specification>& specifications, bool ratio) {
  Dimension dimension{std::string(row.name), {}, {}};
  std::vector<Tally> tallies;
  for (const Specification& s : specifications) {
    const std::string choice = row.choice(s.settings);
    if (choice.empty()) continue;
    std::size_t at = 0;
    while (at < dimension.choices.size() && dimension.choices[at].choice != choice) ++at;
    if (at == dimension.choices.size()) {
      dimension.choices.push_back({choice, 0, {}, {}, {}, {}, {}});
      tallies.emplace_back();
    }
    tallies[at].add(s, ratio);
  }
  double lowest = INFINITY, highest = -INFINITY;
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    const Tally& t = tallies[i];
    ChoiceSummary& choice = dimension.choices[i];
    choice.number = t.number;
    choice.mean = t.mean(ratio);
    choice.width = t.width(ratio);
    choice.share_excluding = t.share();
    if (t.number > 0) choice.minimum = t.minimum, choice.maximum = t.maximum;
    if (!choice.mean) continue;
    lowest = std::min(lowest, *choice.mean);
    highest = std::max(highest, *choice.mean);
  }
  // An interval is put around an estimate; where choices of interval differ in their means, other choices do it.
  const bool moves = row.name != "interval";
  if (moves && lowest <= highest && (!ratio || lowest > 0)) dimension.spread = ratio ? highest / lowest : highest - lowest;
  return dimension;
}

/// The p-quantile of sorted numbers, linear between order statistics.
double quantile(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1), floor = std::floor(at);
  const auto i = static_cast<std::size_t>(floor);
  return i + 1 < sorted.size() ? sorted[i] + (at - floor) * (sorted[i + 1] - sorted[i]) : sorted.back();
}

}  // namespace

}  // namespace analysis

std::string choice_in(std::string_view dimension, const SpecificationSettings& settings) {
  for (const analysis::DimensionRow& row : analysis::dimensions)
    if (row.name == dimension) return row.choice(settings);
  return "";
}

namespace analysis {

MultiverseSummary summarise(std::vector<Specification>& specifications, Measure measure, std::optional<double> exclude) {
  const bool ratio = is_ratio(measure);
  MultiverseSummary summary;
  summary.number = specifications.size();
  summary.exclude = exclude;
  std::vector<double> estimates;
  Tally all;
  for (Specification& s : specifications) {
    if (exclude) s.excludes = excludes(s, *exclude);
    if (s.display.estimate) estimates.push_back(*s.display.estimate);
    all.add(s, ratio);
  }
  summary.estimated = all.number;
  summary.share_excluding = all.share();
  if (!estimates.empty()) {
    std::sort(estimates.begin(), estimates.end());
    summary.median = quantile(estimates, 0.5);
    summary.minimum = estimates.front();
    summary.maximum = estimates.back();
    for (double p : {0.025, 0.25, 0.75, 0.975}) summary.quantiles.push_back({p, quantile(estimates, p)});
  }
  for (const DimensionRow& row : dimensions) {
    Dimension dimension = summarise_dimension(row, specifications, ratio);
    if (dimension.choices.size() > 1) summary.dimensions.push_back(std::move(dimension));
  }
  std::stable_sort(summary.dimensions.begin(), summary.dimensions.end(),
                   [](const Dimension& a, const Dimension& b) { return a.spread.value_or(0) > b.spread.value_or(0); });
  return summary;
}

}  // namespace analysis

}  // namespace tausq
