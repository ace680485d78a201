#include "engine/model/linked_arms.hpp"

#include <cmath>
#include <utility>

#include "engine/model/likelihood_end.hpp"
#include "engine/numerics/roots.hpp"

namespace tausq::model {

LinkedModel::LinkedModel(std::unique_ptr<LinkedTerms> terms) : LinkedModel(terms.get(), terms->k()) {
  static_cast<void>(terms.release());  // the engine owns them
}

LinkedModel::LinkedModel(LinkedTerms* terms, std::size_t k)
    : design_{k, {"level"}, std::vector<double>(k, 1.0), true, {}}, terms_(*terms), engine_(std::unique_ptr<StudyTerms>(terms), design_) {}

LinkedModel::Point LinkedModel::maximise_at(double theta, const OneStagePoint& start, const Held& held) {
  terms_.link(theta);
  OneStageMaximum found = engine_.maximise_from(start, held);
  engine_.evaluate(found.at);
  return {std::move(found.at), terms_.slope(), found.converged};
}

LinkedModel::Point LinkedModel::maximise_at(double theta) {
  terms_.link(theta);
  OneStageMaximum found = engine_.maximise(engine_.maximise_common());
  engine_.evaluate(found.at);
  return {std::move(found.at), terms_.slope(), found.converged};
}

LikelihoodEnd LinkedModel::end(double loglik, const std::optional<OneStagePoint>& start, const EndSearch& search, double cut) {
  std::optional<OneStagePoint> last = start;
  const auto fall = [&](double at, bool) -> std::optional<Fall> {
    Point found = last ? maximise_at(at, *last) : maximise_at(at);
    if (!found.converged) return std::nullopt;
    const Fall result{2 * (loglik - found.at.loglik), found.slope};
    if (last) last = std::move(found.at);
    return result;
  };
  return likelihood_end(fall, search, cut);
}

LikelihoodEnd LinkedModel::end_of_slope(double loglik, double direction, double cut) {
  OneStagePoint last = maximise_at(0).at;
  bool converged = true;
  const auto excess = [&](double theta) {
    Point found = maximise_at(theta, last);
    converged = converged && found.converged;
    const double value = 2 * (loglik - found.at.loglik) - cut;
    last = std::move(found.at);
    return value;
  };
  const bool inside = excess(0) <= 0;
  const auto bracket = numerics::bracket_outward(excess, 0, inside ? -std::copysign(1.0, direction) : std::copysign(1.0, direction), 700);
  if (!bracket) return {std::nullopt, false};
  const numerics::Root root = numerics::brent_root(excess, bracket->first, bracket->second);
  return {root.x, root.converged && converged};
}

}  // namespace tausq::model
