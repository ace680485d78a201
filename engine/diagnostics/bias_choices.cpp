// Tables of the choices in analyses of small-study effects that have no kernel of their own.
#include <array>

#include <tausq/bias.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

template <typename Choice>
struct ChoiceRow {
  Choice id;
  MethodInfo info;
};

constexpr std::array<ChoiceRow<BiasModel>, 2> models{{
    {BiasModel::lm, {"lm", "classical", "weighted least squares", "var(yi) = dispersion vi, t on k - 2", "Egger et al. 1997, BMJ 315:629"}},
    {BiasModel::rma,
     {"rma", "mixed", "random-effects meta-regression", "var(yi) = vi + tau2, normal",
      "Sterne & Egger 2005, Publication Bias in Meta-Analysis, ch. 6"}},
}};

constexpr std::array<ChoiceRow<BiasPredictor>, 6> predictors{{
    {BiasPredictor::sei, {"sei", "se", "standard error", "sqrt(vi)", "Egger et al. 1997, BMJ 315:629"}},
    {BiasPredictor::vi, {"vi", "variance", "sampling variance", "vi", "Stanley & Doucouliagos 2014, Res Synth Methods 5:60 (PEESE)"}},
    {BiasPredictor::ni, {"ni", "n", "sample size", "ni", "Macaskill, Walter & Irwig 2001, Stat Med 20:641"}},
    {BiasPredictor::sqrtni, {"sqrtni", "", "root of the sample size", "sqrt(ni)", "Moreno et al. 2009, BMC Med Res Methodol 9:2"}},
    {BiasPredictor::ninv, {"ninv", "", "inverse of the sample size", "1 / ni", "Peters et al. 2006, JAMA 295:676"}},
    {BiasPredictor::sqrtninv,
     {"sqrtninv", "", "inverse root of the sample size", "1 / sqrt(ni)", "Moreno et al. 2009, BMC Med Res Methodol 9:2"}},
}};

constexpr std::array<ChoiceRow<FunnelSide>, 3> sides{{
    {FunnelSide::automatic,
     {"auto", "automatic", "from the slope of Egger's regression", "right if slope < 0, else left",
      "Viechtbauer 2010, J Stat Softw 36(3)"}},
    {FunnelSide::left, {"left", "", "small effects are missing", "yi as they are", "Duval & Tweedie 2000, JASA 95:89"}},
    {FunnelSide::right, {"right", "", "large effects are missing", "-yi", "Duval & Tweedie 2000, JASA 95:89"}},
}};

constexpr std::array<ChoiceRow<SelectionAlternative>, 4> alternatives{{
    {SelectionAlternative::automatic,
     {"auto", "automatic", "the side of the common effect", "greater if sum(wi yi) >= 0, else less",
      "Vevea & Hedges 1995, Psychometrika 60:419"}},
    {SelectionAlternative::greater,
     {"greater", "", "one-sided p-values of effects above zero", "1 - Phi(yi / sqrt(vi))", "Vevea & Hedges 1995, Psychometrika 60:419"}},
    {SelectionAlternative::less,
     {"less", "", "one-sided p-values of effects below zero", "Phi(yi / sqrt(vi))", "Vevea & Hedges 1995, Psychometrika 60:419"}},
    {SelectionAlternative::two_sided,
     {"two-sided", "", "two-sided p-values", "2 (1 - Phi(|yi| / sqrt(vi)))", "Hedges 1992, Stat Sci 7:246"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(BiasModel, models)
TAUSQ_DEFINE_METHODS(BiasPredictor, predictors)
TAUSQ_DEFINE_METHODS(FunnelSide, sides)
TAUSQ_DEFINE_METHODS(SelectionAlternative, alternatives)
