// Tables of the choices about effect sizes that have no kernel of their own.
#include <array>

#include <tausq/methods.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

struct CorrectionRow {
  CorrectionTo id;
  MethodInfo info;
};

constexpr std::array<CorrectionRow, 4> corrections{{
    {CorrectionTo::only0,
     {"only0", "", "studies with a zero cell", "x + add where a cell of the study is 0", "Gart & Zweifel 1967, Biometrika 54:181"}},
    {CorrectionTo::all, {"all", "", "every study", "x + add in every study", "Gart & Zweifel 1967, Biometrika 54:181"}},
    {CorrectionTo::if0all,
     {"if0all", "", "every study if any has a zero cell", "x + add in every study where any study has a cell of 0",
      "Sweeting, Sutton & Lambert 2004, Stat Med 23:1351"}},
    {CorrectionTo::none, {"none", "no", "no correction", "x", "Sweeting, Sutton & Lambert 2004, Stat Med 23:1351"}},
}};

struct VarianceRow {
  VarianceType id;
  MethodInfo info;
};

constexpr std::array<VarianceRow, 7> variances{{
    {VarianceType::LS, {"LS", "", "large-sample", "the large-sample variance of the measure", "see the measure"}},
    {VarianceType::LS2,
     {"LS2", "", "large-sample, second form", "SMD: J^2 (1/n1i + 1/n2i + di^2 / (2 ni))",
      "Borenstein 2009, in Cooper, Hedges & Valentine, ch. 12"}},
    {VarianceType::UB,
     {"UB", "", "unbiased", "SMD: 1/n1i + 1/n2i + (1 - (mi - 2) / (mi J^2)) yi^2; PR, RD: n - 1 in place of n",
      "Hedges 1983, Psychol Bull 93:388"}},
    {VarianceType::AV,
     {"AV", "", "average estimate in place of the study's own", "the LS formula at sum(ni yi) / sum(ni)",
      "Hunter & Schmidt 2004, Methods of Meta-Analysis"}},
    {VarianceType::HO,
     {"HO", "", "homoscedastic", "MD: sdpi^2 (1/n1i + 1/n2i)", "Hedges & Olkin 1985, Statistical Methods for Meta-Analysis"}},
    {VarianceType::ST, {"ST", "", "stratified sampling", "row totals fixed", "Jacobs & Viechtbauer 2017, Res Synth Methods 8:161"}},
    {VarianceType::CS,
     {"CS", "", "cross-sectional sampling", "only the grand total fixed", "Jacobs & Viechtbauer 2017, Res Synth Methods 8:161"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(CorrectionTo, corrections)
TAUSQ_DEFINE_METHODS(VarianceType, variances)
