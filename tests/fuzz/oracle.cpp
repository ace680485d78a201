// The engine's sums in O(k) against the textbook: dense matrices W, X and P = W - W X (X'WX)^-1 X'W.
#include <Eigen/Dense>

#include <tausq/problem.hpp>
#include <tausq/tausq.hpp>

#include "engine/numerics/distributions.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace tausq;

/// Weighted least squares with weights 1 / (vi + tau2), by the matrices of the textbook.
struct Textbook {
  Eigen::VectorXd y, v;
  Eigen::MatrixXd x;

  Eigen::MatrixXd weights(double tau2) const { return (v.array() + tau2).inverse().matrix().asDiagonal(); }
  Eigen::MatrixXd information(double tau2) const { return x.transpose() * weights(tau2) * x; }
  Eigen::MatrixXd projection(double tau2) const {
    const Eigen::MatrixXd w = weights(tau2);
    return w - w * x * information(tau2).inverse() * x.transpose() * w;
  }
  Eigen::VectorXd coefficients(double tau2) const { return information(tau2).inverse() * x.transpose() * weights(tau2) * y; }
  /// y' P y as the squared length of what y leaves beside X, in units of the standard errors: P itself would cancel.
  double q(double tau2) const {
    const Eigen::VectorXd unit = (v.array() + tau2).rsqrt();
    const Eigen::MatrixXd a = unit.asDiagonal() * x;
    const Eigen::VectorXd b = unit.asDiagonal() * y;
    return (b - a * a.householderQr().solve(b)).squaredNorm();
  }
  double df() const { return static_cast<double>(y.size() - x.cols()); }

  double dersimonian_laird() const { return std::max(0.0, (q(0) - df()) / projection(0).trace()); }
  double hedges() const {
    const Eigen::MatrixXd p = Eigen::MatrixXd::Identity(y.size(), y.size()) - x * (x.transpose() * x).inverse() * x.transpose();
    return std::max(0.0, (y.dot(p * y) - (p * v.asDiagonal()).trace()) / df());
  }
  double hunter_schmidt() const { return std::max(0.0, (q(0) - static_cast<double>(y.size())) / weights(0).trace()); }
  double loglik(double tau2) const { return 0.5 * ((v.array() + tau2).inverse().log().sum() - q(tau2)); }
  double restricted(double tau2) const { return loglik(tau2) - 0.5 * std::log(information(tau2).determinant()); }
};

bool close(double a, double b, double scale) {
  return std::abs(a - b) <= 1e-9 * (std::abs(a) + std::abs(b) + scale);
}

/// No point of a grid from 0 to far beyond the estimate has a higher likelihood.
template <typename Loglik>
void require_maximum(double tau2, double scale, Loglik loglik) {
  const double at = loglik(tau2);
  for (double t = 0; t < 1e3 * (tau2 + scale); t = t == 0 ? 1e-4 * scale : 1.3 * t)
    fuzz::require(loglik(t) <= at + 1e-7 * (1 + std::abs(at)), "no point of the grid has a higher likelihood");
}

void require_estimator(Tau2Method method, double tau2, const Textbook& book) {
  const double scale = book.v.mean();
  switch (method) {
    case Tau2Method::DL:
      return fuzz::require(close(tau2, book.dersimonian_laird(), scale), "DL is that of the textbook");
    case Tau2Method::HE:
      return fuzz::require(close(tau2, book.hedges(), scale), "HE is that of the textbook");
    case Tau2Method::HS:
      return fuzz::require(close(tau2, book.hunter_schmidt(), scale), "HS is that of the textbook");
    case Tau2Method::PM:
      if (tau2 == 0) return fuzz::require(book.q(0) <= book.df() * (1 + 1e-9), "PM is 0 where Q is below its degrees of freedom");
      return fuzz::require(std::abs(book.q(tau2) - book.df()) <= 1e-7 * book.df(), "Q at PM is its degrees of freedom");
    case Tau2Method::ML:
      return require_maximum(tau2, scale, [&](double t) { return book.loglik(t); });
    default:
      return require_maximum(tau2, scale, [&](double t) { return book.restricted(t); });
  }
}

void require_q_profile(const Heterogeneity& het, double level, const Textbook& book) {
  const double tail = 0.5 * (1 - level);
  const auto at = [&](double tau2) { return numerics::chi2_sf(book.q(tau2), book.df()); };
  if (het.tau2_ci_lower && *het.tau2_ci_lower > 0)
    fuzz::require(std::abs(at(*het.tau2_ci_lower) - tail) < 1e-7, "Q at the lower limit has its quantile");
  if (het.tau2_ci_upper && *het.tau2_ci_upper > 0)
    fuzz::require(std::abs(at(*het.tau2_ci_upper) - (1 - tail)) < 1e-7, "Q at the upper limit has its quantile");
}

Column moderator(const Eigen::VectorXd& x) {
  Column column;
  column.name = "x";
  column.numeric = true;
  for (double value : x) column.text.push_back(std::to_string(value)), column.number.push_back(value);
  return column;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  const Eigen::Index k = 3 + bytes.below(8);
  const bool regression = k > 3 && (bytes.byte() & 1);
  constexpr Tau2Method methods[] = {Tau2Method::DL, Tau2Method::HE, Tau2Method::HS, Tau2Method::PM, Tau2Method::ML, Tau2Method::REML};
  const Tau2Method method = methods[bytes.below(6)];
  Textbook book{Eigen::VectorXd(k), Eigen::VectorXd(k), Eigen::MatrixXd::Ones(k, regression ? 2 : 1)};
  for (Eigen::Index i = 0; i < k; ++i) {
    book.y[i] = 4 * bytes.fraction() - 2;
    book.v[i] = std::pow(10, 4 * bytes.fraction() - 3);
    if (regression) book.x(i, 1) = static_cast<double>(i) + bytes.fraction();
  }
  StudySet studies = generic_effects({book.y.begin(), book.y.end()}, {book.v.begin(), book.v.end()});
  Options options;
  options.tau2 = method;
  options.interval = IntervalMethod::z;
  if (regression) {
    studies.columns.push_back(moderator(book.x.col(1)));
    options.mods = "x";
  }
  const Analysis result = analyse(studies, options);
  fuzz::require(result.heterogeneity.tau2.has_value(), "tau2 can be estimated from these numbers");
  const double tau2 = *result.heterogeneity.tau2;
  require_estimator(method, tau2, book);
  fuzz::require(close(*result.heterogeneity.q, book.q(0), 1), "Q is that of the textbook");
  require_q_profile(result.heterogeneity, result.options.level, book);
  const Eigen::VectorXd beta = book.coefficients(tau2);
  const Eigen::MatrixXd covariance = book.information(tau2).inverse();
  if (!regression) {
    fuzz::require(close(*result.random.estimate, beta[0], std::sqrt(covariance(0, 0))), "the mean is that of the textbook");
    fuzz::require(close(*result.random.se, std::sqrt(covariance(0, 0)), 0), "the standard error is that of the textbook");
  } else {
    fuzz::require(close(result.regression->beta[1], beta[1], std::sqrt(covariance(1, 1))), "the slope is that of the textbook");
    fuzz::require(close(result.regression->se[1], std::sqrt(covariance(1, 1)), 0), "its standard error is that of the textbook");
  }
  return 0;
}
