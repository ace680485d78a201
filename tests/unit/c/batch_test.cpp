// Batches through the C interface.
#include <doctest/doctest.h>
#include <tausq.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

std::size_t place(const std::string& name) {
  for (std::size_t i = 0; i < tausq_batch_columns(); ++i)
    if (name == tausq_batch_column(i)) return i;
  return tausq_batch_columns();
}

TEST_CASE("a batch of effects, of sets of one size and of any sizes") {
  const std::vector<double> yi{0.1, 0.3, 0.2, 1.0, 1.5, 0.5}, vi{0.04, 0.04, 0.04, 0.1, 0.1, 0.1};
  const double* const columns[] = {yi.data(), vi.data()};
  const std::vector<std::size_t> offsets{0, 3, 6};
  std::vector<double> estimate(2), status(2, 9), ragged(2);
  std::vector<double*> fits(tausq_batch_columns(), nullptr);
  fits[place("estimate")] = estimate.data(), fits[place("status")] = status.data();
  tausq_options options = TAUSQ_OPTIONS;
  options.tau2 = "DL", options.interval = "z";
  REQUIRE(tausq_batch(TAUSQ_EFFECTS, columns, 2, 3, nullptr, &options, 1, fits.data()) == TAUSQ_OK);
  CHECK(estimate[0] == doctest::Approx(0.2).epsilon(1e-14));
  CHECK(estimate[1] == doctest::Approx(1).epsilon(1e-14));
  CHECK(std::string(tausq_status_word(static_cast<int>(status[0]))) == "ok");
  fits[place("estimate")] = ragged.data();
  REQUIRE(tausq_batch(TAUSQ_EFFECTS, columns, 2, 0, offsets.data(), &options, 2, fits.data()) == TAUSQ_OK);
  CHECK(ragged == estimate);
}

TEST_CASE("a batch of counts has the numbers of a single analysis") {
  const std::vector<double> ai{4, 6, 3}, bi{119, 300, 228}, ci{11, 29, 11}, di{128, 274, 209};
  const double* const columns[] = {ai.data(), bi.data(), ci.data(), di.data()};
  double estimate = 0, single = 0;
  std::vector<double*> fits(tausq_batch_columns(), nullptr);
  fits[place("estimate")] = &estimate;
  tausq_options options = TAUSQ_OPTIONS;
  options.measure = "RR", options.pooling = "inverse";
  REQUIRE(tausq_batch(TAUSQ_TWO_ARM, columns, 1, 3, nullptr, &options, 1, fits.data()) == TAUSQ_OK);
  tausq_result* result = nullptr;
  REQUIRE(tausq_pool_two_arm(ai.data(), bi.data(), ci.data(), di.data(), 3, &options, &result) == TAUSQ_OK);
  REQUIRE(tausq_number(result, "random.estimate", &single) == TAUSQ_OK);
  CHECK(std::abs(estimate - single) < 1e-14);
  tausq_free(result);
}

TEST_CASE("wrong calls of a batch") {
  const double yi = 1, vi = -1;
  const double* const columns[] = {&yi, &vi};
  std::vector<double*> fits(tausq_batch_columns(), nullptr);
  CHECK(tausq_batch(9, columns, 1, 1, nullptr, nullptr, 1, fits.data()) == TAUSQ_USAGE);
  CHECK(tausq_batch(TAUSQ_EFFECTS, nullptr, 1, 1, nullptr, nullptr, 1, fits.data()) == TAUSQ_USAGE);
  CHECK(tausq_batch(TAUSQ_EFFECTS, columns, 1, 1, nullptr, nullptr, 1, nullptr) == TAUSQ_USAGE);
  CHECK(tausq_batch(TAUSQ_EFFECTS, columns, 1, 0, nullptr, nullptr, 1, fits.data()) == TAUSQ_USAGE);
  CHECK(tausq_batch(TAUSQ_EFFECTS, columns, 1, 1, nullptr, nullptr, 1, fits.data()) == TAUSQ_BAD_INPUT);
  CHECK(std::string(tausq_problems()).find("E_VARIANCE") != std::string::npos);
  CHECK(tausq_batch_column(tausq_batch_columns()) == nullptr);
  CHECK(tausq_batch_column_meaning(tausq_batch_columns()) == nullptr);
}

}  // namespace
