// Studies of two arms for the one-stage engine: each stands in two rows, its effect and its level.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "engine/model/one_stage.hpp"

namespace tausq::model {

/// What one study of two arms adds to the log-likelihood: derivatives in its effect, in its level, and in both. The log-likelihood and the
/// derivatives in the dispersion stand in `effect`.
struct PairedTerm {
  StudyTerm effect, level;
  double cross = 0;
};

/// A rough finite estimate and its variance.
struct RoughEstimate {
  double centre = 0, variance = 0;
};

/// Row i is the effect of study i, row n + i its level. `Study` has term(effect, level, dispersion), rough_effect() and rough_level().
template <typename Study>
class PairedRows final : public StudyTerms {
 public:
  explicit PairedRows(std::vector<Study> studies) : studies_(std::move(studies)), cross_(studies_.size()) {}
  std::size_t k() const override { return 2 * studies_.size(); }
  std::span<const double> cross() const override { return cross_; }
  void evaluate(std::span<const double> eta, double dispersion, double, std::span<StudyTerm> terms) override {
    const std::size_t n = studies_.size();
    for (std::size_t i = 0; i < n; ++i) {
      const PairedTerm pair = studies_[i].term(eta[i], eta[n + i], dispersion);
      terms[i] = pair.effect;
      terms[n + i] = pair.level;
      cross_[i] = pair.cross;
    }
  }
  double centre(std::size_t row) const override { return rough(row).centre; }
  double variance(std::size_t row) const override { return rough(row).variance; }

 private:
  RoughEstimate rough(std::size_t row) const {
    const std::size_t n = studies_.size();
    return row < n ? studies_[row].rough_effect() : studies_[row - n].rough_level();
  }

  std::vector<Study> studies_;
  std::vector<double> cross_;
};

}  // namespace tausq::model
