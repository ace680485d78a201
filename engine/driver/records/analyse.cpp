// From records to a result that accounts for every row.
#include <tausq/records.hpp>

namespace tausq {

Input accounting(const Records& records, const Input& of_analysis) {
  Input input = records.input;
  input.used = of_analysis.used;
  input.excluded.insert(input.excluded.end(), of_analysis.excluded.begin(), of_analysis.excluded.end());
  return input;
}

namespace {

template <typename Result>
Result with_accounting(const Records& records, Result result) {
  result.input = accounting(records, result.input);
  result.warnings.insert(result.warnings.begin(), records.warnings.begin(), records.warnings.end());
  return result;
}

}  // namespace

ReadOptions reading_for(const Options& options, ReadOptions read) {
  // Two trials of one author may share a label.
  if (options.preset == Preset::metafor || options.preset == Preset::meta) read.allow_equal_labels = true;
  if (options.effect.measure)
    read.layout = layout_of(*options.effect.measure);
  else if (options.pooling == Pooling::peto)
    read.layout = Layout::two_arm_counts;
  return read;
}

Analysis analyse(const Records& records, const Options& options) {
  return with_accounting(records, analyse(records.studies, options));
}

Analysis analyse_effects(const Records& records, const Options& options) {
  return with_accounting(records, analyse_effects(records.studies, options));
}

Influence influence(const Records& records, const Options& options, const InfluenceOptions& influence_options) {
  return with_accounting(records, influence(records.studies, options, influence_options));
}

Multiverse multiverse(const Records& records, const Options& options, const MultiverseOptions& choices) {
  return with_accounting(records, multiverse(records.studies, options, choices));
}

Bias bias(const Records& records, const Options& options, const BiasOptions& bias_options) {
  return with_accounting(records, bias(records.studies, options, bias_options));
}

}  // namespace tausq
