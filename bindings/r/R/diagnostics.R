# Studies one by one: residuals, influence, leaving out, adding up, shrinking.

# (yi - fit) / se with se^2 the diagonal of (I - H) M (I - H)', M = diag(vi + tau2): M (1 - hat) for the model's own weights.
#' @export
rstandard.tausq.rma <- function(model, ...) {
  resid <- raw_residuals(model)
  variance <- model$vi + model$tau2
  if (length(model$weights)) {
    se <- sqrt(drop((diag(model$k) - hat_matrix(model))^2 %*% variance))
  } else {
    se <- sqrt(variance * (1 - diagnostics_of(model)$hat))
  }
  study_table(model, list(resid = resid, se = se, z = resid / se))
}
#' @export
rstudent.tausq.rma <- function(model, ...) {
  z <- diagnostics_of(model)$rstudent
  # yi less what the other studies say of it.
  resid <- vapply(seq_len(model$k), function(i) {
    x <- model$X[i, , drop = FALSE]
    settings <- model$settings
    settings[c("weights", "ni")] <- lapply(settings[c("weights", "ni")], function(values) values[-i])
    others <- tryCatch(rma_fit(model$yi[-i], model$vi[-i], model$X[-i, , drop = FALSE], model$slab[-i], settings), error = function(e) NULL, warning = function(w) NULL)
    if (is.null(others)) NA_real_ else model$yi[i] - drop(x[, rownames(others$b), drop = FALSE] %*% others$b)
  }, 1)
  study_table(model, list(resid = resid, se = ifelse(z == 0, NA_real_, resid / z), z = z))
}
#' @export
cooks.distance.tausq.rma <- function(model, ...) by_study(model, diagnostics_of(model)$cook_d)

# The engine's verb for a fitted model.
rerun <- function(model, verb, extra = list()) {
  request <- engine_request(model$yi, model$vi, model$X, model$slab, model$settings)
  request$options[names(extra)] <- extra
  run_engine(verb, request$data, request$options)
}
diagnostics_of <- function(model) rerun(model, "influence")$diagnostics

#' @export
influence.tausq.rma <- function(model, ...) {
  d <- rerun(model, "influence")$diagnostics
  # Leverage and weight ask for no refit: they are known where a study alone determines a coefficient.
  w <- if (length(model$weights)) model$weights else 1 / (model$vi + model$tau2)
  d$hat <- ifelse(is.na(d$hat), diag(hat_matrix(model)), d$hat)
  d$weight <- ifelse(is.na(d$weight), w / sum(w), d$weight)
  inf <- study_table(model, list(rstudent = d$rstudent, dffits = d$dffits, cook.d = d$cook_d, cov.r = d$cov_r, tau2.del = d$tau2_deleted, QE.del = d$q_deleted,
                                 hat = d$hat, weight = 100 * d$weight, inf = ifelse(d$influential, "*", "")))
  terms <- rownames(model$b)
  dfbs <- lapply(d$dfbetas_terms, function(values) if (length(values) == length(terms)) values else rep(NA_real_, length(terms)))
  dfbs <- if (model$int.only || !length(dfbs)) list(d$dfbetas) else lapply(seq_along(terms), function(j) vapply(dfbs, `[`, 1, j))
  structure(list(inf = inf, dfbs = study_table(model, setNames(dfbs, terms)), ids = model$ids, not.na = model$not.na,
                 is.infl = by_study(model, d$influential), tau2 = model$tau2, QE = model$QE, k = model$k, p = model$p, m = model$m, digits = model$digits),
            class = c("infl.tausq.rma", "infl.rma.uni"))
}
#' @export
print.infl.tausq.rma <- function(x, digits = x$digits, infonly = FALSE, ...) {
  digits <- as_digits(digits)[["est"]]
  table <- as.data.frame(x$inf)
  numbers <- setdiff(names(table), "inf")
  table <- cbind(round(table[numbers], digits), dfbs = round(as.data.frame(x$dfbs), digits), inf = table$inf)
  if (infonly) table <- table[which(x$is.infl), , drop = FALSE]
  print(table, ...)
  invisible(table)
}
#' @export
dfbetas.tausq.rma <- function(model, ...) as.data.frame(influence(model)$dfbs)

#' Leave-one-out analysis
#'
#' @param x a model from [rma()].
#' @param transf,targs function that transforms the estimates, e.g. `exp`, and its further arguments.
#' @param ... ignored.
#' @return A list of columns: `estimate`, `se`, `zval`, `pval`, `ci.lb`, `ci.ub`, `Q`, `Qp`, `tau2`, `I2`, `H2`, a row a study left out, `slab`
#'   says which. `as.data.frame` makes it a data frame.
#' @examples
#' leave1out(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study), transf = exp)
#' @export
leave1out <- function(x, ...) UseMethod("leave1out")
#' @rdname leave1out
#' @export
leave1out.tausq.rma <- function(x, transf = NULL, targs = NULL, ...) {
  if (!x$int.only) stop("leave-one-out tables are for models without moderators; see influence()", call. = FALSE)
  columns <- transformed(refit_columns(rerun(x, "influence")$leave_one_out, x), transf, targs)
  study_table(x, columns, transf = !is.null(transf), labels = paste0("-", row_labels(x)))
}

# The engine's rows of refits under metafor's names.
refit_columns <- function(rows, x) {
  columns <- list(estimate = rows$estimate, se = rows$se, zval = rows$statistic, pval = rows$p_value, ci.lb = rows$ci_lower, ci.ub = rows$ci_upper,
                  Q = rows$q, Qp = rows$q_p, tau2 = rows$tau2, I2 = 100 * rows$i2, H2 = rows$h2)
  if (!x$test %in% "z") names(columns)[3] <- "tval"
  columns
}

#' Cumulative meta-analysis
#'
#' @inheritParams leave1out
#' @param order values (one a study) by which the studies are added; names of columns of the model's data may be used.
#' @param collapse whether studies of the same value of `order` are added together.
#' @return As [leave1out()], a row a study added.
#' @examples
#' cumul(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg), order = bcg$year)
#' @export
cumul <- function(x, ...) UseMethod("cumul")
#' @rdname cumul
#' @export
cumul.tausq.rma <- function(x, order, transf = NULL, targs = NULL, collapse = FALSE, ...) {
  if (!x$int.only) stop("cumulative analysis is for models without moderators", call. = FALSE)
  order <- values_of(substitute(order), missing(order), x, parent.frame())
  request <- engine_request(x$yi, x$vi, x$X, x$slab, x$settings)
  request$data$order.of.addition <- as.numeric(rank(order, ties.method = "first"))
  request$options$order <- "order.of.addition"
  columns <- refit_columns(run_engine("influence", request$data, request$options)$cumulative, x)
  cumulated(x, columns, base::order(order), order, collapse, transf, targs)
}

# A table of cumulation; with `collapse` a row a value of `order`, that after its last study.
cumulated <- function(x, columns, sequence, order, collapse, transf, targs) {
  labels <- if (isTRUE(x$slab.null)) x$ids else x$slab
  if (is.null(labels)) labels <- seq_along(sequence)
  last <- if (collapse) which(!duplicated(order[sequence], fromLast = TRUE)) else seq_along(sequence)
  labels <- if (collapse) as.character(order[sequence][last]) else paste0("+", labels[sequence])
  columns <- transformed(lapply(columns, `[`, last), transf, targs)
  rma_list(columns, labels, x$digits, transf = !is.null(transf), order = order[sequence][last], class = "tausq.cumul")
}

# An argument with one value a study, looked up in the model's data; studies that the model left out are left out of it. Without it,
# the studies in their order.
values_of <- function(expression, absent, x, env) {
  values <- if (absent) NULL else eval(expression, x$data, env)
  if (is.null(values)) return(seq_len(x$k))
  if (length(values) == x$k) return(values)
  if (length(values) == x$k.all) return(values[x$ids])
  stop("the argument must have one value a study", call. = FALSE)
}

# Estimates and limits through `transf`; their standard errors are then not known.
transformed <- function(columns, transf, targs = NULL, estimate = "estimate") {
  if (is.null(transf)) return(columns)
  apply_to <- function(values) unname(vapply(values, function(value) if (is.na(value)) NA_real_ else if (is.null(targs)) transf(value) else transf(value, targs), 1))
  columns[[estimate]] <- apply_to(columns[[estimate]])
  for (pair in list(c("ci.lb", "ci.ub"), c("pi.lb", "pi.ub"))) {
    if (is.null(columns[[pair[1]]])) next
    ends <- lapply(unname(columns[pair]), apply_to)
    columns[pair] <- list(do.call(pmin, ends), do.call(pmax, ends))  # a falling function turns the limits round
  }
  columns$se <- rep(NA_real_, length(columns$se))
  columns
}

#' Best linear unbiased predictions
#'
#' The true effect of each study, its estimate shrunk towards the mean; `ranef` gives the deviation from the mean.
#'
#' @inheritParams leave1out
#' @param level level of the prediction intervals.
#' @return A list of columns: `pred`, `se`, `pi.lb`, `pi.ub`; `as.data.frame` makes it a data frame.
#' @examples
#' blup(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study))
#' @export
blup <- function(x, ...) UseMethod("blup")
#' @rdname blup
#' @export
blup.tausq.rma <- function(x, level, transf = NULL, targs = NULL, ...) {
  lambda <- if (x$method %in% common_methods) 0 else x$tau2 / (x$tau2 + x$vi)
  pred <- lambda * x$yi + (1 - lambda) * drop(x$X %*% x$b)
  se <- sqrt(lambda * x$vi + (1 - lambda)^2 * rowSums((x$X %*% x$vb) * x$X))
  crit <- quantile_of(x, if (missing(level)) 1 - x$level else as_level(level))
  columns <- list(pred = pred, se = se, pi.lb = pred - crit * se, pi.ub = pred + crit * se)
  study_table(x, transformed(columns, transf, targs, "pred"), transf = !is.null(transf))
}
#' @rdname blup
#' @export
ranef <- function(x, ...) UseMethod("ranef")
#' @rdname blup
#' @export
ranef.tausq.rma <- function(x, level, ...) {
  common <- x$method %in% common_methods
  resid <- raw_residuals(x)
  lambda <- if (common) 0 * x$vi else x$tau2 / (x$tau2 + x$vi)
  H <- x$X %*% x$vb %*% t(x$X)
  se <- sqrt(pmax(0, x$tau2 * (1 - lambda) + lambda^2 * diag(H)))
  z <- quantile_of(x, if (missing(level)) 1 - x$level else as_level(level))
  pred <- lambda * resid
  study_table(x, list(pred = pred, se = se, pi.lb = pred - z * se, pi.ub = pred + z * se))
}

quantile_of <- function(x, level) {
  df <- if (length(x$dfs)) x$dfs[1] else NA
  if (is.na(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
}
