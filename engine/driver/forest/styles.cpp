#include "engine/driver/forest/styles.hpp"

#include <tausq/problem.hpp>

#include <algorithm>
#include <array>

#include "engine/methods/table.hpp"

namespace tausq {

std::string_view to_string(PredictionMark mark) {
  constexpr std::array<std::string_view, 3> words{"bar", "line", "polygon"};
  return words[static_cast<std::size_t>(mark)];
}

namespace {

using forest::Columns;

struct PresetRow {
  ForestPreset id;
  MethodInfo info;
  Columns columns;
  bool weights, tests;
};

constexpr std::array<PresetRow, 5> presets{{
    {ForestPreset::standard,
     {"default", "standard", "tausq's own", "study and raw numbers | intervals | estimate and weights", "none"},
     Columns::raw_then_estimate,
     true,
     true},
    {ForestPreset::revman,
     {"revman", "revman5 cochrane", "as in Review Manager", "study, raw numbers, weight, estimate | intervals",
      "Cochrane Review Manager 5"},
     Columns::all_left,
     true,
     true},
    {ForestPreset::jama,
     {"jama", "", "as in JAMA", "study, events/total, estimate | intervals | weight", "JAMA Network instructions for authors"},
     Columns::estimate_left,
     true,
     true},
    {ForestPreset::bmj,
     {"bmj", "", "as in The BMJ", "study, events/total | intervals | weight, estimate", "BMJ house style"},
     Columns::arms_then_estimate,
     true,
     true},
    {ForestPreset::minimal,
     {"minimal", "bare", "studies and estimates only", "study | intervals | estimate", "none"},
     Columns::estimate_only,
     false,
     false},
}};

ForestStyle style_of(ForestPreset preset) {
  ForestStyle style;
  switch (preset) {
    case ForestPreset::standard:
      break;
    case ForestPreset::revman:
      style.square = "#3355bb", style.diamond = style.interval = "#000000";
      style.separator = ", ";
      style.totals = true;
      break;
    case ForestPreset::jama:
      style.square = "#6b6b6b", style.diamond = "#1a1a1a";
      style.open = "(", style.separator = " to ", style.close = ")";
      style.favours_above = true;
      style.prediction_mark = PredictionMark::line;
      break;
    case ForestPreset::bmj:
      style.square = "#2a6ebb", style.diamond = "#1f4e86", style.stripe = "#edf2f8";
      style.open = "(", style.separator = " to ", style.close = ")";
      break;
    case ForestPreset::minimal:
      style.square = style.diamond = "#333333";
      style.prediction_mark = PredictionMark::line;
      break;
  }
  return style;
}

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

}  // namespace

forest::PresetFacts forest::preset_facts(const ForestOptions& options) {
  const PresetRow& row = presets[static_cast<std::size_t>(options.preset)];
  PresetFacts facts{style_of(options.preset), row.columns, row.weights && options.weights, row.tests && options.tests};
  if (options.prediction) facts.style.prediction_mark = *options.prediction;
  if (options.colour.empty()) return facts;
  if (!is_colour(options.colour)) throw UsageError("--colour " + options.colour + ": is not of the form #rrggbb");
  facts.style.square = options.colour;
  return facts;
}

std::string forest::styled(std::string words, const ForestStyle& style) {
  const std::size_t open = words.find('['), close = words.rfind(']');
  if (open == std::string::npos || close == std::string::npos) return words;
  words.replace(close, 1, style.close);
  if (const std::size_t separator = words.find("; ", open); separator != std::string::npos) words.replace(separator, 2, style.separator);
  return words.replace(open, 1, style.open);
}

}  // namespace tausq

using tausq::presets;
TAUSQ_DEFINE_METHODS(ForestPreset, presets)
