// The fields of one fit of many under their names; see fields.hpp.
#pragma once

#include <tausq/fields.hpp>
#include <tausq/many.hpp>

namespace tausq {

template <>
struct Fields<SetFit> {
  static constexpr std::string_view name = "SetFit";
  static constexpr auto list = std::tuple{
      field("k", &SetFit::k, "studies in the fit"),
      field("status", &SetFit::status),
      field("estimate", &SetFit::estimate, "random effects, analysis scale"),
      field("se", &SetFit::se, "analysis scale"),
      field("statistic", &SetFit::statistic, "z or t of the test of no effect"),
      field("df", &SetFit::df, "degrees of freedom of t; none for z"),
      field("p_value", &SetFit::p_value),
      field("ci_lower", &SetFit::ci_lower, "analysis scale"),
      field("ci_upper", &SetFit::ci_upper, "analysis scale"),
      field("prediction_lower", &SetFit::prediction_lower, "interval for the true effect of a new study, analysis scale"),
      field("prediction_upper", &SetFit::prediction_upper, "analysis scale"),
      field("common_estimate", &SetFit::common_estimate, "common effect, analysis scale"),
      field("common_se", &SetFit::common_se, "analysis scale"),
      field("common_p_value", &SetFit::common_p_value),
      field("common_ci_lower", &SetFit::common_ci_lower, "analysis scale"),
      field("common_ci_upper", &SetFit::common_ci_upper, "analysis scale"),
      field("tau2", &SetFit::tau2, "between-study variance, analysis scale"),
      field("tau2_ci_lower", &SetFit::tau2_ci_lower),
      field("tau2_ci_upper", &SetFit::tau2_ci_upper),
      field("i2", &SetFit::i2, "fraction; tau2 / (tau2 + typical sampling variance)"),
      field("h2", &SetFit::h2),
      field("q", &SetFit::q, "Cochran's Q"),
      field("q_df", &SetFit::q_df),
      field("q_p", &SetFit::q_p),
  };
};

}  // namespace tausq
