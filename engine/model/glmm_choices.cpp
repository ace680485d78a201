// The two-arm exact-likelihood models by name.
#include <array>

#include <tausq/methods.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

struct GlmmRow {
  GlmmModel id;
  MethodInfo info;
};

constexpr std::array<GlmmRow, 4> glmm_models{{
    {GlmmModel::CM_EL,
     {"CM.EL", "", "conditional model, exact likelihood", "ai | ai + ci ~ noncentral hypergeometric(theta + tau u)",
      "Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046, section 3.2"}},
    {GlmmModel::CM_AL,
     {"CM.AL", "", "conditional model, approximate likelihood", "ai | ai + ci ~ Binomial(ai + ci, expit(log(n1i / n2i) + theta + tau u))",
      "Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046, section 3.3"}},
    {GlmmModel::UM_FS,
     {"UM.FS", "", "unconditional model, fixed study effects", "logit(p_ij) = alpha_i + (theta + tau u) x_ij, x = -+1/2",
      "Simmonds & Higgins 2016, Stat Methods Med Res 25:2858, model 2"}},
    {GlmmModel::UM_RS,
     {"UM.RS", "", "unconditional model, random study effects", "logit(p_ij) = alpha + sigma v + (theta + tau u) x_ij, x = -+1/2",
      "Simmonds & Higgins 2016, Stat Methods Med Res 25:2858, model 3"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(GlmmModel, glmm_models)
