// The fields of a comparison under their names; see fields.hpp.
#pragma once

#include <string_view>
#include <tuple>

#include <tausq/compare.hpp>
#include <tausq/field.hpp>

namespace tausq {

template <>
inline constexpr std::size_t enumerators<StudyChangeKind> = static_cast<std::size_t>(StudyChangeKind::changed) + 1;

template <>
struct Fields<Provenance> {
  static constexpr std::string_view name = "Provenance";
  static constexpr auto list = std::tuple{
      field("result", &Provenance::result, "the file with the result, or what else it is called"),
      field("source", &Provenance::source, "the records"),
      field("version", &Provenance::version, "of the engine"),
      field("sha256", &Provenance::sha256, "of the records"),
      field("k", &Provenance::k, "studies in the fit"),
  };
};

template <>
struct Fields<WordChange> {
  static constexpr std::string_view name = "WordChange";
  static constexpr auto list = std::tuple{
      field("key", &WordChange::key, "path in the result"),
      field("before", &WordChange::before, "empty where absent"),
      field("after", &WordChange::after, "empty where absent"),
  };
};

template <>
struct Fields<NumberChange> {
  static constexpr std::string_view name = "NumberChange";
  static constexpr auto list = std::tuple{
      field("key", &NumberChange::key, "path in the result; studies by label"),
      field("before", &NumberChange::before),
      field("after", &NumberChange::after),
  };
};

template <>
struct Fields<StudyChange> {
  static constexpr std::string_view name = "StudyChange";
  static constexpr auto list = std::tuple{
      field("change", &StudyChange::change, "added, removed or changed"),
      field("study", &StudyChange::study),
      field("numbers", &StudyChange::numbers, "raw numbers that differ; all of an added or removed study"),
  };
};

template <>
struct Fields<ConclusionChange> {
  static constexpr std::string_view name = "ConclusionChange";
  static constexpr auto list = std::tuple{
      field("code", &ConclusionChange::code, "stable word"),
      field("message", &ConclusionChange::message),
  };
};

template <>
struct Fields<Comparison> {
  static constexpr std::string_view name = "Comparison";
  static constexpr auto list = std::tuple{
      field("before", &Comparison::before),
      field("after", &Comparison::after),
      field("same", &Comparison::same, "no setting, study, word or number differs; the version of the engine may"),
      field("options", &Comparison::options, "settings that differ"),
      field("studies", &Comparison::studies, "added, removed, or with other raw numbers"),
      field("conclusions", &Comparison::conclusions, "what a reader would now conclude differently"),
      field("results", &Comparison::results, "numbers that differ"),
      field("words", &Comparison::words, "statuses and warnings that differ"),
      field("largest_relative_change", &Comparison::largest_relative_change, "of all numbers in both results; null where none differs"),
  };
};

}  // namespace tausq
