# How a fitted model is printed.

stars <- function(p) as.character(stats::symnum(p, corr = FALSE, na = FALSE, cutpoints = c(0, 0.001, 0.01, 0.05, 0.1, 1), symbols = c("***", "**", "*", ".", " ")))

fixed <- function(x, digits) formatC(x, format = "f", digits = digits[[1]])
p_text <- function(p, digits, least = digits[[1]]) ifelse(is.na(p), "NA", ifelse(p < 10^-least, paste0("< ", fixed(10^-least, least)), fixed(p, least)))
p_clause <- function(p, digits) if (isTRUE(p < 10^-digits[[1]])) paste("p-val", p_text(p, digits)) else paste("p-val =", p_text(p, digits))

model_title <- function(x) {
  kind <- if (x$method %in% common_methods) (if (x$int.only) "Equal-Effects Model" else "Fixed-Effects with Moderators Model")
          else if (x$int.only) "Random-Effects Model" else "Mixed-Effects Model"
  if (x$method %in% c("FE", "CE") && x$int.only) kind <- if (x$method == "FE") "Fixed-Effects Model" else "Common-Effect Model"
  paste0(kind, " (k = ", x$k, if (!x$method %in% common_methods) paste0("; tau^2 estimator: ", x$method), ")")
}

coefficient_table <- function(x, digits) {
  statistic <- if (length(x$dfs) && !is.na(x$dfs[1])) "tval" else "zval"
  digits <- as_digits(digits)
  table <- data.frame(estimate = fixed(drop(x$b), digits[["est"]]), se = fixed(x$se, digits[["se"]]))
  table[[statistic]] <- fixed(x$zval, digits[["test"]])
  if (statistic == "tval") table$df <- format(rep_len(x$dfs, nrow(table)))
  table$pval <- p_text(x$pval, digits[["pval"]])
  table$ci.lb <- fixed(x$ci.lb, digits[["ci"]])
  table$ci.ub <- fixed(x$ci.ub, digits[["ci"]])
  table[[" "]] <- stars(x$pval)
  rownames(table) <- rownames(x$b)
  table
}

print_heterogeneity <- function(x, digits) {
  residual <- if (x$int.only) "" else "residual "
  if (!x$method %in% common_methods) {
    cat("tau^2 (estimated amount of ", if (x$int.only) "total" else "residual", " heterogeneity): ", fixed(x$tau2, digits[["var"]]),
        if (!is.na(x$se.tau2)) paste0(" (SE = ", fixed(x$se.tau2, digits[["sevar"]]), ")"), "\n", sep = "")
    cat("tau (square root of estimated tau^2 value):      ", fixed(sqrt(x$tau2), digits[["var"]]), "\n", sep = "")
  }
  cat("I^2 (", residual, "heterogeneity / unaccounted variability): ", fixed(x$I2, 2), "%\n", sep = "")
  cat("H^2 (unaccounted variability / sampling variability):   ", fixed(x$H2, 2), "\n", sep = "")
  if (!is.null(x$R2) && !is.na(x$R2)) cat("R^2 (amount of heterogeneity accounted for):            ", fixed(x$R2, 2), "%\n", sep = "")
  cat("\nTest for ", residual, "heterogeneity:\n", if (x$int.only) "Q" else "QE", "(df = ", x$k - x$p, ") = ", fixed(x$QE, digits[["test"]]), ", ",
      p_clause(x$QEp, digits[["pval"]]), "\n\n", sep = "")
}

print_fit <- function(x, digits, showfit = FALSE) {
  cat("\n", model_title(x), "\n\n", sep = "")
  if (showfit) {
    stats <- x$fit.stats[[if (x$method == "REML") "REML" else "ML"]]
    print(setNames(fixed(stats, digits[["fit"]]), c("logLik", "deviance", "AIC", "BIC", "AICc")), quote = FALSE)
    cat("\n")
  }
  print_heterogeneity(x, digits)
  if (!x$int.only) {
    f <- length(x$QMdf) > 1 && !is.na(x$QMdf[2])
    cat("Test of Moderators (coefficient", if (length(x$btt) > 1) "s" else "", " ", paste(x$btt, collapse = ","), "):\n",
        if (f) paste0("F(df1 = ", x$QMdf[1], ", df2 = ", x$QMdf[2], ") = ") else paste0("QM(df = ", x$QMdf[1], ") = "),
        fixed(x$QM, digits[["test"]]), ", ", p_clause(x$QMp, digits[["pval"]]), "\n\n", sep = "")
  }
  cat("Model Results:\n\n")
  table <- coefficient_table(x, digits)
  if (x$int.only) print(table, row.names = FALSE) else print(table)
  cat("\n---\nSignif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1\n\n")
}

#' @export
print.tausq.rma <- function(x, digits = x$digits, showfit = FALSE, ...) {
  print_fit(x, as_digits(digits), showfit)
  invisible(x)
}
#' @export
summary.tausq.rma <- function(object, digits, ...) {
  if (!missing(digits)) object$digits <- as_digits(digits)
  structure(object, class = c("summary.tausq.rma", class(object)))
}
#' @export
print.summary.tausq.rma <- function(x, digits = x$digits, ...) {
  print_fit(x, as_digits(digits), TRUE)
  invisible(x)
}
