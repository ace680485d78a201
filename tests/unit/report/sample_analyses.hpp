// Analyses made by hand for the tests of text, JSON, CSV and forest plots: real counts, pooled in closed form so that
// the numbers look like what a reader would see.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <tausq/analysis.hpp>

namespace tausq::samples {

inline void set_display(PooledEstimate& e, double (*natural)(double)) {
  e.display = {natural(*e.estimate), natural(*e.ci_lower), natural(*e.ci_upper)};
}
inline double expit(double x) {
  return 1 / (1 + std::exp(-x));
}
inline double exponential(double x) {
  return std::exp(x);
}
inline double itself(double x) {
  return x;
}

inline PooledEstimate wald(double estimate, double se, double (*natural)(double)) {
  PooledEstimate e;
  e.status = Status::ok;
  e.estimate = estimate;
  e.se = se;
  e.statistic = estimate / se;
  e.p_value = std::erfc(std::fabs(*e.statistic) / std::sqrt(2.0));
  e.log_p_value = std::log(*e.p_value);
  e.ci_lower = estimate - 1.959963984540054 * se;
  e.ci_upper = estimate + 1.959963984540054 * se;
  set_display(e, natural);
  return e;
}

struct Sums {
  double w = 0, wy = 0, w2 = 0;
  explicit Sums(const std::vector<const StudyResult*>& studies, double tau2) {
    for (const StudyResult* s : studies) {
      const double wi = 1 / (*s->vi + tau2);
      w += wi;
      wy += wi * *s->yi;
      w2 += wi * wi;
    }
  }
};

/// DerSimonian and Laird's random-effects model, into any struct with common, random, prediction and heterogeneity.
template <typename Set>
void pool(Set& set, const std::vector<const StudyResult*>& studies, double (*natural)(double)) {
  const Sums common(studies, 0);
  double q = 0;
  for (const StudyResult* s : studies) q += (*s->yi - common.wy / common.w) * (*s->yi - common.wy / common.w) / *s->vi;
  const double df = static_cast<double>(studies.size()) - 1;
  const double tau2 = df > 0 ? std::max(0.0, (q - df) / (common.w - common.w2 / common.w)) : 0;
  const Sums random(studies, tau2);
  set.common = wald(common.wy / common.w, std::sqrt(1 / common.w), natural);
  set.random = wald(random.wy / random.w, std::sqrt(1 / random.w), natural);
  Heterogeneity& h = set.heterogeneity;
  h.k = studies.size();
  h.q = q;
  h.q_df = df;
  h.q_p = df == 4 ? 0.0123 : 1e-14;
  h.tau2 = tau2;
  h.tau = std::sqrt(tau2);
  h.tau2_ci_lower = tau2 / 3;
  h.tau2_ci_upper = tau2 * 4;
  h.i2_from_q = std::max(0.0, (q - df) / q);
  h.i2 = tau2 / (tau2 + df / (common.w - common.w2 / common.w));
  h.h2 = 1 / (1 - *h.i2);
  if (studies.size() < 3) return;
  PredictionInterval& p = set.prediction;
  p.status = Status::ok;
  p.method = PredictionMethod::v;
  p.df = df;
  const double half = 2.2 * std::sqrt(tau2 + 1 / random.w);
  p.lower = *set.random.estimate - half;
  p.upper = *set.random.estimate + half;
  p.display = {std::nullopt, natural(*p.lower), natural(*p.upper)};
}

inline void pool(Analysis& analysis, double (*natural)(double)) {
  std::vector<const StudyResult*> studies;
  for (const StudyResult& s : analysis.studies) studies.push_back(&s);
  pool(analysis, studies, natural);
  const Sums common(studies, 0), random(studies, *analysis.heterogeneity.tau2);
  for (StudyResult& s : analysis.studies) {
    s.weight_common = 1 / *s.vi / common.w;
    s.weight_random = 1 / (*s.vi + *analysis.heterogeneity.tau2) / random.w;
  }
  analysis.input.rows = analysis.input.used = studies.size();
  analysis.fit = {Status::converged, "", 5, -12.345678, 28.691356, 27.9102, 34.691356};
}

inline StudyResult study(std::string name, std::size_t row, double yi, double vi, double (*natural)(double)) {
  StudyResult s;
  s.study = std::move(name);
  s.row = row;
  s.yi = yi;
  s.vi = vi;
  s.se = std::sqrt(vi);
  s.ci_lower = yi - 1.959963984540054 * *s.se;
  s.ci_upper = yi + 1.959963984540054 * *s.se;
  s.display = {natural(yi), natural(*s.ci_lower), natural(*s.ci_upper)};
  return s;
}

/// Medication adherence and the like: events among patients of one arm.
inline Analysis proportions() {
  Analysis a;
  a.options.effect.measure = Measure::PLO;
  a.options.effect.add = 0.5;
  a.options.pooling = a.options.pooling_common = Pooling::glmm;
  a.options.tau2 = Tau2Method::ML;
  a.options.interval = a.options.interval_common = IntervalMethod::profile;
  a.options.tau2_interval = Tau2IntervalMethod::PL;
  a.options.prediction = PredictionMethod::v;
  a.options.study_interval = StudyIntervalMethod::CP;
  a.options.study_level = 0.95;
  struct Row {
    const char* name;
    double events, total;
  };
  for (const Row& r :
       {Row{"Coleman 2008", 60, 79}, {"Duncan 2010", 11, 18}, {"Gross 2004", 32, 62}, {"Hirsch 2016", 44, 96}, {"Spire 2002", 188, 225}}) {
    const double yi = std::log(r.events / (r.total - r.events)), vi = 1 / r.events + 1 / (r.total - r.events);
    a.studies.push_back(study(r.name, a.studies.size() + 2, yi, vi, expit));
    a.studies.back().counts = {{"events", r.events}, {"total", r.total}};
  }
  pool(a, expit);
  a.random.marginal = Marginal{0.64, 0.49, 0.77, {}};
  a.random.intervals = {{IntervalMethod::profile, 0.05, 1.25, {std::nullopt, expit(0.05), expit(1.25)}},
                        {IntervalMethod::z, 0.08, 1.2, {std::nullopt, expit(0.08), expit(1.2)}}};
  a.heterogeneity.lrt = 60.1;
  a.heterogeneity.lrt_df = 4;
  a.heterogeneity.lrt_p = 2.7e-12;
  a.heterogeneity.lrt_tau2 = 41.2;
  a.heterogeneity.lrt_tau2_p = 7e-11;
  a.input.source = "adherence.csv";
  a.input.rows = 6;
  a.input.excluded = {{4, "Makhlough 2016", "missing_counts", "events and total are empty"}};
  a.warnings = {{"small-k", "only 5 studies: the prediction interval is uncertain", {}}};
  return a;
}

/// BCG vaccine against tuberculosis (Colditz et al. 1994), log odds ratios in three subgroups of allocation.
inline Analysis bcg() {
  Analysis a;
  a.options.effect.measure = Measure::OR;
  a.options.pooling = Pooling::inverse;
  a.options.pooling_common = Pooling::mh;
  a.options.tau2 = Tau2Method::REML;
  a.options.interval = IntervalMethod::hk_ci;
  a.options.interval_common = IntervalMethod::z;
  a.options.tau2_interval = Tau2IntervalMethod::QP;
  a.options.prediction = PredictionMethod::hts;
  a.options.study_interval = StudyIntervalMethod::wald;
  struct Row {
    const char *name, *alloc;
    double ai, bi, ci, di;
  };
  for (const Row& r : {Row{"Aronson 1948", "random", 4, 119, 11, 128},
                       {"Ferguson & Simes 1949", "random", 6, 300, 29, 274},
                       {"Rosenthal et al 1960", "random", 3, 228, 11, 209},
                       {"Hart & Sutherland 1977", "random", 62, 13536, 248, 12619},
                       {"Frimodt-Moller et al 1973", "alternate", 33, 5036, 47, 5761},
                       {"Stein & Aronson 1953", "alternate", 180, 1361, 372, 1079},
                       {"Vandiviere et al 1973", "random", 8, 2537, 10, 619},
                       {"TPT Madras 1980", "random", 505, 87886, 499, 87892},
                       {"Coetzee & Berjak 1968", "random", 29, 7470, 45, 7232},
                       {"Rosenthal et al 1961", "systematic", 17, 1699, 65, 1600},
                       {"Comstock et al 1974", "systematic", 186, 50448, 141, 27197},
                       {"Comstock & Webster 1969", "systematic", 5, 2493, 3, 2338},
                       {"Comstock et al 1976", "systematic", 27, 16886, 29, 17825}}) {
    const double yi = std::log(r.ai * r.di / (r.bi * r.ci)), vi = 1 / r.ai + 1 / r.bi + 1 / r.ci + 1 / r.di;
    a.studies.push_back(study(r.name, a.studies.size() + 2, yi, vi, exponential));
    a.studies.back().counts = {{"ai", r.ai}, {"bi", r.bi}, {"ci", r.ci}, {"di", r.di}};
    a.studies.back().subgroup = r.alloc;
  }
  pool(a, exponential);
  a.input.source = "bcg.csv";
  return a;
}

/// The same with its subgroups pooled.
inline Analysis bcg_by_allocation() {
  Analysis a = bcg();
  a.options.subgroup = "alloc";
  for (const char* level : {"random", "alternate", "systematic"}) {
    std::vector<const StudyResult*> members;
    for (const StudyResult& s : a.studies)
      if (s.subgroup == level) members.push_back(&s);
    Subgroup group;
    group.level = level;
    group.k = members.size();
    pool(group, members, exponential);
    a.subgroups.push_back(group);
  }
  a.subgroup_test = SubgroupTest{Status::ok, {}, 1.77, 2, 0.413, 40.2, 1.9e-9};
  return a;
}

/// Differences with ready-made variances; `k` studies.
inline Analysis differences(std::size_t k) {
  Analysis a;
  a.options.effect.measure = Measure::GEN;
  a.options.pooling = a.options.pooling_common = Pooling::inverse;
  a.options.tau2 = Tau2Method::REML;
  a.options.interval = IntervalMethod::hk_ci;
  a.options.interval_common = IntervalMethod::z;
  for (std::size_t i = 0; i < k; ++i) {
    const double x = static_cast<double>(i);
    a.studies.push_back(
        study("Trial " + std::to_string(i + 1), i + 2, 0.4 + 0.8 * std::sin(2.3 * x), 0.02 + 0.2 * std::pow(std::sin(1.7 * x), 2), itself));
  }
  pool(a, itself);
  return a;
}

}  // namespace tausq::samples
