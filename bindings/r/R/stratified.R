# Common effect from tables (Mantel-Haenszel, Peto) and exact-likelihood models, as metafor's rma.mh(), rma.peto() and
# rma.glmm() give them.

# One pooled estimate under metafor's names. An estimate that the tables do not determine is NA, said by a warning.
pooled_fit <- function(side, result, measure, method, level, class, call, request) {
  if (side$status %in% c("not_estimable", "not_converged")) warning(side$reason, ".", call. = FALSE)
  h <- result$heterogeneity
  b <- matrix(side$estimate, 1, 1, dimnames = list("intrcpt", NULL))
  structure(c(list(b = b, beta = b, se = side$se, zval = side$statistic, pval = side$p_value, ci.lb = side$ci_lower, ci.ub = side$ci_upper,
                   vb = matrix(side$se^2, 1, 1, dimnames = list("intrcpt", "intrcpt")), tau2 = 0, se.tau2 = NA_real_, p = 1, m = 1, p.eff = 1,
                   QE = h$q, QEp = h$q_p, I2 = 100 * h$i2_from_q, H2 = if (isTRUE(h$q_df > 0)) h$q / h$q_df else NA_real_,
                   coef.na = c(intrcpt = FALSE), int.only = TRUE, int.incl = TRUE, intercept = TRUE, btt = 1L, test = "z", dfs = side$df, ddf = side$df),
              study_columns(result, request), list(measure = measure, method = method, level = 1 - level, call = call, tausq = result)),
            class = c(paste0("tausq.", class), "tausq.pooled", class, "rma"))
}

# The tables: those of the model (k), those with an effect size (yi, vi, k.yi), and all rows (the names that end in .f).
study_columns <- function(result, request) {
  s <- result$studies
  rows <- seq_len(nrow(request$data))
  at <- match(rows + 1, s$row)  # the first row of the data is line 2 of a file
  complete <- !is.na(at) & (if (is.null(request$usable)) TRUE else request$usable)
  yi <- s$yi[at]
  vi <- s$vi[at]
  known <- complete & !is.na(yi) & !is.na(vi)
  outdat <- as.list(request$data[intersect(raw_names, names(request$data))])
  if (!is.null(outdat$xi) && is.null(outdat$ti)) outdat$mi <- outdat$ni - outdat$xi
  warn_of_omitted(sum(!complete))
  if (any(complete & !known)) warning(sum(complete & !known), if (sum(complete & !known) == 1) " study has" else " studies have", " no effect size: yi and vi are NA.", call. = FALSE)
  ids <- request$ids
  list(k = sum(complete), k.f = length(rows), k.yi = sum(known), k.eff = sum(complete), k.all = request$k.all, yi = yi[known], vi = vi[known], yi.f = yi, vi.f = vi,
       outdat = lapply(outdat, `[`, complete), outdat.f = outdat, not.na = known, not.na.yivi = known, complete = complete, ids = ids[known], ids.f = ids, slab = request$labels[known],
       slab.f = request$labels, slab.null = request$slab.null, weight = s$weight_common[at][known])
}

table_request <- function(call, frame, env, measure, level, add, to, drop00) {
  columns <- raw_columns(measure, evaluate_arguments(call, raw_names, frame, env))
  k <- length(columns[[1]])
  rows <- subset_rows(if (is.null(call$subset)) NULL else eval(call$subset, frame, env), k)
  slab <- if (is.null(call$slab)) NULL else eval(call$slab, frame, env)
  labels <- study_labels(slab, k)
  data <- data.frame(study = labels, columns, check.names = FALSE)[rows, , drop = FALSE]
  list(data = data, labels = labels[rows], slab.null = is.null(slab), ids = which(rows), k.all = k, rows = rows,
       options = given(list(measure = engine_measure(measure), level = as_level(level), preset = "metafor", add = add[1], to = to[1], drop00 = drop00[1])))
}

#' Mantel-Haenszel and Peto pooling
#'
#' With the arguments and components of `metafor::rma.mh()` and `metafor::rma.peto()`.
#'
#' @inheritParams rma
#' @param verbose ignored.
#' @param correct whether the Cochran-Mantel-Haenszel test is corrected for continuity.
#' @return A list of class `rma.mh` or `rma.peto`: `b`, `se`, `zval`, `pval`, `ci.lb`, `ci.ub`, `QE`, `QEp`, `I2`, `H2`, `k`, `yi`, `vi`; for odds
#'   ratios `CO`, `COp` (Cochran 1954, Biometrics 10:417: binomial variances), `MH`, `MHp`, `TA`, `TAp`, `BD`, `BDp`.
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
  fit <- pooled_fit(result$common, result, measure, "FE", as_level(level), "rma.mh", call, request)
  fit$request <- request
  fit$data <- if (missing(data)) NULL else as.data.frame(data)
  tests <- result$tests
  if (measure %in% c("RR", "RD")) tests$cmh[c("statistic", "p_value")] <- NA_real_  # a test of odds ratios
  co <- if (measure == "OR") tests$cmh$statistic * variance_ratio(fit$outdat) else NA_real_
  fit[c("CO", "COp", "MH", "MHp", "TA", "TAp", "BD", "BDp")] <- list(co, pchisq(co, 1, lower.tail = FALSE), tests$cmh$statistic, tests$cmh$p_value, tests$tarone$statistic, tests$tarone$p_value,
                                                                     tests$breslow_day$statistic, tests$breslow_day$p_value)
  fit$digits <- as_digits(digits)
  fit
}

# Sum of the hypergeometric variances of ai over that of the binomial ones: what turns the test of Mantel and Haenszel into Cochran's.
variance_ratio <- function(cells) {
  ni <- cells$ai + cells$bi + cells$ci + cells$di
  margins <- (cells$ai + cells$bi) / ni * ((cells$ci + cells$di) / ni) * ((cells$ai + cells$ci) / ni) * (cells$bi + cells$di)
  sum((margins / (ni - 1))[ni > 1] * ni[ni > 1]) / sum(margins)
}

#' @rdname rma.mh
#' @export
rma.peto <- function(ai, bi, ci, di, n1i, n2i, data, slab, subset, add = 1/2, to = "only0", drop00 = TRUE, level = 95, digits = 4, verbose = FALSE, ...) {
  call <- match.call()
  request <- table_request(call, if (missing(data)) NULL else as.data.frame(data), parent.frame(), "PETO", level, add, to, drop00)
  request$options <- c(request$options, list(pooling = "peto"))
  result <- run_engine("pool", request$data, request$options)
  if (result$common$status %in% c("not_estimable", "not_converged")) stop(result$common$reason, call. = FALSE)
  fit <- pooled_fit(result$common, result, "PETO", "FE", as_level(level), "rma.peto", call, request)
  fit$request <- request
  fit$data <- if (missing(data)) NULL else as.data.frame(data)
  fit$digits <- as_digits(digits)
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
  design <- rma_design(call, frame, parent.frame(), request$k.all, intercept, NULL)
  X <- design$X[request$rows, , drop = FALSE]
  request$usable <- complete <- stats::complete.cases(X)
  X <- X[, colnames(independent_columns(X[complete, , drop = FALSE])), drop = FALSE]
  moderators <- setdiff(colnames(X), "intrcpt")
  for (j in seq_along(moderators)) request$data[[paste0("moderator.", j)]] <- X[, moderators[j]]
  common <- method %in% common_methods
  two_arms <- measure %in% c("OR", "IRR")
  options <- given(list(pooling = "glmm", glmm = if (two_arms) model, interval = choose(test, list(z = "z", t = "t"), "test"),
                        model = if (common) "common" else "random", mods = if (length(moderators)) paste0("moderator.", seq_along(moderators), collapse = " + "),
                        intercept = if (length(moderators)) "intrcpt" %in% colnames(X)))
  result <- run_engine("pool", request$data, c(request$options, options))
  side <- if (common) result$common else result$random
  if (!length(moderators) && side$status %in% c("not_estimable", "not_converged")) stop(side$reason, call. = FALSE)
  fit <- if (length(moderators)) glmm_regression(result, X, measure, method, as_level(level), call, request)
         else pooled_fit(side, result, measure, method, as_level(level), "rma.glmm", call, request)
  h <- result$heterogeneity
  fit$tau2 <- if (common) 0 else h$tau2
  fit$se.tau2 <- if (common) NA_real_ else h$tau2_se
  fit$sigma2 <- h$sigma2
  fit$rho <- h$correlation
  fit$I2 <- if (common) 0 else 100 * h$i2
  fit$H2 <- if (common) 1 else h$h2
  fit$QE.df <- h$q_df
  fit[c("QE.Wld", "QEp.Wld", "QE.LRT", "QEp.LRT")] <- list(h$q, h$q_p, h$lrt, h$lrt_p)
  fit$fit.stats <- fit_statistics(result$fit)
  fit$X.f <- X
  fit$X <- X[fit$complete, , drop = FALSE]
  fit$model <- if (two_arms) model else "rma.glmm"
  fit$test <- test
  fit$data <- frame
  fit$formula.mods <- design$formula
  fit$digits <- as_digits(digits)
  if (!missing(btt)) fit <- set_btt(fit, btt)
  fit
}

glmm_regression <- function(result, X, measure, method, level, call, request) {
  out <- coefficients_of_regression(result$regression, X)
  structure(c(out, study_columns(result, request), list(p = ncol(X), p.eff = ncol(X), int.only = FALSE, int.incl = "intrcpt" %in% colnames(X), intercept = "intrcpt" %in% colnames(X),
                                                        measure = measure, method = method, level = 1 - level, call = call, tausq = result)),
            class = c("tausq.rma.glmm", "tausq.pooled", "rma.glmm", "rma"))
}

#' @export
print.tausq.pooled <- function(x, digits = x$digits, ...) {
  digits <- as_digits(digits)[[1]]
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
df.residual.tausq.pooled <- function(object, ...) object$k - object$p
#' @export
formula.tausq.pooled <- function(x, ...) x$formula.mods
#' @export
update.tausq.pooled <- function(object, ..., evaluate = TRUE) {
  call <- object$call
  given <- match.call(expand.dots = FALSE)$...
  for (name in names(given)) call[[name]] <- given[[name]]
  if (evaluate) eval(call, parent.frame()) else call
}
#' @export
logLik.tausq.pooled <- function(object, ...) {
  if (is.null(object$fit.stats)) stop("the method has no likelihood", call. = FALSE)
  common <- object$method %in% common_methods
  structure(object$fit.stats["ll", "ML"], nobs = object$k, df = object$p + if (common) 0 else 1, class = "logLik")
}
#' @export
predict.tausq.pooled <- function(object, newmods, ...) {
  object$settings <- list()
  if (object$int.only) object$X <- matrix(1, 1, 1, dimnames = list(NULL, "intrcpt"))
  object$not.na <- object$complete
  if (inherits(object, "rma.glmm") && !object$int.only && !isTRUE(object$slab.null)) object$slab <- object$slab.f[object$complete]
  if (inherits(object, "rma.glmm") && isTRUE(object$slab.null)) object$ids <- object$ids.f[object$complete]
  if (missing(newmods)) predict.tausq.rma(object, ...) else predict.tausq.rma(object, newmods = newmods, ...)
}
#' @export
confint.tausq.pooled <- function(object, parm, level, digits = object$digits, transf = NULL, targs = NULL, ...) {
  lvl <- if (missing(level)) 1 - object$level else as_level(level)
  crit <- quantile_of(object, lvl)
  b <- drop(object$b)
  limits <- limits_matrix(list(estimate = b, se = object$se, ci.lb = b - crit * object$se, ci.ub = b + crit * object$se), rownames(object$b), transf, targs)
  structure(list(fixed = limits, digits = as_digits(digits), ci.null = FALSE), class = c("tausq.confint.rma", "confint.rma"))
}
#' @export
fitted.tausq.pooled <- function(object, ...) by_study(object, fitted_effects(object))
# Fitted values of the studies with an effect size.
fitted_effects <- function(object) if (object$int.only) rep(drop(object$b), length(object$yi)) else drop(object$X.f %*% object$b)[object$not.na]
#' @export
residuals.tausq.pooled <- function(object, type = "response", ...) {
  type <- match.arg(type, c("response", "rstandard", "rstudent", "pearson"))
  resid <- object$yi - fitted_effects(object)
  by_study(object, switch(type, response = resid, rstudent = deleted_residuals(object)$z, resid / sqrt(object$vi)))
}
#' @export
rstandard.tausq.pooled <- function(model, ...) {
  resid <- model$yi - fitted_effects(model)
  study_table(model, list(resid = resid, se = sqrt(model$vi), z = resid / sqrt(model$vi)))
}
#' @export
rstudent.tausq.pooled <- function(model, ...) study_table(model, deleted_residuals(model))
# yi less the estimate of the other tables.
deleted_residuals <- function(model) {
  if (is.null(model$request)) stop("deleted residuals are for rma(), rma.mh() and rma.peto()", call. = FALSE)
  others <- lapply(which(model$not.na), function(i) pooled_row(model, -i))
  resid <- model$yi - vapply(others, function(row) row$estimate, 1)
  se <- sqrt(model$vi + vapply(others, function(row) row$se, 1)^2)
  list(resid = resid, se = se, z = resid / se)
}
#' @export
weights.tausq.pooled <- function(object, type = "diagonal", ...) {
  if (is.null(object$weight)) stop("the likelihood gives studies no weights", call. = FALSE)
  if (type == "diagonal") return(by_study(object, 100 * object$weight))
  at <- study_rows(object)
  structure(diag(object$weight, length(object$weight))[at, at, drop = FALSE], dimnames = list(row_labels(object), row_labels(object)))
}

# The pooled estimate of some of the tables, as a row of leave1out() or cumul().
pooled_row <- function(x, rows) {
  result <- run_engine("pool", x$request$data[rows, , drop = FALSE], x$request$options)
  side <- result$common
  h <- result$heterogeneity
  known <- !side$status %in% c("not_estimable", "not_converged")
  numbers <- c(side$estimate, side$se, side$statistic, side$p_value, side$ci_lower, side$ci_upper, h$q, h$q_p)
  setNames(as.list(c(if (known) numbers else rep(NA_real_, 8), if (isTRUE(h$q_df > 0)) c(100 * h$i2_from_q, h$q / h$q_df) else c(0, 1))),
           c("estimate", "se", "zval", "pval", "ci.lb", "ci.ub", "Q", "Qp", "I2", "H2"))
}
pooled_columns <- function(x, selections) {
  rows <- lapply(selections, function(selection) pooled_row(x, selection))
  setNames(lapply(names(rows[[1]]), function(name) vapply(rows, function(row) row[[name]], 1)), names(rows[[1]]))
}
#' @export
leave1out.tausq.pooled <- function(x, transf = NULL, targs = NULL, ...) {
  if (is.null(x$request)) stop("leave-one-out tables are for rma(), rma.mh() and rma.peto()", call. = FALSE)
  columns <- pooled_columns(x, lapply(which(x$complete), `-`))
  labels <- (if (isTRUE(x$slab.null)) x$ids.f else x$slab.f)[x$complete]
  rma_list(transformed(columns, transf, targs), paste0("-", labels), x$digits, transf = !is.null(transf))
}
#' @export
cumul.tausq.pooled <- function(x, order, transf = NULL, targs = NULL, collapse = FALSE, ...) {
  if (is.null(x$request)) stop("cumulative tables are for rma(), rma.mh() and rma.peto()", call. = FALSE)
  tables <- which(x$complete)
  x$ids <- x$ids.f[tables]
  x$slab <- x$slab.f[tables]
  order <- values_of(substitute(order), missing(order), x, parent.frame())
  sequence <- base::order(order)
  cumulated(x, pooled_columns(x, lapply(seq_along(sequence), function(i) tables[sequence[seq_len(i)]])), sequence, order, collapse, transf, targs)
}
