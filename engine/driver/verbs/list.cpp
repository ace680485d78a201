#include <algorithm>
#include <array>

#include <tausq/bias.hpp>
#include <tausq/methods.hpp>
#include <tausq/problem.hpp>
#include <tausq/summaries.hpp>

#include "engine/driver/verbs/command.hpp"

namespace tausq::verbs {

namespace {

struct Kind {
  std::string_view word;
  std::string_view title;
  std::span<const MethodInfo> (*rows)();
};

constexpr std::array<Kind, 23> kinds{{
    {"measures", "Effect measures (--measure)", methods<Measure>},
    {"pooling", "Pooling models (--pooling)", methods<Pooling>},
    {"tau2", "Estimators of tau2 (--tau2)", methods<Tau2Method>},
    {"interval", "Intervals of the pooled effect (--interval)", methods<IntervalMethod>},
    {"tau2-interval", "Intervals of tau2 (--tau2-interval)", methods<Tau2IntervalMethod>},
    {"prediction", "Prediction intervals (--prediction)", methods<PredictionMethod>},
    {"study-interval", "Intervals of a single study (--study-interval)", methods<StudyIntervalMethod>},
    {"glmm", "Two-arm exact-likelihood models (--glmm)", methods<GlmmModel>},
    {"prior-tau", "Priors of tau (--prior-tau)", methods<TauPrior>},
    {"prior-mu", "Priors of the mean effect (--prior-mu)", methods<MuPrior>},
    {"link", "Links of the exact likelihood of proportions (--link)", methods<Link>},
    {"to", "Zero-cell corrections (--to)", methods<CorrectionTo>},
    {"summaries", "Mean and SD from medians, quartiles and ranges", methods<SummaryScenario>},
    {"vtype", "Sampling-variance variants (--vtype)", methods<VarianceType>},
    {"model", "Pooled estimates (--model)", methods<Model>},
    {"preset", "Presets (--preset)", methods<Preset>},
    {"bias-tests", "Tests of funnel-plot asymmetry (--tests)", methods<BiasTest>},
    {"egger", "Forms of Egger's test (--egger)", methods<BiasModel>},
    {"predictor", "Predictors of Egger's test (--predictor)", methods<BiasPredictor>},
    {"trim-fill", "Missing studies in trim and fill (--trim-fill)", methods<FillEstimator>},
    {"side", "Side of the missing studies (--side)", methods<FunnelSide>},
    {"fail-safe", "Fail-safe numbers", methods<FailSafe>},
    {"alternative", "Alternatives of the selection model (--alternative)", methods<SelectionAlternative>},
}};

/// A cell of a Markdown table: the bar is the one character that would end it.
std::string cell(std::string_view text) {
  std::string safe;
  for (char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

void append_markdown(std::string& text, const Kind& kind) {
  text += "## " + std::string(kind.title) + "\n\n| key | also | name | formula | source |\n|---|---|---|---|---|\n";
  for (const MethodInfo& info : kind.rows()) {
    text += "| `" + cell(info.key) + "` | " + cell(info.aliases) + " | " + cell(info.name) + " | `" + cell(info.formula) + "` | " +
            cell(info.source) + " |\n";
  }
}

void append_text(std::string& text, const Kind& kind) {
  text += std::string(kind.title) + "\n";
  std::size_t width = 0;
  for (const MethodInfo& info : kind.rows()) width = std::max(width, info.key.size());
  const std::string indent(width + 4, ' ');
  for (const MethodInfo& info : kind.rows()) {
    text += "  " + std::string(info.key) + std::string(width - info.key.size() + 2, ' ') + std::string(info.name);
    if (!info.aliases.empty()) text += " [also " + std::string(info.aliases) + "]";
    text += "\n" + indent + std::string(info.formula) + "\n" + indent + std::string(info.source) + "\n";
  }
}

}  // namespace

std::string list_methods(const std::string& kind, bool markdown) {
  std::string text, words;
  for (const Kind& k : kinds) {
    words += " " + std::string(k.word);
    if (!kind.empty() && kind != k.word) continue;
    if (!text.empty()) text += "\n";
    (markdown ? append_markdown : append_text)(text, k);
  }
  if (text.empty()) throw UsageError("list " + kind + ": there is" + words);
  return text;
}

}  // namespace tausq::verbs
