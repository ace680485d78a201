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

test_that("options have the words of the command line", {
  by_field <- pool(bcg, measure = "RR", pooling = "inverse", tau2 = "DL", interval = "hk", permutations = 100, intercept = TRUE)
  by_word <- pool(bcg, sm = "RR", pooling = "inverse", method_tau = "DL", test = "hk", `permutation-test` = 100, no_intercept = FALSE)
  expect_identical(by_word$random, by_field$random)
  expect_identical(by_word$permutation, by_field$permutation)
  expect_equal(pool(bcg, measure = "RR", pooling = "inverse", tau2 = 0.1)$heterogeneity$tau2, 0.1)
  weighted <- bcg
  weighted$w <- seq_len(13)
  expect_equal(pool(weighted, measure = "RR", pooling = "inverse", weights = "w")$options$user_weights, 1:13)
})

test_that("statistics, tests and deleted residuals follow from the fit", {
  dat <- escalc(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study)
  fit <- rma(yi, vi, data = dat)
  expect_equal(fit$measure, "RR")
  expect_equal(fit$fit.stats["ll", "REML"], fit$tausq$fit$loglik)
  expect_equal(fit$fit.stats["AICc", "REML"], fit$tausq$fit$aicc)
  ml <- rma(yi, vi, data = dat, method = "ML")
  expect_equal(ml$fit.stats["ll", "ML"], ml$tausq$fit$loglik)
  expect_equal(rownames(AIC(ml, fit)), c("ml", "fit"))
  deleted <- rstudent(fit)
  expect_equal(deleted$resid[1], fit$yi[1] - leave1out(fit)$estimate[1])
  expect_equal(deleted$z, deleted$resid / deleted$se)
  regression <- rma(yi, vi, mods = ~ ablat + year, data = dat)
  expect_equal(coef(summary(regression))$zval, regression$zval)
  together <- anova(regression, X = rbind(c(0, 1, 0), c(0, 0, 1)))
  expect_equal(together$QM, regression$QM)
  expect_equal(together$zval, regression$zval[2:3])
  expect_equal(sum(diag(hatvalues(regression, type = "matrix"))), 3)
  expect_equal(unname(vif(regression)$vifs), rep(1 / (1 - cov2cor(vcov(regression))[2, 3]^2), 2))
  expect_equal(cumul(fit, order = year), cumul(fit, order = dat$year))
  expect_equal(profile(fit, plot = FALSE, steps = 3)$maxll, as.numeric(logLik(fit)))
})

test_that("the script that everybody has seen", {
  dat <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg, slab = paste(author, year, sep = ", "))
  res <- rma(yi, vi, mods = ~ ablat, data = dat)
  expect_equal(res$slab[1], "Aronson, 1948")
  expect_equal(c(res$tau2, res$QE, res$I2), c(0.0763, 30.7331, 68.39), tolerance = 1e-3)
})

test_that("permutations and subsets", {
  fit <- rma(yi, vi, data = data.frame(yi = c(0.1, 0.3, 0.5, 0.4), vi = c(0.1, 0.2, 0.1, 0.3)), method = "DL")
  expect_equal(permutest(fit, exact = TRUE)$pval, 2 / 16)
  subsets <- gosh(fit)
  expect_equal(nrow(subsets$res), 15)
  three <- which(subsets$res$k == 3 & !subsets$incl[, 2])
  expect_equal(subsets$res$estimate[three], leave1out(fit)$estimate[2])
  expect_equal(subsets$res$tau2[three], leave1out(fit)$tau2[2])
})

test_that("bootstrap: what the engine gives, by quantity", {
  fit <- rma(yi, vi, data = data.frame(yi = c(0.1, 0.3, 0.5, 0.4, 1.2), vi = c(0.1, 0.2, 0.1, 0.3, 0.2)), method = "DL")
  boot <- bootstrap(fit, iter = 999)
  expect_equal(boot$res["random effects", "estimate"], fit$b[1])
  expect_equal(boot$res["tau2", "estimate"], fit$tau2)
  expect_equal(boot$res$replicates[1], 999)
  expect_true(boot$res["random effects", "percentile.lb"] < fit$b[1])
  expect_identical(boot$res, bootstrap(fit, iter = 999)$res)
  drawn <- pool(bcg, measure = "RR", pooling = "inverse", bootstrap = "parametric", replicates = 200, model = "random")$bootstrap
  expect_equal(drawn$method, "parametric")
  expect_equal(drawn$quantities$percentile$display$estimate[1], exp(drawn$quantities$estimate[1]))
  expect_output(print(boot), "999 replicates")
})

test_that("Mantel-Haenszel and Peto: a table less, a table more", {
  mh <- rma.mh(measure = "OR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study)
  less <- leave1out(mh)
  expect_equal(less$estimate[13], rma.mh(measure = "OR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg[-13, ])$b[1])
  expect_equal(cumul(mh, order = year)$estimate[13], mh$b[1])
  expect_equal(drop(confint(mh)$fixed)[["ci.lb"]], mh$ci.lb)
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

test_that("meta's heterogeneity statistics, and arguments of older scripts", {
  fit <- metabin(events_t, total_t, events_c, total_c, data = bcg, studlab = study, method = "Inverse")
  expect_equal(fit$I2, 0.9211735, tolerance = 1e-6)
  expect_equal(c(fit$H, fit$lower.H)^2, 1 / (1 - c(fit$I2, fit$lower.I2)))
  expect_true(fit$lower.I2 < fit$I2 && fit$I2 < fit$upper.I2)
  expect_identical(fit$TE.fixed, fit$TE.common)
  older <- metabin(events_t, total_t, events_c, total_c, data = bcg, method = "Inverse", hakn = TRUE, byvar = alloc)
  newer <- metabin(events_t, total_t, events_c, total_c, data = bcg, method = "Inverse", method.random.ci = "HK", subgroup = alloc)
  expect_identical(older$lower.random.w, newer$lower.random.w)
  expect_identical(update(newer, subgroup = NULL)$TE.random, fit$TE.random)
})
