#include "engine/diagnostics/deleted_tau2.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/model/score_grid.hpp"
#include "engine/model/tau2.hpp"

namespace tausq::diagnostics {

namespace {

using model::PowerSums;

constexpr std::size_t least_studies = 30;
constexpr double widest_range = 1e4;
constexpr std::size_t terms = 9;  // of a series in at most 1/100: the next one is below 1e-16
constexpr double reach = 0.01;

class DeletedReml {
 public:
  explicit DeletedReml(const pooling::NormalStudies& studies) {
    model::NormalWorkspace work;
    model::standardise(studies.yi, studies.vi, data_);
    centre_ = model::estimate_tau2(Tau2Method::REML, {data_, {}, work}).tau2;
    const double mean = model::normal_moments(data_, centre_, work).mean;
    y_ = data_.y;
    for (double& y : y_) y -= mean;
    expand();
    for (const double tau2 : model::score_grid(data_.v[0], *std::max_element(data_.v.begin(), data_.v.end()))) add_node(tau2);
  }

  std::vector<std::optional<double>> run() const {
    std::vector<std::optional<double>> result(data_.k);
    for (std::size_t first = 0; first < data_.k; first += model::most_sets) {
      const std::size_t n = std::min(model::most_sets, data_.k - first);
      const model::Brackets brackets = model::bracket_maxima(nodes_, all_, first, n);
      for (std::size_t l = 0; l < n; ++l) {
        if (brackets.ambiguous(l)) continue;
        const std::optional<double> tau2 = brackets.maxima[l] == 0 ? 0.0 : root(first + l, brackets.low[l], brackets.high[l]);
        if (tau2) result[data_.order[first + l]] = *tau2 <= epsilon * data_.v[0] ? 0.0 : *tau2 * data_.scale * data_.scale;
      }
    }
    return result;
  }

 private:
  static constexpr double epsilon = std::numeric_limits<double>::epsilon();

  /// sum(w^a y^b) at the centre, a = 1 .. 3 + terms.
  void expand() {
    for (std::size_t j = 0; j < data_.k; ++j) {
      const double w = 1 / (data_.v[j] + centre_), y = y_[j];
      double power = w;
      for (std::array<double, 3>& sums : series_) {
        sums[0] += power;
        sums[1] += power * y;
        sums[2] += power * y * y;
        power *= w;
      }
    }
  }

  void add_node(double tau2) {
    model::GridNode node{tau2, {}};
    PowerSums sum{};
    for (std::size_t j = 0; j < data_.k; ++j) {
      PowerSums own{};
      model::add_powers(own, 1 / (data_.v[j] + tau2), y_[j]);
      for (std::size_t a = 0; a < own.size(); ++a) node.share[a].push_back(-own[a]), sum[a] += own[a];
    }
    nodes_.push_back(std::move(node)), all_.push_back(sum);
  }

  /// Of all studies but j, at centre + shift.
  PowerSums sums(std::size_t j, double shift) const {
    PowerSums own{}, result{};
    model::add_powers(own, 1 / (data_.v[j] + centre_ + shift), y_[j]);
    for (std::size_t a = 1; a <= 3; ++a) {
      double coefficient = 1;
      for (std::size_t m = 0; m < terms; ++m) {
        for (std::size_t b = 0; b < 3; ++b) result[3 * (a - 1) + b] += coefficient * series_[a + m - 1][b];
        coefficient *= -shift * static_cast<double>(a + m) / static_cast<double>(m + 1);
      }
    }
    for (std::size_t a = 0; a < own.size(); ++a) result[a] -= own[a];
    return result;
  }

  std::optional<double> root(std::size_t j, double low, double high) const {
    const double unit = data_.v[0] + centre_;
    double shift = 0;
    for (int i = 0; i < 10; ++i) {
      const double step = model::score_of(sums(j, shift)).step();
      shift += step;
      if (!(std::abs(shift) <= reach * unit)) return std::nullopt;
      if (std::abs(step) > 1e-8 * unit) continue;
      const double tau2 = centre_ + shift;
      return tau2 >= low && tau2 <= high ? std::optional(tau2) : std::nullopt;
    }
    return std::nullopt;
  }

  model::NormalData data_;
  std::vector<double> y_;  ///< around the mean of all studies
  double centre_ = 0;      ///< tau2 of all studies
  std::array<std::array<double, 3>, 3 + terms> series_{};
  std::vector<model::GridNode> nodes_;  ///< the share of a set is what its study takes away
  std::vector<PowerSums> all_;          ///< of all studies at every node
};

}  // namespace

std::vector<std::optional<double>> deleted_reml(const pooling::NormalStudies& studies) {
  const auto [least, most] = std::minmax_element(studies.vi.begin(), studies.vi.end());
  if (studies.yi.size() < least_studies || *most > widest_range * *least) return std::vector<std::optional<double>>(studies.yi.size());
  return DeletedReml(studies).run();
}

}  // namespace tausq::diagnostics
