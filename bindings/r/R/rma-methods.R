# What R users do with a fitted model.

stars <- function(p) as.character(stats::symnum(p, corr = FALSE, na = FALSE, cutpoints = c(0, 0.001, 0.01, 0.05, 0.1, 1), symbols = c("***", "**", "*", ".", " ")))

fixed <- function(x, digits) formatC(x, format = "f", digits = digits)
p_text <- function(p, digits) ifelse(is.na(p), "NA", ifelse(p < 10^-digits, paste0("< ", fixed(10^-digits, digits)), fixed(p, digits)))
p_clause <- function(p, digits) if (!is.na(p) && p < 10^-digits) paste("p-val", p_text(p, digits)) else paste("p-val =", p_text(p, digits))

model_title <- function(x) {
  kind <- if (x$method %in% common_methods) (if (x$int.only) "Equal-Effects Model" else "Fixed-Effects with Moderators Model")
          else if (x$int.only) "Random-Effects Model" else "Mixed-Effects Model"
  if (x$method %in% c("FE", "CE") && x$int.only) kind <- if (x$method == "FE") "Fixed-Effects Model" else "Common-Effect Model"
  paste0(kind, " (k = ", x$k, if (!x$method %in% common_methods) paste0("; tau^2 estimator: ", x$method), ")")
}

coefficient_table <- function(x, digits) {
  statistic <- if (length(x$dfs) && !is.na(x$dfs[1])) "tval" else "zval"
  table <- data.frame(estimate = fixed(drop(x$b), digits), se = fixed(x$se, digits))
  table[[statistic]] <- fixed(x$zval, digits)
  if (statistic == "tval") table$df <- format(rep_len(x$dfs, nrow(table)))
  table$pval <- p_text(x$pval, digits)
  table$ci.lb <- fixed(x$ci.lb, digits)
  table$ci.ub <- fixed(x$ci.ub, digits)
  table[[" "]] <- stars(x$pval)
  rownames(table) <- rownames(x$b)
  table
}

print_heterogeneity <- function(x, digits) {
  residual <- if (x$int.only) "" else "residual "
  if (!x$method %in% common_methods) {
    cat("tau^2 (estimated amount of ", if (x$int.only) "total" else "residual", " heterogeneity): ", fixed(x$tau2, digits),
        if (!is.na(x$se.tau2)) paste0(" (SE = ", fixed(x$se.tau2, digits), ")"), "\n", sep = "")
    cat("tau (square root of estimated tau^2 value):      ", fixed(sqrt(x$tau2), digits), "\n", sep = "")
  }
  cat("I^2 (", residual, "heterogeneity / unaccounted variability): ", fixed(x$I2, 2), "%\n", sep = "")
  cat("H^2 (unaccounted variability / sampling variability):   ", fixed(x$H2, 2), "\n", sep = "")
  if (!is.null(x$R2) && !is.na(x$R2)) cat("R^2 (amount of heterogeneity accounted for):            ", fixed(x$R2, 2), "%\n", sep = "")
  cat("\nTest for ", residual, "heterogeneity:\n", if (x$int.only) "Q" else "QE", "(df = ", x$k - x$p, ") = ", fixed(x$QE, digits), ", ",
      p_clause(x$QEp, digits), "\n\n", sep = "")
}

print_fit <- function(x, digits, showfit = FALSE) {
  cat("\n", model_title(x), "\n\n", sep = "")
  if (showfit) {
    stats <- x$fit.stats[[if (x$method == "REML") "REML" else "ML"]]
    print(setNames(fixed(stats, digits), c("logLik", "deviance", "AIC", "BIC", "AICc")), quote = FALSE)
    cat("\n")
  }
  print_heterogeneity(x, digits)
  if (!x$int.only) {
    f <- length(x$QMdf) > 1 && !is.na(x$QMdf[2])
    cat("Test of Moderators (coefficient", if (length(x$btt) > 1) "s" else "", " ", paste(x$btt, collapse = ","), "):\n",
        if (f) paste0("F(df1 = ", x$QMdf[1], ", df2 = ", x$QMdf[2], ") = ") else paste0("QM(df = ", x$QMdf[1], ") = "),
        fixed(x$QM, digits), ", ", p_clause(x$QMp, digits), "\n\n", sep = "")
  }
  cat("Model Results:\n\n")
  table <- coefficient_table(x, digits)
  if (x$int.only) print(table, row.names = FALSE) else print(table)
  cat("\n---\nSignif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1\n\n")
}

#' @export
print.tausq.rma <- function(x, digits = x$digits, showfit = FALSE, ...) {
  print_fit(x, if (is.null(digits)) 4 else digits, showfit)
  invisible(x)
}
#' @export
summary.tausq.rma <- function(object, ...) structure(object, class = c("summary.tausq.rma", class(object)))
#' @export
print.summary.tausq.rma <- function(x, digits = x$digits, ...) {
  print_fit(x, if (is.null(digits)) 4 else digits, TRUE)
  invisible(x)
}

#' @export
coef.summary.tausq.rma <- function(object, ...) {
  table <- data.frame(estimate = drop(object$b), se = object$se, zval = object$zval)
  if (length(object$dfs) && !is.na(object$dfs[1])) {
    names(table)[3] <- "tval"
    table$df <- object$dfs
  }
  table <- cbind(table, pval = object$pval, ci.lb = object$ci.lb, ci.ub = object$ci.ub)
  rownames(table) <- rownames(object$b)
  table
}
#' @export
coef.tausq.rma <- function(object, ...) setNames(drop(object$b), rownames(object$b))
#' @export
vcov.tausq.rma <- function(object, ...) object$vb
#' @export
nobs.tausq.rma <- function(object, ...) as.integer(object$k - if (identical(object$method, "REML")) object$p else 0)
#' @export
df.residual.tausq.rma <- function(object, ...) object$k - object$p
#' @export
model.matrix.tausq.rma <- function(object, ...) object$X
#' @export
formula.tausq.rma <- function(x, ...) x$formula.mods
#' @export
logLik.tausq.rma <- function(object, REML = object$method == "REML", ...) {
  structure(object$fit.stats["ll", if (REML) "REML" else "ML"], nobs = object$k - if (REML) object$p else 0, nall = object$k, df = object$parms, class = "logLik")
}
statistics_column <- function(object, REML) object$fit.stats[[if (is.null(REML)) (if (object$method == "REML") "REML" else "ML") else if (REML) "REML" else "ML"]]
#' @export
deviance.tausq.rma <- function(object, REML = NULL, ...) statistics_column(object, REML)[2]
#' @export
AIC.tausq.rma <- function(object, ..., k = 2, correct = FALSE) {
  criterion <- function(model) if (correct) statistics_column(model, NULL)[5] else -2 * statistics_column(model, NULL)[1] + k * model$parms
  criteria_of(list(object, ...), criterion, if (correct) "AICc" else "AIC", sys.call())
}
#' @export
BIC.tausq.rma <- function(object, ...) criteria_of(list(object, ...), function(model) statistics_column(model, NULL)[4], "BIC", sys.call())

# One number, or a data frame with a row a model.
criteria_of <- function(models, criterion, name, call) {
  models <- Filter(function(model) inherits(model, "rma"), models)
  if (length(models) == 1) return(criterion(models[[1]]))
  table <- data.frame(df = vapply(models, function(model) model$parms, 1), vapply(models, criterion, 1))
  names(table)[2] <- name
  rownames(table) <- make.unique(vapply(as.list(call)[-1][seq_along(models)], deparse1, ""))
  table
}

#' Fit statistics and variance inflation factors
#'
#' @param object,x a model from [rma()].
#' @param ... further models.
#' @param REML whether restricted likelihoods are shown; those of the model's own method by default.
#' @return `fitstats`: a matrix of log-likelihood, deviance, AIC, BIC and AICc, a column a model. `vif`: the variance inflation factor of
#'   every moderator.
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ ablat + year, data = bcg)
#' fitstats(res)
#' vif(res)
#' @export
fitstats <- function(object, ..., REML = NULL) {
  models <- list(object, ...)
  table <- vapply(models, statistics_column, numeric(5), REML = REML)
  dimnames(table) <- list(c("logLik:", "deviance:", "AIC:", "BIC:", "AICc:"), if (length(models) > 1) vapply(as.list(sys.call())[-1][seq_along(models)], deparse1, "") else "")
  table
}
#' @rdname fitstats
#' @export
vif <- function(x, ...) UseMethod("vif")
#' @rdname fitstats
#' @export
vif.tausq.rma <- function(x, ...) {
  if (x$int.only) stop("an intercept has no variance inflation factor", call. = FALSE)
  names <- setdiff(rownames(x$b), "intrcpt")
  setNames(diag(solve(stats::cov2cor(x$vb[names, names, drop = FALSE]))), names)
}
#' @export
fitted.tausq.rma <- function(object, ...) setNames(drop(object$X %*% object$b), object$slab)
#' @export
weights.tausq.rma <- function(object, type = "diagonal", ...) {
  w <- if (length(object$weights)) object$weights else 1 / (object$vi + object$tau2)
  if (type == "matrix") return(diag(w, length(w)))
  setNames(100 * w / sum(w), object$slab)
}
#' @export
hatvalues.tausq.rma <- function(model, type = "diagonal", ...) {
  if (type == "diagonal") return(setNames(diagnostics_of(model)$hat, model$slab))
  hat <- hat_matrix(model)
  dimnames(hat) <- list(model$slab, model$slab)
  hat
}
hat_matrix <- function(model) {
  w <- if (length(model$weights)) model$weights else 1 / (model$vi + model$tau2)
  model$X %*% solve(crossprod(model$X, w * model$X), t(w * model$X))
}
#' @export
residuals.tausq.rma <- function(object, type = "response", ...) {
  type <- match.arg(type, c("response", "rstandard", "rstudent", "pearson"))
  raw <- setNames(object$yi, object$slab) - fitted(object)
  switch(type, response = raw, rstandard = rstandard(object)$z, rstudent = rstudent(object)$z,
         pearson = raw / sqrt(object$vi + object$tau2))
}

# (yi - fit) / se with se^2 the diagonal of (I - H) M (I - H)', M = diag(vi + tau2): M (1 - hat) for the model's own weights.
#' @export
rstandard.tausq.rma <- function(model, ...) {
  resid <- residuals(model)
  variance <- model$vi + model$tau2
  if (length(model$weights)) {
    se <- sqrt(drop((diag(model$k) - hat_matrix(model))^2 %*% variance))
  } else {
    se <- sqrt(variance * (1 - hatvalues(model)))
  }
  data.frame(resid = unname(resid), se = unname(se), z = unname(resid / se), row.names = make.unique(model$slab))
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
  data.frame(resid = resid, se = ifelse(z == 0, NA_real_, resid / z), z = z, row.names = make.unique(model$slab))
}
#' @export
cooks.distance.tausq.rma <- function(model, ...) setNames(diagnostics_of(model)$cook_d, model$slab)

# The engine's verb for a fitted model.
rerun <- function(model, verb, extra = list()) {
  request <- engine_request(model$yi, model$vi, model$X, model$slab, model$settings)
  request$options[names(extra)] <- extra
  run_engine(verb, request$data, request$options)
}
diagnostics_of <- function(model) rerun(model, "influence")$diagnostics

#' @export
influence.tausq.rma <- function(model, ...) {
  result <- rerun(model, "influence")
  d <- result$diagnostics
  names <- make.unique(model$slab)
  inf <- data.frame(rstudent = d$rstudent, dffits = d$dffits, cook.d = d$cook_d, cov.r = d$cov_r, tau2.del = d$tau2_deleted, QE.del = d$q_deleted,
                    hat = d$hat, weight = 100 * d$weight, row.names = names)
  dfbs <- do.call(rbind, d$dfbetas_terms)
  if (is.null(dfbs) || ncol(dfbs) == 0) dfbs <- matrix(d$dfbetas, ncol = 1)
  dfbs <- as.data.frame(dfbs)
  names(dfbs) <- rownames(model$b)
  rownames(dfbs) <- names
  inf$inf <- ifelse(d$influential, "*", "")
  structure(list(inf = inf, dfbs = dfbs, ids = model$ids, not.na = rep(TRUE, model$k), tau2 = model$tau2, QE = model$QE, m = model$m, is.infl = setNames(d$influential, names), k = model$k, p = model$p, digits = model$digits),
            class = "infl.tausq.rma")
}
#' @export
print.infl.tausq.rma <- function(x, digits = 4, ...) {
  numbers <- x$inf[setdiff(names(x$inf), "inf")]
  print(cbind(round(numbers, digits), dfbs = round(x$dfbs, digits), inf = x$inf$inf), ...)
  invisible(x)
}
#' @export
dfbetas.tausq.rma <- function(model, ...) influence(model)$dfbs

refit_table <- function(rows, model) {
  data.frame(estimate = rows$estimate, se = rows$se, zval = rows$statistic, pval = rows$p_value, ci.lb = rows$ci_lower, ci.ub = rows$ci_upper,
             Q = rows$q, Qp = rows$q_p, tau2 = rows$tau2, I2 = 100 * rows$i2, H2 = rows$h2, row.names = make.unique(rows$study))
}

#' Leave-one-out analysis
#'
#' @param x a model from [rma()].
#' @param transf function that transforms the estimates, e.g. `exp`.
#' @param ... ignored.
#' @return A data frame: `estimate`, `se`, `zval`, `pval`, `ci.lb`, `ci.ub`, `Q`, `Qp`, `tau2`, `I2`, `H2`, a row a study left out.
#' @examples
#' leave1out(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study), transf = exp)
#' @export
leave1out <- function(x, ...) UseMethod("leave1out")
#' @rdname leave1out
#' @export
leave1out.tausq.rma <- function(x, transf = NULL, ...) {
  if (!x$int.only) stop("leave-one-out tables are for models without moderators; see influence()", call. = FALSE)
  transform_table(refit_table(rerun(x, "influence")$leave_one_out, x), transf)
}

#' Cumulative meta-analysis
#'
#' @inheritParams leave1out
#' @param order values (one a study) by which the studies are added; names of columns of the model's data may be used.
#' @return As [leave1out()], a row a study added.
#' @examples
#' cumul(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg), order = bcg$year)
#' @export
cumul <- function(x, ...) UseMethod("cumul")
#' @rdname cumul
#' @export
cumul.tausq.rma <- function(x, order = NULL, transf = NULL, ...) {
  if (!x$int.only) stop("cumulative analysis is for models without moderators", call. = FALSE)
  order <- values_of(substitute(order), x, parent.frame())
  if (is.null(order)) order <- seq_len(x$k)
  request <- engine_request(x$yi, x$vi, x$X, x$slab, x$settings)
  request$data$order.of.addition <- as.numeric(rank(order, ties.method = "first"))
  request$options$order <- "order.of.addition"
  table <- transform_table(refit_table(run_engine("influence", request$data, request$options)$cumulative, x), transf)
  structure(table, class = c("tausq.cumul", class(table)))
}

# An argument with one value a study, looked up in the model's data; studies that the model left out are left out of it.
values_of <- function(expression, x, env) {
  values <- eval(expression, x$data, env)
  if (is.null(values) || length(values) == x$k) return(values)
  if (length(values) == x$k.all) return(values[x$ids])
  stop("the argument must have one value a study", call. = FALSE)
}

transform_table <- function(table, transf) {
  if (is.null(transf)) return(table)
  for (name in c("estimate", "ci.lb", "ci.ub")) table[[name]] <- vapply(table[[name]], transf, 1)
  table$se <- NA_real_
  table
}

#' Best linear unbiased predictions
#'
#' The true effect of each study, its estimate shrunk towards the mean; `ranef` gives the deviation from the mean.
#'
#' @inheritParams leave1out
#' @param level level of the prediction intervals.
#' @return A data frame: `pred`, `se`, `pi.lb`, `pi.ub`.
#' @examples
#' blup(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, slab = study))
#' @export
blup <- function(x, ...) UseMethod("blup")
#' @rdname blup
#' @export
blup.tausq.rma <- function(x, level, transf = NULL, ...) {
  lambda <- if (x$method %in% common_methods) 0 else x$tau2 / (x$tau2 + x$vi)
  pred <- lambda * x$yi + (1 - lambda) * unname(fitted(x))
  se <- sqrt(lambda * x$vi + (1 - lambda)^2 * rowSums((x$X %*% x$vb) * x$X))
  crit <- quantile_of(x, if (missing(level)) 1 - x$level else as_level(level))
  table <- data.frame(pred = pred, se = se, pi.lb = pred - crit * se, pi.ub = pred + crit * se, row.names = make.unique(x$slab))
  if (!is.null(transf)) {
    for (name in c("pred", "pi.lb", "pi.ub")) table[[name]] <- vapply(table[[name]], transf, 1)
    table$se <- NA_real_
  }
  table
}
#' @rdname blup
#' @export
ranef <- function(x, ...) UseMethod("ranef")
#' @rdname blup
#' @export
ranef.tausq.rma <- function(x, level, ...) {
  common <- x$method %in% common_methods
  resid <- residuals(x)
  lambda <- if (common) 0 * x$vi else x$tau2 / (x$tau2 + x$vi)
  H <- x$X %*% x$vb %*% t(x$X)
  se <- sqrt(pmax(0, x$tau2 * (1 - lambda) + lambda^2 * diag(H)))
  z <- quantile_of(x, if (missing(level)) 1 - x$level else as_level(level))
  pred <- lambda * resid
  data.frame(pred = unname(pred), se = se, pi.lb = unname(pred - z * se), pi.ub = unname(pred + z * se), row.names = make.unique(x$slab))
}

quantile_of <- function(x, level) {
  df <- if (length(x$dfs)) x$dfs[1] else NA
  if (is.na(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
}

#' Predictions of a fitted model
#'
#' @param object a model from [rma()].
#' @param newmods values of the moderators: a vector (one new point, or one moderator at several points) or a matrix with one
#'   column a moderator, without the intercept; `newdata` takes a data frame for models given by a formula.
#' @param newdata data frame with the variables of the formula.
#' @param intercept whether the intercept is added.
#' @param level level of the intervals.
#' @param transf function that transforms the predictions, e.g. `exp`, `transf.ilogit`.
#' @param targs further arguments of `transf`.
#' @param addx whether the values of the moderators are returned as `X`.
#' @param ... ignored.
#' @return A list: `pred`, `se`, `ci.lb`, `ci.ub`, `pi.lb`, `pi.ub`; `as.data.frame` makes it one.
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ ablat, data = bcg)
#' predict(res, newmods = c(10, 30, 50), transf = exp)
#' @export
predict.tausq.rma <- function(object, newmods, newdata, intercept = object$intercept, level, transf = NULL, targs = NULL, addx = FALSE, ...) {
  X <- new_design(object, if (missing(newmods)) NULL else newmods, if (missing(newdata)) NULL else newdata, intercept)
  lvl <- if (missing(level)) 1 - object$level else as_level(level)
  pred <- drop(X %*% object$b)
  se <- sqrt(rowSums((X %*% object$vb) * X))
  crit <- quantile_of(object, lvl)
  random <- !object$method %in% common_methods
  half <- crit * sqrt(object$tau2 + se^2)
  columns <- list(pred = pred, se = se, ci.lb = pred - crit * se, ci.ub = pred + crit * se)
  if (random) columns <- c(columns, list(pi.lb = pred - half, pi.ub = pred + half))
  if (!is.null(transf)) {
    apply_to <- function(values) vapply(values, function(v) if (is.null(targs)) transf(v) else transf(v, targs), 1)
    for (name in setdiff(names(columns), "se")) columns[[name]] <- unname(apply_to(columns[[name]]))
    columns$se <- rep(NA_real_, length(pred))
    for (pair in list(c("ci.lb", "ci.ub"), c("pi.lb", "pi.ub"))) {
      if (is.null(columns[[pair[1]]])) next
      ends <- columns[pair]
      columns[[pair[1]]] <- do.call(pmin, unname(ends))
      columns[[pair[2]]] <- do.call(pmax, unname(ends))
    }
  }
  if (random) columns[c("cr.lb", "cr.ub")] <- columns[c("pi.lb", "pi.ub")]
  columns$slab <- if (missing(newmods) && missing(newdata) && !object$int.only) object$slab else if (nrow(X) == 1) "" else as.character(seq_len(nrow(X)))
  columns$digits <- object$digits
  columns$method <- object$method
  columns$transf <- !is.null(transf)
  if (addx) columns$X <- X
  structure(columns, class = "tausq.list.rma")
}

new_design <- function(object, newmods, newdata, intercept) {
  if (!is.null(newdata)) {
    if (is.null(object$terms)) stop("newdata needs a model whose moderators were given by a formula", call. = FALSE)
    X <- model.matrix(delete.response(object$terms), model.frame(delete.response(object$terms), newdata, xlev = object$xlevels))
    colnames(X)[colnames(X) == "(Intercept)"] <- "intrcpt"
    return(X[, rownames(object$b), drop = FALSE])
  }
  if (is.null(newmods)) return(if (object$int.only) object$X[1, , drop = FALSE] else object$X)
  moderators <- setdiff(rownames(object$b), "intrcpt")
  X <- if (is.matrix(newmods) || is.data.frame(newmods)) as.matrix(newmods)
       else if (length(moderators) == 1) matrix(newmods, ncol = 1) else matrix(newmods, nrow = 1)
  if (ncol(X) != length(moderators)) stop("newmods has ", ncol(X), " columns, the model ", length(moderators), " moderators", call. = FALSE)
  if (!is.null(colnames(X)) && all(moderators %in% colnames(X))) X <- X[, moderators, drop = FALSE]
  if ("intrcpt" %in% rownames(object$b)) X <- cbind(as.numeric(intercept), X)
  colnames(X) <- c(if ("intrcpt" %in% rownames(object$b)) "intrcpt", moderators)
  X
}

prediction_columns <- c("pred", "se", "ci.lb", "ci.ub", "pi.lb", "pi.ub")

#' @export
as.data.frame.tausq.list.rma <- function(x, row.names = NULL, optional = FALSE, ...) {
  as.data.frame(unclass(x)[intersect(prediction_columns, names(x))], row.names = row.names)
}
#' @export
print.tausq.list.rma <- function(x, digits = 4, ...) {
  cat("\n")
  table <- as.data.frame.tausq.list.rma(x)
  print(round(table, if (is.null(x$digits)) digits else x$digits), row.names = nrow(table) > 1)
  cat("\n")
  invisible(x)
}

#' @export
confint.tausq.rma <- function(object, parm, level, fixed = FALSE, random = TRUE, type, ...) {
  lvl <- if (missing(level)) 1 - object$level else as_level(level)
  out <- list(digits = object$digits, ci.null = FALSE)
  if (fixed || object$method %in% common_methods) {
    crit <- quantile_of(object, lvl)
    b <- drop(object$b)
    out$fixed <- cbind(estimate = b, ci.lb = b - crit * object$se, ci.ub = b + crit * object$se)
  }
  if (random && !object$method %in% common_methods) {
    type <- if (missing(type)) (if (object$method %in% c("GENQ", "GENQM")) "GENQ" else "QP") else toupper(type)
    h <- rerun(object, "pool", list(tau2_interval = type, heterogeneity_level = lvl))$heterogeneity
    row <- function(scale, name, power = 1) c(h[[name]], h[[paste0(name, "_ci_lower")]], h[[paste0(name, "_ci_upper")]]) * scale
    tau2 <- row(1, "tau2")
    out$random <- rbind(`tau^2` = tau2, tau = sqrt(tau2), `I^2(%)` = row(100, "i2"), `H^2` = row(1, "h2"))
    colnames(out$random) <- c("estimate", "ci.lb", "ci.ub")
    out[c("lb.sign", "ub.sign", "tau2.min")] <- list("", "", 0)
  }
  structure(out, class = c("tausq.confint.rma", "confint.rma"))
}
#' @export
print.tausq.confint.rma <- function(x, digits = 4, ...) {
  cat("\n")
  for (part in c("fixed", "random")) if (!is.null(x[[part]])) {
    print(round(x[[part]], if (is.null(x$digits)) digits else x$digits))
    cat("\n")
  }
  invisible(x)
}

#' @export
anova.tausq.rma <- function(object, object2, btt, X, ...) {
  if (!missing(X)) return(anova_of_combinations(object, X))
  if (missing(object2)) {
    fit <- set_btt(object, if (missing(btt)) object$btt else btt)
    return(structure(c(fit[c("QM", "QMdf", "QMp", "btt", "k", "p", "m", "test", "digits")], list(type = "Wald.btt", class = "rma.uni")), class = "anova.tausq.rma"))
  }
  if (object$method == "REML" && !identical(object$X, object2$X))
    warning("models with different fixed effects: log-likelihoods of REML are not comparable", call. = FALSE)
  full <- if (object$p >= object2$p) object else object2
  reduced <- if (object$p >= object2$p) object2 else object
  column <- if (full$method == "REML") "REML" else "ML"
  stats <- lapply(list(full, reduced), function(model) setNames(model$fit.stats[[column]], rownames(model$fit.stats)))
  lrt <- stats[[2]][["dev"]] - stats[[1]][["dev"]]
  common <- full$method %in% common_methods
  structure(list(fit.stats.f = stats[[1]], fit.stats.r = stats[[2]], parms.f = full$parms, parms.r = reduced$parms, LRT = lrt,
                 pval = pchisq(max(lrt, 0), full$parms - reduced$parms, lower.tail = FALSE), QE.f = full$QE, QE.r = reduced$QE, tau2.f = full$tau2, tau2.r = reduced$tau2,
                 R2 = if (!common && reduced$tau2 > 0) 100 * max(0, (reduced$tau2 - full$tau2) / reduced$tau2) else NA_real_, method = full$method, class.f = class(full),
                 digits = full$digits, type = "LRT", p.f = full$parms, p.r = reduced$parms), class = "anova.tausq.rma")
}

# Tests of linear combinations of the coefficients: each by itself, and together where they are independent of one another.
anova_of_combinations <- function(object, X) {
  L <- if (is.matrix(X)) X else matrix(X, nrow = 1)
  if (ncol(L) == length(object$b) - 1 && object$int.incl) L <- cbind(0, L)
  if (ncol(L) != length(object$b)) stop("X has ", ncol(L), " columns, the model ", length(object$b), " coefficients", call. = FALSE)
  estimate <- drop(L %*% object$b)
  variance <- L %*% object$vb %*% t(L)
  se <- sqrt(diag(variance))
  df <- if (length(object$dfs)) object$dfs[1] else NA
  z <- estimate / se
  together <- qr(variance)$rank == nrow(L)
  q <- if (together) drop(crossprod(estimate, solve(variance, estimate))) else NA_real_
  m <- nrow(L)
  term <- function(row) paste(ifelse(row[row != 0] == 1, rownames(object$b)[row != 0], paste0(format(row[row != 0]), "*", rownames(object$b)[row != 0])), collapse = " + ")
  structure(list(QM = if (is.na(df)) q else q / m, QMdf = c(m, df), QMp = if (is.na(df)) pchisq(q, m, lower.tail = FALSE) else pf(q / m, m, df, lower.tail = FALSE),
                 hyp = data.frame(hypothesis = paste0(seq_len(m), ": ", apply(L, 1, term), " = 0")), Xb = matrix(estimate), se = se, zval = z,
                 pval = if (is.na(df)) 2 * pnorm(-abs(z)) else 2 * stats::pt(-abs(z), df), k = object$k, p = object$p, m = m, test = object$test, ddf = df, digits = object$digits,
                 type = "Wald.Xb"), class = "anova.tausq.rma")
}
#' @export
print.anova.tausq.rma <- function(x, digits = 4, ...) {
  together <- paste0(fixed(x$QM, digits), " on ", paste(stats::na.omit(x$QMdf), collapse = " and "), " df, ", p_clause(x$QMp, digits), "\n\n")
  switch(x$type,
    Wald.btt = cat("\nTest of Moderators (coefficients ", paste(x$btt, collapse = ","), "): ", together, sep = ""),
    Wald.Xb = {
      cat("\n")
      print(data.frame(x$hyp, estimate = fixed(drop(x$Xb), digits), se = fixed(x$se, digits), zval = fixed(x$zval, digits), pval = p_text(x$pval, digits)), row.names = FALSE)
      if (!is.na(x$QM)) cat("\nAll of them: ", together, sep = "") else cat("\n")
    },
    LRT = {
      cat("\n")
      print(data.frame(df = c(x$p.f, x$p.r), AIC = fixed(c(x$fit.stats.f[["AIC"]], x$fit.stats.r[["AIC"]]), digits), logLik = fixed(c(x$fit.stats.f[["ll"]], x$fit.stats.r[["ll"]]), digits),
                       LRT = c("", fixed(x$LRT, digits)), pval = c("", p_text(x$pval, digits)), QE = fixed(c(x$QE.f, x$QE.r), digits),
                       `tau^2` = fixed(c(x$tau2.f, x$tau2.r), digits), row.names = c("Full", "Reduced"), check.names = FALSE))
      cat("\n")
    })
  invisible(x)
}
