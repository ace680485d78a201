#include "engine/driver/records/layout.hpp"

#include <algorithm>
#include <map>

#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

using enum Quantity;
using enum Arm;

constexpr std::string_view total_words = "total n ni";

constexpr std::array two_arm_count_fields{
    Field{"events_t", events, treatment, "events_t event_t ai events_e event_e events_treatment events_experimental"},
    Field{"nonevents_t", nonevents, treatment, "nonevents_t bi nonevents_e"},
    Field{"total_t", total, treatment, "total_t n_t n1i total_e n_e total_treatment total_experimental"},
    Field{"events_c", events, control, "events_c event_c ci events_control"},
    Field{"nonevents_c", nonevents, control, "nonevents_c di"},
    Field{"total_c", total, control, "total_c n_c n2i total_control"},
};
constexpr std::array two_arm_rate_fields{
    Field{"events_t", events, treatment, "events_t event_t x1i events_e event_e events_treatment events_experimental"},
    Field{"time_t", time, treatment, "time_t t1i time_e time_treatment time_experimental"},
    Field{"events_c", events, control, "events_c event_c x2i events_control"},
    Field{"time_c", time, control, "time_c t2i time_control"},
};
constexpr std::array two_arm_mean_fields{
    Field{"mean_t", mean, treatment, "mean_t m1i mean_e mean_treatment mean_experimental"},
    Field{"sd_t", sd, treatment, "sd_t sd1i sd_e sd_treatment sd_experimental"},
    Field{"n_t", size, treatment, "n_t n1i n_e total_t total_e total_treatment total_experimental"},
    Field{"median_t", median, treatment, "median_t median_e median1i median_treatment median_experimental"},
    Field{"q1_t", q1, treatment, "q1_t q1_e q11i q1_treatment q1_experimental"},
    Field{"q3_t", q3, treatment, "q3_t q3_e q31i q3_treatment q3_experimental"},
    Field{"min_t", minimum, treatment, "min_t min_e min1i min_treatment min_experimental"},
    Field{"max_t", maximum, treatment, "max_t max_e max1i max_treatment max_experimental"},
    Field{"mean_c", mean, control, "mean_c m2i mean_control"},
    Field{"sd_c", sd, control, "sd_c sd2i sd_control"},
    Field{"n_c", size, control, "n_c n2i total_c total_control"},
    Field{"median_c", median, control, "median_c median2i median_control"},
    Field{"q1_c", q1, control, "q1_c q12i q1_control"},
    Field{"q3_c", q3, control, "q3_c q32i q3_control"},
    Field{"min_c", minimum, control, "min_c min2i min_control"},
    Field{"max_c", maximum, control, "max_c max2i max_control"},
};
constexpr std::array count_fields{
    Field{"events", events, only, "events event xi"},
    Field{"nonevents", nonevents, only, "nonevents mi"},
    Field{"total", total, only, total_words},
};
constexpr std::array x_count_fields{
    Field{"events", events, only, "x"},
    Field{"total", total, only, total_words},
};
constexpr std::array rate_fields{
    Field{"events", events, only, "events event xi x"},
    Field{"time", time, only, "time ti"},
};
constexpr std::array mean_fields{
    Field{"mean", mean, only, "mean mi"},
    Field{"sd", sd, only, "sd sdi"},
    Field{"n", size, only, "n ni total"},
    Field{"median", median, only, "median med mediani"},
    Field{"q1", q1, only, "q1 q1i"},
    Field{"q3", q3, only, "q3 q3i"},
    Field{"min", minimum, only, "min mini minimum"},
    Field{"max", maximum, only, "max maxi maximum"},
};
constexpr std::array correlation_fields{
    Field{"ri", correlation, only, "ri r cor"},
    Field{"ni", size, only, "ni n total"},
};
constexpr std::array generic_fields{
    Field{"yi", effect, only, "yi te estimate"},
    Field{"vi", variance, only, "vi"},
    Field{"sei", standard_error, only, "sei sete se"},
    Field{"ci_lower", ci_lower, only, "ci_lower ci_lb lower"},
    Field{"ci_upper", ci_upper, only, "ci_upper ci_ub upper"},
    Field{"ni", size, only, "ni n total"},
};

/// In the order in which layouts are tried where the measure does not say: raw data before effect sizes, many columns
/// before few, and the name "x" alone last, because moderators are called so too.
constexpr std::array layouts{
    LayoutRow{Layout::two_arm_counts, false, two_arm_count_fields,
              "events_t total_t events_c total_c|events_t nonevents_t events_c nonevents_c"},
    LayoutRow{Layout::two_arm_rates, false, two_arm_rate_fields, "events_t time_t events_c time_c"},
    LayoutRow{Layout::two_arm_means, false, two_arm_mean_fields,
              "mean_t sd_t n_t mean_c sd_c n_c|median_t q1_t q3_t n_t median_c q1_c q3_c n_c|"
              "median_t min_t max_t n_t median_c min_c max_c n_c"},
    LayoutRow{Layout::two_arm_counts, true, count_fields, "arm events total|arm events nonevents"},
    LayoutRow{Layout::two_arm_rates, true, rate_fields, "arm events time"},
    LayoutRow{Layout::two_arm_means, true, mean_fields, "arm mean sd n|arm median q1 q3 n|arm median min max n"},
    LayoutRow{Layout::single_arm_counts, false, count_fields, "events total|events nonevents"},
    LayoutRow{Layout::single_arm_means, false, mean_fields, "mean sd n|median q1 q3 n|median min max n"},
    LayoutRow{Layout::correlations, false, correlation_fields, "ri ni"},
    LayoutRow{Layout::single_arm_rates, false, rate_fields, "events time"},
    LayoutRow{Layout::generic, false, generic_fields, "yi vi|yi sei|yi ci_lower ci_upper"},
    LayoutRow{Layout::single_arm_counts, false, x_count_fields, "events total"},
};

/// The columns under the names they go by, with --columns applied.
class Header {
 public:
  Header(const Table& table, const ReadOptions& options, Findings& findings) : table_(table), findings_(findings) {
    for (std::size_t i = 0; i < table.columns(); ++i) name_column(i);
    for (const auto& [ours, theirs] : options.columns) rename(ours, theirs, "--columns");
    if (!options.denominator.empty()) rename("total", options.denominator, "--denominator");
  }

  /// The column of the first word that names one; names that the user gave win over those of the file.
  std::optional<std::size_t> find(std::string_view words) const {
    const auto mapped = first(renamed_, words);
    return mapped ? mapped : first(columns_, words);
  }

  /// A further column that goes by one of the words, where the user has not chosen.
  std::optional<std::size_t> second(std::string_view words, std::size_t chosen) const {
    std::optional<std::size_t> other;
    if (first(renamed_, words)) return other;
    any_word(words, ' ', [&](std::string_view word) {
      const auto entry = columns_.find(word);
      if (entry != columns_.end() && entry->second != chosen) other = entry->second;
      return other.has_value();
    });
    return other;
  }

  const std::map<std::string, std::size_t, std::less<>>& renamed() const { return renamed_; }

 private:
  void name_column(std::size_t i) {
    const std::string& name = table_.names[i];
    if (name.empty()) {
      findings_.warning("W_UNNAMED_COLUMN",
                        "line " + std::to_string(table_.header_line) + ": column " + std::to_string(i + 1) + " has no name and is ignored");
      return;
    }
    if (has_invisible(name))
      findings_.warning("W_CONTROL_CHAR", "line " + std::to_string(table_.header_line) +
                                              ": control or invisible character in the column name " + quoted(name));
    const auto [entry, added] = columns_.try_emplace(folded(name), i);
    if (!added)
      findings_.problem("E_DUP_COLUMN", {.line = table_.header_line, .column = name},
                        "the column appears twice: columns " + std::to_string(entry->second + 1) + " and " + std::to_string(i + 1) +
                            " (names are compared without case)");
  }

  void rename(const std::string& ours, const std::string& theirs, const char* option) {
    const auto column = find_column(table_, theirs);
    if (!column) {
      findings_.problem("E_MISSING_COLUMN", {.line = table_.header_line, .column = theirs},
                        std::string("no column has the name that ") + option + " gives");
      return;
    }
    std::erase_if(columns_, [&](const auto& entry) { return entry.second == *column; });
    renamed_[folded(ours)] = *column;
  }

  static std::optional<std::size_t> first(const std::map<std::string, std::size_t, std::less<>>& names, std::string_view words) {
    std::optional<std::size_t> found;
    any_word(words, ' ', [&](std::string_view word) {
      const auto entry = names.find(word);
      if (entry != names.end()) found = entry->second;
      return found.has_value();
    });
    return found;
  }

  const Table& table_;
  Findings& findings_;
  std::map<std::string, std::size_t, std::less<>> columns_, renamed_;
};

/// Fields of a layout that the header has, and how near it comes to completeness.
struct Match {
  const LayoutRow* row = nullptr;
  std::vector<FieldColumn> fields;
  bool complete = false;
  double share = 0;                      // of the needed fields found, for the best set
  std::vector<std::string_view> absent;  // of that set
};

Match match(const LayoutRow& row, const Header& header) {
  Match result{&row, {}, false, -1, {}};
  for (const Field& field : row.fields)
    if (const auto column = header.find(field.words)) result.fields.push_back({&field, *column});
  any_word(row.needs, '|', [&](std::string_view set) {
    double found = 0, needed = 0;
    std::vector<std::string_view> absent;
    any_word(set, ' ', [&](std::string_view name) {
      const bool has = name == "arm" ? header.find("arm role").has_value()
                                     : std::any_of(result.fields.begin(), result.fields.end(),
                                                   [&](const FieldColumn& f) { return f.field->name == name; });
      ++needed;
      if (has)
        ++found;
      else
        absent.push_back(name);
      return false;
    });
    if (found / needed > result.share) {
      result.share = found / needed;
      result.absent = absent;
      result.complete = absent.empty();
    }
    return false;
  });
  return result;
}

/// Whether the arms of a long layout can be told apart without the user's word.
bool has_usual_arms(const Table& table, const Header& header, const ReadOptions& options) {
  if (!options.treatment.empty() || !options.control.empty() || header.find("role")) return true;
  const auto column = header.find("arm");
  if (!column || table.rows() == 0) return false;
  for (std::size_t i = 0; i < table.rows(); ++i)
    if (!usual_arm(table.text(i, *column))) return false;
  return true;
}

/// The first complete match; else the one that comes nearest.
Match best_match(const Table& table, const Header& header, const ReadOptions& options) {
  Match best;
  const auto consider = [&](const LayoutRow& row) {
    Match m = match(row, header);
    if (row.one_row_an_arm && !options.layout && (!m.complete || !has_usual_arms(table, header, options))) return;
    if (best.row == nullptr || (m.complete && !best.complete) || (!best.complete && m.share > best.share)) best = std::move(m);
  };
  for (const LayoutRow& row : layouts)
    if (options.layout ? row.layout == *options.layout : match(row, header).complete) consider(row);
  if (best.complete || options.layout) return best;
  // Nothing fits: single-arm counts are what is missed unless another layout comes nearer.
  best = {};
  for (const LayoutRow& row : layouts)
    if (row.layout == Layout::single_arm_counts) consider(row);
  for (const LayoutRow& row : layouts) consider(row);
  return best;
}

/// The first of the names, for a reader who wonders why none of them fits.
std::string names_shown(const Table& table) {
  constexpr std::size_t most = 10;
  std::string names;
  for (std::size_t i = 0; i < table.names.size() && i < most; ++i) names += (i == 0 ? "" : " ") + quoted(table.names[i]);
  if (table.names.size() > most) names += " ...";
  return names.empty() ? "" : "; found: " + names;
}

void report_missing(const Table& table, const Match& match, Findings& findings) {
  std::string sets(match.row->needs);
  for (std::size_t at = 0; (at = sets.find('|', at)) != std::string::npos; at += 4) sets.replace(at, 1, " or ");
  const std::string rule = "required column not found: " + std::string(to_string(match.row->layout)) + " need " + sets +
                           names_shown(table) + " (--columns maps other names)";
  for (const std::string_view name : match.absent) findings.problem("E_MISSING_COLUMN", {.line = table.header_line, .column = name}, rule);
}

/// A long and a wide layout in one header: which numbers belong to which arm is anyone's guess.
bool is_mixed(const Table& table, const Header& header, const Match& match) {
  if (match.row->layout != Layout::two_arm_counts || !header.find("arm") || !header.find(count_fields[0].words) ||
      !header.find(total_words))
    return false;
  return std::any_of(two_arm_count_fields.begin(), two_arm_count_fields.end(), [&](const Field& field) {
    const auto column = header.find(field.words);
    return column && folded(table.names[*column]).find('_') != std::string::npos;
  });
}

void warn_of_choices(const Table& table, const Header& header, const Match& match, Findings& findings) {
  for (const FieldColumn& f : match.fields)
    if (const auto other = header.second(f.field->words, f.column))
      findings.warning("W_AMBIGUOUS_COLUMN", "columns " + quoted(table.names[f.column]) + " and " + quoted(table.names[*other]) +
                                                 " could both be " + std::string(f.field->name) + ": " + quoted(table.names[f.column]) +
                                                 " is used (--columns chooses)");
}

/// Columns that hold neither numbers of the layout nor labels.
std::vector<std::size_t> other_columns(const Table& table, const Columns& columns) {
  std::vector<bool> taken(table.columns(), false);
  for (const FieldColumn& f : columns.fields) taken[f.column] = true;
  for (const auto& column :
       {columns.study, columns.row->one_row_an_arm ? columns.arm : std::nullopt, columns.row->one_row_an_arm ? columns.role : std::nullopt})
    if (column) taken[*column] = true;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < table.columns(); ++i)
    if (!taken[i] && !table.names[i].empty()) others.push_back(i);
  return others;
}

}  // namespace

std::string folded(std::string_view name) {
  std::string result(trimmed(name));
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '.') c = '_';
  }
  return result;
}

std::optional<std::size_t> find_column(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns(); ++i)
    if (table.names[i] == name) return i;
  for (std::size_t i = 0; i < table.columns(); ++i)
    if (!table.names[i].empty() && folded(table.names[i]) == folded(name)) return i;
  return std::nullopt;
}

std::optional<Arm> usual_arm(std::string_view label) {
  const std::string word = folded(label);
  if (word == "t" || word == "treatment" || word == "experimental") return Arm::treatment;
  if (word == "c" || word == "control") return Arm::control;
  return std::nullopt;
}

std::optional<std::size_t> Columns::find(Quantity quantity, Arm of) const {
  for (const FieldColumn& f : fields)
    if (f.field->quantity == quantity && f.field->arm == of) return f.column;
  return std::nullopt;
}

Columns recognise(const Table& table, const ReadOptions& options, Findings& findings) {
  const Header header(table, options, findings);
  const Match match = best_match(table, header, options);
  Columns columns{match.row,
                  match.complete,
                  match.fields,
                  header.find("study studlab slab author"),
                  header.find("arm"),
                  header.find("role"),
                  header.find("reported_percent"),
                  header.find("partition"),
                  {},
                  header.renamed()};
  if (!match.complete) {
    report_missing(table, match, findings);
    return columns;
  }
  if (is_mixed(table, header, match)) {
    findings.problem("E_SCHEMA", {.line = table.header_line},
                     "columns of one row an arm (arm, events, total) and of one row a study (events_t, ...) are mixed");
    columns.complete = false;
    return columns;
  }
  warn_of_choices(table, header, match, findings);
  if (!columns.study)
    findings.warning("W_NO_STUDY_COLUMN",
                     "line " + std::to_string(table.header_line) + ": there is no column \"study\": the studies are named 1, 2, ...");
  columns.others = other_columns(table, columns);
  return columns;
}

}  // namespace tausq::records
