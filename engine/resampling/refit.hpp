// One model fitted again and again: to chosen studies, and to results drawn from its own fit.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/numerics/random.hpp"
#include "engine/pooling/pooling.hpp"

namespace tausq::resampling {

/// Fits that are made in one thread; keeps memory from fit to fit. What it gives holds until the next call.
class Refit {
 public:
  virtual ~Refit() = default;
  /// The fit to the studies at these places (ascending, some perhaps several times).
  virtual const pooling::Pooled& chosen(std::span<const std::size_t> places) = 0;
  /// The fit to results that are drawn for all studies. Needs a fit to draw from.
  virtual const pooling::Pooled& drawn(numerics::RandomStream& random) = 0;
};

/// From what laws the results of the studies can be drawn.
enum class Law { none, normal, proportion, rate, table, rate_pair };

/// The law that a model assumes of a measure's studies, or its conditional part.
Law law_of(Pooling pooling, const Options& options);

/// The fit from which results are drawn: study i has the linear predictor eta[i] and the between-study variance tau2.
struct Source {
  Law law = Law::none;
  std::vector<double> eta;
  double tau2 = 0;
};

/// One model of an analysis, as it is fitted. All references outlive what is made of them.
struct World {
  const pooling::PoolingInput& input;
  Options options;                  ///< of this model alone: options.model is common or random
  Pooling pooling;                  ///< whose kernel it is
  pooling::Pooled observed{};       ///< its fit to the studies as they are
  std::vector<std::size_t> used{};  ///< the places of the studies in that fit
  Source source{};                  ///< of a parametric bootstrap
};

/// The fit of the studies as they are, by the whole kernel.
pooling::Pooled fit_of(const World& world);

/// Refits by the kernel of the model: whatever it is.
std::unique_ptr<Refit> refit_by_kernel(const World& world);

/// An inverse-variance mean, which needs no kernel: microseconds a fit.
bool is_normal_mean(const World& world);
std::unique_ptr<Refit> refit_of_normal_mean(const World& world);

}  // namespace tausq::resampling
