#include "benchmarks/coverage/run.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <unordered_map>

#include "engine/numerics/parallel.hpp"

namespace tausq::coverage {

namespace {

struct CountsHash {
  std::size_t operator()(const Counts& counts) const {
    std::size_t hash = 1469598103934665603u;
    for (std::uint16_t x : counts) hash = (hash ^ x) * 1099511628211u;
    return hash;
  }
};

/// A data set that a cell may give: which distinct one it is, and whether mirrored.
struct Drawn {
  std::uint32_t distinct = 0;
  bool mirrored = false;
};

class Run {
 public:
  Run(const Experiment& experiment, std::uint64_t seed, std::size_t threads) : e_(experiment), seed_(seed), threads_(threads) {}

  Result result() {
    const std::clock_t start = std::clock();
    e_.replicates == 0 ? enumerate() : draw();
    judge();
    Result r;
    r.name = e_.name, r.k = e_.k, r.replicates = e_.replicates, r.data_sets = distinct_.size();
    r.cells = e_.cells, r.levels = e_.levels;
    r.methods = methods_, r.tests = tests_;
    r.ratios = e_.whole_width() > 1;
    r.scores.resize(e_.levels.size() * e_.cells.size() * methods_.size());
    r.rejections.resize(e_.cells.size() * tests_.size());
    numerics::in_blocks(e_.cells.size(), 1, threads_, [&](std::size_t begin, std::size_t end, std::size_t) {
      for (std::size_t cell = begin; cell < end; ++cell) weigh(cell, r);
    });
    r.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    return r;
  }

 private:
  Drawn place(const Counts& counts) {
    bool mirrored = false;
    Counts known = e_.canonical(counts, mirrored);
    const auto [at, added] = index_.try_emplace(known, static_cast<std::uint32_t>(distinct_.size()));
    if (added) distinct_.push_back(std::move(known));
    return {at->second, mirrored};
  }

  void enumerate() {
    Counts counts(e_.most.size(), 0);
    for (;;) {
      all_.push_back(counts);
      drawn_.push_back(place(counts));
      std::size_t i = 0;
      while (i < counts.size() && counts[i] == e_.most[i]) counts[i++] = 0;
      if (i == counts.size()) return;
      ++counts[i];
    }
  }

  void draw() {
    for (std::size_t cell = 0; cell < e_.cells.size(); ++cell)
      for (std::size_t r = 0; r < e_.replicates; ++r) {
        numerics::RandomStream random(seed_, cell * e_.replicates + r);
        drawn_.push_back(place(e_.draw(cell, random)));
      }
  }

  void judge() {
    Verdicts names;
    e_.judge(distinct_.front(), e_.levels.front(), names);
    methods_ = names.methods, tests_ = names.tests;
    ends_.resize(distinct_.size() * e_.levels.size() * methods_.size());
    p_values_.resize(distinct_.size() * tests_.size());
    numerics::in_blocks(distinct_.size(), 32, threads_, [&](std::size_t begin, std::size_t end, std::size_t) {
      Verdicts verdicts = names;
      for (std::size_t i = begin; i < end; ++i)
        for (std::size_t level = 0; level < e_.levels.size(); ++level) {
          verdicts.ends.clear(), verdicts.p_values.clear();
          e_.judge(distinct_[i], e_.levels[level], verdicts);
          std::copy(verdicts.ends.begin(), verdicts.ends.end(), ends_.begin() + offset(i, level));
          if (level == 0)
            std::copy(verdicts.p_values.begin(), verdicts.p_values.end(),
                      p_values_.begin() + static_cast<std::ptrdiff_t>(i * tests_.size()));
        }
    });
  }

  std::ptrdiff_t offset(std::size_t distinct, std::size_t level) const {
    return static_cast<std::ptrdiff_t>((distinct * e_.levels.size() + level) * methods_.size());
  }

  /// Calls visit(drawn, weight) for every data set of a cell.
  template <typename Visit>
  void each(std::size_t cell, Visit&& visit) const {
    if (e_.replicates == 0) {
      for (std::size_t i = 0; i < drawn_.size(); ++i) visit(drawn_[i], e_.probability(cell, all_[i]));
      return;
    }
    const double weight = 1 / static_cast<double>(e_.replicates);
    for (std::size_t r = 0; r < e_.replicates; ++r) visit(drawn_[cell * e_.replicates + r], weight);
  }

  void weigh(std::size_t cell, Result& r) const {
    const double significant = 0.05;
    for (std::size_t level = 0; level < e_.levels.size(); ++level) {
      std::vector<std::vector<std::pair<float, double>>> widths(r.ratios ? methods_.size() : 0);  // width, weight
      Score* scores = &r.scores[(level * e_.cells.size() + cell) * methods_.size()];
      each(cell, [&](const Drawn& drawn, double weight) {
        const Ends* ends = &ends_[static_cast<std::size_t>(offset(drawn.distinct, level))];
        for (std::size_t m = 0; m < methods_.size(); ++m) {
          const float width = score(cell, methods_[m].target, seen(drawn, methods_[m].target, ends[m]), weight, scores[m]);
          if (r.ratios) widths[m].emplace_back(width, weight);
        }
        for (std::size_t t = 0; level == 0 && t < tests_.size(); ++t)
          if (p_values_[drawn.distinct * tests_.size() + t] <= significant) r.rejections[cell * tests_.size() + t] += weight;
      });
      for (std::size_t m = 0; m < widths.size(); ++m) scores[m].width = median(widths[m]);
    }
  }

  /// The interval that a data set has, from that of its distinct one. A mirror leaves tau what it is.
  Ends seen(const Drawn& drawn, Target target, const Ends& ends) const {
    return drawn.mirrored && target != Target::tau ? e_.mirror(ends) : ends;
  }

  /// Adds one interval to a score; gives its width.
  float score(std::size_t cell, Target target, const Ends& ends, double weight, Score& to) const {
    const double too_low = ends.none ? 0 : e_.above(cell, target, ends.upper),
                 too_high = ends.none ? 0 : e_.below(cell, target, ends.lower);
    const float range = ends.upper - ends.lower, whole = static_cast<float>(e_.whole_width());
    const float width = ends.none || !(range < whole) ? whole : range;
    to.below += weight * too_low;
    to.above += weight * too_high;
    to.covered += weight * (1 - too_low - too_high);
    to.width += weight * static_cast<double>(width);
    if (ends.none) to.none += weight;
    return width;
  }

  static double median(std::vector<std::pair<float, double>>& widths) {
    std::sort(widths.begin(), widths.end());
    double total = 0, sum = 0;
    for (const auto& [width, weight] : widths) total += weight;
    for (const auto& [width, weight] : widths)
      if ((sum += weight) >= total / 2) return static_cast<double>(width);
    return 0;
  }

  const Experiment& e_;
  std::uint64_t seed_;
  std::size_t threads_;
  std::unordered_map<Counts, std::uint32_t, CountsHash> index_;
  std::vector<Counts> distinct_, all_;
  std::vector<Drawn> drawn_;
  std::vector<Method> methods_, tests_;
  std::vector<Ends> ends_;  // distinct data set, level, method
  std::vector<float> p_values_;
};

}  // namespace

Result run(const Experiment& experiment, std::uint64_t seed, std::size_t threads) {
  return Run(experiment, seed, threads).result();
}

}  // namespace tausq::coverage
