#include "engine/inference/prediction.hpp"

#include <array>
#include <cmath>
#include <string>

#include <tausq/problem.hpp>

#include "engine/inference/wald.hpp"
#include "engine/methods/table.hpp"

namespace tausq::inference {

namespace {

PredictionInterval around(const PredictionInput& in, std::optional<double> se, std::optional<double> df) {
  PredictionInterval result;
  if (!se || (df && !(*df > 0))) {
    result.status = Status::not_estimable;
    result.reason = in.k < 2 ? "a prediction interval with estimated tau2 needs at least two studies"
                             : "too few studies for the degrees of freedom of this prediction interval";
    return result;
  }
  const double half_width = two_sided_quantile(in.level, df) * std::hypot(std::sqrt(in.tau2), *se);
  result.df = if_finite(df.value_or(0)) ? df : std::nullopt;
  result.lower = if_finite(in.estimate - half_width);
  result.upper = if_finite(in.estimate + half_width);
  result.status = result.lower && result.upper ? Status::ok : Status::not_estimable;
  if (result.status != Status::ok) result.reason = "too few degrees of freedom to bound the prediction";
  return result;
}

/// One study cannot tell tau2, which then stands at 0: the formula still has a value, the confidence interval, and the reason
/// says so. With k - 1 = 0 degrees of freedom the mean falls back on its normal interval, and the prediction with it.
PredictionInterval normal(const PredictionInput& in) {
  PredictionInterval result = around(in, in.se, {});
  if (in.k == 1) {
    result.reason = in.tau2 == 0 ? "one study cannot tell tau2, taken as 0: this is the confidence interval"
                                 : "one study cannot tell tau2, taken as given";
  }
  return result;
}
PredictionInterval student(const PredictionInput& in) {
  return in.k == 1 ? normal(in) : around(in, in.se, in.k - 1);
}
PredictionInterval higgins_thompson_spiegelhalter(const PredictionInput& in) {
  return around(in, in.se, in.k - 2);
}
PredictionInterval hartung_knapp(const PredictionInput& in) {
  return in.k == 1 ? normal(in) : around(in, in.se_hk, in.k - 1);
}
PredictionInterval kenward_roger(const PredictionInput& in) {
  return around(in, in.se_kr, in.df_kr);
}
PredictionInterval none(const PredictionInput&) {
  return {};
}

constexpr std::array<PredictionRow, 7> table{{
    {PredictionMethod::z,
     {"z", "normal", "normal distribution", "mu -+ z sqrt(tau2 + se^2)", "Skipka 2006, 14th Cochrane Colloquium"},
     normal},
    {PredictionMethod::v,
     {"v", "veroniki", "t distribution on k - 1", "mu -+ t(k - 1) sqrt(tau2 + se^2)", "Veroniki et al. 2019, Res Synth Methods 10:23"},
     student},
    {PredictionMethod::hts,
     {"hts", "", "t distribution on k - 2", "mu -+ t(k - 2) sqrt(tau2 + se^2)",
      "Higgins, Thompson & Spiegelhalter 2009, J R Stat Soc A 172:137, eq. 12"},
     higgins_thompson_spiegelhalter},
    {PredictionMethod::hk,
     {"hk", "", "Hartung-Knapp", "mu -+ t(k - 1) sqrt(tau2 + se_hk^2)", "Partlett & Riley 2017, Stat Med 36:301"},
     hartung_knapp},
    {PredictionMethod::kr,
     {"kr", "", "Kenward-Roger", "mu -+ t(df_kr) sqrt(tau2 + se_kr^2)", "Partlett & Riley 2017, Stat Med 36:301"},
     kenward_roger},
    {PredictionMethod::integrated,
     {"integrated", "", "predictive distribution averaged over tau",
      "quantiles of N(mu, tau2) averaged over w(tau) sqrt(p (1 - p)) L(mu, tau), p = expit(mu)",
      "Higgins, Thompson & Spiegelhalter 2009, J R Stat Soc A 172:137, section 4"},
     nullptr},
    {PredictionMethod::none, {"none", "", "no prediction interval", "none", "none"}, none},
}};

}  // namespace

std::span<const PredictionRow> prediction_table() {
  return table;
}

PredictionInterval prediction(PredictionMethod method, const PredictionInput& input) {
  const PredictionRow& row = table[static_cast<std::size_t>(method)];
  if (row.kernel == nullptr) throw UsageError("--prediction " + std::string(row.info.key) + ": not offered by this pooling model");
  PredictionInterval result = row.kernel(input);
  result.method = method;
  return result;
}

}  // namespace tausq::inference

using tausq::inference::table;
TAUSQ_DEFINE_METHODS(PredictionMethod, table)
