#include "engine/diagnostics/funnel.hpp"

#include <utility>

#include "engine/numerics/sums.hpp"
#include "engine/pooling/normal_studies.hpp"

namespace tausq::diagnostics {

Funnel make_funnel(const StudySet& studies, const EffectSizes& effects, const Options& options, const BiasOptions& bias,
                   std::vector<Excluded>& excluded) {
  const model::Design mean;
  pooling::NormalStudies usable = pooling::usable_studies({studies, effects, options, mean}, excluded);
  Funnel funnel{studies,
                options,
                bias,
                effects.measure,
                std::move(usable.study),
                std::move(usable.yi),
                std::move(usable.vi),
                std::move(usable.user_weights),
                {}};
  for (std::size_t i : funnel.index) {
    const double n = effects.study[i].ni;
    if (!(n > 0)) return funnel.ni.clear(), funnel;
    funnel.ni.push_back(n);
  }
  return funnel;
}

CommonEffect common_effect(const Funnel& funnel) {
  numerics::Sum weights, products;
  for (std::size_t j = 0; j < funnel.k(); ++j) {
    weights.add(1 / funnel.vi[j]);
    products.add(funnel.yi[j] / funnel.vi[j]);
  }
  return {products.value() / weights.value(), weights.value()};
}

std::optional<ArmSizes> arm_sizes(const StudySet& studies, std::size_t i) {
  if (const auto* counts = std::get_if<TwoArmCounts>(&studies.data))
    return ArmSizes{counts->ai[i] + counts->bi[i], counts->ci[i] + counts->di[i]};
  if (const auto* means = std::get_if<TwoArmMeans>(&studies.data)) return ArmSizes{means->n1i[i], means->n2i[i]};
  return std::nullopt;
}

}  // namespace tausq::diagnostics
