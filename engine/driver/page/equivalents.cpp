// The same analysis in R (metafor, meta) and Stata, with its data. A comment says where a program has no such model.
#include <algorithm>
#include <string_view>

#include <tausq/effects.hpp>

#include "engine/driver/page/data_blocks.hpp"
#include "engine/driver/page/document.hpp"
#include "engine/driver/report/numbers.hpp"

namespace tausq::page_detail {

namespace {

/// Words of another program for a method; methods that it lacks have no row.
template <typename Method>
struct Word {
  Method method;
  std::string_view word;
};

template <typename Method, std::size_t N>
std::string find(const Word<Method> (&words)[N], const std::optional<Method>& method) {
  const auto found = std::find_if(std::begin(words), std::end(words), [&](const Word<Method>& w) { return w.method == method; });
  return found == std::end(words) ? "" : std::string(found->word);
}

constexpr Word<IntervalMethod> metafor_tests[] = {{IntervalMethod::z, "z"},
                                                  {IntervalMethod::t, "t"},
                                                  {IntervalMethod::hk, "knha"},
                                                  {IntervalMethod::hk_se, "adhoc"},
                                                  {IntervalMethod::hk_ci, "knha"}};
constexpr Word<Tau2Method> meta_tau2[] = {{Tau2Method::DL, "DL"},     {Tau2Method::HE, "HE"}, {Tau2Method::HS, "HS"},
                                          {Tau2Method::SJ, "SJ"},     {Tau2Method::ML, "ML"}, {Tau2Method::EB, "EB"},
                                          {Tau2Method::REML, "REML"}, {Tau2Method::PM, "PM"}};
constexpr Word<Tau2Method> stata_tau2[] = {{Tau2Method::DL, "dlaird"},   {Tau2Method::HE, "hedges"}, {Tau2Method::HS, "hschmidt"},
                                           {Tau2Method::SJ, "sjonkman"}, {Tau2Method::ML, "mle"},    {Tau2Method::EB, "ebayes"},
                                           {Tau2Method::REML, "reml"}};
constexpr Word<PredictionMethod> meta_predictions[] = {
    {PredictionMethod::hts, "HTS"}, {PredictionMethod::v, "V"}, {PredictionMethod::hk, "HK"}};
constexpr Word<Measure> meta_measures[] = {
    {Measure::PLO, "PLOGIT"}, {Measure::PLN, "PLN"},   {Measure::PR, "PRAW"}, {Measure::PAS, "PAS"},   {Measure::PFT, "PFT"},
    {Measure::OR, "OR"},      {Measure::PETO, "OR"},   {Measure::RR, "RR"},   {Measure::RD, "RD"},     {Measure::AS, "ASD"},
    {Measure::IRLN, "IRLN"},  {Measure::IR, "IR"},     {Measure::IRS, "IRS"}, {Measure::IRFT, "IRFT"}, {Measure::IRR, "IRR"},
    {Measure::IRD, "IRD"},    {Measure::IRSD, "IRSD"}, {Measure::MN, "MRAW"}, {Measure::MNLN, "MLN"},  {Measure::MD, "MD"},
    {Measure::SMD, "SMD"},    {Measure::ROM, "ROM"},   {Measure::COR, "COR"}, {Measure::ZCOR, "ZCOR"}};
constexpr Word<Measure> stata_measures[] = {{Measure::OR, "lnoratio"},   {Measure::RR, "lnrratio"}, {Measure::RD, "rdiff"},
                                            {Measure::PETO, "lnorpeto"}, {Measure::MD, "mdiff"},    {Measure::SMD, "hedgesg"}};

/// What the functions of a data shape are called and which columns they take.
struct Shape {
  Layout layout;
  std::string_view metafor;              ///< arguments of escalc and rma
  std::string_view meta_function, meta;  ///< function of meta and its columns
  std::string_view stata;                ///< columns of meta esize; empty: effect sizes are set
};

constexpr Shape shapes[] = {
    {Layout::single_arm_counts, "xi = events, ni = total", "metaprop", "events, total", ""},
    {Layout::two_arm_counts, "ai = ai, bi = bi, ci = ci, di = di", "metabin", "ai, ai + bi, ci, ci + di", "ai bi ci di"},
    {Layout::single_arm_rates, "xi = events, ti = time", "metarate", "events, time", ""},
    {Layout::two_arm_rates, "x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i", "metainc", "x1i, t1i, x2i, t2i", ""},
    {Layout::single_arm_means, "mi = mi, sdi = sdi, ni = ni", "metamean", "ni, mi, sdi", ""},
    {Layout::two_arm_means, "m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i", "metacont",
     "n1i, m1i, sd1i, n2i, m2i, sd2i", "n1i m1i sd1i n2i m2i sd2i"},
    {Layout::correlations, "ri = ri, ni = ni", "metacor", "ri, ni", ""},
    {Layout::generic, "yi = yi, vi = vi", "metagen", "yi, sqrt(vi)", ""},
};

class Programs {
 public:
  Programs(const Analysis& a, const StudySet& studies)
      : a_(a),
        studies_(studies),
        o_(a.options),
        measure_(o_.effect.measure.value_or(Measure::GEN)),
        model_(o_.pooling.value_or(Pooling::inverse)),
        shape_(*std::find_if(std::begin(shapes), std::end(shapes), [&](const Shape& s) { return s.layout == layout_of(measure_); })) {}

  std::string metafor() const {
    const std::string data = r_data(a_, studies_);
    const std::string columns = std::string(shape_.metafor) + ", data = dat, slab = study";
    const std::string measure = "measure = \"" + std::string(key(measure_)) + "\", ";
    std::string text = "library(metafor)\n" + data;
    switch (model_) {
      case Pooling::glmm:
        text += "# tausq integrates to 12 digits; metafor's random study effects have Laplace's approximation\n";
        text += "res <- rma.glmm(" + measure + columns + glmm() + ")\n" + "res\n";
        break;
      case Pooling::bayes:
      case Pooling::bayes_normal:
        text += "# library(bayesmeta): bayesmeta(y = yi, sigma = sqrt(vi), labels = study), with the effect sizes of escalc()\n";
        return text + "dat <- escalc(" + measure + columns + ")\n";
      case Pooling::betabin:
      case Pooling::exact:
      case Pooling::firth:
      case Pooling::negbin:
      case Pooling::ssw:
        text += "# metafor has no function for this model (" + name(model_) + "); inverse variance in its place:\n";
        text += rma(columns, measure);
        break;
      default:
        text += rma(columns, measure);
    }
    return text + metafor_common(columns, measure);
  }

  std::string meta() const {
    const std::string sm = find(meta_measures, std::optional(measure_));
    std::string text = "library(meta)\n" + r_data(a_, studies_);
    std::string call = std::string(shape_.meta_function) + "(" + std::string(shape_.meta) + ", studlab = study, data = dat";
    if (shape_.layout != Layout::generic && sm.empty()) {
      text += "# meta does not know the measure " + std::string(key(measure_)) + ": effect sizes by metafor\n";
      text += "es <- metafor::escalc(measure = \"" + std::string(key(measure_)) + "\", " + std::string(shape_.metafor) + ", data = dat)\n";
      call = "metagen(es$yi, sqrt(es$vi), studlab = dat$study";
    } else if (shape_.layout != Layout::generic) {
      call += ", sm = \"" + sm + "\"";
    }
    call += ", method = \"" + meta_method() + "\"";
    if (shape_.layout == Layout::generic || call.starts_with("metagen")) call.erase(call.rfind(", method"));
    if (model_ != Pooling::glmm) call += r_word("method.tau", find(meta_tau2, o_.tau2));
    call += meta_interval();
    call += r_word("method.predict", find(meta_predictions, o_.prediction));
    if (o_.prediction != PredictionMethod::none) call += ", prediction = TRUE";
    call += level("level.ma");
    if (!o_.subgroup.empty()) call += ", subgroup = subgroup, tau.common = " + std::string(o_.common_tau2 ? "TRUE" : "FALSE");
    text += "m <- " + call + ")\nm\nforest(m)\n";
    if (!o_.mods.empty()) text += "# moderators: metareg(m, ~ " + one_line(o_.mods) + ")\n";
    return text;
  }

  std::string stata() const {
    const std::string measure = find(stata_measures, std::optional(measure_));
    if (model_ == Pooling::glmm && shape_.layout == Layout::single_arm_counts && measure_ == Measure::PLO)
      return stata_data(a_, false) +
             "melogit events || study:, binomial(total) intpoints(30)\n* profile-likelihood intervals are not part of melogit\n";
    const bool esize = !shape_.stata.empty() && !measure.empty();
    std::string text = stata_data(a_, !esize);
    text += esize ? "meta esize " + std::string(shape_.stata) + ", esize(" + measure + ") studylabel(study)\n"
                  : "generate sei = sqrt(vi)\nmeta set yi sei, studylabel(study)\n";
    if (model_ == Pooling::glmm) text += "* Stata has no exact-likelihood model of these data; inverse variance in its place:\n";
    const std::string method = find(stata_tau2, o_.tau2);
    text += "meta summarize, random(" + (method.empty() ? std::string("reml") : method) + ")";
    const bool knapp = o_.interval == IntervalMethod::hk || o_.interval == IntervalMethod::hk_ci;
    text += knapp ? " se(khartung)" : o_.interval == IntervalMethod::hk_se ? " se(khartung, truncated)" : "";
    text += " predinterval(" + report::significant(100 * o_.prediction_level.value_or(o_.level)) + ") level(" +
            report::significant(100 * o_.level) + ")\n";
    if (method.empty())
      text += "* Stata has no tau2 by " + (o_.tau2 ? std::string(key(*o_.tau2)) : std::string("this method")) + "; REML in its place\n";
    const bool mh = o_.pooling_common == Pooling::mh && esize;
    if (o_.model != Model::random) text += std::string("meta summarize, common(") + (mh ? "mhaenszel" : "invvariance") + ")\n";
    return text;
  }

 private:
  template <typename Method>
  static std::string name(Method method) {
    return std::string(methods<Method>()[static_cast<std::size_t>(method)].name);
  }
  static std::string r_word(const std::string& argument, const std::string& word) {
    return word.empty() ? "" : ", " + argument + " = \"" + word + "\"";
  }
  std::string level(const std::string& argument) const {
    if (o_.level == 0.95) return "";
    return ", " + argument + " = " + report::shortest(argument == "level" ? 100 * o_.level : o_.level);
  }
  std::string glmm() const {
    const bool single = shape_.layout == Layout::single_arm_counts || shape_.layout == Layout::single_arm_rates;
    return (single || !o_.glmm ? "" : ", model = \"" + std::string(key(*o_.glmm)) + "\"") + mods() + level("level");
  }
  std::string mods() const { return o_.mods.empty() ? "" : ", mods = ~ " + one_line(o_.mods) + (o_.intercept ? "" : " - 1"); }
  std::string correction() const {
    std::string text;
    if (o_.effect.add && *o_.effect.add != default_correction(measure_)) text += ", add = " + report::shortest(*o_.effect.add);
    if (o_.effect.to != CorrectionTo::only0) text += ", to = \"" + std::string(key(o_.effect.to)) + "\"";
    if (o_.effect.drop00) text += ", drop00 = TRUE";
    if (o_.effect.vtype != VarianceType::LS) text += ", vtype = \"" + std::string(key(o_.effect.vtype)) + "\"";
    return text;
  }

  std::string rma(const std::string& columns, const std::string& measure) const {
    const bool exact = model_ == Pooling::betabin || model_ == Pooling::exact || model_ == Pooling::firth || model_ == Pooling::negbin;
    const std::string method = o_.tau2 && !exact ? std::string(key(*o_.tau2)) : "REML";
    std::string text =
        "res <- rma(" + (shape_.layout == Layout::generic ? "" : measure) + columns + correction() + ", method = \"" + method + "\"";
    if (o_.tau2_fixed) text += ", tau2 = " + report::shortest(*o_.tau2_fixed);
    const std::string test = find(metafor_tests, o_.interval);
    text += r_word("test", test) + mods() + level("level") + ")\nres\nconfint(res)\npredict(res)\nforest(res)\n";
    if (o_.interval == IntervalMethod::hk_ci) text += "# tausq takes the wider of this interval and that of test = \"z\"\n";
    if (test.empty() && !exact && o_.interval) text += "# metafor has no interval by " + name(*o_.interval) + " in rma()\n";
    if (!o_.subgroup.empty()) text += "# subgroups: by(dat, dat$subgroup, ...) or mods = ~ subgroup\n";
    return text;
  }

  std::string metafor_common(const std::string& columns, const std::string& measure) const {
    if (o_.model == Model::random || !o_.mods.empty()) return "";
    if (o_.pooling_common == Pooling::mh) return "rma.mh(" + measure + columns + level("level") + ")\n";
    if (o_.pooling_common == Pooling::peto) return "rma.peto(" + columns + level("level") + ")\n";
    if (o_.pooling_common == Pooling::inverse)
      return "rma(" + (shape_.layout == Layout::generic ? "" : measure) + columns + correction() + ", method = \"EE\"" + level("level") +
             ")\n";
    return "";
  }

  std::string meta_method() const {
    if (measure_ == Measure::PETO) return "Peto";
    if (model_ == Pooling::glmm) return "GLMM";
    return o_.pooling_common == Pooling::mh ? "MH" : "Inverse";
  }

  std::string meta_interval() const {
    switch (o_.interval.value_or(IntervalMethod::z)) {
      case IntervalMethod::hk:
        return ", method.random.ci = \"HK\"";
      case IntervalMethod::hk_ci:
        return ", method.random.ci = \"HK\", adhoc.hakn.ci = \"ci\"";
      case IntervalMethod::hk_se:
        return ", method.random.ci = \"HK\", adhoc.hakn.ci = \"se\"";
      case IntervalMethod::hk_iqwig6:
        return ", method.random.ci = \"HK\", adhoc.hakn.ci = \"IQWiG6\"";
      case IntervalMethod::kr:
        return ", method.random.ci = \"KR\"";
      default:
        return "";
    }
  }

  const Analysis& a_;
  const StudySet& studies_;
  const Options& o_;
  Measure measure_;
  Pooling model_;
  const Shape& shape_;
};

}  // namespace

Equivalents equivalents_of(const Analysis& analysis, const StudySet& studies) {
  const Programs programs(analysis, studies);
  return {programs.metafor(), programs.meta(), programs.stata()};
}

}  // namespace tausq::page_detail
