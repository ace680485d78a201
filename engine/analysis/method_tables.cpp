#include <array>

#include <tausq/bias.hpp>
#include <tausq/method_tables.hpp>
#include <tausq/summaries.hpp>

namespace tausq {

namespace {

constexpr std::array<MethodTable, 25> tables{{
    {"measures", "Effect measures (--measure)", methods<Measure>},
    {"pooling", "Pooling models (--pooling)", methods<Pooling>},
    {"tau2", "Estimators of tau2 (--tau2)", methods<Tau2Method>},
    {"interval", "Intervals of the pooled effect (--interval)", methods<IntervalMethod>},
    {"tau2-interval", "Intervals of tau2 (--tau2-interval)", methods<Tau2IntervalMethod>},
    {"prediction", "Prediction intervals (--prediction)", methods<PredictionMethod>},
    {"study-interval", "Intervals of a single study (--study-interval)", methods<StudyIntervalMethod>},
    {"glmm", "Two-arm exact-likelihood models (--glmm)", methods<GlmmModel>},
    {"prior-tau", "Priors of tau (--prior-tau)", methods<TauPrior>},
    {"prior-mu", "Priors of the mean effect (--prior-mu)", methods<MuPrior>},
    {"link", "Links of the exact likelihood of proportions (--link)", methods<Link>},
    {"to", "Zero-cell corrections (--to)", methods<CorrectionTo>},
    {"summaries", "Mean and SD from medians, quartiles and ranges", methods<SummaryScenario>},
    {"absolute-effect", "Risk models of absolute effects (--absolute-effect)", methods<RiskModel>},
    {"vtype", "Sampling-variance variants (--vtype)", methods<VarianceType>},
    {"model", "Pooled estimates (--model)", methods<Model>},
    {"bootstrap", "Bootstrap (--bootstrap)", methods<BootstrapMethod>},
    {"preset", "Presets (--preset)", methods<Preset>},
    {"bias-tests", "Tests of funnel-plot asymmetry (--tests)", methods<BiasTest>},
    {"egger", "Forms of Egger's test (--egger)", methods<BiasModel>},
    {"predictor", "Predictors of Egger's test (--predictor)", methods<BiasPredictor>},
    {"trim-fill", "Missing studies in trim and fill (--trim-fill)", methods<FillEstimator>},
    {"side", "Side of the missing studies (--side)", methods<FunnelSide>},
    {"fail-safe", "Fail-safe numbers", methods<FailSafe>},
    {"alternative", "Alternatives of the selection model (--alternative)", methods<SelectionAlternative>},
}};

}  // namespace

std::span<const MethodTable> method_tables() {
  return tables;
}

}  // namespace tausq
