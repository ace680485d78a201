// The columns of a batch under their names; see fields.hpp.
#pragma once

#include <tausq/batch.hpp>
#include <tausq/field.hpp>

namespace tausq {

template <>
struct Fields<BatchFits> {
  static constexpr std::string_view name = "BatchFits";
  static constexpr auto list = std::tuple{
      field("k", &BatchFits::k, "studies in the fit"),
      field("estimate", &BatchFits::estimate, "random effects, analysis scale"),
      field("se", &BatchFits::se, "analysis scale"),
      field("statistic", &BatchFits::statistic, "z or t of the test of no effect"),
      field("df", &BatchFits::df, "degrees of freedom of t; none for z"),
      field("p_value", &BatchFits::p_value),
      field("ci_lower", &BatchFits::ci_lower, "analysis scale"),
      field("ci_upper", &BatchFits::ci_upper, "analysis scale"),
      field("prediction_lower", &BatchFits::prediction_lower, "interval for the true effect of a new study, analysis scale"),
      field("prediction_upper", &BatchFits::prediction_upper, "analysis scale"),
      field("common_estimate", &BatchFits::common_estimate, "common effect, analysis scale"),
      field("common_se", &BatchFits::common_se, "analysis scale"),
      field("common_statistic", &BatchFits::common_statistic),
      field("common_p_value", &BatchFits::common_p_value),
      field("common_ci_lower", &BatchFits::common_ci_lower, "analysis scale"),
      field("common_ci_upper", &BatchFits::common_ci_upper, "analysis scale"),
      field("tau2", &BatchFits::tau2, "between-study variance, analysis scale"),
      field("i2", &BatchFits::i2, "fraction; tau2 / (tau2 + typical sampling variance)"),
      field("h2", &BatchFits::h2),
      field("q", &BatchFits::q, "Cochran's Q"),
      field("q_p", &BatchFits::q_p),
  };
};

}  // namespace tausq
