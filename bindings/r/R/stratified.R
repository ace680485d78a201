# Common effect from tables (Mantel-Haenszel, Peto) and exact-likelihood models, as metafor's rma.mh(), rma.peto() and
# rma.glmm() give them.

# One pooled estimate under metafor's names.
pooled_fit <- function(side, result, measure, method, level, class, call, labels) {
  if (side$status %in% c("not_estimable", "not_converged")) stop(side$reason, call. = FALSE)
  h <- result$heterogeneity
  b <- matrix(side$estimate, 1, 1, dimnames = list("intrcpt", NULL))
  structure(list(b = b, beta = b, se = side$se, zval = side$statistic, pval = side$p_value, ci.lb = side$ci_lower, ci.ub = side$ci_upper,
                 vb = matrix(side$se^2, 1, 1, dimnames = list("intrcpt", "intrcpt")), tau2 = 0, se.tau2 = NA_real_, k = h$k, k.eff = h$k, p = 1, m = 1,
                 QE = h$q, QEp = h$q_p, I2 = 100 * h$i2_from_q, H2 = if (isTRUE(h$q_df > 0)) h$q / h$q_df else NA_real_,
                 yi = result$studies$yi, vi = result$studies$vi, slab = labels, measure = measure, method = method, int.only = TRUE, level = 1 - level,
                 test = "z", dfs = side$df, call = call, digits = 4, tausq = result),
            class = c(paste0("tausq.", class), "tausq.pooled", class, "rma"))
}

table_request <- function(call, frame, env, measure, level, add, to, drop00) {
  columns <- raw_columns(measure, evaluate_arguments(call, raw_names, frame, env))
  k <- length(columns[[1]])
  rows <- subset_rows(if (is.null(call$subset)) NULL else eval(call$subset, frame, env), k)
  labels <- study_labels(if (is.null(call$slab)) NULL else eval(call$slab, frame, env), k)
  data <- data.frame(study = labels, columns, check.names = FALSE)[rows, , drop = FALSE]
  list(data = data, labels = labels[rows], options = given(list(measure = engine_measure(measure), level = as_level(level), preset = "metafor",
                                                                add = add[1], to = to[1], drop00 = drop00[1])))
}

#' Mantel-Haenszel and Peto pooling
#'
#' With the arguments and components of `metafor::rma.mh()` and `metafor::rma.peto()`.
#'
#' @inheritParams rma
#' @param verbose ignored.
#' @param correct whether the Cochran-Mantel-Haenszel test is corrected for continuity.
#' @return A list of class `rma.mh` or `rma.peto`: `b`, `se`, `zval`, `pval`, `ci.lb`, `ci.ub`, `QE`, `QEp`, `I2`, `H2`, `k`; for odds
#'   ratios `MH`, `MHp`, `TA`, `TAp`, `BD`, `BDp`.
#' @examples
#' rma.mh(measure = "OR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' rma.peto(ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' @export
rma.mh <- function(ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, measure = "OR", data, slab, subset, add = 1/2, to = "only0", drop00 = TRUE,
                   correct = TRUE, level = 95, digits = 4, verbose = FALSE, ...) {
  call <- match.call()
  request <- table_request(call, if (missing(data)) NULL else as.data.frame(data), parent.frame(), measure, level, add, to, drop00)
  request$options <- c(request$options, list(pooling = "mh", cmh_correction = correct))
  result <- run_engine("pool", request$data, request$options)
  fit <- pooled_fit(result$common, result, measure, "FE", as_level(level), "rma.mh", call, request$labels)
  fit$request <- request
  fit$data <- if (missing(data)) NULL else as.data.frame(data)
  tests <- result$tests
  if (measure %in% c("RR", "RD")) tests$cmh[c("statistic", "p_value")] <- NA_real_  # a test of odds ratios
  fit[c("MH", "MHp", "TA", "TAp", "BD", "BDp")] <- list(tests$cmh$statistic, tests$cmh$p_value, tests$tarone$statistic, tests$tarone$p_value,
                                                        tests$breslow_day$statistic, tests$breslow_day$p_value)
  fit$digits <- digits
  fit
}

#' @rdname rma.mh
#' @export
rma.peto <- function(ai, bi, ci, di, n1i, n2i, data, slab, subset, add = 1/2, to = "only0", drop00 = TRUE, level = 95, digits = 4, verbose = FALSE, ...) {
  call <- match.call()
  request <- table_request(call, if (missing(data)) NULL else as.data.frame(data), parent.frame(), "PETO", level, add, to, drop00)
  request$options <- c(request$options, list(pooling = "peto"))
  result <- run_engine("pool", request$data, request$options)
  fit <- pooled_fit(result$common, result, "PETO", "FE", as_level(level), "rma.peto", call, request$labels)
  fit$request <- request
  fit$data <- if (missing(data)) NULL else as.data.frame(data)
  fit$digits <- digits
  fit
}

#' Exact-likelihood random-effects models
#'
#' With the arguments and components of `metafor::rma.glmm()`. The likelihood is integrated to machine precision, so that
#' `nAGQ` has no meaning here.
#'
#' @inheritParams rma
#' @param model two-arm model: `"UM.FS"`, `"UM.RS"`, `"CM.EL"`, `"CM.AL"`.
#' @param xi,mi,ni,ti events, non-events, sizes and person-time of one arm.
#' @param nAGQ ignored.
#' @param test `"z"` or `"t"`.
#' @return A list of class `rma.glmm`: `b`, `se`, `zval`, `pval`, `ci.lb`, `ci.ub`, `tau2`, `se.tau2`, `I2`, `H2`, `QE.Wld`, `QEp.Wld`,
#'   `QE.LRT`, `QEp.LRT`, `fit.stats`, `k`.
#' @examples
#' rma.glmm(measure = "PLO", xi = events, ni = total, data = data.frame(events = c(16, 4, 0), total = c(20, 21, 22)))
#' rma.glmm(measure = "OR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, model = "CM.EL")
#' @export
rma.glmm <- function(ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, xi, mi, ti, ni, mods, measure, data, slab, subset, add = 1/2, to = "only0",
                     drop00 = TRUE, intercept = TRUE, model = "UM.FS", method = "ML", test = "z", level = 95, digits = 4, btt, nAGQ = 7,
                     verbose = FALSE, control, ...) {
  call <- match.call()
  frame <- if (missing(data)) NULL else as.data.frame(data)
  request <- table_request(call, frame, parent.frame(), measure, level, add, to, drop00)
  design <- rma_design(call, frame, parent.frame(), nrow(request$data), intercept, NULL)
  moderators <- setdiff(colnames(design$X), "intrcpt")
  for (j in seq_along(moderators)) request$data[[paste0("moderator.", j)]] <- design$X[, moderators[j]]
  common <- method %in% common_methods
  two_arms <- measure %in% c("OR", "IRR")
  options <- given(list(pooling = "glmm", glmm = if (two_arms) model, interval = choose(test, list(z = "z", t = "t"), "test"),
                        model = if (common) "common" else "random", mods = if (length(moderators)) paste0("moderator.", seq_along(moderators), collapse = " + "),
                        intercept = if (length(moderators)) "intrcpt" %in% colnames(design$X)))
  result <- run_engine("pool", request$data, c(request$options, options))
  side <- if (common) result$common else result$random
  fit <- if (length(moderators)) glmm_regression(result, design$X, measure, method, as_level(level), call, request$labels)
         else pooled_fit(side, result, measure, method, as_level(level), "rma.glmm", call, request$labels)
  h <- result$heterogeneity
  fit$tau2 <- if (common) 0 else h$tau2
  fit$se.tau2 <- if (common) NA_real_ else h$tau2_se
  fit$I2 <- if (common) 0 else 100 * h$i2
  fit$H2 <- if (common) 1 else h$h2
  fit$QE.df <- h$q_df
  fit[c("QE.Wld", "QEp.Wld", "QE.LRT", "QEp.LRT")] <- list(h$q, h$q_p, h$lrt, h$lrt_p)
  fit$fit.stats <- fit_statistics(result$fit)
  fit$model <- if (two_arms) model else "rma.glmm"
  fit$digits <- digits
  fit
}

glmm_regression <- function(result, X, measure, method, level, call, labels) {
  out <- coefficients_of_regression(result$regression, X)
  structure(c(out, list(k = result$heterogeneity$k, p = ncol(X), int.only = FALSE, X = X, slab = labels, measure = measure, method = method, level = 1 - level,
                        call = call, tausq = result)),
            class = c("tausq.rma.glmm", "tausq.pooled", "rma.glmm", "rma"))
}

#' @export
print.tausq.pooled <- function(x, digits = x$digits, ...) {
  title <- switch(class(x)[1], tausq.rma.mh = "Mantel-Haenszel", tausq.rma.peto = "Peto", "Exact likelihood")
  cat("\n", title, ": ", x$measure, " (k = ", x$k, ")\n\n", sep = "")
  if (inherits(x, "rma.glmm") && !x$method %in% common_methods) cat("tau^2: ", fixed(x$tau2, digits), "; I^2: ", fixed(x$I2, 2), "%; H^2: ", fixed(x$H2, 2), "\n", sep = "")
  if (inherits(x, "rma.glmm")) {
    cat("Tests for heterogeneity: Wald ", fixed(x$QE.Wld, digits), ", ", p_clause(x$QEp.Wld, digits), "; LRT ", fixed(x$QE.LRT, digits), ", ", p_clause(x$QEp.LRT, digits), "\n\n", sep = "")
  } else {
    cat("Test for heterogeneity: Q = ", fixed(x$QE, digits), ", ", p_clause(x$QEp, digits), "\n\n", sep = "")
  }
  cat("Model results (", if (x$measure %in% c("OR", "RR", "PETO", "IRR")) "log scale" else if (x$measure %in% c("PLO")) "logit scale" else "analysis scale", "):\n\n", sep = "")
  print(coefficient_table(x, digits), row.names = !isTRUE(x$int.only))
  display <- x$tausq$common$display
  if (isTRUE(x$int.only) && x$measure %in% c("OR", "RR", "PETO", "IRR", "PLO")) {
    side <- if (inherits(x, "rma.glmm") && !x$method %in% common_methods) x$tausq$random$display else display
    cat("\nNatural scale: ", fixed(side$estimate, digits), " [", fixed(side$ci_lower, digits), "; ", fixed(side$ci_upper, digits), "]\n", sep = "")
  }
  if (!is.null(x$MH) && !is.na(x$MH)) {
    cat("\nCochran-Mantel-Haenszel test: ", fixed(x$MH, digits), ", ", p_clause(x$MHp, digits), "\nTarone's test:                ", fixed(x$TA, digits), ", ",
        p_clause(x$TAp, digits), "\n", sep = "")
  }
  cat("\n")
  invisible(x)
}
#' @export
summary.tausq.pooled <- function(object, ...) object
#' @export
coef.tausq.pooled <- function(object, ...) setNames(drop(object$b), rownames(object$b))
#' @export
vcov.tausq.pooled <- function(object, ...) object$vb
#' @export
nobs.tausq.pooled <- function(object, ...) as.integer(object$k)
#' @export
logLik.tausq.pooled <- function(object, ...) {
  common <- object$method %in% common_methods
  structure(object$fit.stats["ll", "ML"], nobs = object$k, df = object$p + if (common) 0 else 1, class = "logLik")
}
#' @export
predict.tausq.pooled <- function(object, transf = NULL, level, ...) {
  lvl <- if (missing(level)) 1 - object$level else as_level(level)
  object$settings <- list()
  object$X <- matrix(1, 1, 1, dimnames = list(NULL, "intrcpt"))
  object$intercept <- TRUE
  if (inherits(object, c("rma.mh", "rma.peto"))) object$method <- "FE"
  predict.tausq.rma(object, level = lvl, transf = transf, ...)
}
#' @export
confint.tausq.pooled <- function(object, parm, level, ...) {
  p <- predict(object, level = if (missing(level)) 1 - object$level else level)
  structure(list(fixed = cbind(estimate = p$pred, ci.lb = p$ci.lb, ci.ub = p$ci.ub), digits = object$digits), class = c("tausq.confint.rma", "confint.rma"))
}
#' @export
fitted.tausq.pooled <- function(object, ...) setNames(rep(drop(object$b), length(object$yi)), object$slab)
#' @export
residuals.tausq.pooled <- function(object, ...) setNames(object$yi - drop(object$b), object$slab)
#' @export
weights.tausq.pooled <- function(object, ...) setNames(100 * object$tausq$studies$weight_common, object$slab)

# The pooled estimate of some of the tables, as a row of leave1out() or cumul().
pooled_row <- function(x, rows) {
  result <- run_engine("pool", x$request$data[rows, , drop = FALSE], x$request$options)
  side <- result$common
  h <- result$heterogeneity
  known <- !side$status %in% c("not_estimable", "not_converged")
  numbers <- c(side$estimate, side$se, side$statistic, side$p_value, side$ci_lower, side$ci_upper, h$q, h$q_p)
  setNames(as.data.frame(as.list(c(if (known) numbers else rep(NA_real_, 8), if (isTRUE(h$q_df > 0)) c(100 * h$i2_from_q, h$q / h$q_df) else c(0, 1)))),
           c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp", "I2", "H2"))
}
#' @export
leave1out.tausq.pooled <- function(x, transf = NULL, ...) {
  if (is.null(x$request)) stop("leave-one-out tables are for rma(), rma.mh() and rma.peto()", call. = FALSE)
  k <- nrow(x$request$data)
  table <- do.call(rbind, lapply(seq_len(k), function(i) pooled_row(x, -i)))
  rownames(table) <- make.unique(x$slab)
  transform_table(table, transf)
}
#' @export
cumul.tausq.pooled <- function(x, order = NULL, transf = NULL, ...) {
  if (is.null(x$request)) stop("cumulative tables are for rma(), rma.mh() and rma.peto()", call. = FALSE)
  k <- nrow(x$request$data)
  order <- eval(substitute(order), x$data, parent.frame())
  sequence <- if (is.null(order)) seq_len(k) else base::order(order)
  table <- do.call(rbind, lapply(seq_len(k), function(i) pooled_row(x, sequence[seq_len(i)])))
  rownames(table) <- make.unique(x$slab[sequence])
  structure(transform_table(table, transf), class = c("tausq.cumul", "data.frame"))
}
