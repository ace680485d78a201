# Tests of coefficients and of nested models.

#' Tests of coefficients, comparison of nested models
#'
#' @param object,object2 models from [rma()]; two of them are compared by their likelihoods.
#' @param btt coefficients to test together: numbers, or parts of their names; a list of such for several tests.
#' @param X linear combinations of the coefficients, a row each.
#' @param rhs values of the combinations under the null hypothesis.
#' @param digits digits that `print` shows.
#' @param ... ignored.
#' @return A list: `QM`, `QMdf`, `QMp` of a Wald test; with `X` also `Xb`, `se`, `zval`, `pval`; `LRT`, `pval`, `fit.stats.f`, `fit.stats.r`, `R2`
#'   of a comparison. `as.data.frame` makes it a data frame.
#' @examples
#' res <- rma(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, mods = ~ ablat + alloc, data = bcg)
#' anova(res, btt = "alloc")
#' anova(res, X = rbind(c(1, 10, 0, 0), c(1, 30, 0, 0)))
#' @name anova.rma
NULL

#' @rdname anova.rma
#' @export
anova.tausq.rma <- function(object, object2, btt, X, rhs = 0, digits = object$digits, ...) {
  digits <- as_digits(digits)
  if (!missing(X)) return(anova_of_combinations(object, X, rhs, digits))
  if (!missing(object2)) return(anova_of_two(object, object2, digits))
  if (missing(btt)) return(anova_of_coefficients(object, object$btt, digits))
  if (!is.list(btt)) return(anova_of_coefficients(object, btt, digits))
  structure(lapply(btt, function(one) anova_of_coefficients(object, one, digits)), class = "list.anova.tausq.rma")
}

anova_of_coefficients <- function(object, btt, digits) {
  fit <- set_btt(object, btt)
  structure(c(fit[c("QM", "QMdf", "QMp", "btt", "k", "p", "m", "test")], list(digits = digits, type = "Wald.btt", class = "rma.uni", names = rownames(object$b)[fit$btt])),
            class = "anova.tausq.rma")
}

anova_of_two <- function(object, object2, digits) {
  if (object$method != object2$method) stop("the models have different methods", call. = FALSE)
  if (!identical(as.numeric(object$yi), as.numeric(object2$yi))) stop("the models are not of the same effect sizes", call. = FALSE)
  if (object$method == "REML" && !identical(object$X, object2$X))
    warning("models with different fixed effects: log-likelihoods of REML are not comparable", call. = FALSE)
  else if (!object$method %in% c("ML", "REML", common_methods)) warning("a likelihood-ratio test is meant for method ML or REML", call. = FALSE)
  full <- if (object$p >= object2$p) object else object2
  reduced <- if (object$p >= object2$p) object2 else object
  column <- if (full$method == "REML") "REML" else "ML"
  stats <- lapply(list(full, reduced), function(model) setNames(model$fit.stats[[column]], rownames(model$fit.stats)))
  lrt <- stats[[2]][["dev"]] - stats[[1]][["dev"]]
  common <- full$method %in% common_methods
  structure(list(fit.stats.f = stats[[1]], fit.stats.r = stats[[2]], parms.f = full$parms, parms.r = reduced$parms, LRT = lrt,
                 pval = pchisq(max(lrt, 0), full$parms - reduced$parms, lower.tail = FALSE), QE.f = full$QE, QE.r = reduced$QE, tau2.f = full$tau2, tau2.r = reduced$tau2,
                 R2 = if (!common && reduced$tau2 > 0) 100 * max(0, (reduced$tau2 - full$tau2) / reduced$tau2) else NA_real_, method = full$method, class.f = class(full),
                 digits = digits, type = "LRT", p.f = full$parms, p.r = reduced$parms), class = "anova.tausq.rma")
}

# Tests of linear combinations of the coefficients: each by itself, and together where they are independent of one another.
anova_of_combinations <- function(object, X, rhs, digits) {
  L <- if (is.matrix(X)) X else matrix(X, nrow = 1)
  if (ncol(L) == length(object$b) - 1 && object$int.incl) L <- cbind(0, L)
  if (ncol(L) != length(object$b)) stop("X has ", ncol(L), " columns, the model ", length(object$b), " coefficients", call. = FALSE)
  m <- nrow(L)
  rhs <- rep_len(rhs, m)
  estimate <- drop(L %*% object$b)
  variance <- L %*% object$vb %*% t(L)
  se <- sqrt(diag(variance))
  df <- if (length(object$dfs)) object$dfs[1] else NA
  z <- (estimate - rhs) / se
  q <- if (qr(variance)$rank == m) drop(crossprod(estimate - rhs, solve(variance, estimate - rhs))) else NA_real_
  names <- rownames(object$b)
  term <- function(row) paste(ifelse(row[row != 0] == 1, names[row != 0], paste0(format(row[row != 0]), "*", names[row != 0])), collapse = " + ")
  structure(list(QM = if (is.na(df)) q else q / m, QMdf = c(m, df), QMp = if (is.na(df)) pchisq(q, m, lower.tail = FALSE) else pf(q / m, m, df, lower.tail = FALSE),
                 hyp = data.frame(hypothesis = paste0(seq_len(m), ": ", apply(L, 1, term), " = ", format(rhs))), Xb = matrix(estimate), se = se, zval = z,
                 pval = if (is.na(df)) 2 * pnorm(-abs(z)) else 2 * pt(-abs(z), df), k = object$k, p = object$p, m = m, test = object$test, ddf = df, digits = digits,
                 type = "Wald.Xb"), class = "anova.tausq.rma")
}

# The numbers of a test as a data frame, statistics named by their distribution.
#' @export
as.data.frame.anova.tausq.rma <- function(x, row.names = NULL, optional = FALSE, ...) {
  f <- function(df) !is.na(df)
  table <- switch(x$type,
    Wald.btt = if (f(x$QMdf[2])) data.frame(coefs = spans(x$btt), Fval = x$QM, df1 = x$QMdf[1], df2 = x$QMdf[2], pval = x$QMp)
               else data.frame(coefs = spans(x$btt), QM = x$QM, df = x$QMdf[1], pval = x$QMp),
    Wald.Xb = {
      columns <- data.frame(hyp = x$hyp$hypothesis, estimate = drop(x$Xb), se = x$se, zval = x$zval, pval = x$pval)
      if (f(x$ddf)) cbind(setNames(columns[1:4], c("hyp", "estimate", "se", "tval")), df = x$ddf, columns["pval"]) else columns
    },
    LRT = data.frame(df = c(x$p.f, x$p.r), AIC = c(x$fit.stats.f[["AIC"]], x$fit.stats.r[["AIC"]]), BIC = c(x$fit.stats.f[["BIC"]], x$fit.stats.r[["BIC"]]),
                     AICc = c(x$fit.stats.f[["AICc"]], x$fit.stats.r[["AICc"]]), logLik = c(x$fit.stats.f[["ll"]], x$fit.stats.r[["ll"]]), LRT = c(NA, x$LRT),
                     pval = c(NA, x$pval), QE = c(x$QE.f, x$QE.r), `tau^2` = c(x$tau2.f, x$tau2.r), R2 = c(NA, x$R2), row.names = c("Full", "Reduced"), check.names = FALSE))
  if (!is.null(row.names)) rownames(table) <- row.names
  table
}
# 2, 3, 4 and 7 as "2:4,7".
spans <- function(numbers) {
  runs <- split(numbers, cumsum(c(TRUE, diff(numbers) != 1)))
  paste(vapply(runs, function(run) if (length(run) > 1) paste0(run[1], ":", run[length(run)]) else as.character(run), ""), collapse = ",")
}
#' @export
as.data.frame.list.anova.tausq.rma <- function(x, ...) do.call(rbind, lapply(unclass(x), as.data.frame))

#' @export
print.anova.tausq.rma <- function(x, digits = x$digits, ...) {
  digits <- as_digits(digits)
  together <- function() paste0(fixed(x$QM, digits[["test"]]), " on ", paste(stats::na.omit(x$QMdf), collapse = " and "), " df, ", p_clause(x$QMp, digits[["pval"]]), "\n\n")
  if (x$type == "Wald.btt") {
    cat("\nTest of Moderators (coefficients ", spans(x$btt), "): ", together(), sep = "")
    return(invisible(x))
  }
  table <- as.data.frame(x)
  kinds <- c(se = "se", zval = "test", tval = "test", pval = "pval", LRT = "test", QE = "test", `tau^2` = "var", R2 = "het", estimate = "est")
  for (name in setdiff(names(table), c("hyp", "df"))) {
    kind <- if (name %in% names(kinds)) kinds[[name]] else "fit"
    values <- table[[name]]
    table[[name]] <- ifelse(is.na(values), "", if (kind == "pval") p_text(values, digits[["pval"]]) else fixed(values, digits[[kind]]))
  }
  cat("\n")
  print(table, row.names = x$type == "LRT")
  if (x$type == "Wald.Xb" && !is.na(x$QM)) cat("\nAll of them: ", together(), sep = "") else cat("\n")
  invisible(x)
}
#' @export
print.list.anova.tausq.rma <- function(x, ...) {
  cat("\n")
  print(as.data.frame(x), row.names = FALSE)
  cat("\n")
  invisible(x)
}
