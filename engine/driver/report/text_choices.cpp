// What was chosen and why: every setting that shapes the numbers, with the reason that the method has for itself.
#include <tausq/effects.hpp>

#include <algorithm>
#include <span>
#include <string_view>

#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

/// Why one would choose a method. Methods without a row speak by their name alone.
template <typename Method>
struct Reason {
  Method method;
  std::string_view text;
};

constexpr Reason<Measure> measure_reasons[] = {
    {Measure::PLO, "estimates and limits stay between 0 and 1, events and non-events are treated alike"},
    {Measure::PFT, "chosen on request; its way back to proportions hangs on one sample size for all studies"},
    {Measure::OR, "the same for events and non-events, and the parameter of the exact likelihood"},
    {Measure::RR, "easy to explain; depends on which outcome is called the event"},
    {Measure::RD, "an absolute effect; seldom constant over baseline risks"},
    {Measure::PETO, "for rare events, small effects and arms of similar size"},
};

constexpr Reason<Pooling> pooling_reasons[] = {
    {Pooling::inverse, "effect sizes weighted by their precision, for any measure"},
    {Pooling::mh, "reliable with few events, and studies without events need no correction"},
    {Pooling::peto, "for rare events, small effects and arms of similar size"},
    {Pooling::glmm, "the counts enter as they are, no continuity correction, no normal approximation within studies"},
    {Pooling::exact, "holds its level for any number of events"},
    {Pooling::firth, "finite also where one arm has no event"},
    {Pooling::negbin, "lets rates vary more than Poisson counts do"},
    {Pooling::bayes, "says how probable effects are, given what is known about heterogeneity; holds up with few studies"},
    {Pooling::bayes_normal, "says how probable effects are, given what is known about heterogeneity; holds up with few studies"},
};

constexpr Reason<GlmmModel> glmm_reasons[] = {
    {GlmmModel::CM_EL, "conditions on the events of a study, so that baseline risks need no model"},
};

constexpr Reason<Tau2Method> tau2_reasons[] = {
    {Tau2Method::REML, "allows for the mean being estimated; among the least biased"},
    {Tau2Method::ML, "maximises the same likelihood as the pooled estimate"},
    {Tau2Method::DL, "in closed form; too small when heterogeneity is large"},
    {Tau2Method::PM, "sets Q to its expectation; among the least biased"},
};

constexpr Reason<IntervalMethod> interval_reasons[] = {
    {IntervalMethod::profile, "follows the likelihood, also where it is skewed by few events"},
    {IntervalMethod::il, "averages the likelihood over tau, which few studies leave open"},
    {IntervalMethod::il_logf, "averages the likelihood over tau; a penalty keeps both ends finite"},
    {IntervalMethod::hk_ci, "allows for tau2 being estimated"},
    {IntervalMethod::hk, "allows for tau2 being estimated; may be narrower than the z interval"},
    {IntervalMethod::z, "takes the standard error as known"},
    {IntervalMethod::central, "the same on every scale"},
    {IntervalMethod::shortest, "holds the most probable effects, on the analysis scale"},
    {IntervalMethod::exact, "holds its level for any number of events"},
    {IntervalMethod::midp, "close to its level on average, shorter than the exact interval"},
    {IntervalMethod::blaker, "holds its level, and lies within the exact interval"},
};

constexpr Reason<Tau2IntervalMethod> tau2_interval_reasons[] = {
    {Tau2IntervalMethod::QP, "exact under the normal model, whichever estimator is used"},
    {Tau2IntervalMethod::shortest, "reaches to 0 where 0 is probable"},
    {Tau2IntervalMethod::PL, "from the same likelihood as the estimate"},
};

constexpr Reason<PredictionMethod> prediction_reasons[] = {
    {PredictionMethod::integrated, "averages over mu and tau, so that a tau2 estimated at 0 does not make it too narrow"},
    {PredictionMethod::hts, "allows for tau2 being estimated"},
    {PredictionMethod::v, "allows for tau2 being estimated"},
    {PredictionMethod::z, "normal approximation; too narrow with few studies"},
};

constexpr Reason<StudyIntervalMethod> study_interval_reasons[] = {
    {StudyIntervalMethod::CP, "exact, coverage is never below the level"},
};

/// One aligned line a choice.
class Choices {
 public:
  template <typename Method, std::size_t N>
  void add(std::string_view option, const std::optional<Method>& method, const Reason<Method> (&reasons)[N]) {
    if (!method) return;
    const auto found = std::find_if(std::begin(reasons), std::end(reasons), [&](const Reason<Method>& r) { return r.method == *method; });
    const std::string name(methods<Method>()[static_cast<std::size_t>(*method)].name);
    line(option, key(*method), name + (found == std::end(reasons) ? "" : "; " + std::string(found->text)));
  }
  void line(std::string_view option, std::string_view value, const std::string& words) {
    constexpr std::size_t option_width = 17, value_width = 10, indent = option_width + value_width + 2;
    const auto padded = [](std::string_view text, std::size_t width) {
      return std::string(text) + std::string(text.size() < width ? width - text.size() : 1, ' ');
    };
    text_ += wrapped("  " + padded(option, option_width) + padded(value, value_width) + words, indent) + "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

std::string choices_block(const Options& options) {
  Choices choices;
  if (options.preset != Preset::none)
    choices.line("preset", key(options.preset), std::string(methods<Preset>()[static_cast<std::size_t>(options.preset)].name));
  choices.add("measure", options.effect.measure, measure_reasons);
  choices.add("pooling", options.pooling, pooling_reasons);
  if (options.pooling_common != options.pooling) choices.add("pooling_common", options.pooling_common, pooling_reasons);
  if (layout_of(options.effect.measure.value_or(Measure::GEN)) != Layout::single_arm_counts && options.pooling == Pooling::glmm)
    choices.add("glmm", options.glmm, glmm_reasons);
  if (options.tau2_fixed)
    choices.line("tau2", significant(*options.tau2_fixed), "given");
  else
    choices.add("tau2", options.tau2, tau2_reasons);
  choices.add("interval", options.interval, interval_reasons);
  if (options.interval_common != options.interval) choices.add("interval_common", options.interval_common, interval_reasons);
  if (!options.prior_tau.empty()) choices.line("prior_tau", options.prior_tau, "prior of tau");
  if (!options.prior_mu.empty()) choices.line("prior_mu", options.prior_mu, "prior of the mean effect, analysis scale");
  choices.add("tau2_interval", options.tau2_interval, tau2_interval_reasons);
  choices.add("prediction", options.prediction, prediction_reasons);
  choices.add("study_interval", options.study_interval, study_interval_reasons);
  choices.line("level", significant(options.level, 6), "confidence level of pooled intervals");
  return "Chosen\n" + choices.text();
}

}  // namespace tausq::report
