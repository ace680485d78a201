// Room for all results of a batch.
#pragma once

#include <limits>
#include <tausq/batch.hpp>
#include <vector>

namespace tests {

using tausq::BatchFits;
using tausq::Status;

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// All columns, owned.
struct Columns {
  std::vector<Status> status;
  std::vector<double> k, estimate, se, statistic, df, p_value, ci_lower, ci_upper, prediction_lower, prediction_upper, common_estimate,
      common_se, common_statistic, common_p_value, common_ci_lower, common_ci_upper, tau2, i2, h2, q, q_p;

  explicit Columns(std::size_t n) : status(n) {
    for (std::vector<double>* c : all()) c->assign(n, -77);
  }
  std::vector<std::vector<double>*> all() {
    return {&k,
            &estimate,
            &se,
            &statistic,
            &df,
            &p_value,
            &ci_lower,
            &ci_upper,
            &prediction_lower,
            &prediction_upper,
            &common_estimate,
            &common_se,
            &common_statistic,
            &common_p_value,
            &common_ci_lower,
            &common_ci_upper,
            &tau2,
            &i2,
            &h2,
            &q,
            &q_p};
  }
  BatchFits fits() {
    BatchFits f;
    f.status = status, f.k = k, f.estimate = estimate, f.se = se, f.statistic = statistic, f.df = df, f.p_value = p_value;
    f.ci_lower = ci_lower, f.ci_upper = ci_upper, f.prediction_lower = prediction_lower, f.prediction_upper = prediction_upper;
    f.common_estimate = common_estimate, f.common_se = common_se, f.common_statistic = common_statistic;
    f.common_p_value = common_p_value, f.common_ci_lower = common_ci_lower, f.common_ci_upper = common_ci_upper;
    f.tau2 = tau2, f.i2 = i2, f.h2 = h2, f.q = q, f.q_p = q_p;
    return f;
  }
};

}  // namespace tests
