# Predictions, limits of coefficients and of heterogeneity.

#' Predictions of a fitted model
#'
#' @param object a model from [rma()].
#' @param newmods values of the moderators: a vector (one new point, or one moderator at several points) or a matrix with one
#'   column a moderator, in the order of the model or under (parts of) their names, without or with the intercept; `newdata` takes a data frame for models given by a formula.
#' @param newdata data frame with the variables of the formula.
#' @param intercept whether the intercept is added.
#' @param level level of the intervals.
#' @param transf function that transforms the predictions, e.g. `exp`, `transf.ilogit`.
#' @param targs further arguments of `transf`.
#' @param vcov whether the variances and covariances of the predictions are returned too: a list of `pred` and `vcov`.
#' @param addx whether the values of the moderators are returned as `X`.
#' @param ... ignored.
#' @return A list: `pred`, `se`, `ci.lb`, `ci.ub`, `pi.lb`, `pi.ub`; `as.data.frame` makes it one.
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ ablat, data = bcg)
#' predict(res, newmods = c(10, 30, 50), transf = exp)
#' @export
predict.tausq.rma <- function(object, newmods, newdata, intercept, level, transf = NULL, targs = NULL, addx = FALSE, vcov = FALSE, ...) {
  fitted <- missing(newmods) && missing(newdata)
  X <- new_design(object, if (missing(newmods)) NULL else newmods, if (missing(newdata)) NULL else newdata, if (missing(intercept)) NULL else intercept)
  lvl <- if (missing(level)) 1 - object$level else as_level(level)
  pred <- drop(X %*% object$b)
  se <- sqrt(rowSums((X %*% object$vb) * X))
  crit <- quantile_of(object, lvl)
  random <- !object$method %in% common_methods
  half <- crit * sqrt(object$tau2 + se^2)
  columns <- list(pred = pred, se = se, ci.lb = pred - crit * se, ci.ub = pred + crit * se)
  if (random) columns <- c(columns, list(pi.lb = pred - half, pi.ub = pred + half))
  columns <- lapply(transformed(columns, transf, targs, "pred"), unname)
  slab <- if (nrow(X) == 1) "" else if (fitted) row_labels(object) else seq_len(nrow(X))
  out <- rma_list(columns, slab, object$digits, method = object$method, transf = !is.null(transf))
  out[c("cr.lb", "cr.ub")] <- columns[c("pi.lb", "pi.ub")]  # what older scripts call them
  if (addx) out$X <- X
  if (vcov) list(pred = out, vcov = X %*% object$vb %*% t(X)) else out
}

new_design <- function(object, newmods, newdata, intercept) {
  if (!is.null(newdata)) {
    if (is.null(object$terms)) stop("newdata needs a model whose moderators were given by a formula", call. = FALSE)
    X <- model.matrix(delete.response(object$terms), model.frame(delete.response(object$terms), newdata, xlev = object$xlevels))
    colnames(X)[colnames(X) == "(Intercept)"] <- "intrcpt"
    return(X[, rownames(object$b), drop = FALSE])
  }
  if (is.null(newmods)) return(if (object$int.only) object$X[1, , drop = FALSE] else shown_design(object))
  terms <- rownames(object$b)
  moderators <- setdiff(terms, "intrcpt")
  X <- if (is.matrix(newmods) || is.data.frame(newmods)) as.matrix(newmods)
       else if (length(moderators) == 1) matrix(newmods, ncol = 1) else matrix(newmods, nrow = 1, dimnames = list(NULL, names(newmods)))
  if (ncol(X) == length(terms) && object$int.incl && is.null(colnames(X))) {
    if (!is.null(intercept)) warning("intercept is ignored: newmods has a column for it", call. = FALSE)
    colnames(X) <- terms
    return(X)
  }
  if (ncol(X) != length(moderators)) stop("newmods has ", ncol(X), " columns, the model ", length(moderators), " moderators", call. = FALSE)
  if (!is.null(colnames(X)) && all(nzchar(colnames(X))) && length(moderators) > 1) {
    at <- moderators_named(colnames(X), moderators)
    X <- X[, order(at), drop = FALSE]
  }
  if (object$int.incl) X <- cbind(as.numeric(is.null(intercept) || intercept), X)
  colnames(X) <- c(if (object$int.incl) "intrcpt", moderators)
  X
}

# Which moderators the names mean: those that hold them, the shortest where several do.
moderators_named <- function(names, moderators) {
  at <- vapply(names, function(name) {
    holding <- grep(name, moderators, fixed = TRUE)
    if (!length(holding)) stop("newmods: the model has no moderator ", name, call. = FALSE)
    shortest <- holding[nchar(moderators[holding]) == min(nchar(moderators[holding]))]
    if (length(shortest) > 1) stop("newmods: ", name, " may mean ", paste(moderators[shortest], collapse = " and "), call. = FALSE)
    shortest
  }, 1L)
  if (anyDuplicated(at)) stop("newmods names moderator ", moderators[at[duplicated(at)][1]], " twice", call. = FALSE)
  at
}

#' @export
confint.tausq.rma <- function(object, parm, level, fixed = FALSE, random = TRUE, type, digits = object$digits, transf = NULL, targs = NULL, ...) {
  lvl <- if (missing(level)) 1 - object$level else as_level(level)
  out <- list(digits = as_digits(digits), ci.null = FALSE)
  if (fixed || object$method %in% common_methods) {
    crit <- quantile_of(object, lvl)
    b <- drop(object$b)
    out$fixed <- limits_matrix(list(estimate = b, se = object$se, ci.lb = b - crit * object$se, ci.ub = b + crit * object$se), rownames(object$b), transf, targs)
  }
  if (random && !object$method %in% common_methods) {
    type <- if (missing(type)) (if (object$method %in% c("GENQ", "GENQM")) "GENQ" else "QP") else toupper(type)
    out$random <- if (type == "WALD") wald_limits(object, lvl) else heterogeneity_limits(rerun(object, "pool", list(tau2_interval = type, heterogeneity_level = lvl))$heterogeneity)
    out[c("lb.sign", "ub.sign", "tau2.min")] <- list("", "", 0)
  }
  structure(out, class = c("tausq.confint.rma", "confint.rma"))
}
limits_matrix <- function(columns, names, transf = NULL, targs = NULL) {
  columns <- transformed(columns, transf, targs)
  matrix(unlist(columns[c("estimate", "ci.lb", "ci.ub")]), ncol = 3, dimnames = list(names, c("estimate", "ci.lb", "ci.ub")))
}
heterogeneity_names <- c("tau^2", "tau", "I^2(%)", "H^2")
heterogeneity_limits <- function(h) {
  row <- function(scale, name) c(h[[name]], h[[paste0(name, "_ci_lower")]], h[[paste0(name, "_ci_upper")]]) * scale
  tau2 <- row(1, "tau2")
  matrix(c(tau2, sqrt(tau2), row(100, "i2"), row(1, "h2")), ncol = 3, byrow = TRUE, dimnames = list(heterogeneity_names, c("estimate", "ci.lb", "ci.ub")))
}
# tau2 -+ z se(tau2), not below 0, with I2 and H2 at the same typical variance v: H2 = 1 + tau2 / v.
wald_limits <- function(object, level) {
  tau2 <- pmax(0, object$tau2 + c(0, -1, 1) * qnorm((1 + level) / 2) * object$se.tau2)
  v <- if (object$H2 > 1) object$tau2 / (object$H2 - 1) else NA_real_
  matrix(c(tau2, sqrt(tau2), 100 * tau2 / (tau2 + v), 1 + tau2 / v), ncol = 3, byrow = TRUE, dimnames = list(heterogeneity_names, c("estimate", "ci.lb", "ci.ub")))
}
#' @export
as.data.frame.tausq.confint.rma <- function(x, row.names = NULL, optional = FALSE, ...) as.data.frame(rbind(x$fixed, x$random), row.names = row.names)
#' @export
print.tausq.confint.rma <- function(x, digits = x$digits, ...) {
  cat("\n")
  for (part in c("fixed", "random")) if (!is.null(x[[part]])) {
    print(round(x[[part]], as_digits(digits)[["ci"]]))
    cat("\n")
  }
  invisible(x)
}
