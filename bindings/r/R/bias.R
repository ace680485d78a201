# Small-study effects as metafor's trimfill(), regtest(), ranktest() and fsn() give them.

#' Small-study effects
#'
#' `trimfill` imputes studies, `regtest` is Egger's regression in both its forms, `ranktest` Begg's rank correlation, `fsn` the
#' fail-safe N.
#'
#' @param x a model from [rma()]; for `regtest`, `ranktest` and `fsn` also a vector of effect sizes.
#' @param side,estimator side of the funnel (`"left"` or `"right"`) and estimator (`"L0"`, `"R0"`, `"Q0"`) of trim and fill.
#' @param vi,sei,ni variances or standard errors (and sample sizes) where `x` holds effect sizes; Orwin's number needs neither.
#' @param model,predictor form (`"rma"` or `"lm"`) and predictor (`"sei"`, `"vi"`, `"ni"`, `"ninv"`, `"sqrtni"`, `"sqrtninv"`) of
#'   Egger's test.
#' @param type,alpha,target `"Rosenthal"`, `"Orwin"` or `"Rosenberg"`, with its significance level or target effect.
#' @param data data frame in which `x`, `vi`, `sei` and `subset` are looked up.
#' @param subset rows to use.
#' @param ... ignored.
#' @return `trimfill`: a model as from [rma()] with `k0`, `se.k0`, `side`, `fill`. `regtest`: `zval` or `tval`, `dfs`, `pval`, `est` (the
#'   limit estimate), `ci.lb`, `ci.ub`. `ranktest`: `tau`, `pval`. `fsn`: `fsnum`, `pval`.
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' regtest(res)
#' ranktest(res)
#' trimfill(res)
#' @name small-study
#' @export
trimfill <- function(x, ...) UseMethod("trimfill")
#' @rdname small-study
#' @export
trimfill.tausq.rma <- function(x, side, estimator = "L0", ...) {
  if (!x$int.only) stop("trim and fill is for models without moderators", call. = FALSE)
  extra <- list(estimator = toupper(estimator))
  if (!missing(side)) extra$side <- side
  result <- rerun_bias(x, extra)$trim_fill
  if (!result$status %in% c("ok", "converged")) stop(result$reason, call. = FALSE)
  imputed <- result$imputed
  settings <- x$settings
  settings$ni <- NULL
  filled <- rma_fit(c(x$yi, imputed$yi), c(x$vi, imputed$vi), matrix(1, x$k + nrow(imputed), 1, dimnames = list(NULL, "intrcpt")),
                    c(x$slab, if (nrow(imputed)) paste("Filled", seq_len(nrow(imputed)))), settings)
  filled$k0 <- result$k0
  filled$se.k0 <- result$se_k0
  filled$p.k0 <- result$p_k0
  filled$k0.est <- toupper(estimator)
  filled$side <- result$side
  filled$fill <- rep(c(FALSE, TRUE), c(x$k, nrow(imputed)))
  filled$digits <- x$digits
  filled$measure <- x$measure
  filled$call <- x$call
  class(filled) <- c("tausq.rma.trimfill", "rma.uni.trimfill", class(filled))
  filled
}
#' @export
print.tausq.rma.trimfill <- function(x, ...) {
  cat("\nEstimated number of missing studies on the ", x$side, " side: ", x$k0, if (!is.na(x$se.k0)) paste0(" (SE = ", fixed(x$se.k0, x$digits), ")"), "\n", sep = "")
  NextMethod()
}

rerun_bias <- function(x, extra) {
  request <- engine_request(x$yi, x$vi, x$X, x$slab, x$settings)
  # The engine's option `model` of this verb is the form of Egger's test, and which estimate it is is told by the estimator.
  keep <- setdiff(names(request$options), c("model", "mods", "intercept"))
  run_engine("bias", request$data, c(request$options[keep], extra))
}

# The model that a call names, or one of the effect sizes that it names, looked up in its data.
model_of_call <- function(call, env, method = "REML", variances = TRUE) {
  data <- if (is.null(call$data)) NULL else as.data.frame(eval(call$data, env))
  x <- eval(call$x, data, env)
  if (inherits(x, "tausq.rma")) return(x)
  if (inherits(x, "rma")) stop("not offered for models of this kind", call. = FALSE)
  value <- function(name) if (is.null(call[[name]])) NULL else eval(call[[name]], data, env)
  if (inherits(x, "escalc")) {
    data <- x
    x <- data[[attr(data, "yi.names")[1]]]
    call$vi <- as.name(attr(data, "vi.names")[1])
  }
  vi <- if (!is.null(call$vi)) value("vi") else if (!is.null(call$sei)) value("sei")^2 else if (!variances) rep(1, length(x))
  if (is.null(vi)) stop("effect sizes need their variances vi or standard errors sei", call. = FALSE)
  rows <- subset_rows(value("subset"), length(x))
  ni <- if (!is.null(call$ni)) value("ni") else attr(x, "ni")
  rma(yi = as.numeric(x)[rows], vi = rep_len(vi, length(x))[rows], ni = ni[rows], method = method)
}

#' @rdname small-study
#' @export
regtest <- function(x, vi, sei, ni, model = "rma", predictor = "sei", data, subset, ...) {
  x <- model_of_call(match.call(), parent.frame())
  result <- rerun_bias(x, list(tests = "egger", model = model, predictor = predictor))
  test <- result$tests[1, ]
  if (!test$status %in% c("ok", "converged")) stop(test$reason, call. = FALSE)
  limit <- result$limit_estimates
  at <- which(limit$predictor == predictor & limit$model == model)
  out <- list(model = model, predictor = predictor, zval = test$statistic, pval = test$p_value, dfs = test$df, ddf = test$df, method = x$method, slope = test$slope,
              est = if (length(at)) limit$estimate[at] else NA_real_, ci.lb = if (length(at)) limit$ci_lower[at] else NA_real_,
              ci.ub = if (length(at)) limit$ci_upper[at] else NA_real_, digits = 4)
  structure(out, class = "regtest.tausq")
}
#' @export
print.regtest.tausq <- function(x, digits = x$digits, ...) {
  cat("\nRegression Test for Funnel Plot Asymmetry\n\nModel: ", if (x$model == "lm") "weighted regression with multiplicative dispersion" else "mixed-effects meta-regression",
      "\nPredictor: ", x$predictor, "\n\n", if (is.na(x$dfs)) "z" else paste0("t (df = ", x$dfs, ")"), " = ", fixed(x$zval, digits), ", ", p_clause(x$pval, digits), "\n", sep = "")
  if (!is.na(x$est)) cat("Limit estimate: ", fixed(x$est, digits), " (CI: ", fixed(x$ci.lb, digits), ", ", fixed(x$ci.ub, digits), ")\n", sep = "")
  cat("\n")
  invisible(x)
}

#' @rdname small-study
#' @export
ranktest <- function(x, vi, sei, data, subset, ...) {
  x <- model_of_call(match.call(), parent.frame())
  test <- rerun_bias(x, list(tests = "begg"))$tests[1, ]
  structure(list(tau = test$kendall_tau, pval = test$p_value, digits = 4), class = "ranktest.tausq")
}
#' @export
print.ranktest.tausq <- function(x, digits = x$digits, ...) {
  cat("\nRank Correlation Test for Funnel Plot Asymmetry\n\nKendall's tau = ", fixed(x$tau, digits), ", ", p_clause(x$pval, digits), "\n\n", sep = "")
  invisible(x)
}

#' @rdname small-study
#' @export
fsn <- function(x, vi, sei, data, subset, type = "Rosenthal", alpha = .05, target, ...) {
  type <- choose(type, list(Rosenthal = "Rosenthal", Orwin = "Orwin", Rosenberg = "Rosenberg"), "type")
  x <- model_of_call(match.call(), parent.frame(), "EE", type != "Orwin")
  extra <- list(alpha = alpha)
  if (!missing(target)) extra$target <- target
  if (type == "Orwin" && length(unique(x$vi)) > 1) return(orwin_weighted(x, alpha, if (missing(target)) NULL else target))
  table <- rerun_bias(x, extra)$fail_safe_n
  row <- table[table$type == tolower(type), ]
  structure(list(type = type, fsnum = row$n, alpha = alpha, pval = row$p_value, target = row$target, digits = 4), class = "fsn.tausq")
}
# Orwin's number of a mean weighted by precision: studies of no effect that bring it down to the target, half of it by default.
orwin_weighted <- function(x, alpha, target) {
  mean <- stats::weighted.mean(x$yi, 1 / x$vi)
  if (is.null(target)) target <- mean / 2
  n <- if (target * mean <= 0) NA_real_ else max(0, ceiling(x$k * (mean - target) / target))
  structure(list(type = "Orwin", fsnum = n, alpha = alpha, pval = NA_real_, meanes = mean, target = target, digits = 4), class = "fsn.tausq")
}
#' @export
print.fsn.tausq <- function(x, ...) {
  cat("\nFail-safe N (", x$type, "): ", format(x$fsnum), "\n\n", sep = "")
  invisible(x)
}

#' The method of Henmi and Copas
#'
#' The common-effect estimate with an interval that allows for heterogeneity and for small-study effects (Henmi and Copas 2010, Statistics
#' in Medicine 29:2969).
#'
#' @param object a model from [rma()] without moderators.
#' @param digits digits that `print` shows.
#' @param transf,targs function that transforms estimate and limits, and its further arguments.
#' @param ... ignored.
#' @return A list: `beta`, `se`, `ci.lb`, `ci.ub`; the same of the model as `beta.rma`, `se.rma`, `ci.lb.rma`, `ci.ub.rma`.
#' @examples
#' hc(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg, method = "DL"))
#' @export
hc <- function(object, ...) UseMethod("hc")
#' @rdname hc
#' @export
hc.tausq.rma <- function(object, digits = object$digits, transf = NULL, targs = NULL, ...) {
  if (!object$int.only) stop("the method of Henmi and Copas is for models without moderators", call. = FALSE)
  side <- rerun(object, "pool", list(interval = "hc"))$random
  if (side$status %in% c("not_estimable", "not_converged")) stop(side$reason, call. = FALSE)
  copas <- transformed(list(estimate = side$estimate, se = side$se, ci.lb = side$ci_lower, ci.ub = side$ci_upper), transf, targs)
  model <- transformed(list(estimate = object$b[1], se = object$se, ci.lb = object$ci.lb, ci.ub = object$ci.ub), transf, targs)
  structure(list(beta = copas$estimate, se = copas$se, ci.lb = copas$ci.lb, ci.ub = copas$ci.ub, beta.rma = model$estimate, se.rma = model$se, ci.lb.rma = model$ci.lb,
                 ci.ub.rma = model$ci.ub, method = "DL", method.rma = object$method, tau2 = object$tau2, digits = as_digits(digits)), class = "hc.tausq")
}
#' @export
print.hc.tausq <- function(x, digits = x$digits, ...) {
  table <- data.frame(method = c("rma", "hc"), tau2.method = c(x$method.rma, x$method), estimate = c(x$beta.rma, x$beta), se = c(x$se.rma, x$se),
                      ci.lb = c(x$ci.lb.rma, x$ci.lb), ci.ub = c(x$ci.ub.rma, x$ci.ub))
  table[3:6] <- lapply(table[3:6], fixed, as_digits(digits)[["est"]])
  cat("\n")
  print(table, row.names = FALSE)
  cat("\n")
  invisible(x)
}
