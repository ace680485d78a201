#include <tausq/studies.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

#include <tausq/problem.hpp>

#include "engine/methods/decimals.hpp"
#include "engine/methods/table.hpp"

namespace tausq {

namespace {

constexpr double largest_count = 9007199254740992.0;  // 2^53: the last double that still counts by ones

using NamedColumn = std::pair<std::string_view, const std::vector<double>*>;

/// Collects every violated rule of hand-made columns, with the study's position as row.
class Checks {
 public:
  explicit Checks(std::size_t k) : k_(k) {}

  void lengths(std::initializer_list<NamedColumn> columns) {
    for (const auto& [name, column] : columns)
      if (column->size() != k_) add("E_FIELD_COUNT", 0, name, std::to_string(column->size()), "every column needs one entry a study");
    throw_if_any();
  }
  void count(std::string_view name, const std::vector<double>& column) {
    for (std::size_t i = 0; i < k_; ++i) {
      const double n = column[i];
      if (!std::isfinite(n) || n != std::floor(n))
        add("E_NOT_INTEGER", i + 1, name, six_decimals(n), "a count is a whole number");
      else if (n < 0)
        add("E_NEGATIVE", i + 1, name, six_decimals(n), "a count is at least 0");
      else if (n > largest_count)
        add("E_RANGE", i + 1, name, six_decimals(n), "a count is at most 2^53");
    }
  }
  void add(std::string_view code, std::size_t row, std::string_view column, std::string value, std::string_view rule) {
    problems_.push_back({std::string(code), "", row, std::string(column), std::move(value), std::string(rule)});
  }
  void throw_if_any() {
    if (!problems_.empty()) throw InputError(std::exchange(problems_, {}));
  }

 private:
  std::size_t k_;
  std::vector<Problem> problems_;
};

StudySet labelled(std::size_t k, std::vector<std::string> study, StudyData data) {
  if (study.empty())
    for (std::size_t i = 0; i < k; ++i) study.push_back("study " + std::to_string(i + 1));
  if (study.size() != k) throw InputError({{"E_FIELD_COUNT", "", 0, "study", std::to_string(study.size()), "every study needs a label"}});
  std::vector<std::size_t> row(k);
  std::iota(row.begin(), row.end(), std::size_t{1});
  return {std::move(study), std::move(row), std::move(data), {}};
}

template <typename T>
std::vector<T> taken(const std::vector<T>& from, const std::vector<std::size_t>& indices) {
  std::vector<T> to;
  if (from.empty()) return to;
  to.reserve(indices.size());
  for (std::size_t i : indices) to.push_back(from[i]);
  return to;
}

struct Taken {
  const std::vector<std::size_t>& at;
  StudyData operator()(const SingleArmCounts& d) const { return SingleArmCounts{taken(d.events, at), taken(d.total, at)}; }
  StudyData operator()(const TwoArmCounts& d) const {
    return TwoArmCounts{taken(d.ai, at), taken(d.bi, at), taken(d.ci, at), taken(d.di, at)};
  }
  StudyData operator()(const SingleArmRates& d) const { return SingleArmRates{taken(d.events, at), taken(d.time, at)}; }
  StudyData operator()(const TwoArmRates& d) const {
    return TwoArmRates{taken(d.x1i, at), taken(d.t1i, at), taken(d.x2i, at), taken(d.t2i, at)};
  }
  StudyData operator()(const SingleArmMeans& d) const { return SingleArmMeans{taken(d.mi, at), taken(d.sdi, at), taken(d.ni, at)}; }
  StudyData operator()(const TwoArmMeans& d) const {
    return TwoArmMeans{taken(d.m1i, at), taken(d.sd1i, at), taken(d.n1i, at), taken(d.m2i, at), taken(d.sd2i, at), taken(d.n2i, at)};
  }
  StudyData operator()(const Correlations& d) const { return Correlations{taken(d.ri, at), taken(d.ni, at)}; }
  StudyData operator()(const GenericEffects& d) const { return GenericEffects{taken(d.yi, at), taken(d.vi, at), taken(d.ni, at)}; }
};

}  // namespace

std::string_view to_string(Layout layout) {
  constexpr std::array<std::string_view, 8> names{"single-arm counts", "two-arm counts", "single-arm person-time", "two-arm person-time",
                                                  "single-arm means",  "two-arm means",  "correlations",           "generic"};
  return names[static_cast<std::size_t>(layout)];
}

const Column* StudySet::column(std::string_view name) const {
  for (const Column& c : columns)
    if (c.name == name) return &c;
  for (const Column& c : columns)
    if (methods_detail::same_folded(c.name, name)) return &c;
  return nullptr;
}

StudySet StudySet::subset(const std::vector<std::size_t>& indices) const {
  StudySet result{taken(study, indices), taken(row, indices), std::visit(Taken{indices}, data), {}};
  for (const Column& c : columns) result.columns.push_back({c.name, taken(c.text, indices), taken(c.number, indices), c.numeric});
  return result;
}

StudySet single_arm_counts(std::vector<double> events, std::vector<double> total, std::vector<std::string> study) {
  const std::size_t k = events.size();
  Checks check(k);
  check.lengths({{"total", &total}});
  check.count("events", events);
  check.count("total", total);
  for (std::size_t i = 0; i < k; ++i) {
    if (total[i] == 0)
      check.add("E_ZERO_TOTAL", i + 1, "total", "0", "total must be at least 1");
    else if (events[i] > total[i])
      check.add("E_EVENTS_GT_TOTAL", i + 1, "events", six_decimals(events[i]), "events exceed the total");
  }
  check.throw_if_any();
  return labelled(k, std::move(study), SingleArmCounts{std::move(events), std::move(total)});
}

StudySet two_arm_counts(std::vector<double> ai, std::vector<double> bi, std::vector<double> ci, std::vector<double> di,
                        std::vector<std::string> study) {
  const std::size_t k = ai.size();
  Checks check(k);
  check.lengths({{"bi", &bi}, {"ci", &ci}, {"di", &di}});
  for (const auto& [name, column] : {NamedColumn{"ai", &ai}, {"bi", &bi}, {"ci", &ci}, {"di", &di}}) check.count(name, *column);
  for (std::size_t i = 0; i < k; ++i) {
    if (ai[i] + bi[i] == 0) check.add("E_ZERO_TOTAL", i + 1, "ai", "0", "an arm needs at least one patient");
    if (ci[i] + di[i] == 0) check.add("E_ZERO_TOTAL", i + 1, "ci", "0", "an arm needs at least one patient");
  }
  check.throw_if_any();
  return labelled(k, std::move(study), TwoArmCounts{std::move(ai), std::move(bi), std::move(ci), std::move(di)});
}

StudySet generic_effects(std::vector<double> yi, std::vector<double> vi, std::vector<std::string> study) {
  const std::size_t k = yi.size();
  Checks check(k);
  check.lengths({{"vi", &vi}});
  for (std::size_t i = 0; i < k; ++i) {
    if (!std::isfinite(yi[i])) check.add("E_NAN", i + 1, "yi", six_decimals(yi[i]), "an effect size is a finite number");
    if (!std::isfinite(vi[i]) || vi[i] <= 0)
      check.add("E_RANGE", i + 1, "vi", six_decimals(vi[i]), "a sampling variance is finite and positive");
  }
  check.throw_if_any();
  return labelled(k, std::move(study), GenericEffects{std::move(yi), std::move(vi), {}});
}

}  // namespace tausq
