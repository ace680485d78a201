#include "engine/resampling/bootstrap_quantities.hpp"

#include <array>

namespace tausq::resampling {

namespace {

using pooling::Pooled;
using Value = std::optional<double>;

/// From whose fit a quantity comes: the common effect has a model of its own.
enum class Origin { common, q_statistic, fit };

struct Reader {
  const char* path;
  const char* label;
  Origin origin;
  Value (*read)(const Pooled&);
};

Value of_heterogeneity(const Pooled& p, Value value) {
  return p.heterogeneity.status == Status::not_estimable ? std::nullopt : value;
}

constexpr std::array<Reader, 16> readers{{
    {"common.estimate", "common effect", Origin::common, [](const Pooled& p) { return p.common.estimate; }},
    {"random.estimate", "random effects", Origin::fit, [](const Pooled& p) { return p.random.estimate; }},
    {"random.marginal.estimate", "population average", Origin::fit,
     [](const Pooled& p) { return p.random.marginal ? p.random.marginal->estimate : std::nullopt; }},
    {"prediction.lower", "prediction, lower", Origin::fit, [](const Pooled& p) { return p.prediction.lower; }},
    {"prediction.upper", "prediction, upper", Origin::fit, [](const Pooled& p) { return p.prediction.upper; }},
    {"heterogeneity.tau2", "tau2", Origin::fit, [](const Pooled& p) { return of_heterogeneity(p, p.heterogeneity.tau2); }},
    {"heterogeneity.tau", "tau", Origin::fit, [](const Pooled& p) { return of_heterogeneity(p, p.heterogeneity.tau); }},
    {"heterogeneity.i2", "I2", Origin::fit, [](const Pooled& p) { return of_heterogeneity(p, p.heterogeneity.i2); }},
    {"heterogeneity.i2_from_q", "I2 from Q", Origin::q_statistic,
     [](const Pooled& p) { return of_heterogeneity(p, p.heterogeneity.i2_from_q); }},
    {"heterogeneity.h2", "H2", Origin::q_statistic, [](const Pooled& p) { return of_heterogeneity(p, p.heterogeneity.h2); }},
    {"heterogeneity.q", "Q", Origin::q_statistic, [](const Pooled& p) { return of_heterogeneity(p, p.heterogeneity.q); }},
    {"heterogeneity.rho", "rho", Origin::fit, [](const Pooled& p) { return p.heterogeneity.rho; }},
    {"heterogeneity.dispersion", "dispersion", Origin::fit, [](const Pooled& p) { return p.heterogeneity.dispersion; }},
    {"heterogeneity.sigma2", "sigma2", Origin::fit, [](const Pooled& p) { return p.heterogeneity.sigma2; }},
    {"heterogeneity.correlation", "correlation", Origin::fit, [](const Pooled& p) { return p.heterogeneity.correlation; }},
    {"regression.r2", "R2", Origin::fit, [](const Pooled& p) { return p.regression ? p.regression->r2 : std::nullopt; }},
}};

}  // namespace

QuantityLists list_quantities(const Pooled& observed, bool stratified_q, std::vector<BootstrapQuantity>& quantities) {
  std::vector<std::pair<bool, std::function<Value(const Pooled&)>>> reads;
  const auto list = [&](std::string path, std::string label, bool common, std::function<Value(const Pooled&)> read) {
    const Value estimate = read(observed);
    if (!estimate) return;
    BootstrapQuantity& quantity = quantities.emplace_back();
    quantity.quantity = std::move(path), quantity.label = std::move(label), quantity.estimate = estimate;
    reads.emplace_back(common, std::move(read));
  };
  for (const Reader& reader : readers)
    list(reader.path, reader.label, reader.origin == Origin::common || (reader.origin == Origin::q_statistic && stratified_q), reader.read);
  const std::vector<std::string> terms = observed.regression ? observed.regression->terms : std::vector<std::string>{};
  for (std::size_t j = 0; j < terms.size(); ++j)
    list("regression.beta." + std::to_string(j), terms[j], false, [j, terms](const Pooled& p) {
      return p.regression && p.regression->terms == terms ? Value(p.regression->beta[j]) : std::nullopt;
    });
  QuantityLists lists;
  for (std::size_t q = 0; q < quantities.size(); ++q)
    (reads[q].first ? lists.common : lists.fit).push_back({&quantities[q], reads[q].second});
  return lists;
}

std::pair<Status, std::string> why(const Pooled& p) {
  const auto failed = [](Status s) { return s == Status::not_converged || s == Status::not_estimable; };
  if (failed(p.fit.status)) return {p.fit.status, p.fit.reason};
  if (p.regression) {
    for (const Warning& w : p.warnings)
      if (w.code == "redundant-terms") return {Status::not_estimable, w.message};
    return {Status::not_estimable, "R2 is not defined: without the moderators there is no heterogeneity either"};
  }
  for (const PooledEstimate* e : {&p.random, &p.common})
    if (failed(e->status) || (!e->estimate && !e->reason.empty()))
      return {failed(e->status) ? e->status : Status::not_estimable, e->reason};
  if (failed(p.heterogeneity.status)) return {p.heterogeneity.status, p.heterogeneity.reason};
  if (failed(p.prediction.status)) return {p.prediction.status, p.prediction.reason};
  return {Status::not_estimable, "the fit has no value"};
}

}  // namespace tausq::resampling
