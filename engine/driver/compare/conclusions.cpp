#include "engine/driver/compare/conclusions.hpp"

#include <tausq/effects.hpp>

namespace tausq::compare_detail {

namespace {

std::optional<double> number(const Json& value, const std::string& key) {
  const Json& found = at(value, key);
  return found.is_number() ? std::optional(found.get<double>()) : std::nullopt;
}

Measure measure_of(const Json& result) {
  return find_method<Measure>(word_of(at(at(result, "options"), "measure"))).value_or(Measure::GEN);
}

/// Whether a limit is missing because it is infinite is not recorded: an interval excludes a value by the end that stands beyond it.
bool excludes(const Json& interval, const std::string& lower, const std::string& upper, double value) {
  const auto low = number(interval, lower), high = number(interval, upper);
  return (low && *low > value) || (high && *high < value);
}

bool known(const Json& interval, const std::string& lower, const std::string& upper) {
  return number(interval, lower) || number(interval, upper);
}

class Conclusions {
 public:
  Conclusions(const Json& before, const Json& after) : before_(before), after_(after) {}

  std::vector<ConclusionChange> all() {
    estimate("common", "common effect");
    estimate("random", "random effects");
    prediction();
    heterogeneity();
    test("subgroup_test", "p_value", "subgroup-test", "the test for subgroup differences");
    test("regression", "qm_p", "moderators", "the test of the moderators");
    return std::move(found_);
  }

 private:
  void say(const char* code, const std::string& message) { found_.push_back({code, message}); }

  bool same_scale() const { return scale_label(measure_of(before_)) == scale_label(measure_of(after_)); }

  void estimate(const std::string& key, const std::string& name) {
    const Json &was = at(at(before_, key), "display"), &is = at(at(after_, key), "display");
    const bool had = number(was, "estimate").has_value(), has = number(is, "estimate").has_value();
    const std::string old_status = word_of(at(at(before_, key), "status")), new_status = word_of(at(at(after_, key), "status"));
    if (had != has) {
      say("estimable",
          name + ": " + (had ? "no estimate any more (" + new_status + ")" : "now there is an estimate; before: " + old_status));
      return;
    }
    if (!had) return;
    null_value_of(was, is, name);
    if (!same_scale()) return;
    if (excludes(was, "ci_lower", "ci_upper", *number(is, "estimate")))
      say("outside-interval", name + ": the new estimate lies outside the old interval");
    const auto low = number(was, "ci_lower"), high = number(was, "ci_upper"), new_low = number(is, "ci_lower"),
               new_high = number(is, "ci_upper");
    if ((low && new_high && *new_high < *low) || (high && new_low && *new_low > *high))
      say("disjoint-intervals", name + ": the intervals do not overlap");
  }

  /// Interval and estimate against the value of no effect.
  void null_value_of(const Json& was, const Json& is, const std::string& name) {
    const auto old_null = null_value(measure_of(before_)), new_null = null_value(measure_of(after_));
    if (!old_null || !new_null) return;
    const bool excluded = excludes(was, "ci_lower", "ci_upper", *old_null), excluded_now = excludes(is, "ci_lower", "ci_upper", *new_null);
    if (excluded && !excluded_now) say("crosses-null", name + ": the interval now includes no effect");
    if (!excluded && excluded_now) say("excludes-null", name + ": the interval no longer includes no effect");
    if ((*number(was, "estimate") - *old_null) * (*number(is, "estimate") - *new_null) < 0)
      say("direction", name + ": the estimate changed sides");
  }

  void prediction() {
    const Json &was = at(at(before_, "prediction"), "display"), &is = at(at(after_, "prediction"), "display");
    const bool had = known(was, "lower", "upper"), has = known(is, "lower", "upper");
    if (had != has) say("prediction", had ? "there is no prediction interval any more" : "there is a prediction interval now");
    const auto old_null = null_value(measure_of(before_)), new_null = null_value(measure_of(after_));
    if (!had || !has || !old_null || !new_null) return;
    const bool excluded = excludes(was, "lower", "upper", *old_null), excluded_now = excludes(is, "lower", "upper", *new_null);
    if (excluded != excluded_now)
      say(excluded_now ? "prediction-excludes-null" : "prediction-crosses-null",
          std::string("the prediction interval ") + (excluded_now ? "no longer includes" : "now includes") + " no effect");
  }

  void heterogeneity() {
    const auto was = number(at(before_, "heterogeneity"), "tau2"), is = number(at(after_, "heterogeneity"), "tau2");
    if (was && is && (*was == 0) != (*is == 0)) say("heterogeneity", *is == 0 ? "tau2 is 0 now" : "tau2 was 0 and is so no longer");
    test("heterogeneity", "q_p", "homogeneity-test", "the test of homogeneity");
  }

  /// A test whose p-value went across 1 - level.
  void test(const std::string& section, const std::string& key, const char* code, const std::string& name) {
    const auto was = number(at(before_, section), key), is = number(at(after_, section), key);
    if (!was || !is) return;
    const bool rejected = *was < alpha(before_), rejects = *is < alpha(after_);
    if (rejected != rejects) say(code, name + (rejects ? " is significant now" : " is no longer significant"));
  }

  static double alpha(const Json& result) { return 1 - number(at(result, "options"), "level").value_or(0.95); }

  const Json &before_, &after_;
  std::vector<ConclusionChange> found_;
};

}  // namespace

std::vector<ConclusionChange> changed_conclusions(const Json& before, const Json& after) {
  return Conclusions(before, after).all();
}

}  // namespace tausq::compare_detail
