#include "engine/pooling/odds_ratio_tables.hpp"

#include "engine/pooling/closed_form.hpp"

namespace tausq::pooling {

std::vector<std::size_t> informative_tables(const PoolingInput& input, const TwoArmCounts& counts, Pooled& account) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < counts.ai.size(); ++i) {
    const bool no_events = counts.ai[i] + counts.ci[i] == 0, only_events = counts.bi[i] + counts.di[i] == 0;
    if (!no_events && !only_events) {
      places.push_back(i);
    } else {
      leave_out(input, i,
                no_events ? "no event in either arm: says nothing about an odds ratio"
                          : "only events in both arms: says nothing about an odds ratio",
                account);
    }
  }
  return places;
}

std::vector<model::HypergeometricLikelihood> conditional_likelihoods(const TwoArmCounts& counts, const std::vector<std::size_t>& places) {
  std::vector<model::HypergeometricLikelihood> likelihoods;
  likelihoods.reserve(places.size());
  for (std::size_t i : places) likelihoods.emplace_back(counts.ai[i], counts.bi[i], counts.ci[i], counts.di[i]);
  return likelihoods;
}

}  // namespace tausq::pooling
