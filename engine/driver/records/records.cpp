// From bytes to studies: the order in which the pieces are asked.
#include <tausq/records.hpp>

#include <algorithm>
#include <utility>

#include "engine/driver/records/csv.hpp"
#include "engine/driver/records/encoding.hpp"
#include "engine/driver/records/file.hpp"
#include "engine/driver/records/json.hpp"
#include "engine/driver/records/limits.hpp"
#include "engine/driver/records/sha256.hpp"
#include "engine/driver/records/sheet.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq {

namespace records {

namespace {

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

/// By the extension of the name, else by the first character.
RecordFormat format_of(std::string_view source, std::string_view text) {
  const std::string name = folded(source.substr(source.size() - std::min<std::size_t>(source.size(), 8)));  // points are '_' now
  if (ends_with_any(name, {"_csv"})) return RecordFormat::csv;
  if (ends_with_any(name, {"_tsv", "_tab"})) return RecordFormat::tsv;
  if (ends_with_any(name, {"_jsonl", "_ndjson"})) return RecordFormat::json_lines;
  if (ends_with_any(name, {"_json"})) return RecordFormat::json;
  const std::string_view begin = trimmed(text.substr(0, 4096));
  if (!begin.starts_with('[') && !begin.starts_with('{')) return RecordFormat::csv;
  return looks_like_json_lines(text) ? RecordFormat::json_lines : RecordFormat::json;
}

/// "[{" or "{\"", blanks aside: no header starts so.
bool starts_like_json(std::string_view text) {
  const std::string_view begin = trimmed(text.substr(0, 4096));
  if (begin.empty()) return false;
  const std::string_view second = trimmed(begin.substr(1));
  return (begin.front() == '[' && second.starts_with('{')) || (begin.front() == '{' && second.starts_with('"'));
}

Table parse_table(std::string_view text, RecordFormat format, char delimiter, Findings& findings) {
  const bool csv = format == RecordFormat::csv || format == RecordFormat::tsv;
  if (csv && starts_like_json(text)) {
    findings.problem("E_MISSING_COLUMN", {.line = 1, .column = "events"},
                     "the first line is no header: the file holds JSON, not separated values");
    return {};
  }
  switch (format) {
    case RecordFormat::json:
      return parse_json(text, findings);
    case RecordFormat::json_lines:
      return parse_json_lines(text, findings);
    case RecordFormat::tsv:
      return parse_csv(text, delimiter != 0 ? delimiter : '\t', findings);
    default:
      return parse_csv(text, delimiter, findings);
  }
}

void check_options(const ReadOptions& options) {
  if (options.decimal != '.' && options.decimal != ',') throw UsageError("--decimal takes a point or a comma");
  if (options.decimal == ',' && options.delimiter == ',') throw UsageError("--decimal=, needs another --delimiter than the comma");
  if (options.delimiter == '"' || options.delimiter == '\n' || options.delimiter == '\r')
    throw UsageError("--delimiter cannot be a quote or a line end");
  if (!options.treatment.empty() && folded(options.treatment) == folded(options.control))
    throw UsageError("--treatment and --control name the same arm");
}

/// Text into a table; bad bytes are reported with the cell that they stand in.
Table read_table(const Text& text, std::string_view source, const ReadOptions& options, Findings& findings) {
  const RecordFormat format = options.format == RecordFormat::from_name ? format_of(source, text.text) : options.format;
  if (!text.bad.empty()) {
    // The table is parsed for the places only: what such a file is wrong in besides is not worth saying.
    Findings unheard(source);
    // Of separated values, what stands behind the last bad byte and its field has no say in that.
    const bool csv = format == RecordFormat::csv || format == RecordFormat::tsv;
    std::string patched(text.text.substr(0, csv ? text.bad.back().at + max_field : text.text.size()));
    std::replace(patched.begin(), patched.end(), '\0', ' ');
    report_bad_bytes(text, parse_table(patched, format, options.delimiter, unheard), findings);
  }
  findings.throw_if_any();
  return parse_table(text.text, format, options.delimiter, findings);
}

Reading recorded(const ReadOptions& options) {
  Reading reading;
  for (const auto& [name, column] : options.columns) reading.columns.push_back(name + "=" + column);
  reading.where = options.where;
  reading.treatment = options.treatment;
  reading.control = options.control;
  reading.denominator = options.denominator;
  if (options.delimiter) reading.delimiter = options.delimiter == '\t' ? "tab" : std::string(1, options.delimiter);
  reading.decimal = options.decimal;
  reading.encoding = options.latin1 ? "latin1" : "utf-8";
  reading.na = options.reject_missing ? "error" : "omit";
  reading.allow_repeats = options.allow_repeats;
  return reading;
}

Records finished(Sheet& sheet, std::string digest) {
  std::vector<Excluded>& excluded = sheet.excluded;
  std::stable_sort(excluded.begin(), excluded.end(), [](const Excluded& a, const Excluded& b) { return a.row < b.row; });
  Records result;
  result.layout = sheet.columns.row->layout;
  const std::size_t rows = sheet.table.rows();
  result.input = {sheet.findings.file(), std::move(digest), rows, rows - excluded.size(), std::move(excluded), recorded(sheet.options)};
  result.records = record_list(sheet);
  result.unlisted_records = record_count(sheet) - result.records.size();
  result.studies = study_set(sheet);
  result.warnings = sheet.findings.take_warnings();
  return result;
}

}  // namespace
}  // namespace records

Records parse_records(std::string_view source, std::string_view bytes, const ReadOptions& options) {
  using namespace records;
  check_options(options);
  Findings findings(source);
  const Text text = decode(bytes, options.latin1, findings);
  Table table = read_table(text, source, options, findings);
  if (table.names.empty() && table.rows() == 0) {
    if (!findings.any_problem()) findings.problem("E_NO_ROWS", {.line = table.end_line}, "there is no record");
    findings.throw_if_any();
  }
  Columns columns = recognise(table, options, findings);
  if (table.rows() == 0 && !findings.any_problem())
    findings.problem("E_NO_ROWS", {.line = table.end_line}, "there is a header but no record");
  if (table.rows() == 0 || !columns.complete) findings.throw_if_any();

  Sheet sheet{options, findings, std::move(table), std::move(columns)};
  read_labels(sheet, text.has_controls || sheet.table.json);
  select_rows(sheet);
  read_numbers(sheet);
  check_percentages(sheet);
  complete_numbers(sheet);
  check_partitions(sheet);
  omit_incomplete_rows(sheet);
  form_units(sheet);
  check_repeats(sheet);
  check_shared_controls(sheet);
  check_total_rows(sheet);
  findings.throw_if_any();
  return finished(sheet, sha256(bytes));
}

Records read_records(const std::string& path, const ReadOptions& options) {
  return parse_records(path, records::contents_of(path).view(), options);
}

}  // namespace tausq
