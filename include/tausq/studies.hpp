// The studies of one meta-analysis as typed columns: what was counted or measured in each arm.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tausq {

// Every struct below is a set of columns of equal length k, one entry a study. Counts are whole numbers from 0 to 2^53
// held as doubles, so that the same columns can carry corrected counts.

/// Events among the patients of one arm.
struct SingleArmCounts {
  std::vector<double> events;
  std::vector<double> total;
};

/// Two-by-two tables: ai events and bi non-events under treatment, ci and di under control.
struct TwoArmCounts {
  std::vector<double> ai, bi, ci, di;
};

/// Events in the person-time of one arm.
struct SingleArmRates {
  std::vector<double> events;
  std::vector<double> time;
};

/// Events x and person-time t under treatment (1) and control (2).
struct TwoArmRates {
  std::vector<double> x1i, t1i, x2i, t2i;
};

/// Mean, standard deviation and size of one arm.
struct SingleArmMeans {
  std::vector<double> mi, sdi, ni;
};

/// Mean, standard deviation and size under treatment (1) and control (2).
struct TwoArmMeans {
  std::vector<double> m1i, sd1i, n1i, m2i, sd2i, n2i;
};

/// Correlation and sample size.
struct Correlations {
  std::vector<double> ri, ni;
};

/// Effect sizes with their sampling variances, as reported. `ni` may be empty (sample sizes unknown).
struct GenericEffects {
  std::vector<double> yi, vi, ni;
};

/// Layouts in the order of the alternatives of `StudyData`.
enum class Layout {
  single_arm_counts,
  two_arm_counts,
  single_arm_rates,
  two_arm_rates,
  single_arm_means,
  two_arm_means,
  correlations,
  generic
};

using StudyData =
    std::variant<SingleArmCounts, TwoArmCounts, SingleArmRates, TwoArmRates, SingleArmMeans, TwoArmMeans, Correlations, GenericEffects>;

/// "single-arm counts", "two-arm counts", ...
std::string_view to_string(Layout layout);

/// A further column of the records, one entry a study: a moderator, a subgroup, a note.
struct Column {
  std::string name;
  std::vector<std::string> text;              ///< as read; empty where the cell was empty
  std::vector<std::optional<double>> number;  ///< parsed; empty where the cell is no number
  bool numeric = false;                       ///< every cell that is not empty is a number
};

/// A typed set of studies. Pure value: a test or an embedding program can build it by hand.
struct StudySet {
  std::vector<std::string> study;  ///< labels, length k
  std::vector<std::size_t> row;    ///< physical line of each study in the records; 1..k when made by hand
  StudyData data;
  std::vector<Column> columns;  ///< everything else that the records carry

  std::size_t size() const { return study.size(); }
  Layout layout() const { return static_cast<Layout>(data.index()); }
  /// The column of that name (case-insensitive), or nullptr.
  const Column* column(std::string_view name) const;
  /// The studies at `indices`, in that order, with all their columns.
  StudySet subset(const std::vector<std::size_t>& indices) const;
};

/// A set of single-arm counts with labels "study 1" ... when none are given.
/// Throws InputError when lengths differ, a count is negative or not whole, events exceed total, or total is 0.
StudySet single_arm_counts(std::vector<double> events, std::vector<double> total, std::vector<std::string> study = {});
/// The same for two-by-two tables.
StudySet two_arm_counts(std::vector<double> ai, std::vector<double> bi, std::vector<double> ci, std::vector<double> di,
                        std::vector<std::string> study = {});
/// The same for effect sizes and variances. Throws InputError when a variance is not positive or a number not finite.
StudySet generic_effects(std::vector<double> yi, std::vector<double> vi, std::vector<std::string> study = {});

}  // namespace tausq
