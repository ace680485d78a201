// One file on its way from cells to studies: what the steps of reading share. Every step takes the sheet, in the order
// in which they stand here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tausq/records.hpp>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/layout.hpp"
#include "engine/driver/records/numbers.hpp"
#include "engine/driver/records/table.hpp"

namespace tausq::records {

/// A study as the rows that make it: one row, or in long two-arm layouts the row of each arm.
struct Unit {
  std::uint32_t row = 0;      ///< the treatment arm's, where there are two
  std::uint32_t control = 0;  ///< the same as `row` where there is one

  Unit(std::size_t one, std::size_t other) : row(static_cast<std::uint32_t>(one)), control(static_cast<std::uint32_t>(other)) {}
};

/// What became of a row so far.
enum class RowState : char { in, lacking, out };

/// The cells of a file, what they mean, and what becomes of every row.
struct Sheet {
  const ReadOptions& options;
  Findings& findings;
  Table table;
  Columns columns;
  std::vector<RowState> state{};      ///< one a row; `lacking` rows, without a needed number, are out too
  std::vector<std::string> labels{};  ///< as read, one a row
  Numbers numbers{};
  std::vector<Unit> units{};         ///< the studies, in the order in which they first appear
  std::vector<Excluded> excluded{};  ///< rows that are out

  /// The sign between whole and fraction: JSON has one, whatever the user's files look like.
  char decimal() const { return table.json ? '.' : options.decimal; }
  /// Whether every row is a study: what was read a row is what is wanted a study.
  bool all_rows() const { return !columns.row->one_row_an_arm && units.size() == table.rows(); }
  /// "line 7", and with a column "line 7, column events": the place of a row or cell as warnings begin.
  std::string place(std::size_t row) const { return "line " + std::to_string(table.line(row)); }
  std::string place(std::size_t row, std::size_t column) const;
  /// A label as messages show it.
  std::string name(std::size_t row) const;

  void problem(std::string_view code, std::size_t row, std::size_t column, std::string rule);
  void warning(std::string_view code, std::size_t row, std::string message) { findings.warning(code, std::move(message), labels[row]); }
  void exclude(std::size_t row, RowState why, std::string_view code, std::string reason);
};

/// Quantities that a study of a layout must have.
const std::vector<Quantity>& needed_quantities(Layout layout);
/// Arms in the numbers: both for layouts of one row a study with two arms, else Arm::only.
const std::vector<Arm>& arms_in_row(const LayoutRow& layout);
/// Columns that say of which patients and when a row counts: timepoint..., analysis_set.
std::vector<std::size_t> setting_columns(const Table& table);

/// Reads the label of every row; "1", "2", ... without a study column. Problems: E_MISSING_VALUE, E_TYPE; warning
/// W_CONTROL_CHAR (looked for in all text columns where the text has `controls`).
void read_labels(Sheet& sheet, bool controls);

/// Leaves out the rows that --where does not select. Throws UsageError for a condition that cannot be read.
void select_rows(Sheet& sheet);

/// Parses the number columns. Problems: E_NOT_NUMBER, E_NAN, E_INF, E_TYPE, E_NOT_INTEGER, E_NEGATIVE, E_ZERO_TOTAL, E_RANGE;
/// warning W_NEGATIVE_ZERO.
void read_numbers(Sheet& sheet);

/// Checks what the numbers of a row say together and fills in what follows from them: totals from non-events, means and
/// sds from medians, quartiles and ranges, variances from standard errors or 95 % confidence limits. Problems: E_EVENTS_GT_TOTAL,
/// E_TOTAL_MISMATCH, E_ZERO_TOTAL, E_CI_ORDER; warning W_CI_LEVEL.
void complete_numbers(Sheet& sheet);

/// Mean and sd of the rows that lack one, from median, quartiles and range. Problem: E_SUMMARY_ORDER; warning
/// W_SUMMARY_CONVERTED, one a row, with the formula's name.
void complete_means(Sheet& sheet, Arm arm);

/// Checks the column reported_percent against the counts, and recovers a missing count where exactly one fits.
/// Problems: E_PERCENT, E_NOT_NUMBER, E_RANGE; warning W_COUNT_RECOVERED.
void check_percentages(Sheet& sheet);

/// Rows of one study, arm and setting that share a name in the column `partition` are exclusive classes of the same
/// patients. Warnings: W_PARTITION_SUM where the classes do not sum to the total, W_PARTITION_TOTAL where their totals
/// differ; I_PARTITION_SUM notes that they do sum.
void check_partitions(Sheet& sheet);

/// Leaves out rows without a needed number. Warning W_ROW_OMITTED; problems E_MISSING_VALUE (with reject_missing), E_NO_ROWS.
void omit_incomplete_rows(Sheet& sheet);

/// Makes units of the rows that are in. Problems of long layouts: E_MISSING_VALUE (no arm), E_ARM_LABEL, E_ARM_COUNT,
/// E_DUP_STUDY, E_NO_ROWS.
void form_units(Sheet& sheet);

/// Finds studies that stand twice. Problems: E_DUP_STUDY, E_REPEATED_STUDY (when pooling); warnings: W_NEAR_DUP_STUDY,
/// W_DUP_STUDY and W_REPEATED_STUDY (where allowed).
void check_repeats(Sheet& sheet);

/// Finds control arms that stand beside two treatments of one trial: their patients count twice. Warning W_SHARED_CONTROL.
void check_shared_controls(Sheet& sheet);

/// Finds rows named "Total" that are the sums of the others, as spreadsheets add them. Warning W_TOTAL_ROW.
void check_total_rows(Sheet& sheet);

/// The rows of the units as `check` lists them.
std::size_t record_count(const Sheet& sheet);
/// The first of them, as many as ReadOptions::listed_records says.
std::vector<Record> record_list(const Sheet& sheet);
/// The typed studies of the units, with the other columns. Takes labels and numbers out of the sheet.
StudySet study_set(Sheet& sheet);

}  // namespace tausq::records
