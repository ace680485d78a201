// The kinds of plots: one table.
#include "engine/driver/plots/kinds.hpp"

#include <array>

#include "engine/methods/table.hpp"

namespace tausq {

namespace {

struct KindRow {
  PlotKind id;
  MethodInfo info;
  Plot (*build)(const plots::PlotInput&);
};

constexpr std::array<KindRow, 10> kinds{{
    {PlotKind::funnel,
     {"funnel", "contour", "funnel plot with contours of significance, and trim and fill", "x = yi, y = sqrt(vi); |x - null| = z sqrt(vi)",
      "Peters et al. 2008, J Clin Epidemiol 61:991; Duval & Tweedie 2000, Biometrics 56:455"},
     plots::funnel},
    {PlotKind::radial,
     {"radial", "galbraith", "radial (Galbraith) plot", "x = 1 / sqrt(vi), y = yi / sqrt(vi); slope = estimate, band +- z",
      "Galbraith 1988, Stat Med 7:889"},
     plots::radial},
    {PlotKind::labbe,
     {"labbe", "l-abbe", "L'Abbe plot of the risks (or rates) in both arms", "x = ci / (ci + di), y = ai / (ai + bi)",
      "L'Abbe, Detsky & O'Rourke 1987, Ann Intern Med 107:224"},
     plots::labbe},
    {PlotKind::baujat,
     {"baujat", "", "Baujat plot: contribution to heterogeneity against influence",
      "x = (yi - mu)^2 / (vi + tau2), y = (mu - mu_(-i))^2 / var(mu_(-i))", "Baujat et al. 2002, Stat Med 21:2641"},
     plots::baujat},
    {PlotKind::bubble,
     {"bubble", "regression", "bubble plot of a meta-regression with confidence and prediction bands",
      "x = moderator, y = yi, area = 1 / (vi + tau2); line = x' beta", "Thompson & Higgins 2002, Stat Med 21:1559"},
     plots::bubble},
    {PlotKind::influence,
     {"influence", "", "influence diagnostics of every study", "rstudent, dffits, cook_d, cov_r, tau2_deleted, q_deleted, hat, weight",
      "Viechtbauer & Cheung 2010, Res Synth Methods 1:112"},
     plots::influence_panels},
    {PlotKind::gosh,
     {"gosh", "", "estimate and heterogeneity of all subsets of the studies (GOSH)", "x = mu(S), y = I2(S) for subsets S",
      "Olkin, Dahabreh & Trikalinos 2012, Res Synth Methods 3:214"},
     plots::gosh},
    {PlotKind::profile,
     {"profile", "likelihood", "profile likelihood of tau2 and of the mean",
      "max over the other parameter of l(mu, tau2) - l(mu_hat, tau2_hat)", "Hardy & Thompson 1996, Stat Med 15:619"},
     plots::profile},
    {PlotKind::drapery,
     {"drapery", "p-value confidence-curve", "drapery plot: p-value functions of studies and pooled effect",
      "p(theta) = 1 - level of the interval that ends at theta", "Rücker & Schwarzer 2021, Res Synth Methods 12:144"},
     plots::drapery},
    {PlotKind::specification,
     {"specification", "spec curve", "specification curve: the estimates of all reasonable analyses",
      "estimates in ascending order with their intervals and choices", "Simonsohn, Simmons & Nelson 2020, Nat Hum Behav 4:1208"},
     plots::specification},
}};

}  // namespace

Plot plot(PlotKind kind, const StudySet& studies, const Options& options, const PlotOptions& choices) {
  Plot result = kinds[static_cast<std::size_t>(kind)].build({studies, options, choices});
  result.kind = kind;
  if (!choices.title.empty()) result.title = choices.title;
  return result;
}

Plot plot(PlotKind kind, const Records& records, const Options& options, const PlotOptions& choices) {
  Plot result = plot(kind, records.studies, options, choices);
  result.input = accounting(records, result.input);
  return result;
}

std::string_view to_string(PlotMark mark) {
  constexpr std::array<std::string_view, 5> words{"points", "line", "area", "segments", "cells"};
  return words[static_cast<std::size_t>(mark)];
}

}  // namespace tausq

using tausq::kinds;
TAUSQ_DEFINE_METHODS(PlotKind, kinds)
