// The fields of the account of all rows under their names; see fields.hpp.
#pragma once

#include <string_view>
#include <tuple>

#include <tausq/analysis.hpp>
#include <tausq/field.hpp>

namespace tausq {

template <>
struct Fields<Excluded> {
  static constexpr std::string_view name = "Excluded";
  static constexpr auto list = std::tuple{
      field("row", &Excluded::row, "physical line on which the record starts, header = 1"),
      field("study", &Excluded::study),
      field("code", &Excluded::code, "stable word, e.g. missing_counts"),
      field("reason", &Excluded::reason),
  };
};

template <>
struct Fields<Reading> {
  static constexpr std::string_view name = "Reading";
  static constexpr auto list = std::tuple{
      field("columns", &Reading::columns, "our name = name in the file"),
      field("where", &Reading::where, "row selection"),
      field("treatment", &Reading::treatment, "name of the treatment arm in long layouts"),
      field("control", &Reading::control, "name of the control arm in long layouts"),
      field("denominator", &Reading::denominator, "column taken as the total"),
      field("weights", &Reading::weights, "column of user weights"),
      field("delimiter", &Reading::delimiter, "field separator; empty: found from the header"),
      field("decimal", &Reading::decimal, "decimal mark"),
      field("encoding", &Reading::encoding, "utf-8 or latin1"),
      field("na", &Reading::na, "rows without a count: omit or error"),
      field("allow_repeats", &Reading::allow_repeats, "several rows of one study are pooled"),
  };
};

template <>
struct Fields<Input> {
  static constexpr std::string_view name = "Input";
  static constexpr auto list = std::tuple{
      field("source", &Input::source, "file name as given, - for standard input"),
      field("sha256", &Input::sha256, "of the bytes read"),
      field("rows", &Input::rows, "records read"),
      field("used", &Input::used, "studies that entered the analysis"),
      field("excluded", &Input::excluded, "every row that was not used"),
      field("reading", &Input::reading, "how the records were read"),
  };
};

}  // namespace tausq
