#include "engine/model/integrated_likelihood.hpp"

#include <algorithm>
#include <cmath>

namespace tausq::model {

namespace {

constexpr double accuracy = 27;          // of each integral, exp(-27) = 2e-12
constexpr double no_prior = 1e-6;        // below which it is no more than a point
constexpr double narrow_prior = 0.1;     // tau in units of a study's sd below which no lattice is laid
constexpr double wide_prior = 15;        // tau above which a one-sided likelihood is integrated by parts
constexpr int rise_level = 2;            // of the lattice for that: a logistic rise has its poles at +- i pi
constexpr double most_nodes = 4096;      // that a sum over a lattice may take
constexpr double longest_slice = 65536;  // nodes of one study for all mu of a lattice
constexpr double farthest = 38;          // exp(-farthest^2 / 2) underflows

/// Products of numbers of any size: one logarithm for many of them.
class LogProduct {
 public:
  void multiply(double factor) {
    if (!(factor > 1e-100 && factor < 1e100)) {
      log_ += std::log(factor);
      return;
    }
    product_ *= factor;
    if (product_ < 1e-100 || product_ > 1e100) {
      log_ += std::log(product_);
      product_ = 1;
    }
  }
  void add_log(double value) { log_ += value; }
  double log() const { return log_ + std::log(product_); }

 private:
  double log_ = 0, product_ = 1;
};

}  // namespace

IntegratedLikelihood::IntegratedLikelihood(std::unique_ptr<StudyLikelihoods> studies)
    : studies_(std::move(studies)), rises_(k()), lattices_(k()) {
  double lowest = studies_->centre(0), highest = lowest, weights = 0, weighted = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    const double centre = studies_->centre(i), w = 1 / studies_->variance(i);
    lowest = std::min(lowest, centre);
    highest = std::max(highest, centre);
    weights += w;
    weighted += w * centre;
  }
  centre_ = weighted / weights;
  double largest = 0;
  for (std::size_t i = 0; i < k(); ++i) {
    // Modes of the integrands lie between the studies; the curvature of l_i there decides how close the nodes must be.
    constexpr int parts = 8;
    double information = 1 / studies_->variance(i);
    for (int j = 0; j <= parts; ++j)
      information = std::max(information, -studies_->at(i, lowest - 0.5 + (highest - lowest + 1) * j / parts).second);
    information_.push_back(information);
    supremum_.push_back(studies_->supremum(i));
    support_.push_back(support_of(*studies_, i, supremum_.back()));
    largest = std::max({largest, 1 / studies_->variance(i), -studies_->at(i, centre_).second});
  }
  smallest_sd_ = 1 / std::sqrt(largest);
}

StudyLattice& IntegratedLikelihood::lattice(std::size_t i, int level) {
  std::unique_ptr<StudyLattice>& slot = lattices_[i][level];
  if (!slot) slot = std::make_unique<StudyLattice>(*studies_, i, std::ldexp(1.0, -level), supremum_[i]);
  return *slot;
}

SliceStudy IntegratedLikelihood::rise(std::size_t i) {
  Rise& rise = rises_[i];
  const double h = std::ldexp(1.0, -rise_level);
  if (rise.table.empty()) {
    const bool rises = studies_->rises(i);
    const auto density = [&](std::ptrdiff_t m) {
      const Derivatives l = studies_->at(i, static_cast<double>(m) * h);
      return h * std::abs(l.first) * std::exp(l.value);
    };
    // From where the likelihood has fallen to where it rises no more.
    const auto fallen = static_cast<std::ptrdiff_t>((rises ? support_[i].core_lower : support_[i].core_upper) / h);
    double largest = 0;
    for (std::ptrdiff_t m = fallen;; m += rises ? 1 : -1) {
      rise.table.push_back(density(m));
      largest = std::max(largest, rise.table.back());
      if (rise.table.back() < largest * std::exp(-accuracy) && rise.table.size() > 1 &&
          rise.table.back() < rise.table[rise.table.size() - 2])
        break;
    }
    if (!rises) std::reverse(rise.table.begin(), rise.table.end());
    rise.first = rises ? fallen : fallen - static_cast<std::ptrdiff_t>(rise.table.size()) + 1;
  }
  const auto size = static_cast<std::ptrdiff_t>(rise.table.size()), everywhere = std::ptrdiff_t{1} << 40;
  return {rise.table.data(), rise.first, rise.first, rise.first + size - 1, everywhere, everywhere};
}

LikelihoodAtTau::LikelihoodAtTau(IntegratedLikelihood& likelihood, double tau) : likelihood_(&likelihood), tau_(tau) {
  const StudyLikelihoods& studies = *likelihood.studies_;
  for (std::size_t i = 0; i < likelihood.k(); ++i) {
    const double information = likelihood.information_[i], variance = studies.variance(i), pull = variance / (variance + tau * tau);
    const double h = tau * integral::step_for(tau, information, accuracy, studies.largest_information(i));
    // A study far from the others may be sharp as a knife among them, and flat where it stands.
    const bool too_many_nodes = 16 * tau * std::sqrt(pull) > most_nodes * h;
    Study study{Rule::lattice, 0, {}};
    if (tau * std::sqrt(information) < no_prior) {
      study.rule = Rule::point;
    } else if (tau * std::sqrt(information) < narrow_prior) {
      study.rule = Rule::narrow;
    } else if (tau > wide_prior && !studies.bounded(i)) {
      study.rule = Rule::by_parts;
    } else if (too_many_nodes) {
      study.rule = Rule::direct;
    } else {
      const double start = studies.centre(i) + pull * (likelihood.centre() - studies.centre(i));
      study.level = static_cast<int>(std::ceil(-std::log2(h)));
      study.lattice.emplace(likelihood.lattice(i, study.level), tau, start);
    }
    if (study.rule == Rule::lattice) by_level_.push_back(i);
    studies_.push_back(study);
  }
  std::sort(by_level_.begin(), by_level_.end(), [&](std::size_t a, std::size_t b) { return studies_[a].level < studies_[b].level; });
}

template <bool with_derivatives>
MuDerivatives LikelihoodAtTau::product(double mu) {
  LogProduct product;
  MuDerivatives result;
  const StudyLikelihoods& studies = *likelihood_->studies_;
  for (std::size_t i = 0; i < studies_.size(); ++i) {
    const Rule rule = studies_[i].rule;
    if (tau_ == 0 || rule == Rule::by_parts || rule == Rule::direct || rule == Rule::point) {
      const StudyTerm term = studies.integral(i, mu, rule == Rule::point ? 0 : tau_);
      product.add_log(term.loglik);
      result.first += term.d_eta;
      result.second += term.d_eta_eta;
      continue;
    }
    const StudyMoments u = studies_[i].lattice ? studies_[i].lattice->at<with_derivatives>(mu)
                                               : narrow_integral(studies, i, mu, tau_, likelihood_->supremum_[i]);
    product.multiply(u.total);
    product.add_log(likelihood_->supremum_[i] + u.exponent);
    if constexpr (with_derivatives) {
      result.first += u.mean / tau_;
      result.second += (u.variance - 1) / (tau_ * tau_);
    }
  }
  result.value = product.log();
  return result;
}

/// The nodes at which the integrand has fallen by exp(-accuracy) from its mode on both sides, at every mu of the lattice. The mode lies
/// between mu and mu + tau^2 l'(mu), and the prior alone falls by that much in `reach` of its standard deviations. Where the likelihood has
/// fallen further than that below what the integrand reaches, at mu or at the study's own estimate, nothing is left either. Nothing where
/// these are too many nodes to be tabulated.
std::optional<SliceStudy> LikelihoodAtTau::placed(std::size_t i, const MuLattice& mu) {
  constexpr double reach = 7.4;  // exp(-reach^2 / 2) = exp(-accuracy)
  StudyLattice& lattice = likelihood_->lattice(i, studies_[i].level);
  const StudySupport& support = likelihood_->support_[i];
  const double h = lattice.h(), centre = likelihood_->studies_->centre(i), lowest = mu.at(0), highest = mu.at(mu.count - 1);
  const auto node = [h](double x) { return static_cast<std::ptrdiff_t>(std::floor(x / h)); };
  double reached = 0;  // by the logarithm of the integrand, at the worst mu
  const auto pull = [&](double at) {
    const std::ptrdiff_t m = node(at);
    if (!lattice.covers(m, m + 1)) lattice.cover(m, m + 1);
    const double z = (centre - at) / tau_;
    reached = std::min(reached, std::max(lattice.l(m) - likelihood_->supremum_[i], -0.5 * z * z));
    return tau_ * tau_ * (lattice.l(m + 1) - lattice.l(m)) / h;
  };
  // The slope is that of a step beside mu, and falls from the lowest mu to the highest.
  const double upwards = std::max(pull(lowest), 0.0), downwards = std::max(-pull(highest), 0.0), margin = reach * tau_ + 2 * h;
  const double above = std::min(upwards + margin, farthest * tau_), below = std::min(downwards + margin, farthest * tau_);
  double first = lowest - below, last = highest + above;
  if (reached > accuracy - StudySupport::whole) {
    const bool core = reached > accuracy - StudySupport::core;
    first = std::max(first, core ? support.core_lower : support.whole_lower);
    last = std::min(last, core ? support.core_upper : support.whole_upper);
  } else {
    if (lowest > centre) first = std::max(first, support.whole_lower);
    if (highest < centre) last = std::min(last, support.whole_upper);
  }
  // No farther from any mu than the ends of the study itself, however wide the prior.
  const double farthest_above = std::clamp(last - lowest + 2 * h, 0.0, above),
               farthest_below = std::clamp(highest - first + 2 * h, 0.0, below);
  if (std::max({last - first, farthest_above, farthest_below}) > longest_slice * h) return std::nullopt;
  const std::ptrdiff_t from = node(first), to = std::max(from, node(last) + 1);
  if (!lattice.covers(from, to)) lattice.cover(from, to);
  return SliceStudy{lattice.likelihood(from), from, from, to, node(farthest_below) + 1, node(farthest_above) + 2};
}

void LikelihoodAtTau::log_likelihoods(const MuLattice& mu, std::span<double> values) {
  const StudyLikelihoods& studies = *likelihood_->studies_;
  SliceIntegrals& slice = likelihood_->slice_;
  slice.begin(mu, tau_);
  double constant = 0;
  if (tau_ == 0) {
    slice.finish(0, values);
    for (std::size_t j = 0; j < mu.count; ++j)
      for (std::size_t i = 0; i < k(); ++i) values[j] += studies.integral(i, mu.at(j), 0).loglik;
    return;
  }
  const auto point_by_point = [&](std::size_t i) {
    constant += likelihood_->supremum_[i];
    const double tau = studies_[i].rule == Rule::point ? 0 : tau_;
    for (std::size_t j = 0; j < mu.count; ++j)
      slice.multiply(j, std::exp(studies.integral(i, mu.at(j), tau).loglik - likelihood_->supremum_[i]));
  };
  std::vector<SliceStudy>& together = likelihood_->slice_studies_;
  for (std::size_t first = 0; first < by_level_.size();) {
    const int level = studies_[by_level_[first]].level;
    std::size_t last = first;
    together.clear();
    for (; last < by_level_.size() && studies_[by_level_[last]].level == level; ++last) {
      const std::size_t i = by_level_[last];
      if (const std::optional<SliceStudy> study = placed(i, mu)) {
        together.push_back(*study);
        constant += likelihood_->supremum_[i];
      } else {
        point_by_point(i);
      }
    }
    if (!together.empty()) slice.multiply(together, level, SliceIntegrals::Kernel::density);
    constant += static_cast<double>(together.size()) * std::log(std::ldexp(0.39894228040143267794, -level) / tau_);
    first = last;
  }
  for (std::size_t i = 0; i < k(); ++i) {
    if (studies_[i].rule == Rule::by_parts) {
      const SliceStudy rise = likelihood_->rise(i);
      slice.multiply({&rise, 1}, rise_level, studies.rises(i) ? SliceIntegrals::Kernel::upper_tail : SliceIntegrals::Kernel::lower_tail);
    } else if (studies_[i].rule == Rule::narrow) {
      constant += likelihood_->supremum_[i];
      narrow_totals(studies, i, mu.at(0), mu.step(), tau_, likelihood_->supremum_[i], values);
      for (std::size_t j = 0; j < mu.count; ++j) slice.multiply(j, values[j]);
    } else if (studies_[i].rule == Rule::direct || studies_[i].rule == Rule::point) {
      point_by_point(i);
    }
  }
  slice.finish(constant, values);
}

EffectMoments LikelihoodAtTau::effect(std::size_t i, double mu) {
  const double tau2 = tau_ * tau_;
  if (studies_[i].rule == Rule::by_parts) {
    const StudyTerm term = likelihood_->studies_->integral(i, mu, tau_);
    return {mu + tau2 * term.d_eta, tau2 * (1 + tau2 * term.d_eta_eta)};
  }
  const StudyMoments u = studies_[i].lattice ? studies_[i].lattice->at<true>(mu)
                                             : narrow_integral(*likelihood_->studies_, i, mu, tau_, likelihood_->supremum_[i]);
  return {mu + tau_ * u.mean, tau2 * u.variance};
}

double LikelihoodAtTau::log_likelihood(double mu) {
  return product<false>(mu).value;
}

MuDerivatives LikelihoodAtTau::derivatives(double mu) {
  return product<true>(mu);
}

}  // namespace tausq::model
