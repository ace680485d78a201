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
  whole <- all(vapply(raw, is.integer, TRUE))
  raw <- lapply(raw, function(column) rep_len(as.numeric(column), k))
  # Ratios of standard deviations ask for no means.
  for (mean in if (measure == "VR") c("m1i", "m2i") else if (measure == "SDLN") "mi") if (is.null(raw[[mean]])) raw[[mean]] <- rep(1, k)
  if (!is.null(raw$ai) && is.null(raw$bi) && !is.null(raw$n1i)) raw$bi <- raw$n1i - raw$ai
  if (!is.null(raw$ci) && is.null(raw$di) && !is.null(raw$n2i)) raw$di <- raw$n2i - raw$ci
  keep <- if (!is.null(raw$ai)) c("ai", "bi", "ci", "di")
          else if (!is.null(raw$xi) && is.null(raw$ti)) {
            if (is.null(raw$ni)) raw$ni <- raw$xi + raw$mi
            c("xi", "ni")
          } else names(raw)
  structure(raw[intersect(keep, names(raw))], whole = whole)
}

# Patients of a study, where the raw numbers tell.
sample_sizes <- function(raw) {
  ni <- if (!is.null(raw$ai)) raw$ai + raw$bi + raw$ci + raw$di else if (!is.null(raw$ni)) raw$ni else if (!is.null(raw$n1i) && !is.null(raw$n2i)) raw$n1i + raw$n2i
  if (isTRUE(attr(raw, "whole")) && isTRUE(max(ni, na.rm = TRUE) < .Machine$integer.max)) as.integer(ni) else ni
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
#' @param include rows for which effect sizes are computed; the others stay, with what the data hold for them.
#' @param add,to,drop00 how zero cells are handled.
#' @param vtype variant of the sampling variance.
#' @param correct `TRUE`: effect sizes are corrected for bias where their definition says so.
#' @param var.names names of the two columns.
#' @param add.measure whether a column names the measure of each row.
#' @param digits digits that `print` shows.
#' @param append whether the columns of `data` come first.
#' @param replace whether columns of these names in `data` are replaced.
#' @param ... ignored.
#' @return A data frame of class `escalc` with the columns `yi` and `vi`. An effect size that is not known is `NA`.
#' @examples
#' escalc(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg)
#' @export
escalc <- function(measure, ai, bi, ci, di, n1i, n2i, x1i, x2i, t1i, t2i, m1i, m2i, sd1i, sd2i, xi, mi, ri, ti, sdi, ni, yi, vi, sei,
                   data, slab, subset, include, add = 1/2, to = "only0", drop00 = FALSE, vtype = "LS", correct = TRUE,
                   var.names = c("yi", "vi"), add.measure = FALSE, append = TRUE, replace = TRUE, digits = 4, ...) {
  if (!correct) stop("effect sizes without their bias correction (correct = FALSE) are not offered", call. = FALSE)
  call <- match.call()
  env <- parent.frame()
  frame <- if (missing(data)) NULL else data
  raw <- raw_columns(measure, evaluate_arguments(call, raw_names, frame, env))
  k <- length(raw[[1]])
  value <- function(name) if (is.null(call[[name]])) NULL else eval(call[[name]], frame, env)
  rows <- subset_rows(value("subset"), k)
  included <- (if (missing(include)) rep(TRUE, k) else subset_rows(value("include"), k)) & rows
  labels <- value("slab")
  slab <- study_labels(labels, k)
  sizes <- effect_columns(measure, raw, included, if (missing(add)) NULL else add, to, drop00, vtype)
  columns <- list(rep(NA_real_, k), rep(NA_real_, k))
  columns[[1]][included] <- sizes$yi
  columns[[2]][included] <- sizes$vi
  undefined <- sum(included & is.na(columns[[1]]) & stats::complete.cases(as.data.frame(unclass(raw))))
  if (undefined && !isTRUE(drop00)) warning(undefined, if (undefined == 1) " effect size is" else " effect sizes are", " not defined: yi and vi are NA.", call. = FALSE)
  ni <- sample_sizes(raw)
  if (!is.null(ni)) ni[!included] <- NA
  if (length(var.names) == 2) var.names <- c(var.names, "measure")
  out <- list(yi = columns[[1]][rows], vi = columns[[2]][rows], measure = ifelse(is.na(columns[[1]]), "", measure)[rows], ni = ni[rows], measures = measure)
  old <- if (is.null(frame)) NULL else if (inherits(frame, "tausq.escalc")) without_class(frame[rows, , drop = FALSE]) else as.data.frame(frame)[rows, , drop = FALSE]
  if (!is.null(old)) out <- merge_effects(out, old, var.names, included[rows], replace)
  effects <- setNames(data.frame(out$yi, out$vi), var.names[1:2])
  if (add.measure) effects[[var.names[3]]] <- out$measure
  attr(effects[[1]], "measure") <- out$measures
  attr(effects[[1]], "ni") <- out$ni
  attr(effects[[1]], "slab") <- if (is.null(labels) && !is.null(attr(old[[var.names[1]]], "slab"))) attr(old[[var.names[1]]], "slab") else if (is.null(labels)) which(rows) else slab[rows]
  result <- if (append && !is.null(old)) old else effects
  result[names(effects)] <- effects
  attr(result, "yi.names") <- unique(c(var.names[1], attr(old, "yi.names")))
  attr(result, "vi.names") <- unique(c(var.names[2], attr(old, "vi.names")))
  attr(result, "digits") <- as_digits(digits)
  class(result) <- c("tausq.escalc", "escalc", "data.frame")
  result
}

# Effect sizes that the data hold already stay where no study is included, and, unless they are to be replaced, where they are known.
merge_effects <- function(new, old, var.names, included, replace) {
  present <- old[[var.names[1]]]
  if (is.null(present) || (replace && all(included))) return(new)
  fresh <- included & (replace | is.na(present))
  ni <- attr(present, "ni")
  measure <- if (is.null(old[[var.names[3]]])) ifelse(is.na(present), "", if (is.null(attr(present, "measure"))) "" else attr(present, "measure")) else old[[var.names[3]]]
  take <- function(new, old) if (is.null(old)) new else ifelse(fresh, new, old)
  list(yi = take(new$yi, as.numeric(present)), vi = take(new$vi, as.numeric(old[[var.names[2]]])), measure = take(new$measure, measure), ni = take(new$ni, ni), measures = new$measures)
}

# yi and vi of the rows, NA where the engine has none. `add` is NULL for the measure's own default: 0 where zero cells leave it defined.
effect_columns <- function(measure, raw, rows, add, to, drop00, vtype) {
  if (!is.null(raw$yi)) return(list(yi = raw$yi[rows], vi = (if (is.null(raw$vi)) raw$sei^2 else raw$vi)[rows]))
  data <- data.frame(study = as.character(seq_along(rows)), raw, check.names = FALSE)[rows, , drop = FALSE]
  result <- run_engine("effects", data, list(measure = engine_measure(measure), add = add, to = to, drop00 = drop00, vtype = vtype,
                                             preset = "metafor"))
  at <- match(data$study, result$studies$study)
  list(yi = result$studies$yi[at], vi = result$studies$vi[at], result = result)
}
