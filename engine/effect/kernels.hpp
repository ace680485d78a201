// The kernels: effect size and sampling variance of one study as pure functions of its numbers. No allocation, no text,
// no test for missing numbers: an effect that the numbers leave undefined or infinite comes back as such (IEEE), and
// effect_sizes() turns it into an empty value with a reason. Formulas and sources stand in the table, measures.cpp.
#pragma once

#include <array>
#include <variant>

#include <tausq/methods.hpp>

namespace tausq::effect {

/// Effect size and sampling variance.
struct Estimate {
  double yi = 0;
  double vi = 0;
};

// One study of each layout. Counts are doubles because a correction may have been added.

/// x events and m non-events of one arm.
struct Proportion {
  double x, m;
  double n() const { return x + m; }
};
/// Two-by-two table: a events and b non-events under treatment, c and d under control.
struct TwoByTwo {
  double a, b, c, d;
  double n1() const { return a + b; }
  double n2() const { return c + d; }
};
/// x events in person-time t.
struct Rate {
  double x, t;
};
struct TwoRates {
  double x1, t1, x2, t2;
};
struct Mean {
  double m, sd, n;
};
struct TwoMeans {
  double m1, sd1, n1, m2, sd2, n2;
};
struct Correlation {
  double r, n;
};
/// An effect size that came with its variance, and its sample size (0: unknown).
struct Given {
  double yi, vi, n;
};

/// What a kernel needs beyond its own study. `average` holds the averages over all studies that VarianceType::AV puts in
/// place of the study's own values.
struct Setting {
  VarianceType vtype = VarianceType::LS;
  std::array<double, 4> average{};
};

/// A study's share in one average: sum / weight over all studies is the average.
struct Share {
  double sum = 0, weight = 0;
};
using Shares = std::array<Share, 4>;

template <typename Shape>
struct Kernel {
  Estimate (*estimate)(const Shape&, const Setting&);
  Shares (*shares)(const Shape&) = nullptr;  ///< what VarianceType::AV averages; nullptr: the measure has no such variant
};

/// Alternatives in the order of `Layout`.
using AnyKernel = std::variant<Kernel<Proportion>, Kernel<TwoByTwo>, Kernel<Rate>, Kernel<TwoRates>, Kernel<Mean>, Kernel<TwoMeans>,
                               Kernel<Correlation>, Kernel<Given>>;

// proportion.cpp
Estimate plo(const Proportion&, const Setting&);
Estimate pln(const Proportion&, const Setting&);
Estimate prz(const Proportion&, const Setting&);
Estimate pcll(const Proportion&, const Setting&);
Estimate pr(const Proportion&, const Setting&);
Estimate pas(const Proportion&, const Setting&);
Estimate pft(const Proportion&, const Setting&);
Shares proportion_shares(const Proportion&);

// two_by_two.cpp
Estimate odds_ratio(const TwoByTwo&, const Setting&);
Estimate risk_ratio(const TwoByTwo&, const Setting&);
Estimate risk_difference(const TwoByTwo&, const Setting&);
Estimate peto(const TwoByTwo&, const Setting&);
Estimate arcsine_difference(const TwoByTwo&, const Setting&);
Estimate phi(const TwoByTwo&, const Setting&);
Estimate zphi(const TwoByTwo&, const Setting&);
Estimate yule_q(const TwoByTwo&, const Setting&);
Estimate yule_y(const TwoByTwo&, const Setting&);
Estimate pbit(const TwoByTwo&, const Setting&);
Estimate or_to_d_normal(const TwoByTwo&, const Setting&);
Estimate or_to_d_logistic(const TwoByTwo&, const Setting&);
Shares two_by_two_shares(const TwoByTwo&);

// tetrachoric.cpp
Estimate rtet(const TwoByTwo&, const Setting&);
Estimate ztet(const TwoByTwo&, const Setting&);

// rate.cpp
Estimate irln(const Rate&, const Setting&);
Estimate ir(const Rate&, const Setting&);
Estimate irs(const Rate&, const Setting&);
Estimate irft(const Rate&, const Setting&);
Estimate irr(const TwoRates&, const Setting&);
Estimate ird(const TwoRates&, const Setting&);
Estimate irsd(const TwoRates&, const Setting&);

// mean.cpp
Estimate mn(const Mean&, const Setting&);
Estimate mnln(const Mean&, const Setting&);
Estimate smn(const Mean&, const Setting&);
Estimate sdln(const Mean&, const Setting&);
Estimate md(const TwoMeans&, const Setting&);
Estimate smd(const TwoMeans&, const Setting&);
Estimate smdh(const TwoMeans&, const Setting&);
Estimate smd1(const TwoMeans&, const Setting&);
Estimate smd1h(const TwoMeans&, const Setting&);
Estimate rom(const TwoMeans&, const Setting&);
Estimate cvr(const TwoMeans&, const Setting&);
Estimate vr(const TwoMeans&, const Setting&);
Shares smd_shares(const TwoMeans&);
Shares coefficient_of_variation_shares(const TwoMeans&);

// two_means_as_association.cpp
Estimate rpb(const TwoMeans&, const Setting&);
Estimate zpb(const TwoMeans&, const Setting&);
Estimate rbis(const TwoMeans&, const Setting&);
Estimate d_to_or_normal(const TwoMeans&, const Setting&);
Estimate d_to_or_logistic(const TwoMeans&, const Setting&);

// correlation.cpp
Estimate cor(const Correlation&, const Setting&);
Estimate ucor(const Correlation&, const Setting&);
Estimate zcor(const Correlation&, const Setting&);
Shares cor_shares(const Correlation&);
Shares ucor_shares(const Correlation&);

}  // namespace tausq::effect
