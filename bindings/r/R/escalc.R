# Effect sizes as metafor's escalc() gives them.

# The raw numbers of each measure, as the arguments of escalc() and rma() name them.
raw_names <- c("ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "m1i", "m2i", "sd1i", "sd2i", "xi", "mi", "ri", "ti", "sdi",
               "ni", "yi", "vi", "sei")

# The columns that the engine needs for a measure, from metafor's argument names.
raw_columns <- function(measure, raw) {
  raw <- given(raw)
  if (!length(raw)) stop("no data: name the columns of measure ", measure, ", e.g. ai, bi, ci, di", call. = FALSE)
  lengths <- vapply(raw, length, 1L)
  k <- max(lengths)
  if (any(lengths != k & lengths != 1)) stop("the columns differ in length", call. = FALSE)
  raw <- lapply(raw, function(column) rep_len(as.numeric(column), k))
  if (!is.null(raw$ai) && is.null(raw$bi) && !is.null(raw$n1i)) raw$bi <- raw$n1i - raw$ai
  if (!is.null(raw$ci) && is.null(raw$di) && !is.null(raw$n2i)) raw$di <- raw$n2i - raw$ci
  keep <- if (!is.null(raw$ai)) c("ai", "bi", "ci", "di")
          else if (!is.null(raw$xi) && is.null(raw$ti)) {
            if (is.null(raw$ni)) raw$ni <- raw$xi + raw$mi
            c("xi", "ni")
          } else names(raw)
  raw[intersect(keep, names(raw))]
}

# Patients of a study, where the raw numbers tell.
sample_sizes <- function(raw) {
  if (!is.null(raw$ai)) raw$ai + raw$bi + raw$ci + raw$di else if (!is.null(raw$ni)) raw$ni else if (!is.null(raw$n1i) && !is.null(raw$n2i)) raw$n1i + raw$n2i
}

# R's measure names that the engine knows by another.
engine_measure <- function(measure) {
  aliases <- c(PLOGIT = "PLO", PRAW = "PR", yi = "GEN", RTET = "RTET")
  if (measure %in% names(aliases)) aliases[[measure]] else measure
}

#' Effect sizes and sampling variances
#'
#' With the arguments and the result of `metafor::escalc()`.
#'
#' @param measure effect measure, e.g. `"RR"`; see [tausq_methods()].
#' @param ai,bi,ci,di,n1i,n2i cells and row totals of two-by-two tables.
#' @param x1i,x2i,t1i,t2i events and person-time of two arms.
#' @param m1i,m2i,sd1i,sd2i means and standard deviations of two arms.
#' @param xi,mi,ri,ti,sdi,ni events (and non-events, or means `mi` with `sdi`), correlations, person-time, sizes of one arm.
#' @param yi,vi,sei ready-made effect sizes with variances or standard errors.
#' @param data data frame in which the arguments are looked up.
#' @param slab study labels.
#' @param subset rows to use.
#' @param add,to,drop00 how zero cells are handled.
#' @param vtype variant of the sampling variance.
#' @param var.names names of the two columns.
#' @param append whether the columns of `data` come first.
#' @param replace whether columns of these names in `data` are replaced.
#' @param ... ignored.
#' @return A data frame of class `escalc` with the columns `yi` and `vi`. An effect size that is not known is `NA`.
#' @examples
#' escalc(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' @export
escalc <- function(measure, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri, ti, sdi, ni, yi, vi, sei,
                   data, slab, subset, add = 1/2, to = "only0", drop00 = FALSE, vtype = "LS", var.names = c("yi", "vi"),
                   append = TRUE, replace = TRUE, ...) {
  call <- match.call()
  env <- parent.frame()
  frame <- if (missing(data)) NULL else data
  raw <- evaluate_arguments(call, raw_names, frame, env)
  raw <- raw_columns(measure, raw)
  k <- length(raw[[1]])
  rows <- subset_rows(if (is.null(call$subset)) NULL else eval(call$subset, frame, env), k)
  labels <- study_labels(if (is.null(call$slab)) NULL else eval(call$slab, frame, env), k)
  sizes <- effect_columns(measure, raw, rows, if (missing(add)) NULL else add, to, drop00, vtype)
  out <- data.frame(yi = sizes$yi, vi = sizes$vi)
  names(out) <- var.names
  if (append && !is.null(frame)) {
    frame <- as.data.frame(frame)[rows, , drop = FALSE]
    fresh <- if (replace) names(out) else setdiff(names(out), names(frame))
    frame[fresh] <- out[fresh]
    out <- frame
  }
  attr(out[[var.names[1]]], "measure") <- measure
  attr(out[[var.names[1]]], "slab") <- labels[rows]
  ni <- sample_sizes(raw)
  if (!is.null(ni)) attr(out[[var.names[1]]], "ni") <- ni[rows]
  attr(out, "yi.names") <- var.names[1]
  attr(out, "vi.names") <- var.names[2]
  class(out) <- c("tausq.escalc", "escalc", "data.frame")
  out
}

# yi and vi of the rows, NA where the engine has none. `add` is NULL for the measure's own default: 0 where zero cells leave it defined.
effect_columns <- function(measure, raw, rows, add, to, drop00, vtype) {
  data <- data.frame(study = as.character(seq_along(rows)), raw, check.names = FALSE)[rows, , drop = FALSE]
  result <- run_engine("effects", data, list(measure = engine_measure(measure), add = add, to = to, drop00 = drop00, vtype = vtype,
                                             preset = "metafor"))
  at <- match(data$study, result$studies$study)
  list(yi = result$studies$yi[at], vi = result$studies$vi[at], result = result)
}

#' @export
print.tausq.escalc <- function(x, digits = 4, ...) {
  y <- as.data.frame(x)
  class(y) <- "data.frame"
  for (name in c(attr(x, "yi.names"), attr(x, "vi.names"))) if (!is.null(y[[name]])) y[[name]] <- format(round(as.numeric(y[[name]]), digits), nsmall = digits)
  print(y, ...)
  invisible(x)
}

#' @export
summary.tausq.escalc <- function(object, level = 95, transf = NULL, ...) {
  yi <- as.numeric(object[[attr(object, "yi.names")]])
  vi <- as.numeric(object[[attr(object, "vi.names")]])
  z <- qnorm((1 + as_level(level)) / 2)
  object$sei <- sqrt(vi)
  object$zi <- yi / object$sei
  object$pval <- 2 * pnorm(-abs(object$zi))
  object$ci.lb <- yi - z * object$sei
  object$ci.ub <- yi + z * object$sei
  if (is.null(transf)) return(object)
  each <- function(values) vapply(values, transf, 1)
  object[[attr(object, "yi.names")]] <- each(yi)
  object$ci.lb <- each(object$ci.lb)
  object$ci.ub <- each(object$ci.ub)
  object[c(attr(object, "vi.names"), "sei", "zi", "pval")] <- NULL
  object
}
