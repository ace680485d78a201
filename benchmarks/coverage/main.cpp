// Coverage of every interval, test and prediction on small designs; prints the tables of RESULTS.md.
//
// usage: tausq_coverage [--replicates N] [--threads N] [--seed N] [--only WORD] [--quick | --more] [-o FILE]
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "benchmarks/coverage/tables.hpp"

namespace {

using namespace tausq::coverage;

struct Settings {
  std::size_t replicates = 10000, threads = 2;
  std::uint64_t seed = 20261122;
  std::string output;  ///< file, written anew after every design; empty: standard output at the end
  std::string only;    ///< designs whose name holds this word
  bool quick = false;  ///< the smallest designs alone
  bool more = false;   ///< larger ones that are not in RESULTS.md
};

Settings settings_of(int argc, char** argv) {
  Settings s;
  for (int i = 1; i < argc; ++i) {
    const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (!std::strcmp(argv[i], "--replicates"))
      s.replicates = std::strtoull(value(), nullptr, 10);
    else if (!std::strcmp(argv[i], "--threads"))
      s.threads = std::strtoull(value(), nullptr, 10);
    else if (!std::strcmp(argv[i], "--seed"))
      s.seed = std::strtoull(value(), nullptr, 10);
    else if (!std::strcmp(argv[i], "--only"))
      s.only = value();
    else if (!std::strcmp(argv[i], "-o"))
      s.output = value();
    else if (!std::strcmp(argv[i], "--quick"))
      s.quick = true;
    else if (!std::strcmp(argv[i], "--more"))
      s.more = true;
    else
      std::fprintf(stderr, "unknown option %s\n", argv[i]), std::exit(2);
  }
  return s;
}

using Experiments = std::vector<std::unique_ptr<Experiment>>;

Experiments of_proportions(const Settings& s) {
  const std::vector<double> ps{0.03, 0.1, 0.3, 0.5}, all{0.95, 0.9, 0.99}, others{0.9, 0.99}, one{0.95};
  const std::vector<int> ten{5, 8, 10, 12, 15, 18, 20, 22, 25, 30};
  Experiments list;
  list.push_back(proportions("proportions, n 8 15", {8, 15}, ps, all, 0));
  list.push_back(proportions("proportions, n 6 10 20", {6, 10, 20}, ps, all, 0));
  if (s.quick) return list;
  list.push_back(proportions("proportions, n 20 25", {20, 25}, ps, all, 0));
  list.push_back(proportions("proportions, n 15 20 25", {15, 20, 25}, ps, one, 0));
  list.push_back(proportions("proportions, n 6 10 15 20", {6, 10, 15, 20}, ps, one, 0));
  list.push_back(proportions("proportions, n 5 6 8 10 12", {5, 6, 8, 10, 12}, ps, one, 0));
  list.push_back(proportions("proportions, n 5 to 30, k 10", ten, ps, one, s.replicates));
  if (!s.more) return list;
  list.push_back(proportions("proportions, n 5 8 12 16 21", {5, 8, 12, 16, 21}, ps, one, 0));
  list.push_back(proportions("proportions, n 60 100 150", {60, 100, 150}, {0.1, 0.5}, one, s.replicates));
  list.push_back(proportions("proportions, n 5 to 30, k 10, other levels", ten, ps, others, s.replicates));
  return list;
}

Experiments of_odds_ratios(const Settings& s) {
  using Arms = std::vector<std::pair<int, int>>;
  const std::vector<double> controls{0.05, 0.3}, ratios{0.4, 1}, one{0.95}, others{0.9, 0.99};
  const Arms three{{10, 10}, {15, 12}, {20, 22}}, five{{10, 10}, {15, 12}, {20, 22}, {25, 25}, {30, 20}};
  Arms ten = five;
  ten.insert(ten.end(), {{12, 15}, {18, 18}, {24, 12}, {28, 30}, {40, 40}});
  Experiments list;
  list.push_back(odds_ratios("odds ratios, n 3/3 4/4 5/5", {{3, 3}, {4, 4}, {5, 5}}, controls, ratios, one, 0));
  if (s.quick) return list;
  list.push_back(odds_ratios("odds ratios, n 8/8 12/10", {{8, 8}, {12, 10}}, controls, ratios, one, 0));
  list.push_back(odds_ratios("odds ratios, n 10/10 to 20/22, k 3", three, controls, ratios, one, s.replicates));
  list.push_back(odds_ratios("odds ratios, n 10/10 to 30/20, k 5", five, controls, ratios, one, s.replicates));
  list.push_back(odds_ratios("odds ratios, n 10/10 to 40/40, k 10", ten, controls, ratios, one, s.replicates));
  if (!s.more) return list;
  list.push_back(odds_ratios("odds ratios, n 8/8 12/10, other levels", {{8, 8}, {12, 10}}, controls, ratios, others, 0));
  list.push_back(odds_ratios("odds ratios, n 10/10 to 20/22, k 3, other levels", three, controls, ratios, others, s.replicates));
  list.push_back(odds_ratios("odds ratios, n 10/10 to 30/20, k 5, other levels", five, controls, ratios, others, s.replicates));
  return list;
}

/// The tables of one kind of data.
std::string tables(const char* title, const std::vector<Result>& results, const std::vector<std::string>& side_by_side) {
  if (results.empty()) return "";
  return std::string("## ") + title + "\n\n" + designs(results) + "\n### All designs, level 0.95\n\n" + overview(results, 0.95) +
         "\n### Tests of heterogeneity at 0.05\n\n" + tests(results) + "\n### Cell by cell, level 0.95\n\n" +
         by_cell(results, 0.95, side_by_side) + "\n### Design by design\n\n" + by_design(results);
}

/// Results under their headings: all data sets, or drawn ones.
struct Section {
  const char* title;
  std::vector<std::string> side_by_side;
  std::vector<Result> results;
};

/// Everything so far, so that a run that is broken off leaves its finished designs behind.
void write(const std::vector<Section>& sections, const std::string& path) {
  std::FILE* file = path.empty() ? stdout : std::fopen(path.c_str(), "w");
  if (!file) std::perror(path.c_str()), std::exit(1);
  for (const Section& s : sections) std::fputs(tables(s.title, s.results, s.side_by_side).c_str(), file);
  if (file != stdout) std::fclose(file);
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = settings_of(argc, argv);
  const std::vector<std::string> proportion{"profile", "il"}, ratio{"conditional model, profile", "conditional model, il"};
  std::vector<Section> sections{{"Proportions: all data sets of a design", proportion, {}},
                                {"Proportions: drawn data sets", proportion, {}},
                                {"Odds ratios: all data sets of a design", ratio, {}},
                                {"Odds ratios: drawn data sets", ratio, {}}};
  Experiments experiments = of_proportions(settings);
  for (auto& e : of_odds_ratios(settings)) experiments.push_back(std::move(e));
  for (const auto& e : experiments) {
    if (!settings.only.empty() && e->name.find(settings.only) == std::string::npos) continue;
    const Result r = run(*e, settings.seed, settings.threads);
    std::fprintf(stderr, "%s: %zu data sets, %.1f s\n", e->name.c_str(), r.data_sets, r.seconds);
    sections[(r.ratios ? 2u : 0u) + (r.replicates > 0 ? 1u : 0u)].results.push_back(r);
    if (!settings.output.empty()) write(sections, settings.output);
  }
  if (settings.output.empty()) write(sections, "");
}
