# Batches against single analyses.

test_that("a batch has the numbers of single analyses", {
  set.seed(1)
  yi <- matrix(rnorm(60), 10)
  vi <- matrix(runif(60, 0.1, 1), 10)
  yi[3, 5:6] <- NA
  fits <- batch(yi, vi, tau2 = "DL", threads = 2)
  for (row in c(1, 3, 10)) {
    used <- !is.na(yi[row, ])
    one <- pool(data.frame(study = seq_len(sum(used)), yi = yi[row, used], vi = vi[row, used]), tau2 = "DL")
    expect_equal(fits$estimate[row], one$random$estimate, tolerance = 1e-13)
    expect_equal(fits$ci_upper[row], one$random$ci_upper, tolerance = 1e-13)
    expect_equal(fits$tau2[row], one$heterogeneity$tau2, tolerance = 1e-13)
    expect_equal(fits$k[row], sum(used))
  }
})

test_that("keys in any order give the rows of a matrix, to the last digit", {
  set.seed(2)
  yi <- matrix(rnorm(40), 8)
  vi <- matrix(runif(40, 0.1, 1), 8)
  by <- row(yi)
  columns <- sample(8)
  shuffled <- batch(c(yi[columns, ]), c(vi[columns, ]), by = c(by[columns, ]))
  expect_identical(shuffled$by, columns)
  expect_identical(shuffled$estimate, batch(yi, vi)$estimate[columns])
})

test_that("what a batch refuses is a condition with its problems", {
  expect_error(batch(matrix(1, 1, 2), matrix(c(1, -1), 1)), class = "tausq_input_error")
  expect_error(batch(matrix(1, 1, 2), matrix(1, 1, 2), mods = "x"), class = "tausq_usage_error")
  expect_error(batch(1:3, 1:3))
})
