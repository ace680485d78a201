// Two results: what changed. Field names are JSON keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tausq {

/// Where a result comes from.
struct Provenance {
  std::string result;   ///< the file with the result, or what else it is called
  std::string source;   ///< the records that it was made from
  std::string version;  ///< of the engine
  std::string sha256;   ///< of the records
  std::size_t k = 0;    ///< studies in the fit
};

/// A setting, or a word of the result, that is not the same. An absent one is empty.
struct WordChange {
  std::string key;  ///< its JSON path
  std::string before, after;
};

/// A number that is not the same.
struct NumberChange {
  std::string key;  ///< its JSON path; a study stands under its label: "studies.Chapman 2012.yi"
  std::optional<double> before, after;
};

enum class StudyChangeKind { added, removed, changed };

/// "added", "removed" or "changed".
std::string_view to_string(StudyChangeKind kind);

/// A study that is not in both results, or not with the same raw numbers.
struct StudyChange {
  StudyChangeKind change = StudyChangeKind::added;
  std::string study;
  std::vector<NumberChange> numbers;  ///< raw numbers that differ; all of them where the study was added or removed
};

/// Something that a reader would now conclude differently, or a check that it has not happened.
struct ConclusionChange {
  std::string code;     ///< crosses-null, excludes-null, direction, outside-interval, prediction-crosses-null, estimable ...
  std::string message;  ///< in words
};

/// What separates two results of `pool`.
struct Comparison {
  Provenance before, after;
  bool same = true;                               ///< no setting, study, word or number differs; the engine's version may
  std::vector<WordChange> options;                ///< settings, those of reading the records included
  std::vector<StudyChange> studies;               ///< in the order of the records, removed ones first
  std::vector<ConclusionChange> conclusions;      ///< empty where all stand
  std::vector<NumberChange> results;              ///< estimates first, study by study last
  std::vector<WordChange> words;                  ///< statuses and warnings
  std::optional<double> largest_relative_change;  ///< of all numbers in both results; empty where none differs
};

/// Compares two results of `tausq pool --json` (or of reports, by the analysis in them). Studies are matched by label, and among equal
/// labels by their order. Throws InputError (E_RESULT) for a text that is no such result, naming `before_name` or `after_name`.
Comparison compare(std::string_view before_name, std::string_view before, std::string_view after_name, std::string_view after);

}  // namespace tausq
