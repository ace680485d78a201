// When a test of asymmetry says little, or says too much.
#include <string>

#include "engine/diagnostics/funnel.hpp"

namespace tausq::diagnostics {

namespace {

constexpr std::size_t enough_studies = 10;

std::string few_studies(std::size_t k) {
  const std::string these = k == 1 ? "1 study: " : std::to_string(k) + " studies: ";
  if (k < 3) return these + "asymmetry cannot be judged with fewer than 3";
  return these + "with fewer than 10, tests of asymmetry cannot tell chance from real asymmetry (Sterne et al. 2011, BMJ 343:d4002)";
}

/// Why yi and its standard error are correlated on this scale without any bias; empty where they are not.
std::string built_in_correlation(Measure measure) {
  switch (measure) {
    case Measure::PLO:
    case Measure::PLN:
    case Measure::PRZ:
    case Measure::PR:
      return "the standard error of a proportion follows from the proportion itself: regressions on it and rank correlations with it "
             "(egger, "
             "begg, thompson) find asymmetry where there is no bias; on sample size (macaskill, peters, --predictor sqrtninv) they do not "
             "(Hunter et al. 2014, J Clin Epidemiol 67:897)";
    case Measure::OR:
    case Measure::RR:
    case Measure::RD:
    case Measure::PETO:
      return "the standard error of this measure depends on the event rates and so on the effect: egger, begg and thompson reject too "
             "often when "
             "effects are large; harbord, peters or schwarzer are made for two-by-two tables (Sterne et al. 2011, BMJ 343:d4002)";
    case Measure::SMD:
    case Measure::SMDH:
      return "the standard error of a standardised mean difference contains the difference: egger rejects too often; pustejovsky does not "
             "(Pustejovsky & Rodgers 2019, Res Synth Methods 10:57)";
    case Measure::COR:
    case Measure::UCOR:
    case Measure::IRLN:
    case Measure::IR:
      return "the standard error of this measure follows from the effect itself: regressions on it and rank correlations with it (egger, "
             "begg, "
             "thompson) find asymmetry where there is no bias; regressions on sample size (macaskill, --predictor sqrtninv) do not";
    default:
      return "";
  }
}

}  // namespace

std::vector<Warning> bias_warnings(const Funnel& funnel) {
  std::vector<Warning> warnings;
  if (funnel.k() < enough_studies) warnings.push_back({"few-studies", few_studies(funnel.k()), {}});
  if (std::string why = built_in_correlation(funnel.measure); !why.empty())
    warnings.push_back({"correlated-standard-error", std::move(why), {}});
  return warnings;
}

}  // namespace tausq::diagnostics
