// One file on its way from cells to studies: what the checks share.
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
  std::vector<std::string> labels;  ///< as read, one a row
  Numbers numbers;
  std::vector<RowState> state;     ///< one a row; `lacking` rows, without a needed number, are out too
  std::vector<Unit> units;         ///< the studies, in the order in which they first appear
  std::vector<Excluded> excluded;  ///< rows that are out

  /// Whether every row is a study: what was read a row is what is wanted a study.
  bool all_rows() const { return !columns.row->one_row_an_arm && units.size() == table.rows(); }
  void exclude(std::size_t row, std::string_view code, std::string reason);
  void problem(std::string_view code, std::size_t row, std::size_t column, const std::string& rule);
};

/// Quantities that a study of a layout must have.
const std::vector<Quantity>& needed_quantities(Layout layout);
/// Arms in the numbers: both for layouts of one row a study with two arms, else Arm::only.
const std::vector<Arm>& arms_in_row(const LayoutRow& layout);

/// Leaves out rows that --where does not select and rows without a needed number. Warning W_ROW_OMITTED; problems
/// E_MISSING_VALUE (with reject_missing), E_NO_ROWS.
void select_rows(Sheet& sheet);

/// Makes units of the rows that are in. Problems of long layouts: E_MISSING_VALUE (no arm), E_ARM_LABEL, E_ARM_COUNT,
/// E_DUP_STUDY.
void form_units(Sheet& sheet);

/// Finds studies that stand twice. Problems: E_DUP_STUDY, E_REPEATED_STUDY (when pooling); warnings: W_NEAR_DUP_STUDY,
/// W_REPEATED_STUDY (with allow_repeats), W_SHARED_CONTROL, W_TOTAL_ROW.
void check_repeats(Sheet& sheet);

/// The typed studies of the units, with the other columns. Takes labels and numbers out of the sheet.
StudySet study_set(Sheet& sheet);
/// The rows of the units as `check` lists them.
std::vector<Record> record_list(const Sheet& sheet);

}  // namespace tausq::records
