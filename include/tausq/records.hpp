// Study records from text: CSV, TSV, JSON, JSON Lines. Part of the driver library.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/bias.hpp>
#include <tausq/influence.hpp>
#include <tausq/multiverse.hpp>
#include <tausq/problem.hpp>
#include <tausq/studies.hpp>

namespace tausq {

enum class RecordFormat { from_name, csv, tsv, json, json_lines };

/// How records are read. Every field has the default of the command line.
struct ReadOptions {
  RecordFormat format = RecordFormat::from_name;  ///< from_name: by extension, else by the first bytes
  char delimiter = 0;                             ///< 0: found from the header (',', ';' or tab)
  char decimal = '.';                             ///< ',' accepts decimal commas in ';'- or tab-separated files
  bool latin1 = false;                            ///< decode Latin-1 instead of UTF-8 (with a warning)
  std::map<std::string, std::string> columns{};   ///< our name -> name in the file (--columns events=xi)
  std::string where{};                            ///< row selection; empty: all rows
  std::string treatment{}, control{};             ///< arm names of long two-arm layouts
  std::string denominator{};                      ///< column to take as `total`, where several stand
  std::optional<Layout> layout{};                 ///< the layout that the measure needs; empty: recognised from the header
  bool reject_missing = false;                    ///< --na error: a row without a count is a problem, not an exclusion
  bool allow_repeats = false;                     ///< rows of one study that differ by a column may be pooled together
  bool allow_equal_labels = false;                ///< labels are labels, not identities, as in the programs that a preset follows (warns)
  /// How many of Records::records are kept, which `check` prints and pooling does not need.
  std::size_t listed_records = std::numeric_limits<std::size_t>::max();
  bool pooling = true;  ///< false for `check`: repeated studies told apart by a column are no problem
};

/// One row as read, for `check`.
struct Record {
  std::size_t row = 0;
  std::string study;
  std::string arm;                                                     ///< "t" or "c" in two-arm layouts, else empty
  std::vector<std::pair<std::string, std::optional<double>>> numbers;  ///< events, total, ... under our names
  std::vector<std::pair<std::string, std::string>> other;              ///< the other columns as read
};

/// Records, read and checked.
struct Records {
  Input input;
  Layout layout = Layout::generic;
  StudySet studies;
  std::vector<Record> records;
  std::size_t unlisted_records = 0;  ///< further ones, beyond ReadOptions::listed_records
  std::vector<Warning> warnings;
};

/// What an analysis with these options asks of the reader, over what the caller asks: the layout that its measure or Peto's
/// method needs, and equal labels where a preset follows a program that does not look at labels.
ReadOptions reading_for(const Options& options, ReadOptions read = {});

/// Reads and checks records that are already in memory. `source` is the name used in messages and for the format.
/// Throws InputError with *all* problems of the file (the list is capped and says so).
Records parse_records(std::string_view source, std::string_view bytes, const ReadOptions& options = {});

/// Reads a file, or standard input for "-".
Records read_records(const std::string& path, const ReadOptions& options = {});

/// One accounting of all rows: what reading the records left out, and what their analysis left out.
Input accounting(const Records& records, const Input& of_analysis);

/// analyse() of the records, with one accounting of all rows: what reading left out and what the analysis left out.
Analysis analyse(const Records& records, const Options& options = {});
/// The same for effect sizes alone.
Analysis analyse_effects(const Records& records, const Options& options = {});
/// The same for the influence of every study.
Influence influence(const Records& records, const Options& options = {}, const InfluenceOptions& influence_options = {});
/// The same for all reasonable analyses.
Multiverse multiverse(const Records& records, const Options& options = {}, const MultiverseOptions& choices = {});
/// The same for small-study effects.
Bias bias(const Records& records, const Options& options = {}, const BiasOptions& bias_options = {});

}  // namespace tausq
