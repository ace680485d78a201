// Priors as they are written: "name(argument, argument)".
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/bayes/prior.hpp"
#include "engine/bayes/prior_table.hpp"
#include "engine/bayes/turner.hpp"

namespace tausq::bayes {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "name(argument, argument)" in its parts.
struct Words {
  std::string_view name;
  std::vector<std::string_view> arguments;
  bool well_formed = true;
};

Words words_of(std::string_view text) {
  text = trimmed(text);
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return {text, {}};
  Words words{trimmed(text.substr(0, open)), {}, text.back() == ')'};
  if (!words.well_formed) return words;
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = rest.find(',');
    words.arguments.push_back(trimmed(rest.substr(0, comma)));
    if (comma != std::string_view::npos) rest.remove_prefix(comma + 1);
  }
  return words;
}

[[noreturn]] void refuse(std::string_view option, std::string_view text, const std::string& rule) {
  throw UsageError(std::string(option) + " " + std::string(text) + ": " + rule);
}

double number(std::string_view option, std::string_view text, std::string_view word, const std::string& form) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !(value == 0 || std::isnormal(value)))
    refuse(option, text, "'" + std::string(word) + "' is not a number; it is written " + form);
  return value;
}

/// The prior as it is echoed: key and arguments as they were given.
std::string canonical(std::string_view key, const Words& words) {
  std::string text(key);
  for (std::size_t i = 0; i < words.arguments.size(); ++i) text += (i == 0 ? "(" : ",") + std::string(words.arguments[i]);
  return words.arguments.empty() ? text : text + ")";
}

}  // namespace

PriorOfTau parse_tau_prior(std::string_view text) {
  constexpr std::string_view option = "--prior-tau";
  const Words words = words_of(text);
  const auto family = find_method<TauPrior>(words.name);
  if (!family || !words.well_formed) {
    std::string forms;
    for (std::size_t i = 0; i < methods<TauPrior>().size(); ++i)
      forms += (forms.empty() ? "" : "; ") + std::string(row_of(static_cast<TauPrior>(i)).form);
    refuse(option, text, "is none of " + forms);
  }
  const TauPriorRow& row = row_of(*family);
  const std::size_t count = words.arguments.size();
  if (count < row.fewest || count > row.most) refuse(option, text, "it is written " + std::string(row.form));
  PriorOfTau prior{*family, 0, 0, canonical(row.info.key, words)};
  if (*family == TauPrior::turner) {
    const TurnerPrior found = turner_prior(words.arguments[0], words.arguments[1]);
    prior.a = found.mean, prior.b = found.sd;
    return prior;
  }
  std::array<double, 2> value{0, 0};
  for (std::size_t i = 0; i < count; ++i) value[i] = number(option, text, words.arguments[i], row.form);
  prior.a = value[0], prior.b = value[1];
  if (*family == TauPrior::uniform && count < 2) prior.a = 0, prior.b = count == 0 ? infinity : value[0];
  if (!row.in_range(prior.a, prior.b)) refuse(option, text, "it is written " + std::string(row.form));
  return prior;
}

PriorOfMu parse_mu_prior(std::string_view text) {
  constexpr std::string_view option = "--prior-mu";
  const std::string forms = "normal(m, s), s > 0; flat; uniform-probability";
  const Words words = words_of(text);
  const auto family = find_method<MuPrior>(words.name);
  if (!family || !words.well_formed) refuse(option, text, "is none of " + forms);
  PriorOfMu prior{*family, 0, 1, canonical(key(*family), words)};
  if (words.arguments.size() != (*family == MuPrior::normal ? 2u : 0u)) refuse(option, text, "it is written " + forms);
  if (*family != MuPrior::normal) return prior;
  prior.mean = number(option, text, words.arguments[0], forms);
  prior.sd = number(option, text, words.arguments[1], forms);
  if (!(prior.sd > 0)) refuse(option, text, "the standard deviation is above 0");
  return prior;
}

}  // namespace tausq::bayes
