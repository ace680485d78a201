// The funnel plot: effects against standard errors, with contours of significance and the studies that trim and fill adds.
#include <tausq/effects.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/driver/plots/axes.hpp"
#include "engine/driver/plots/kinds.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::plots {

using namespace drawing;

namespace {

struct Contour {
  double level;
  std::string_view fill, beyond, within;  ///< colour inside; what lies beyond in a test of no effect, and about an estimate
};

// From the outside inwards; what is not significant stays white.
constexpr std::array<Contour, 3> contours{{{0.99, shade_2, "p < 0.01", "beyond 99%"},
                                           {0.95, shade_3, "0.01 < p < 0.05", "95% to 99%"},
                                           {0.90, paper, "0.05 < p < 0.10", "90% to 95%"}}};

class Funnel {
 public:
  explicit Funnel(const PlotInput& input)
      : input_(input), analysis_(pooled(input)), points_(study_points(analysis_)), measure_(measure_of(analysis_)) {
    if (const std::optional<double> null = null_value(measure_)) null_ = analysis_scale(measure_, *null);
    if (main_estimate(analysis_).estimate) centre_ = *main_estimate(analysis_).estimate;
    for (const StudyPoint& point : points_) deepest_ = std::max(deepest_, point.se);
    constexpr std::size_t fewest = 3;  // that trim and fill needs
    if (input.choices.fill && input.options.mods.empty() && points_.size() >= fewest)
      fill_ = bias(input.studies, input.options, input.choices.bias).trim_fill;
    for (const ImputedStudy& study : fill_.imputed) deepest_ = std::max(deepest_, std::sqrt(study.vi));
    deepest_ *= 1.06;
  }

  Plot plot() {
    Plot plot = plot_of(analysis_);
    plot.title = std::string("Funnel plot of ") + std::to_string(points_.size()) + (points_.size() == 1 ? " study" : " studies");
    plot.subtitle = subtitle();
    PlotPanel panel;
    panel.x = effect_axis(measure_, shown());
    panel.y = number_axis("Standard error of " + std::string(transformed_label(measure_)), {0, deepest_});
    std::swap(panel.y.limits.first, panel.y.limits.second);
    contour_areas(panel);
    lines(panel);
    studies(panel);
    plot.panels.push_back(std::move(panel));
    return plot;
  }

 private:
  std::string subtitle() const {
    std::string text = estimate_words(analysis_) + ".";
    if (!fill_.k0) return text;
    text += " Trim and fill adds " + std::to_string(*fill_.k0) + (*fill_.k0 == 1 ? " study" : " studies");
    if (*fill_.k0 > 0) text += ": " + unbroken(report::estimate_text(fill_.display, report::precision_of(analysis_)));
    return text + ".";
  }

  double middle() const { return null_.value_or(centre_.value_or(0)); }

  Range shown() const {
    Range range;
    for (const StudyPoint& point : points_) range.see(point.yi);
    for (const ImputedStudy& study : fill_.imputed) range.see(study.yi);
    range.see(null_);
    range.see(centre_);
    // The funnel about the estimate, as far as it does not dwarf the studies.
    if (centre_) {
      const double half = two_sided_z(analysis_.options.level) * deepest_, room = 0.6 * range.span();
      Range wider = range;
      wider.see(std::max(*centre_ - half, range.lower - room));
      wider.see(std::min(*centre_ + half, range.upper + room));
      range = wider;
    }
    return range.widened(0.04);
  }

  void contour_areas(PlotPanel& panel) const {
    const auto [left, right] = panel.x.limits;
    const bool about_null = null_.has_value();
    PlotSeries outside{std::string(about_null ? contours[0].beyond : contours[0].within), PlotMark::area, {std::string(shade_1)}, true, {}};
    outside.points = {at(left, 0), at(right, 0), at(right, deepest_), at(left, deepest_)};
    panel.series.push_back(std::move(outside));
    for (std::size_t i = 0; i < contours.size(); ++i) {
      const double half = two_sided_z(contours[i].level) * deepest_;
      const bool innermost = i + 1 == contours.size();
      const std::string name(innermost    ? (about_null ? "p > 0.10" : "within 90%")
                             : about_null ? contours[i + 1].beyond
                                          : contours[i + 1].within);
      panel.series.push_back({name,
                              PlotMark::area,
                              {std::string(contours[i].fill)},
                              true,
                              {at(middle(), 0), at(middle() + half, deepest_), at(middle() - half, deepest_)}});
    }
  }

  void lines(PlotPanel& panel) const {
    if (null_) panel.series.push_back(straight("No effect", null_line(), {*null_, 0}, {*null_, deepest_}));
    if (!centre_) return;
    const double half = two_sided_z(analysis_.options.level) * deepest_;
    panel.series.push_back(line_series(report::level_text(analysis_.options.level) + " limits about the estimate", guide_line(),
                                       {at(*centre_ - half, deepest_), at(*centre_, 0), at(*centre_ + half, deepest_)}));
    panel.series.push_back(straight(std::string(main_model(analysis_)), pooled_line(), {*centre_, 0}, {*centre_, deepest_}));
    if (fill_.k0.value_or(0) > 0 && fill_.estimate)
      panel.series.push_back(
          straight("With filled studies", {"none", std::string(accent), 1.5, "7 3"}, {*fill_.estimate, 0}, {*fill_.estimate, deepest_}));
  }

  void studies(PlotPanel& panel) const {
    const double z = two_sided_z(analysis_.options.level);
    PlotSeries filled{"Filled", PlotMark::points, {std::string(paper), std::string(accent), 1.3, ""}, true, {}};
    for (const ImputedStudy& study : fill_.imputed)
      filled.points.push_back({"filled: mirror image of " + study.study, study.yi, std::sqrt(study.vi), {}, {}, {}, false});
    panel.series.push_back(std::move(filled));
    PlotSeries observed{"Study", PlotMark::points, study_disc(), true, {}};
    for (const StudyPoint& point : points_) {
      const bool apart = centre_ && std::fabs(point.yi - *centre_) > z * point.se;
      observed.points.push_back({point.study->study, point.yi, point.se, {}, {}, {}, apart && input_.choices.names});
    }
    panel.series.push_back(std::move(observed));
  }

  const PlotInput& input_;
  Analysis analysis_;
  std::vector<StudyPoint> points_;
  Measure measure_;
  std::optional<double> null_, centre_;
  double deepest_ = 0;
  TrimFill fill_;
};

}  // namespace

Plot funnel(const PlotInput& input) {
  return Funnel(input).plot();
}

}  // namespace tausq::plots
