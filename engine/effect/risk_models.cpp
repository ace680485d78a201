// From the risk without treatment to the risk under it: one row a kind of effect.
#include <algorithm>
#include <array>
#include <cmath>

#include <tausq/absolute.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

// Differences are formed without subtracting two risks, so that small effects keep their digits. `x` is the logarithm of the ratio.

double by_odds_ratio(double baseline, double x) {
  const double other = 1 - baseline;
  if (x > 0) return -baseline * other * std::expm1(-x) / (other * std::exp(-x) + baseline);  // finite as x grows
  return baseline * other * std::expm1(x) / (other + baseline * std::exp(x));
}

double by_risk_ratio(double baseline, double x) {
  return std::min(baseline * std::expm1(x), 1 - baseline);
}

double by_risk_difference(double baseline, double x) {
  return std::clamp(x, -baseline, 1 - baseline);
}

double by_hazard_ratio(double baseline, double x) {
  return -(1 - baseline) * std::expm1(std::expm1(x) * std::log1p(-baseline));
}

struct RiskRow {
  RiskModel id;
  MethodInfo info;
  double (*difference)(double baseline, double effect);
};

constexpr std::array<RiskRow, 4> rows{{
    {RiskModel::OR, {"OR", "", "odds ratio", "risk = OR r / (1 - r + OR r)", "Cochrane Handbook 6.5, section 15.4.4.3"}, by_odds_ratio},
    {RiskModel::RR, {"RR", "", "risk ratio", "risk = RR r, at most 1", "Cochrane Handbook 6.5, section 15.4.4.2"}, by_risk_ratio},
    {RiskModel::RD,
     {"RD", "", "risk difference", "risk = r + RD, from 0 to 1", "Cochrane Handbook 6.5, section 15.4.4.1"},
     by_risk_difference},
    {RiskModel::HR,
     {"HR", "IRR", "hazard ratio, or ratio of constant rates", "risk = 1 - (1 - r)^HR", "Altman & Andersen 1999, BMJ 319:1492"},
     by_hazard_ratio},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(RiskModel, rows)

namespace tausq {

std::optional<RiskModel> risk_model(Measure measure) {
  switch (measure) {
    case Measure::OR:
    case Measure::PETO:
      return RiskModel::OR;
    case Measure::RR:
      return RiskModel::RR;
    case Measure::RD:
      return RiskModel::RD;
    case Measure::IRR:
      return RiskModel::HR;
    default:
      return std::nullopt;
  }
}

double risk_difference(RiskModel model, double baseline, double effect) {
  return rows[static_cast<std::size_t>(model)].difference(baseline, effect);
}

NumberNeeded number_needed(const Display& difference, bool desirable_events) {
  NumberNeeded n;
  if (!difference.estimate || !difference.ci_lower || !difference.ci_upper || *difference.estimate == 0) return n;
  const auto patients = [](double d) { return d == 0 ? std::nullopt : std::optional(1 / std::fabs(d)); };
  const bool more = *difference.estimate > 0;
  n.direction = more == desirable_events ? "NNTB" : "NNTH";
  n.estimate = patients(*difference.estimate);
  const double far = more ? *difference.ci_upper : *difference.ci_lower, near = more ? *difference.ci_lower : *difference.ci_upper;
  n.ci_lower = patients(far);
  if ((near > 0) == more)
    n.ci_upper = patients(near);
  else
    n.opposite_lower = patients(near);
  return n;
}

}  // namespace tausq
