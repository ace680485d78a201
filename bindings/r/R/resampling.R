# Fits by the thousand: permutation tests, bootstrap and all subsets.

#' Permutation tests
#'
#' With the arguments and components of `metafor::permutest()`: signs of the effect sizes are flipped for a mean, rows of the moderators
#' are permuted for a regression. All permutations are gone through where that takes at most `iter` of them or `exact = TRUE`; else `iter`
#' are drawn at random, by tausq's own generator and `seed`.
#'
#' @param x a model from [rma()].
#' @param exact whether all permutations are gone through, however many (up to a million).
#' @param iter permutations at most.
#' @param seed of the random permutations.
#' @param btt coefficients of the omnibus test, as for [rma()].
#' @param control ignored but for `stat` and `p2defn`, which must be those of tausq: `"test"` and `"abs"`.
#' @param progbar,... ignored.
#' @return A list: `pval` (two-sided, by permutation), `QMp` for all moderators together, `X.iter` (number of permutations), `exact`, and `b`,
#'   `se`, `zval`, `ci.lb`, `ci.ub` of the model.
#' @examples
#' permutest(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' @export
permutest <- function(x, ...) UseMethod("permutest")
#' @rdname permutest
#' @export
permutest.tausq.rma <- function(x, exact = FALSE, iter = 1000, btt, seed = 1, progbar = FALSE, control = list(), ...) {
  if (!identical(control$stat, "test") && !is.null(control$stat)) stop("control: stat must be \"test\"", call. = FALSE)
  if (!identical(control$p2defn, "abs") && !is.null(control$p2defn)) stop("control: p2defn must be \"abs\"", call. = FALSE)
  if (!missing(btt)) x <- set_btt(x, btt)
  test <- rerun(x, "pool", list(permutations = if (exact) 0 else iter, seed = seed))$permutation
  if (!test$status %in% c("ok", "converged")) stop(test$reason, call. = FALSE)
  at <- match(rownames(x$b), coefficient_names(x))
  structure(c(list(pval = test$p_value[at], QMp = if (x$int.only) test$p_value[1] else test$qm_p, exact = test$exact, X.iter = test$permutations),
              x[c("b", "beta", "se", "zval", "ci.lb", "ci.ub", "QM", "QMdf", "dfs", "btt", "int.only", "test", "method", "k", "p", "digits")]), class = "tausq.permutest")
}
# Coefficients in the order of the engine: the intercept first.
coefficient_names <- function(x) {
  names <- rownames(x$b)
  names[order(names != "intrcpt")]
}
#' @export
coef.tausq.permutest <- function(object, ...) {
  data.frame(estimate = drop(object$b), se = object$se, zval = object$zval, pval = object$pval, ci.lb = object$ci.lb, ci.ub = object$ci.ub, row.names = rownames(object$b))
}
#' @export
print.tausq.permutest <- function(x, digits = x$digits, ...) {
  cat("\nPermutation test (", if (x$exact) "exact, " else "", x$X.iter, " permutations)\n\n", sep = "")
  if (!x$int.only) cat("Test of Moderators (coefficients ", paste(x$btt, collapse = ","), "): ", fixed(x$QM, digits), ", ", p_clause(x$QMp, digits), "\n\n", sep = "")
  print(data.frame(estimate = fixed(drop(x$b), digits), se = fixed(x$se, digits), zval = fixed(x$zval, digits), `pval*` = p_text(x$pval, digits),
                   ci.lb = fixed(x$ci.lb, digits), ci.ub = fixed(x$ci.ub, digits), row.names = rownames(x$b), check.names = FALSE))
  cat("\n")
  invisible(x)
}

#' Bootstrap of everything that a model estimates
#'
#' Pooled effect or coefficients, tau2, I2, H2, Q and the ends of the prediction interval, refitted to `iter` replicates: studies drawn with
#' replacement, or effect sizes drawn from the fitted model. No number depends on the number of threads. [pool()] takes
#' `bootstrap = "parametric"` or `"nonparametric"` for models of counts too.
#'
#' @param x a model from [rma()].
#' @param type how replicates are made.
#' @param iter replicates.
#' @param seed of the replicates.
#' @param ... ignored.
#' @return A list: `res`, a data frame with a row a quantity (`estimate`, `bias`, `se`, the percentile, basic and bias-corrected accelerated
#'   intervals, `replicates` that have the quantity), on the analysis scale, I2 a fraction; `failures`, a data frame of the reasons why
#'   replicates lack a quantity; `type`, `iter` and `level`.
#' @references Efron, B. and Tibshirani, R. J. (1993) *An Introduction to the Bootstrap*; Viechtbauer, W. (2007) *Statistics in Medicine* 26:37.
#' @examples
#' bootstrap(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg), iter = 500)
#' @export
bootstrap <- function(x, ...) UseMethod("bootstrap")
#' @rdname bootstrap
#' @export
bootstrap.tausq.rma <- function(x, type = c("nonparametric", "parametric"), iter = 2000, seed = 1, ...) {
  type <- match.arg(type)
  result <- rerun(x, "pool", list(bootstrap = type, replicates = iter, seed = seed))
  boot <- result$bootstrap
  if (!boot$status %in% c("ok", "converged")) stop(boot$reason, call. = FALSE)
  q <- boot$quantities
  intervals <- do.call(cbind, lapply(c("percentile", "basic", "bca"), function(kind)
    setNames(q[[kind]][c("ci_lower", "ci_upper")], paste0(kind, c(".lb", ".ub")))))
  res <- cbind(data.frame(estimate = q$estimate, bias = q$bias, se = q$se, row.names = make.unique(q$label)), intervals, replicates = q$replicates)
  structure(list(res = res, failures = boot$failures, type = type, iter = boot$replicates, level = result$options$level, digits = x$digits), class = "tausq.bootstrap")
}
#' @export
print.tausq.bootstrap <- function(x, digits = x$digits, ...) {
  cat("\nBootstrap (", x$type, ", ", x$iter, " replicates; ", format(100 * x$level), "% intervals)\n\n", sep = "")
  shown <- x$res[c("estimate", "bias", "se", "percentile.lb", "percentile.ub", "bca.lb", "bca.ub")]
  print(as.data.frame(lapply(shown, fixed, digits), row.names = rownames(shown)))
  for (i in seq_len(NROW(x$failures))) cat("\n", x$failures$replicates[i], " replicates lack an estimate: ", x$failures$reason[i], sep = "")
  cat("\n")
  invisible(x)
}

#' Fits to all subsets of the studies (GOSH)
#'
#' With the arguments of `metafor::gosh()`. The engine fits a million subsets in a second or less; `plot` draws heterogeneity against effect.
#'
#' @param x a model from [rma()] without moderators.
#' @param subsets subsets at most, drawn at random where there are more; by default all, or a million of them.
#' @param seed of the random subsets.
#' @param progbar,... ignored; for `plot` passed on to [graphics::plot()].
#' @param het heterogeneity on the axis: `"I2"` or `"tau2"`.
#' @return A list: `res`, a data frame with `k`, `estimate`, `tau2` and `I2` (percent) of every subset; `incl`, a matrix that says which
#'   studies take part.
#' @examples
#' subsets <- gosh(rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg))
#' plot(subsets)
#' @export
gosh <- function(x, ...) UseMethod("gosh")
#' @rdname gosh
#' @export
gosh.tausq.rma <- function(x, subsets = NULL, seed = 1, progbar = FALSE, ...) {
  if (!x$int.only) stop("all subsets are fitted for models without moderators", call. = FALSE)
  if (is.null(subsets)) subsets <- if (x$k < 20) 0 else 1e6
  result <- rerun(x, "influence", list(gosh = subsets, seed = seed))
  if (!result$gosh$status %in% c("ok", "converged")) stop(result$gosh$reason, call. = FALSE)
  fits <- attr(result, "subsets")
  incl <- fits$included
  colnames(incl) <- result$gosh$studies
  structure(list(res = data.frame(k = rowSums(incl), estimate = fits$estimate, tau2 = fits$tau2, I2 = 100 * fits$i2), incl = incl, k = x$k, exhaustive = result$gosh$exhaustive,
                 measure = x$measure, method = x$method), class = c("tausq.gosh", "gosh.rma"))
}
#' @export
print.tausq.gosh <- function(x, digits = 4, ...) {
  cat("\nModels fitted: ", nrow(x$res), if (x$exhaustive) " (all subsets)" else " (random subsets)", "\n\n", sep = "")
  print(round(vapply(x$res[c("estimate", "tau2", "I2")], function(values) c(mean = mean(values), stats::quantile(values)), numeric(6)), digits))
  cat("\n")
  invisible(x)
}
#' @rdname gosh
#' @export
plot.tausq.gosh <- function(x, het = "I2", ...) {
  het <- match.arg(het, c("I2", "tau2"))
  plot(x$res$estimate, x$res[[het]], pch = 20, col = grDevices::adjustcolor("black", 0.2), xlab = "Pooled estimate", ylab = if (het == "I2") "I^2 (%)" else "tau^2", las = 1, ...)
  invisible(x)
}
