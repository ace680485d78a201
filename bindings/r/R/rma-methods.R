# What R users do with a fitted model.

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
vcov.tausq.rma <- function(object, type = "fixed", ...) {
  type <- match.arg(type, c("fixed", "obs", "fitted", "resid"))
  if (type == "fixed") return(object$vb)
  at <- study_rows(object)
  variance <- switch(type, obs = diag(object$vi + object$tau2, object$k), fitted = object$X %*% object$vb %*% t(object$X), resid = {
    left <- diag(object$k) - hat_matrix(object)
    left %*% ((object$vi + object$tau2) * t(left))
  })
  structure(unname(variance)[at, at, drop = FALSE], dimnames = list(row_labels(object), row_labels(object)))
}
#' @export
nobs.tausq.rma <- function(object, ...) as.integer(object$k - if (identical(object$method, "REML")) object$p else 0)
#' @export
df.residual.tausq.rma <- function(object, ...) object$k - object$p
#' @export
model.matrix.tausq.rma <- function(object, ...) if (keeps_rows(object)) object$X.f else object$X
#' @export
formula.tausq.rma <- function(x, type = "mods", ...) {
  switch(type, mods = x$formula.mods, yi = x$formula.yi, stop("type = \"", type, "\": must be \"mods\" or \"yi\"", call. = FALSE))
}
#' @export
update.tausq.rma <- function(object, formula., ..., evaluate = TRUE) {
  call <- object$call
  given <- match.call(expand.dots = FALSE)$...
  if (!missing(formula.)) {
    if (is.null(object$formula.yi)) call$mods <- stats::update.formula(if (is.null(object$formula.mods)) ~1 else object$formula.mods, formula.)
    else call$yi <- stats::update.formula(object$formula.yi, formula.)
  }
  for (name in names(given)) call[[name]] <- given[[name]]
  if (evaluate) eval(call, parent.frame()) else call
}
#' @rdname se
#' @export
se.default <- function(object, ...) sqrt(diag(vcov(object, ...)))

#' Standard errors of a model's coefficients
#'
#' @param object a model from [rma()] and its kin, or any model with a method of `vcov`.
#' @param ... passed on to `vcov`.
#' @return A named vector.
#' @examples
#' se(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' @export
se <- function(object, ...) UseMethod("se")

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
#' @param btt coefficients (numbers, or parts of their names) whose inflation is told together.
#' @param REML whether restricted likelihoods are shown; those of the model's own method by default.
#' @return `fitstats`: log-likelihood, deviance, AIC, BIC and AICc, a column a model. `vif`: a list with `vifs`, the variance inflation factor of
#'   every moderator, or one of the coefficients `btt` together (Fox and Monette 1992, J Am Stat Assoc 87:178).
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ ablat + year, data = bcg)
#' fitstats(res)
#' vif(res)
#' @export
fitstats <- function(object, ..., REML = NULL) {
  models <- list(object, ...)
  table <- as.data.frame(lapply(models, statistics_column, REML = REML))
  dimnames(table) <- list(c("logLik:", "deviance:", "AIC:", "BIC:", "AICc:"), if (length(models) > 1) vapply(as.list(sys.call())[-1][seq_along(models)], deparse1, "") else "")
  if (length(models) > 1) table else as.matrix(table)
}
#' @rdname fitstats
#' @export
vif <- function(x, ...) UseMethod("vif")
#' @rdname fitstats
#' @export
vif.tausq.rma <- function(x, btt, ...) {
  if (x$int.only) stop("an intercept has no variance inflation factor", call. = FALSE)
  names <- setdiff(rownames(x$b), "intrcpt")
  correlation <- stats::cov2cor(x$vb[names, names, drop = FALSE])
  if (missing(btt)) {
    vifs <- setNames(diag(solve(correlation)), names)
  } else {
    chosen <- rownames(x$b)[coefficients_named(x, btt)]
    rest <- setdiff(names, chosen)
    vifs <- det(correlation[chosen, chosen, drop = FALSE]) * det(correlation[rest, rest, drop = FALSE]) / det(correlation)
  }
  structure(list(vifs = vifs, digits = x$digits), class = "vif.tausq.rma")
}
#' @export
print.vif.tausq.rma <- function(x, digits = x$digits, ...) {
  cat("\n")
  print(round(x$vifs, as_digits(digits)[["est"]]))
  cat("\n")
  invisible(x)
}
#' @export
fitted.tausq.rma <- function(object, ...) {
  X <- shown_design(object)
  setNames(drop(unname(X) %*% object$b), row_labels(object))
}
# The design of the rows to show. A study that was left out for another reason than its moderators still has them (na.pass).
shown_design <- function(object) {
  if (!keeps_rows(object)) return(object$X)
  if (getOption("na.action") == "na.pass") object$X.f else object$X[study_rows(object), , drop = FALSE]
}
#' @importFrom stats simulate rnorm
#' @export
simulate.tausq.rma <- function(object, nsim = 1, seed = NULL, ...) {
  if (!is.null(seed)) set.seed(seed)
  center <- drop(object$X %*% object$b)
  draws <- replicate(nsim, center + rnorm(object$k, 0, sqrt(object$vi + object$tau2)), simplify = FALSE)
  setNames(as.data.frame(lapply(draws, function(values) unname(values)[study_rows(object)])), paste0("sim_", seq_len(nsim)))
}
#' @export
weights.tausq.rma <- function(object, type = "diagonal", ...) {
  w <- if (length(object$weights)) object$weights else 1 / (object$vi + object$tau2)
  if (type == "diagonal") return(by_study(object, 100 * w / sum(w)))
  at <- study_rows(object)
  structure(diag(w, length(w))[at, at, drop = FALSE], dimnames = list(row_labels(object), row_labels(object)))
}
#' @export
hatvalues.tausq.rma <- function(model, type = "diagonal", ...) {
  if (type == "diagonal") return(by_study(model, diagnostics_of(model)$hat))
  at <- study_rows(model)
  structure(unname(hat_matrix(model))[at, at, drop = FALSE], dimnames = list(row_labels(model), row_labels(model)))
}
hat_matrix <- function(model) {
  w <- if (length(model$weights)) model$weights else 1 / (model$vi + model$tau2)
  model$X %*% solve(crossprod(model$X, w * model$X), t(w * model$X))
}
#' @export
residuals.tausq.rma <- function(object, type = "response", ...) {
  type <- match.arg(type, c("response", "rstandard", "rstudent", "pearson", "cholesky"))
  switch(type, response = {
    yi <- if (!keeps_rows(object)) object$yi else if (getOption("na.action") == "na.pass") object$yi.f else object$yi[study_rows(object)]
    setNames(yi - unname(fitted(object)), row_labels(object))
  }, rstandard = setNames(rstandard(object)$z, row_labels(object)), rstudent = setNames(rstudent(object)$z, row_labels(object)),
    by_study(object, raw_residuals(object) / sqrt(object$vi + object$tau2)))  # sampling errors are independent: Cholesky's are Pearson's
}
# yi less its fitted value, of the studies of the model.
raw_residuals <- function(object) object$yi - drop(object$X %*% object$b)
