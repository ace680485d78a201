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

constexpr std::array<GlmmRow, 5> glmm_models{{
    {GlmmModel::CM_EL,
     {"CM.EL", "CMEL", "conditional model, exact likelihood",
      "OR: ai | ai + ci noncentral hypergeometric; IRR: x1i | x1i + x2i binomial; theta_i = mu + tau u",
      "Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046, section 3.2"}},
    {GlmmModel::CM_AL,
     {"CM.AL", "CMAL", "conditional model, approximate likelihood", "ai | ai + ci binomial with log odds theta_i + log(n1i / n2i)",
      "Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046, section 3.3"}},
    {GlmmModel::UM_FS,
     {"UM.FS", "UMFS", "unconditional model, fixed study effects", "logit (OR) or log (IRR) of the arms: alpha_i +- (mu + tau u) / 2",
      "Jackson et al. 2018, Stat Med 37:1059, model 4"}},
    {GlmmModel::UM_RS,
     {"UM.RS", "UMRS", "unconditional model, random study effects", "as UM.FS with alpha_i = alpha + sigma w, w independent of u",
      "Jackson et al. 2018, Stat Med 37:1059, model 5"}},
    {GlmmModel::BV,
     {"BV", "bivariate UM.RS.COR", "bivariate model of both arms", "as UM.RS with w and u correlated: the arms are bivariate normal",
      "van Houwelingen, Arends & Stijnen 2002, Stat Med 21:589, section 3"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(GlmmModel, glmm_models)
