// What was done, in sentences that name the settings used, each with the source that its method table gives.
#include <algorithm>

#include <tausq/effects.hpp>
#include <tausq/version.hpp>

#include "engine/driver/page/document.hpp"
#include "engine/driver/report/numbers.hpp"
#include "engine/driver/report/study_blocks.hpp"
#include "engine/driver/report/text.hpp"

namespace tausq::page_detail {

namespace {

using namespace report;

template <typename Method>
const MethodInfo& info_of(Method method) {
  return methods<Method>()[static_cast<std::size_t>(method)];
}

/// Sentences, and the list of what they cite.
class Account {
 public:
  void say(const std::string& sentence) { text_ += (text_.empty() ? "" : " ") + sentence; }

  /// " [3]" for a source; the same source keeps its number.
  std::string cite(std::string_view source) {
    if (source.empty() || source.starts_with("see ") || source == "README") return "";
    const auto found = std::find(references_.begin(), references_.end(), source);
    const auto place = found - references_.begin();
    if (found == references_.end()) references_.emplace_back(source);
    return " [" + std::to_string(place + 1) + "]";
  }
  /// "restricted maximum likelihood [3]".
  template <typename Method>
  std::string named(Method method) {
    const MethodInfo& info = info_of(method);
    return std::string(info.name) + cite(info.source);
  }

  std::string text_;
  std::vector<std::string> references_;
};

void describe_effects(Account& account, const Analysis& a) {
  const Options& o = a.options;
  const Measure measure = o.effect.measure.value_or(Measure::GEN);
  account.say(counted(a.heterogeneity.k, "study was", "studies were") + " combined. Effect measure: " + account.named(measure) +
              ", analysed on the scale of the " + std::string(transformed_label(measure)) + ".");
  const bool corrected =
      std::any_of(a.studies.begin(), a.studies.end(), [](const StudyResult& s) { return s.note.starts_with("continuity"); });
  if (corrected && o.effect.add) account.say(shortest(*o.effect.add) + " was added to the cells of " + account.named(o.effect.to) + ".");
  if (o.study_interval)
    account.say("Intervals of single studies: " + account.named(*o.study_interval) +
                (o.study_level ? ", " + level_text(*o.study_level) : "") + ".");
}

void describe_random(Account& account, const Options& o) {
  const Pooling model = random_effects_pooling(o.pooling.value_or(Pooling::inverse));
  std::string sentence = "Random effects: " + account.named(model);
  if (model == Pooling::glmm && o.glmm && layout_of(o.effect.measure.value_or(Measure::GEN)) != Layout::single_arm_counts)
    sentence += ", " + account.named(*o.glmm);
  if (!o.prior_tau.empty())
    sentence += "; priors: tau " + o.prior_tau + ", mean " + o.prior_mu;
  else if (o.tau2_fixed)
    sentence += "; between-study variance tau2 set to " + shortest(*o.tau2_fixed);
  else if (o.tau2)
    sentence += "; between-study variance tau2 by " + account.named(*o.tau2);
  if (o.tau2_interval) sentence += ", its interval by " + account.named(*o.tau2_interval);
  account.say(sentence + ".");
  if (o.interval)
    account.say("Interval and test of the mean effect: " + account.named(*o.interval) + ", level " + level_text(o.level) + ".");
}

void describe_pooling(Account& account, const Analysis& a) {
  const Options& o = a.options;
  if (shown(a.common)) {
    const Pooling common = o.pooling_common.value_or(o.pooling.value_or(Pooling::inverse));
    const std::string name =
        common == Pooling::glmm ? "the same likelihood with tau2 = 0" + account.cite(info_of(common).source) : account.named(common);
    // Closed forms have their own normal intervals, whatever that of a likelihood is.
    const bool closed_form = common == Pooling::mh || common == Pooling::peto;
    const std::optional<IntervalMethod> interval = closed_form ? IntervalMethod::z : o.interval_common;
    account.say("Common effect: " + name + (interval ? ", interval by " + account.named(*interval) : "") + ".");
  }
  if (shown(a.random)) describe_random(account, o);
  if (shown(a.prediction) && o.prediction && *o.prediction != PredictionMethod::none)
    account.say("Prediction interval for the effect of a new study: " + account.named(*o.prediction) + ".");
  if (o.preset != Preset::none) account.say("Settings that were left open follow " + account.named(o.preset) + ".");
  if (a.heterogeneity.q) account.say("Heterogeneity: Cochran's Q and I2" + account.cite("Higgins & Thompson 2002, Stat Med 21:1539") + ".");
  if (!a.subgroups.empty())
    account.say("Subgroups by " + o.subgroup + (o.common_tau2 ? " share one tau2" : " have a tau2 each") +
                "; their effects are compared by a Q test" + account.cite("Borenstein & Higgins 2013, Prev Sci 14:134") + ".");
  if (a.regression)
    account.say("Moderators: " + o.mods + (o.intercept ? "" : ", without intercept") + " (meta-regression" +
                account.cite("Thompson & Higgins 2002, Stat Med 21:1559") + ").");
}

void describe_diagnostics(Account& account, const Page& page) {
  if (page.pool.absolute && !page.pool.absolute->rows.empty())
    account.say("Absolute effects: from the risk without treatment by the " + account.named(page.pool.absolute->effect) +
                "; numbers needed to treat with intervals through infinity where no effect is not excluded" +
                account.cite("Altman 1998, BMJ 317:1309") + ".");
  if (page.influence && !page.influence->diagnostics.empty())
    account.say("Influence: leave-one-out and deletion diagnostics" + account.cite("Viechtbauer & Cheung 2010, Res Synth Methods 1:112") +
                ".");
  if (!page.bias) return;
  std::string tests;
  for (const AsymmetryTest& test : page.bias->tests)
    if (test.status == Status::ok) tests += (tests.empty() ? "" : ", ") + account.named(test.test);
  if (!tests.empty()) account.say("Small-study effects: " + tests + ".");
  if (page.bias->trim_fill.estimate) account.say("Trim and fill: " + account.named(page.bias->trim_fill.estimator) + ".");
}

}  // namespace

void describe_methods(Page& page) {
  Account account;
  describe_effects(account, page.pool);
  describe_pooling(account, page.pool);
  describe_diagnostics(account, page);
  account.say("Computed by tausq " + std::string(version) + "; every number can be repeated from the settings recorded below.");
  page.methods = std::move(account.text_);
  page.references = std::move(account.references_);
}

}  // namespace tausq::page_detail
