// The specification curve: all estimates of a multiverse in ascending order with their intervals, and under each the choices
// that it stands for (Simonsohn, Simmons & Nelson 2020, Nat Hum Behav 4:1208).
#include <tausq/effects.hpp>
#include <tausq/report.hpp>

#include <algorithm>
#include <cmath>

#include "engine/driver/drawing/svg_page.hpp"
#include "engine/driver/drawing/ticks.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq {

namespace {

using namespace drawing;

// Sizes in user units (CSS pixels). Told apart by lightness, so that nothing hangs on colour.
constexpr double margin = 16, label_width = 190, curve_width = 720, mean_width = 70, curve_height = 260;
constexpr double text_size = 12, small_size = 11, title_size = 14, row_height = 14, group_gap = 24, mark_height = 9;
constexpr double ascent = 0.36;  // from the middle of a line down to its baseline, in em
constexpr double left = margin + label_width, right = left + curve_width, top = 58, bottom = top + curve_height;
constexpr std::string_view ink = "#1a1a1a", muted = "#555555", band = "#f1f1f1";
constexpr std::string_view beyond = "#8a8a8a", across = "#cdcdcd";  // intervals that exclude the value, and the others

/// The drawn range of estimates and intervals, linear or logarithmic.
class Scale {
 public:
  Scale(const std::vector<const Specification*>& drawn, bool ratio, std::optional<double> reference) : ratio_(ratio) {
    std::vector<double> ends;
    double lower = INFINITY, upper = -INFINITY;
    const auto see = [&](std::optional<double> value) {
      if (!value || (ratio && *value <= 0)) return;
      lower = std::min(lower, on_scale(*value));
      upper = std::max(upper, on_scale(*value));
    };
    for (const Specification* s : drawn) {
      see(s->display.estimate);
      for (const auto& end : {s->display.ci_lower, s->display.ci_upper})
        if (end && (!ratio || *end > 0)) ends.push_back(on_scale(*end));
    }
    see(reference);
    if (lower > upper) lower = 0, upper = 1;
    // All estimates, and intervals as far as nearly all of them go.
    std::sort(ends.begin(), ends.end());
    const auto cut = static_cast<std::ptrdiff_t>(ends.size() / 50);
    if (!ends.empty()) lower = std::min(lower, ends[static_cast<std::size_t>(cut)]), upper = std::max(upper, *(ends.end() - 1 - cut));
    const double room = 0.03 * (upper > lower ? upper - lower : 1);
    lower_ = lower - room, upper_ = upper + room;
    if (!ratio) {
      ticks_ = multiples(lower_, upper_, round_step(upper_ - lower_, 6));
    } else {
      ticks_ = log_ticks(std::exp(lower_), std::exp(upper_), 7);
      if (ticks_.size() < 3) ticks_ = multiples(std::exp(lower_), std::exp(upper_), round_step(std::exp(upper_) - std::exp(lower_), 6));
    }
  }

  double y(double value) const {
    const double at = ratio_ && value <= 0 ? lower_ : std::clamp(on_scale(value), lower_, upper_);
    return bottom - (at - lower_) / (upper_ - lower_) * curve_height;
  }
  bool inside(double value) const { return !(ratio_ && value <= 0) && on_scale(value) >= lower_ && on_scale(value) <= upper_; }
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  double on_scale(double value) const { return ratio_ ? std::log(value) : value; }

  bool ratio_;
  double lower_ = 0, upper_ = 1;
  std::vector<double> ticks_;
};

std::vector<const Specification*> in_order(const Multiverse& multiverse) {
  std::vector<const Specification*> drawn;
  for (const Specification& s : multiverse.specifications)
    if (s.display.estimate) drawn.push_back(&s);
  std::stable_sort(drawn.begin(), drawn.end(),
                   [](const Specification* a, const Specification* b) { return *a->display.estimate < *b->display.estimate; });
  return drawn;
}

std::string heading_of(const std::string& dimension) {
  if (dimension == "without") return "Study left out";
  if (dimension == "measure") return "Link or transformation";
  if (dimension == "correction") return "Zero-cell correction";
  if (dimension == "tau2") return "Estimator of tau2";
  std::string title = dimension;
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

class CurveDrawing {
 public:
  explicit CurveDrawing(const Multiverse& multiverse)
      : multiverse_(multiverse),
        drawn_(in_order(multiverse)),
        ratio_(is_ratio(measure())),
        scale_(drawn_, ratio_, multiverse.summary.exclude),
        pitch_(curve_width / static_cast<double>(std::max<std::size_t>(1, drawn_.size()))) {}

  std::string svg() {
    page_.fitted_text({margin, margin + title_size}, title(), right + mean_width - margin, {title_size, Weight::bold});
    page_.text({margin, margin + title_size + 17}, legend(), {small_size, Weight::regular, Anchor::start, muted});
    axis();
    intervals();
    estimates();
    double y = bottom + group_gap;
    page_.text({right + mean_width, y - 2}, "Mean", {small_size, Weight::regular, Anchor::end, muted});
    for (const Dimension& dimension : multiverse_.summary.dimensions) y = group(dimension, y) + 8;
    return page_.document(right + mean_width + margin, y + margin, title(), description());
  }

 private:
  Measure measure() const { return multiverse_.options.effect.measure.value_or(Measure::GEN); }
  report::Precision precision() const {
    std::vector<Display> displays;
    for (const Specification* s : drawn_) displays.push_back(s->display);
    return report::precision_of(measure(), displays);
  }
  double x(std::size_t place) const { return left + pitch_ * static_cast<double>(place); }

  std::string title() const {
    return std::to_string(drawn_.size()) + " specifications: " + std::string(scale_label(measure())) + " with " +
           report::level_text(multiverse_.options.level) + " interval";
  }

  std::string legend() const {
    const MultiverseSummary& s = multiverse_.summary;
    std::string text = "Sorted by estimate; dashed: median";
    if (s.exclude && s.share_excluding)
      text += ", dotted: " + report::significant(*s.exclude) + ". Dark intervals exclude it (" + report::percent(*s.share_excluding) + ")";
    return text;
  }

  std::string description() const {
    const MultiverseSummary& s = multiverse_.summary;
    if (!s.median) return legend();
    return "Median " + report::significant(*s.median) + ", from " + report::significant(*s.minimum) + " to " +
           report::significant(*s.maximum) + ". " + legend() + ".";
  }

  void axis() {
    page_.begin_group("axis");
    for (double tick : scale_.ticks()) {
      const double y = scale_.y(tick);
      page_.line({left, y}, {right, y}, {"#e4e4e4", 0.6});
      page_.text({left - 7, y + ascent * small_size}, tick_label(tick, scale_.ticks(), true), {small_size, Weight::regular, Anchor::end});
    }
    page_.line({left, top}, {left, bottom}, {ink, 0.8});
    page_.text({margin, top + 10}, scale_label(measure()), {text_size, Weight::bold});
    page_.end_group();
  }

  /// Vertical strokes, one path for each shade; where strokes touch they make an even area.
  void intervals() {
    std::string excluding, others;
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
      const Specification& s = *drawn_[i];
      const bool open = s.status == Status::one_sided;
      if (!s.display.ci_lower && !s.display.ci_upper) continue;
      const double from = s.display.ci_lower ? scale_.y(*s.display.ci_lower) : open ? bottom : scale_.y(*s.display.estimate);
      const double to = s.display.ci_upper ? scale_.y(*s.display.ci_upper) : open ? top : scale_.y(*s.display.estimate);
      (s.excludes.value_or(false) ? excluding : others) +=
          "M" + coordinate(x(i) + pitch_ / 2) + " " + coordinate(from) + "V" + coordinate(to);
    }
    const double width = pitch_ < 2 ? std::max(pitch_, 0.4) : std::min(pitch_ * 0.6, 4.0);
    page_.begin_group("intervals");
    page_.path(others, {across, width});
    page_.path(excluding, {beyond, width});
    page_.end_group();
  }

  void estimates() {
    const MultiverseSummary& s = multiverse_.summary;
    page_.begin_group("reference");
    if (s.exclude && scale_.inside(*s.exclude)) page_.line({left, scale_.y(*s.exclude)}, {right, scale_.y(*s.exclude)}, {ink, 0.9, "1 3"});
    if (s.median) page_.line({left, scale_.y(*s.median)}, {right, scale_.y(*s.median)}, {muted, 0.8, "6 4"});
    page_.end_group();
    const double length = std::clamp(pitch_ * 0.9, 1.2, 8.0);
    std::string marks;
    for (std::size_t i = 0; i < drawn_.size(); ++i)
      marks += "M" + coordinate(x(i) + (pitch_ - length) / 2) + " " + coordinate(scale_.y(*drawn_[i]->display.estimate)) + "h" +
               coordinate(length);
    page_.begin_group("estimates");
    page_.path(marks, {ink, 2.2});
    page_.end_group();
  }

  /// The choices of one dimension from y downwards; gives where they end.
  double group(const Dimension& dimension, double y) {
    page_.text({margin, y}, heading_of(dimension.dimension), {small_size, Weight::bold});
    y += 6;
    bool shaded = true;
    for (const ChoiceSummary& choice : dimension.choices) {
      if (shaded) page_.rectangle({left, y}, curve_width, row_height, band);
      shaded = !shaded;
      row(dimension, choice, y + row_height / 2);
      y += row_height;
    }
    return y + group_gap - row_height;
  }

  void row(const Dimension& dimension, const ChoiceSummary& choice, double middle) {
    const double baseline = middle + ascent * small_size;
    page_.fitted_text({margin + 10, baseline}, choice.choice, label_width - 20, {small_size});
    if (choice.mean)
      page_.text({right + mean_width, baseline}, with_minus_signs(report::natural(*choice.mean, precision())),
                 {small_size, Weight::regular, Anchor::end});
    std::string marks;
    const double gap = pitch_ > 4 ? pitch_ * 0.2 : 0;
    for (std::size_t i = 0; i < drawn_.size();) {
      std::size_t end = i;
      while (end < drawn_.size() && choice_in(dimension.dimension, drawn_[end]->settings) == choice.choice) ++end;
      if (end > i)
        for (std::size_t each = gap > 0 ? i : end - 1; each < end; ++each) {  // wide columns keep a gap, narrow ones run together
          const std::size_t from = gap > 0 ? each : i;
          marks += "M" + coordinate(x(from) + gap / 2) + " " + coordinate(middle) + "h" +
                   coordinate(std::max(0.01, x(each + 1) - x(from) - gap));
        }
      i = std::max(end, i + 1);
    }
    page_.begin_group("choice", dimension.dimension + " " + choice.choice + ": " + std::to_string(choice.number) + " specifications");
    page_.path(marks, {ink, mark_height});
    page_.end_group();
  }

  const Multiverse& multiverse_;
  std::vector<const Specification*> drawn_;
  bool ratio_;
  Scale scale_;
  double pitch_;
  SvgPage page_;
};

}  // namespace

std::string to_svg(const Multiverse& multiverse) {
  return CurveDrawing(multiverse).svg();
}

}  // namespace tausq
