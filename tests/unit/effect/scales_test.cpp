// Back-transformation: truth, round trips, clamping; labels.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <tausq/effects.hpp>

#include "tests/unit/effect/effect_truth.hpp"

using namespace tausq;

TEST_CASE("back-transformed values against truth") {
  for (const auto& t : truth::back_transforms) {
    CAPTURE(key(t.measure));
    CAPTURE(t.value);
    CHECK(std::abs(natural_scale(t.measure, t.value, t.n) - t.natural) <= 2e-15 * t.natural);
  }
}

TEST_CASE("natural and analysis scale are inverse to each other") {
  for (const MethodInfo& info : methods<Measure>()) {
    const Measure measure = *find_method<Measure>(info.key);
    CAPTURE(info.key);
    for (double natural : {0.001, 0.25, 0.5, 0.875, 0.999})
      CHECK(natural_scale(measure, analysis_scale(measure, natural, 30), 30) == doctest::Approx(natural).epsilon(1e-13));
  }
}

TEST_CASE("a double arcsine of counts goes back to their proportion, whatever n") {
  for (double n : {1.0, 2.0, 7.0, 1000.0, 1e9})
    for (double p : {0.0, 0.25, 0.5, 1.0}) {
      const double x = std::floor(p * n), t = analysis_scale(Measure::PFT, x / n, n);
      CAPTURE(n);
      CAPTURE(x);
      CHECK(natural_scale(Measure::PFT, t, n) == doctest::Approx(x / n).epsilon(1e-12));
    }
}

TEST_CASE("values outside what a measure can take are clamped, and that can be asked") {
  CHECK(natural_scale(Measure::PFT, 0.01, 30) == 0);
  CHECK(natural_scale_clamped(Measure::PFT, 0.01, 30));
  CHECK(natural_scale(Measure::PFT, 1.57, 30) == 1);
  CHECK(natural_scale_clamped(Measure::PFT, 1.57, 30));
  CHECK_FALSE(natural_scale_clamped(Measure::PFT, 0.7, 30));
  CHECK(natural_scale(Measure::PR, -0.1) == 0);
  CHECK(natural_scale(Measure::PLN, 0.3) == 1);
  CHECK(natural_scale_clamped(Measure::PLN, 0.3));
  CHECK(natural_scale(Measure::PAS, -0.2) == 0);  // not sin^2(-0.2)
  CHECK(natural_scale(Measure::IRS, -0.2) == 0);  // meta 8.4 squares the negative root
  CHECK(natural_scale(Measure::IRFT, 0.01, 30) == 0);
  CHECK(natural_scale(Measure::RD, -1.2) == -1);
  CHECK_FALSE(natural_scale_clamped(Measure::MD, -1e9));
}

TEST_CASE("infinite ends of the analysis scale") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(analysis_scale(Measure::PLO, 0) == -infinity);
  CHECK(analysis_scale(Measure::PLO, 1) == infinity);
  CHECK(natural_scale(Measure::PLO, -infinity) == 0);
  CHECK(natural_scale(Measure::OR, -infinity) == 0);
}

TEST_CASE("names, null values and layouts of the measures") {
  CHECK(find_method<Measure>("PLOGIT") == Measure::PLO);
  CHECK(find_method<Measure>("praw") == Measure::PR);
  CHECK(find_method<Measure>("ASD") == Measure::AS);
  CHECK_FALSE(find_method<Measure>("ODDS"));
  CHECK(null_value(Measure::OR) == 1.0);
  CHECK(null_value(Measure::RD) == 0.0);
  CHECK_FALSE(null_value(Measure::PLO));
  CHECK(is_ratio(Measure::ROM));
  CHECK_FALSE(is_ratio(Measure::IRLN));
  CHECK(scale_label(Measure::PFT) == "Proportion");
  CHECK(transformed_label(Measure::PLO) == "logit");
  for (Layout layout : {Layout::single_arm_counts, Layout::two_arm_counts, Layout::single_arm_rates, Layout::two_arm_rates,
                        Layout::single_arm_means, Layout::two_arm_means, Layout::correlations, Layout::generic})
    CHECK(layout_of(default_measure(layout)) == layout);
}
