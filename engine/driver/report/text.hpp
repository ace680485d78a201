// The blocks that text output is made of. Each is some whole lines, or empty where there is nothing to say.
#pragma once

#include <string>
#include <vector>

#include <tausq/analysis.hpp>
#include <tausq/records.hpp>

#include "engine/driver/report/numbers.hpp"

namespace tausq::report {

std::string study_table(const Analysis& analysis, Precision precision);      ///< studies, pooled rows, prediction
std::string effect_table(const Analysis& analysis, Precision precision);     ///< studies with yi and se, nothing pooled
std::string study_notes(const Analysis& analysis);                           ///< corrections and missing numbers
std::string estimates_block(const Analysis& analysis, Precision precision);  ///< analysis scale, tests, further intervals
std::string heterogeneity_block(const Analysis& analysis);
std::string subgroups_block(const Analysis& analysis);  ///< heterogeneity within, tests between
std::string fit_block(const Fit& fit);
std::string stratified_tests_block(const StratifiedTests& tests);
std::string predictions_block(const Analysis& analysis);                  ///< of a regression at new points
std::string tau2_curve_block(const Analysis& analysis);                   ///< the pooled effect for other values of tau2
std::string preset_block(const Analysis& analysis, Precision precision);  ///< the estimates of a preset beside tausq's own
std::string regression_block(const Regression& regression, double level);
std::string sensitivity_block(const Analysis& analysis, Precision precision);  ///< what other usual models say
std::string permutation_block(const PermutationTest& test);
/// What a bootstrap says as texts, for tables of any kind.
struct BootstrapTexts {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;  ///< one a quantity
  std::vector<std::string> notes;              ///< what is missing and why, first how many replicates
};
BootstrapTexts bootstrap_texts(const Analysis& analysis, Precision precision);
std::string bootstrap_block(const Analysis& analysis, Precision precision);  ///< how all estimates vary over replicates
std::string posterior_block(const Analysis& analysis);                       ///< Bayesian pooling
std::string absolute_block(const Analysis& analysis, Precision precision);   ///< summary of findings
std::string comparison_block(const Comparison& comparison);                  ///< what separates two results
std::string repeats_block(const Analysis& analysis);                         ///< what differs from the recorded result
std::string choices_block(const Options& options);                           ///< what was chosen and why
std::string warnings_block(const std::vector<Warning>& warnings);
std::string accounting_block(const Input& input);  ///< rows read, used, left out

/// "Q = 12.30, df = 4, p = 0.0152"; empty without a statistic.
std::string test_text(std::string_view symbol, std::optional<double> statistic, std::optional<double> df, std::optional<double> p);

/// " = 0.01" as it stands alone in a column: "0.01"; "< 0.0001" stays.
std::string in_column(std::string_view text);

/// "  What: not estimable; no events in any study", a line for every status that readers must see; else empty.
std::string status_line(std::string_view what, Status status, const std::string& reason);

/// The blocks that say something, an empty line between them.
std::string joined(const std::vector<std::string>& blocks);

/// "Prediction interval", with its level where that is not the level of the pooled intervals.
std::string prediction_label(const Options& options);

/// "A, B, C", escaped; of a long list the first ten and how many more there are. JSON names them all.
std::string study_names(const std::vector<std::string>& studies);

/// "3 studies", "1 study".
std::string counted(std::size_t n, std::string_view one, std::string_view many);

}  // namespace tausq::report
