// Every choice a user can name, and what the engine knows about it. The rows themselves stand in the engine's method
// tables; command-line choices, help, `tausq list`, bindings and tests are all derived from them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace tausq {

/// Effect measures. Keys and names as in the field's literature; see `methods<Measure>()` for formula and source.
enum class Measure {
  // single-arm counts
  PLO,
  PLN,
  PRZ,
  PCLL,
  PR,
  PAS,
  PFT,
  // two-arm counts
  OR,
  RR,
  RD,
  PETO,
  AS,
  PHI,
  ZPHI,
  YUQ,
  YUY,
  RTET,
  ZTET,
  PBIT,
  OR2DN,
  OR2DL,
  // person-time, one arm and two arms
  IRLN,
  IR,
  IRS,
  IRFT,
  IRR,
  IRD,
  IRSD,
  // means, one arm and two arms
  MN,
  MNLN,
  SMN,
  SDLN,
  MD,
  SMD,
  SMDH,
  SMD1,
  SMD1H,
  ROM,
  CVR,
  VR,
  // two means as an association
  RPB,
  ZPB,
  RBIS,
  D2ORN,
  D2ORL,
  // correlations
  COR,
  UCOR,
  ZCOR,
  // effect sizes given with their variances
  GEN,
};

/// How studies are combined.
enum class Pooling { inverse, mh, peto, ssw, glmm, betabin, exact, firth, negbin, bayes, bayes_normal };

/// Estimators of the between-study variance tau2.
enum class Tau2Method { DL, HE, HS, HSk, SJ, ML, REML, EB, PM, PMM, GENQ, GENQM, DLIT, SJIT };

/// Intervals (and tests) for the pooled effect. `hk_se`, `hk_ci` and `hk_iqwig6` guard the Hartung-Knapp interval; `central`
/// and `shortest` are credible intervals.
enum class IntervalMethod { z, t, hk, hk_se, hk_ci, hk_iqwig6, kr, hc, profile, il, il_logf, exact, midp, blaker, central, shortest };

/// Intervals for tau2 (and, from it, I2 and H2); `central` and `shortest` are credible intervals.
enum class Tau2IntervalMethod { QP, PL, GENQ, BJ, J, central, shortest };

/// Prediction intervals for the true effect of a new study.
enum class PredictionMethod { z, v, hts, hk, kr, integrated, none };

/// Which pooled estimates are wanted.
enum class Model { both, common, random };

/// Intervals for a single study. `wald` is yi -+ z sqrt(vi); the others are for one binomial proportion
/// (`poisson` for one rate).
enum class StudyIntervalMethod { wald, CP, WS, WSCC, AC, SA, SACC, NAsm, JEF, MIDP, BLAKER, poisson };

/// To which studies `add` is added: those with a zero cell, every study, every study if any has a zero cell, none.
enum class CorrectionTo { only0, all, if0all, none };

/// Sampling-variance variants (metafor's `vtype`).
enum class VarianceType { LS, LS2, UB, AV, HO, ST, CS };

/// Two-arm exact-likelihood models: conditional (exact, approximate), unconditional with fixed or random study effects, these
/// independent of the effect (UM_RS) or correlated with it (BV: both arms bivariate normal).
enum class GlmmModel { CM_EL, CM_AL, UM_FS, UM_RS, BV };

/// Scales on which the proportions of the exact-likelihood model vary normally. Each goes with the measure of its scale: PLO, PRZ, PCLL,
/// PLN.
enum class Link { logit, probit, cloglog, log };

/// Prior distributions of tau in Bayesian pooling; the arguments that they take stand in their rows.
enum class TauPrior { halfnormal, halfcauchy, halft, exponential, uniform, lognormal, turner, logt };

/// Prior distributions of the mean effect in Bayesian pooling.
enum class MuPrior { flat, normal, uniform_probability };

/// How the replicates of a bootstrap are made.
enum class BootstrapMethod { parametric, nonparametric };

/// Settings that give another program's numbers back.
enum class Preset { none, cochrane, metafor, meta };

/// What the engine knows about one choice.
struct MethodInfo {
  std::string_view key;      ///< the word on the command line, in JSON and in every binding
  std::string_view aliases;  ///< further accepted spellings, separated by blanks; may be empty
  std::string_view name;     ///< in words, e.g. "restricted maximum likelihood"
  std::string_view formula;  ///< in the symbols that the code uses
  std::string_view source;   ///< citation with equation number where there is one
};

/// All rows of a method table, in the order of its enumerators. Defined for every enumeration of this header.
template <typename Method>
std::span<const MethodInfo> methods();

/// The key of a method, e.g. key(Tau2Method::DL) == "DL".
template <typename Method>
std::string_view key(Method method) {
  return methods<Method>()[static_cast<std::size_t>(method)].key;
}

/// The method that a key or alias names; upper and lower case, '-', '_' and '.' are not told apart where no two keys
/// differ only in them. Empty when there is none.
template <typename Method>
std::optional<Method> find_method(std::string_view key_or_alias);

}  // namespace tausq
