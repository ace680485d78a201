// The command that repeats an analysis: every choice that was made, in words of the command line.
#include <tausq/effects.hpp>

#include "engine/driver/page/document.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::page_detail {

namespace {

/// A word as a POSIX shell takes it: quoted unless it is made of harmless characters.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() &&
                     word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=,:+") == std::string::npos;
  if (plain) return word;
  std::string text = "'";
  for (char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

class Command {
 public:
  explicit Command(const std::string& source) : text_("tausq pool " + quoted(source.empty() ? "records.csv" : source)) {}

  void flag(bool given, const std::string& name) {
    if (given) text_ += " " + name;
  }
  void value(const std::string& name, const std::string& word) {
    if (!word.empty()) text_ += " " + name + " " + quoted(word);
  }
  void value(const std::string& name, std::optional<double> number) {
    if (number) value(name, report::shortest(*number));
  }
  template <typename Method>
  requires std::is_enum_v<Method>
  void method(const std::string& name, std::optional<Method> choice) {
    if (choice) value(name, std::string(key(*choice)));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_reading(Command& c, const Reading& r) {
  std::string columns;
  for (const std::string& pair : r.columns) columns += (columns.empty() ? "" : ",") + pair;
  c.value("--columns", columns);
  c.value("--where", r.where);
  c.value("--treatment", r.treatment);
  c.value("--control", r.control);
  c.value("--denominator", r.denominator);
  c.value("--weights", r.weights);
  c.value("--delimiter", r.delimiter);
  if (r.decimal != ".") c.value("--decimal", r.decimal);
  if (r.encoding != "utf-8") c.value("--encoding", r.encoding);
  if (r.na != "omit") c.value("--na", r.na);
  c.flag(r.allow_repeats, "--allow-repeats");
}

void add_effects(Command& c, const Options& o) {
  if (o.preset != Preset::none) c.value("--preset", std::string(key(o.preset)));
  c.method("--measure", o.effect.measure);
  if (o.effect.add && o.effect.measure && *o.effect.add != default_correction(*o.effect.measure)) c.value("--add", o.effect.add);
  if (o.effect.to != CorrectionTo::only0) c.value("--to", std::string(key(o.effect.to)));
  c.flag(o.effect.drop00, "--drop00");
  if (o.effect.vtype != VarianceType::LS) c.value("--vtype", std::string(key(o.effect.vtype)));
  c.method("--study-interval", o.study_interval);
  if (o.study_level != o.level) c.value("--study-level", o.study_level);
}

void add_model(Command& c, const Options& o) {
  // Mantel-Haenszel beside another model of the random effects is what comes without the option.
  const bool left_open = o.pooling_common == Pooling::mh && (o.pooling == Pooling::glmm || o.pooling == Pooling::inverse);
  if (!left_open) c.method("--pooling", o.pooling);
  if (o.tau2_fixed)
    c.value("--tau2", o.tau2_fixed);
  else
    c.method("--tau2", o.tau2);
  // An interval that was asked for holds for the common effect too, unless only random effects have it.
  const bool random_only = o.interval == IntervalMethod::t || o.interval == IntervalMethod::il || o.interval == IntervalMethod::il_logf;
  if (o.interval == o.interval_common || random_only) c.method("--interval", o.interval);
  c.method("--tau2-interval", o.tau2_interval);
  c.method("--prediction", o.prediction);
  if (o.model != Model::both) c.value("--model", std::string(key(o.model)));
  c.value("--level", o.level == 0.95 ? std::nullopt : std::optional(o.level));
  if (o.prediction_level && *o.prediction_level != o.level) c.value("--prediction-level", o.prediction_level);
  if (o.heterogeneity_level && *o.heterogeneity_level != o.level) c.value("--heterogeneity-level", o.heterogeneity_level);
  if (o.pooling == Pooling::glmm && layout_of(o.effect.measure.value_or(Measure::GEN)) != Layout::single_arm_counts)
    c.method("--glmm", o.glmm);
  c.value("--prior-tau", o.prior_tau);
  c.value("--prior-mu", o.prior_mu);
  c.value("--threshold", o.threshold);
  c.flag(!o.extras, "--no-extras");
  c.flag(!o.cmh_correction, "--no-cmh-correction");
  c.value("--subgroup", o.subgroup);
  c.flag(o.common_tau2, "--common-tau2");
  c.value("--mods", o.mods);
  c.flag(!o.intercept, "--no-intercept");
  c.value("--predict-at", o.predict_at);
}

}  // namespace

std::string command_of(const Analysis& analysis) {
  const Options& o = analysis.options;
  Command c(analysis.input.source);
  add_reading(c, analysis.input.reading);
  add_effects(c, o);
  add_model(c, o);
  std::string baselines;
  for (double risk : o.baseline) baselines += (baselines.empty() ? "" : ",") + report::shortest(risk);
  c.value("--baseline", baselines);
  c.flag(o.absolute && baselines.empty(), "--absolute");
  if (o.effect.measure == Measure::GEN) c.method("--absolute-effect", o.absolute_effect);
  c.flag(o.desirable_events, "--desirable-events");
  c.method("--bootstrap", o.bootstrap);
  if (o.bootstrap && o.replicates) c.value("--replicates", std::to_string(*o.replicates));
  c.flag(o.permutations.has_value(), "--permutation-test=" + std::to_string(o.permutations.value_or(0)));
  if (o.bootstrap || o.permutations) c.value("--seed", std::to_string(o.seed));
  return c.text();
}

}  // namespace tausq::page_detail
