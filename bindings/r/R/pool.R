# The engine's verbs in its own words.

#' Meta-analysis of study records
#'
#' Effect sizes, common- and random-effects estimates, heterogeneity, prediction, subgroups and meta-regression, by the
#' same engine, with the same names and the same digits as the command line `tausq pool`.
#'
#' A user who names nothing but the data gets the best-founded analysis: the exact-likelihood binomial-normal model for
#' single-arm counts, the conditional hypergeometric-normal model with Mantel-Haenszel beside it for two arms, restricted
#' maximum likelihood with a guarded Hartung-Knapp interval for everything else. `result$options` says what was chosen.
#'
#' @param data a data frame, a list of columns, or the path of a CSV, TSV, JSON or JSON Lines file. Columns are recognised by
#'   name: `study`; `events`, `total`; `ai`, `bi`, `ci`, `di`; `event.e`, `n.e`, `event.c`, `n.c`; `yi`, `vi` and so on.
#' @param measure effect measure, e.g. `"PLO"`, `"OR"`, `"SMD"`; see [tausq_methods()].
#' @param ... further options under the names of the command line with `_` in place of `-`: `pooling`, `tau2`, `interval`,
#'   `tau2_interval`, `prediction`, `model`, `level`, `study_interval`, `add`, `to`, `drop00`, `vtype`, `glmm`, `subgroup`,
#'   `common_tau2`, `mods`, `intercept`, `preset`, `where`, `treatment`, `control`, `columns = c(events = "xi")`; of a file also
#'   `delimiter`, `decimal` (`","`) and `encoding` (`"latin1"`), ...
#' @return A list of class `tausq_pool` whose names are the keys of the JSON output: `input`, `options`, `studies` (a data
#'   frame), `common`, `random`, `prediction`, `heterogeneity`, `fit`, `subgroups`, `subgroup_test`, `regression`, `tests`,
#'   `warnings`. Estimates stand on the analysis scale (log odds, log odds ratio, ...), `display` holds the natural one.
#'   I2 and weights are fractions. A number that is not known is `NA`, and `status` and `reason` say why.
#' @section Errors: a condition of class `tausq_input_error` carries all problems of the records in `$problems`, a data frame
#'   with row, column, value and rule; `tausq_usage_error` names the option that contradicts the data or another option.
#' @examples
#' trials <- data.frame(study = c("A", "B", "C"), events = c(16, 4, 0), total = c(20, 21, 22))
#' result <- pool(trials)
#' result$random$display
#' pool(bcg, measure = "RR", pooling = "inverse")$heterogeneity$tau2
#' @export
pool <- function(data, measure = NULL, ...) {
  options <- list(measure = measure, ...)
  if (is.null(options$sensitivity)) options$sensitivity <- TRUE
  structure(run_engine("pool", data, options, sys.call(), TRUE), class = "tausq_pool")
}

#' Effect sizes of every study
#'
#' @inheritParams pool
#' @return As [pool()], without pooled estimates: the effect sizes are in `$studies`.
#' @examples
#' effect_sizes(bcg, measure = "RR")$studies[, c("study", "yi", "vi")]
#' @export
effect_sizes <- function(data, measure = NULL, ...) {
  structure(run_engine("effects", data, list(measure = measure, ...), sys.call(), TRUE), class = "tausq_pool")
}

#' Check study records
#'
#' Reads and validates the records and fits nothing.
#'
#' @inheritParams pool
#' @return A list: `input` with the account of every row, `layout`, `records` (a data frame), `warnings`.
#' @examples
#' check_records(data.frame(study = c("A", "B"), events = c(3, 1), total = c(10, 12)))
#' @export
check_records <- function(data, measure = NULL, ...) {
  structure(run_engine("check", data, list(measure = measure, ...), sys.call(), TRUE), class = "tausq_pool")
}

#' How much each study matters
#'
#' Leave-one-out and cumulative analysis, influence diagnostics, Baujat points and best linear unbiased predictions.
#'
#' @inheritParams pool
#' @param ... options as in [pool()], and `order`, the column that orders the cumulative analysis.
#' @return A list of data frames: `leave_one_out`, `cumulative`, `diagnostics`, `baujat`, `blup`.
#' @examples
#' study_influence(bcg, measure = "RR", pooling = "inverse")$diagnostics[, c("study", "cook_d")]
#' @export
study_influence <- function(data, measure = NULL, ...) {
  structure(run_engine("influence", data, list(measure = measure, ...), sys.call(), TRUE), class = "tausq_pool")
}

#' Small-study effects
#'
#' Tests of funnel-plot asymmetry, limit estimates, trim and fill, fail-safe N, excess significance, selection model.
#'
#' @inheritParams pool
#' @param ... options as in [pool()], and those of the tests: `tests`, `predictor`, `estimator`, `side`, `target`, `alpha`,
#'   `alternative`, `selection_steps`, `selection_weights`; `model = "lm"` or `"rma"` is the form of Egger's test.
#' @return A list: `tests` (a data frame), `limit_estimates`, `trim_fill`, `fail_safe_n`, `excess_significance`, `selection`.
#' @examples
#' small_study_effects(bcg, measure = "RR")$tests[, c("test", "statistic", "p_value")]
#' @export
small_study_effects <- function(data, measure = NULL, ...) {
  structure(run_engine("bias", data, list(measure = measure, ...), sys.call(), TRUE), class = "tausq_pool")
}

#' Forest-plot data
#'
#' Everything that a plotting program needs, with no statistics left to do.
#'
#' @inheritParams pool
#' @param file where to write the engine's own drawing as SVG; nowhere by default.
#' @return A list: `scale`, `axis`, `columns`, `rows` (a data frame with a row a line of the plot).
#' @examples
#' forest_data(bcg, measure = "RR")$rows[, c("type", "label", "estimate")]
#' @export
forest_data <- function(data, measure = NULL, ..., file = NULL) {
  table <- run_engine("forest", data, list(measure = measure, ...), sys.call(), TRUE)
  svg <- attr(table, "text")
  attr(table, "text") <- NULL
  if (!is.null(file)) writeLines(enc2utf8(svg), file, useBytes = TRUE)
  table
}

#' @export
print.tausq_pool <- function(x, ...) {
  cat(attr(x, "text"))
  invisible(x)
}

#' @export
summary.tausq_pool <- function(object, ...) object

#' @export
coef.tausq_pool <- function(object, ...) {
  if (!is.null(object$regression)) return(setNames(object$regression$beta, object$regression$terms))
  c(common = object$common$estimate, random = object$random$estimate)
}

#' @export
as.data.frame.tausq_pool <- function(x, row.names = NULL, optional = FALSE, ...) x$studies
