# Many meta-analyses at once.

#' Meta-analyses by the million
#'
#' Pools every set of studies by the inverse-variance model, eight sets side by side. The numbers are those of [pool()] to 14
#' digits; they depend neither on the other sets nor on `threads` nor on the processor.
#'
#' @param yi,vi effect sizes and their sampling variances: matrices with a row a set, or vectors with `by`. An entry that is `NA` in
#'   any of them is no study.
#' @param events,total single-arm counts in place of effect sizes.
#' @param ai,bi,ci,di two-by-two tables in place of effect sizes.
#' @param by the key of every entry, where the others are vectors; rows of a key need not stand together.
#' @param threads how many threads; 0 for one a processor.
#' @param ... options of [pool()] that concern inverse-variance means: `measure`, `add`, `to`, `drop00`, `tau2`, `interval`,
#'   `prediction`, `model`, `level`, ...
#' @return A data frame with a row a set: `by` where given (in the order in which keys first appear), `status`, `k`, `estimate`, `se`,
#'   `statistic`, `df`, `p_value`, `ci_lower`, `ci_upper`, `prediction_lower`, `prediction_upper`, the same with `common_`, `tau2`, `i2`,
#'   `h2`, `q`, `q_p`. `NA` where a number is undefined; `status` says why.
#' @section Errors: as of [pool()]; `row` is the set and `column` the entry in it.
#' @examples
#' yi <- matrix(c(0.1, 0.3, 0.5, 0.2, 0.4, NA), 2)
#' batch(yi, yi * 0 + 0.04, tau2 = "DL")[, c("k", "estimate", "tau2")]
#' with(bcg, batch(ai = events_t, bi = total_t - events_t, ci = events_c, di = total_c - events_c, by = alloc, measure = "RR"))[, 1:5]
#' @export
batch <- function(yi, vi, events, total, ai, bi, ci, di, by = NULL, threads = 1, ...) {
  columns <- if (!missing(ai)) list(ai = ai, bi = bi, ci = ci, di = di)
             else if (!missing(events)) list(events = events, total = total)
             else list(yi = yi, vi = vi)
  if (length(unique(lengths(columns))) > 1) stop("columns of different lengths", call. = FALSE)
  first <- columns[[1]]
  keys <- NULL
  if (is.null(by)) {
    if (!is.matrix(first)) stop("without `by`, batch() takes matrices with a row a set", call. = FALSE)
    offsets <- seq(0, length(first), by = max(1, ncol(first)))
    columns <- lapply(columns, function(column) as.double(t(column)))
  } else {
    if (length(by) != length(first)) stop("`by` has a key for every entry", call. = FALSE)
    keys <- unique(by)
    place <- match(by, keys)
    order <- order(place)
    offsets <- c(0, cumsum(tabulate(place, length(keys))))
    columns <- lapply(columns, function(column) as.double(column)[order])
  }
  options <- list(...)
  options <- options[!vapply(options, is.null, TRUE)]
  if (!is.null(options$level)) options$level <- as_level(options$level)
  if (!length(options)) options <- setNames(list(), character())
  result <- .Call(tausq_batch, columns, as.double(offsets), options, as.integer(threads))
  if (inherits(result, "tausq_failure")) raise(result, sys.call())
  if (is.null(keys)) result else cbind(by = keys, result)
}
