test_that("escalc() gives metafor's effect sizes", {
  cases <- reference_file("effect_sizes")
  data <- reference_data()
  count <- 0
  for (case in cases) {
    s <- case$spec
    if (length(setdiff(names(s), c("measure", "add", "to", "drop00", "vtype"))) || !is.null(case$expect$error)) next
    columns <- arguments_from(data[[case$data]], escalc)
    got <- suppressWarnings(do.call(escalc, c(columns, s)))  # some are not defined
    want <- expected_of(case)
    precision <- if (s$measure %in% c("RTET", "ZTET")) 1e-4 else 1e-10  # the peer stops its search early
    count <- count + agree(got$yi, want$yi, case$id, "yi", precision) + agree(got$vi, want$vi, case$id, "vi", precision)
  }
  report_count("effect_sizes", count)
})

test_that("rma() gives metafor's models", {
  cases <- reference_file("rma_uni")
  data <- reference_data()
  component <- c(estimate = "b", se = "se", statistic = "zval", p_value = "pval", ci_lower = "ci.lb", ci_upper = "ci.ub", tau2 = "tau2", tau2_se = "se.tau2",
                 i2 = "I2", h2 = "H2", q = "QE", q_p = "QEp", k = "k")
  count <- 0
  for (case in cases) {
    s <- case$spec
    if (!is.null(s$weights) || !is.null(case$expect$error) || grepl("\\.k1|identical|allzero", case$data)) next
    columns <- arguments_from(data[[case$data]], rma)
    s$threshold <- NULL
    if (s$measure == "GEN") columns <- columns[names(columns) %in% c("yi", "vi", "sei")]
    fit <- tryCatch(suppressWarnings(do.call(rma, c(columns, s))), tausq_error = function(e) NULL)
    if (is.null(fit)) next
    want <- expected_of(case)
    for (name in intersect(names(component), names(want))) {
      if (s$method == "EE" && name %in% c("tau2", "tau2_se", "i2", "h2")) next
      count <- count + agree(fit[[component[[name]]]], want[[name]], case$id, name, 1e-6, 1e-9)
    }
  }
  report_count("rma_uni", count)
})

test_that("rma(mods = ) gives metafor's meta-regressions", {
  cases <- reference_file("meta_regression")
  data <- reference_data()
  component <- c(beta = "b", se = "se", statistic = "zval", p_value = "pval", ci_lower = "ci.lb", ci_upper = "ci.ub", qe = "QE", qe_p = "QEp", qm = "QM", qm_p = "QMp", tau2 = "tau2")
  count <- 0
  for (case in cases) {
    if (!is.null(case$disagreement) || grepl("~0", case$spec$mods)) next  # through the origin the peer's residuals are wrong
    s <- case$spec
    columns <- data[[case$data]]
    frame <- as.data.frame(lapply(columns[lengths(columns) == max(lengths(columns))], function(x) if (is.list(x)) vapply(x, function(v) if (is.null(v)) NA else v, x[[1]]) else x))
    raw <- arguments_from(columns, rma)
    if (s$measure == "GEN") raw <- raw[names(raw) %in% c("yi", "vi", "sei")]
    s$mods <- stats::as.formula(s$mods)
    fit <- suppressWarnings(do.call(rma, c(raw, s, list(data = frame))))
    want <- expected_of(case)
    for (name in intersect(names(component), names(want))) count <- count + agree(fit[[component[[name]]]], want[[name]], case$id, name, 1e-5, 1e-8)
    if (!is.null(want$vcov)) count <- count + agree(fit$vb, want$vcov, case$id, "vcov", 1e-5, 1e-9)
  }
  report_count("meta_regression", count)
})

test_that("rma.mh() and rma.peto() give metafor's estimates", {
  cases <- reference_file("mh_peto")
  data <- reference_data()
  component <- c(estimate = "b", se = "se", statistic = "zval", p_value = "pval", ci_lower = "ci.lb", ci_upper = "ci.ub", mh = "MH", mh_p = "MHp", tarone = "TA", tarone_p = "TAp")
  count <- 0
  for (case in cases) {
    s <- case$spec
    if (!is.null(case$disagreement) || grepl("zero", case$data)) next
    fun <- if (s$method == "peto") rma.peto else rma.mh
    columns <- arguments_from(data[[case$data]], fun)
    fit <- suppressWarnings(do.call(fun, c(columns, s[intersect(names(s), setdiff(names(formals(fun)), "method"))])))
    for (name in intersect(names(component), names(case$expect))) count <- count + agree(fit[[component[[name]]]], case$expect[[name]], case$id, name, 1e-8)
  }
  report_count("mh_peto", count)
})

test_that("leave1out(), cumul() and influence() give metafor's diagnostics", {
  cases <- reference_file("diagnostics")
  data <- reference_data()
  count <- 0
  for (case in cases) {
    s <- case$spec
    if (!s$what %in% c("leave1out", "cumul", "influence") || !is.null(s$order)) next
    columns <- arguments_from(data[[case$data]], rma)
    if (s$measure == "GEN") columns <- columns[names(columns) %in% c("yi", "vi", "sei")]
    fit <- do.call(rma, c(columns, list(measure = s$measure, method = s$method, test = s$test)))
    want <- case$expect
    if (s$what == "influence") {
      got <- influence(fit)$inf
      names <- c(rstudent = "rstudent", dffits = "dffits", cook_d = "cook.d", cov_r = "cov.r", tau2_del = "tau2.del", qe_del = "QE.del", hat = "hat")
    } else {
      got <- if (s$what == "cumul") cumul(fit) else leave1out(fit)
      names <- c(estimate = "estimate", se = "se", ci_lower = "ci.lb", ci_upper = "ci.ub", q = "Q", tau2 = "tau2")
    }
    if (s$method == "EE") names <- names[!names(names) %in% c("tau2", "tau2_del")]
    if (s$what == "cumul" && s$test == "knha") next  # one study has no Hartung-Knapp interval
    for (name in intersect(names(names), names(want))) count <- count + agree(got[[names[[name]]]], want[[name]], case$id, name, 1e-5, 1e-8)
  }
  report_count("diagnostics", count)
})

test_that("metaprop(), metabin(), metarate() and metainc() give meta's estimates", {
  cases <- reference_file("proportions_meta")
  data <- reference_data()
  component <- c(common_estimate = "TE.common", common_se = "seTE.common", common_ci_lower = "lower.common", common_ci_upper = "upper.common", random_estimate = "TE.random",
                 random_se = "seTE.random", random_ci_lower = "lower.random", random_ci_upper = "upper.random", pi_lower = "lower.predict", pi_upper = "upper.predict", tau2 = "tau2", q = "Q")
  count <- 0
  for (case in cases) {
    s <- case$spec
    if (s$fn != "metaprop" || !is.null(case$expect$error) || grepl("zero|k1|identical|mix", case$data) || identical(s$method, "GLMM")) next
    columns <- data[[case$data]]
    arguments <- c(list(event = columns$xi, n = columns$ni), s[setdiff(names(s), c("fn", "subgroup", "tau.common", "common", "random"))])
    fit <- do.call(metaprop, arguments)
    for (name in intersect(names(component), names(case$expect))) {
      if (!is.null(s$subgroup) && name != "common_estimate") next
      count <- count + agree(fit[[component[[name]]]], case$expect[[name]], case$id, name, 1e-6, 1e-9)
    }
  }
  report_count("proportions_meta", count)
})

# A model of the raw numbers that a case names.
model_of_case <- function(columns, spec, method = spec$method) {
  raw <- arguments_from(columns, rma)
  if (spec$measure == "GEN") raw <- raw[names(raw) %in% c("yi", "vi", "sei")]
  suppressWarnings(do.call(rma, c(raw, list(measure = spec$measure, method = method))))
}

test_that("regtest(), ranktest() and trimfill() give metafor's numbers", {
  cases <- reference_file("bias")
  data <- reference_data()
  component <- list(regtest = c(statistic = "zval", p_value = "pval", est = "est", ci_lower = "ci.lb", ci_upper = "ci.ub"), ranktest = c(tau = "tau", p_value = "pval"),
                    trimfill = c(k0 = "k0", se_k0 = "se.k0", estimate = "b", se = "se", ci_lower = "ci.lb", ci_upper = "ci.ub", tau2 = "tau2"))
  count <- 0
  for (case in cases) {
    s <- case$spec
    if (is.null(component[[s$fn]]) || !is.null(case$disagreement) || !is.null(case$expect$error)) next
    fit <- model_of_case(data[[case$data]], s, if (is.null(s$method)) "REML" else s$method)
    got <- switch(s$fn, regtest = regtest(fit, model = s$model, predictor = s$predictor), ranktest = ranktest(fit),
                  trimfill = if (identical(s$side, "auto")) trimfill(fit, estimator = s$estimator) else trimfill(fit, side = s$side, estimator = s$estimator))
    names <- component[[s$fn]]
    for (name in intersect(names(names), names(case$expect))) count <- count + agree(got[[names[[name]]]], case$expect[[name]], case$id, name, 1e-5, 1e-8)
  }
  report_count("bias", count)
})

test_that("permutest() gives metafor's exact p-values", {
  cases <- reference_file("permutation")
  data <- reference_data()
  count <- 0
  for (case in cases) {
    if (!is.null(case$spec$mods) || !is.null(case$disagreement) || length(data[[case$data]][[1]]) > 12) next
    count <- count + agree(permutest(model_of_case(data[[case$data]], case$spec), exact = TRUE)$pval, case$expect$p_value, case$id, "p_value", 1e-9)
  }
  report_count("permutation", count)
})

test_that("bad files are refused as by the command line", {
  for (line in readLines(test_path("reference/bad-input.jsonl"), encoding = "UTF-8", warn = FALSE)) {
    case <- jsonlite::fromJSON(line, simplifyVector = FALSE)
    if (grepl("\\u0000", line, fixed = TRUE)) next  # a string of R holds no NUL
    path <- file.path(tempdir(), case$file)
    writeBin(as.raw(utf8ToInt(case$bytes)), path)  # one character a byte
    options <- c(if (startsWith(case$file, "arm-")) list(measure = "OR"), if (!is.null(case$delimiter)) list(delimiter = case$delimiter))
    problems <- tryCatch({
      do.call(check_records, c(list(path), options))
      NULL
    }, tausq_input_error = function(e) e$problems)
    unlink(path)
    if (case$outcome != "reject") {
      if (!is.null(problems)) fail(paste(case$file, "is refused"))
    } else {
      found <- problems$code == case$code & (if (isTRUE(case$line > 1)) problems$row == case$line else TRUE) & (if (is.null(case$column)) TRUE else problems$column == case$column)
      if (!any(found)) fail(paste(case$file, "is not refused for", case$code))
    }
  }
  succeed()
})
