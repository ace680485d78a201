trials <- data.frame(study = c("A", "B", "C"), events = c(16, 4, 0), total = c(20, 21, 22))

test_that("pool() answers under the engine's names", {
  result <- pool(trials)
  expect_s3_class(result, "tausq_pool")
  expect_equal(result$heterogeneity$k, 3)
  expect_equal(result$options$pooling, "glmm")
  expect_true(all(c("profile", "z") %in% names(result$random$intervals)))
  expect_lt(result$random$display$ci_lower, result$random$display$estimate)
  expect_equal(result$studies$display$estimate, trials$events / trials$total)
  expect_output(print(result), "Random effects")
})

test_that("bad input carries every problem with its place", {
  bad <- data.frame(study = c("A", "B"), events = c(5, -1), total = c(3, 10))
  error <- expect_error(pool(bad), class = "tausq_input_error")
  expect_equal(error$problems$code, c("E_EVENTS_GT_TOTAL", "E_NEGATIVE"))
  expect_equal(error$problems$row, c(1, 2))
  expect_error(pool(trials, tau2 = "XX"), "tau2", class = "tausq_usage_error")
  expect_error(pool(trials, metod = "x"), "no such option", class = "tausq_usage_error")
})

test_that("text, factors and missing values reach the engine", {
  frame <- trials
  frame$group <- factor(c("a", "b", "a"))
  frame$events[2] <- NA
  result <- pool(frame, subgroup = "group")
  expect_equal(result$input$used, 2)
  expect_equal(result$input$excluded$study, "B")
  expect_equal(nrow(check_records(data.frame(study = c("\"q\"", "a,b", "\u00e9"), events = 1:3, total = 9))$records), 3)
})

test_that("a file is read as by the command line", {
  path <- system.file("extdata", "bcg.csv", package = "tausq")
  from_file <- pool(path, measure = "RR", pooling = "inverse")
  from_frame <- pool(bcg, measure = "RR", pooling = "inverse")
  expect_identical(from_file$random$estimate, from_frame$random$estimate)
  expect_identical(from_file$heterogeneity$tau2, from_frame$heterogeneity$tau2)
})

test_that("rma() behaves as a model does in R", {
  dat <- escalc(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study)
  expect_s3_class(dat, "escalc")
  fit <- rma(yi, vi, data = dat)
  expect_s3_class(fit, "rma.uni")
  expect_equal(fit$slab, bcg$study)
  expect_equal(unname(coef(fit)), -0.7145323, tolerance = 1e-6)
  expect_equal(fitted(fit) + residuals(fit), setNames(as.numeric(dat$yi), bcg$study))
  expect_equal(sum(weights(fit)), 100)
  expect_equal(sum(hatvalues(fit)), 1)
  expect_equal(attr(logLik(fit), "df"), 2)
  expect_equal(AIC(fit), fit$fit.stats["AIC", "REML"])
  regression <- rma(yi ~ ablat + alloc, vi, data = dat)
  expect_equal(rownames(regression$b), c("intrcpt", "ablat", "allocrandom", "allocsystematic"))
  at <- predict(regression, newdata = data.frame(ablat = 30, alloc = "random"), transf = exp)
  expect_equal(at$pred, exp(sum(coef(regression) * c(1, 30, 1, 0))))
  expect_lt(at$pi.lb, at$ci.lb)
  expect_equal(anova(regression)$QM, regression$QM)
  expect_equal(unname(vcov(regression)[2, 2]), regression$se[2]^2)
  expect_equal(dim(confint(fit)$random), c(4L, 3L))
  expect_equal(update(fit, method = "DL")$method, "DL")
  expect_equal(blup(fit)$pred, unname(fitted(fit)) + ranef(fit)$pred)
  expect_output(print(summary(fit)), "logLik")
  expect_equal(trimfill(fit)$k0, 1)
  expect_equal(tidy.rma(fit)$estimate, fit$b[1])
  expect_equal(nrow(augment.rma(fit)), 13)
})

test_that("rows without a moderator are left out, said", {
  dat <- bcg
  dat$ablat[3] <- NA
  expect_warning(fit <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ablat, data = dat), "NAs omitted")
  expect_equal(fit$k, 12)
  expect_warning(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ ablat + I(2 * ablat), data = bcg), "redundant")
})

test_that("plots are drawn", {
  file <- tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  fit <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study)
  rows <- forest(fit, atransf = exp, addpred = TRUE)
  expect_length(rows, 13)
  expect_equal(nrow(funnel(trimfill(fit), level = c(90, 95))), 14)
  expect_equal(nrow(baujat(fit)), 13)
  plot(fit)
  forest(pool(trials))
  forest(metaprop(events, total, data = trials))
  grDevices::dev.off()
  expect_gt(file.size(file), 5000)
  svg <- tempfile(fileext = ".svg")
  forest_data(bcg, measure = "RR", file = svg)
  expect_match(readLines(svg, 1), "<svg")
})

test_that("the vendored sources are those of their checksums", {
  listing <- system.file("vendored.sha256", package = "tausq")
  expect_true(nzchar(listing))
  expect_gt(length(readLines(listing)), 100)
})
