// Posterior distributions of Bayesian pooling as text.
#include <tausq/effects.hpp>

#include "engine/driver/report/text.hpp"
#include "engine/driver/report/text_table.hpp"
#include "engine/driver/report/unicode.hpp"

namespace tausq::report {

namespace {

std::string number(std::optional<double> value) {
  return value ? significant(*value) : "";
}

void add_quantity(TextTable& table, std::string label, const PosteriorQuantity& q, Precision precision) {
  table.add({std::move(label), number(q.median), number(q.mean), number(q.sd), interval_text(q.central_lower, q.central_upper, precision),
             interval_text(q.shortest_lower, q.shortest_upper, precision)});
}

std::string probabilities(const Posterior& p, Measure measure) {
  if (!p.threshold || !p.p_above) return "";
  const std::string beyond = std::string(scale_label(measure)) + " > " + significant(*p.threshold);
  std::string text = "  P(" + beyond + ") = " + significant(*p.p_above) + " for the mean";
  if (p.new_p_above) text += ", " + significant(*p.new_p_above) + " for a new study";
  return wrapped(text, 4) + "\n";
}

}  // namespace

std::string posterior_block(const Analysis& analysis) {
  if (!analysis.posterior) return "";
  const Posterior& p = *analysis.posterior;
  if (p.status != Status::ok) return "Posterior distributions\n" + status_line("", p.status, p.reason);
  const Measure measure = analysis.options.effect.measure.value_or(Measure::GEN);
  const std::string level = level_text(analysis.options.level);
  TextTable table(
      {{"Posterior distributions", TextTable::Align::left}, {"Median"}, {"Mean"}, {"SD"}, {level + " central"}, {level + " shortest"}});
  const Precision places = precision_for({p.mu.sd, p.tau.sd});
  add_quantity(table, "Mean effect, " + std::string(transformed_label(measure)), p.mu, places);
  add_quantity(table, "True effect of a new study", p.new_study, places);
  add_quantity(table, "tau", p.tau, places);
  std::string text = table.text() + probabilities(p, measure);
  if (p.log_marginal) text += "  log marginal likelihood " + significant(*p.log_marginal, 6) + "\n";
  return text;
}

}  // namespace tausq::report
