# Effect sizes stay what they are when their data frame is cut, bound or summarised.

# The columns of `out` that hold effect sizes of `from` get back measure, labels and sizes, of these rows.
restore_escalc <- function(out, from, rows) {
  class(out) <- setdiff(class(out), c("tausq.escalc", "escalc"))
  for (name in intersect(names(out), attr(from, "yi.names"))) {
    known <- attributes(from[[name]])
    attr(out[[name]], "measure") <- known$measure
    attr(out[[name]], "slab") <- known$slab[rows]
    attr(out[[name]], "ni") <- known$ni[rows]
  }
  for (which in c("yi.names", "vi.names")) attr(out, which) <- intersect(attr(from, which), names(out))
  attr(out, "digits") <- attr(from, "digits")
  class(out) <- c("tausq.escalc", "escalc", class(out))
  out
}

#' @export
`[.tausq.escalc` <- function(x, i, j, ..., drop) {
  out <- NextMethod("[")
  if (!is.data.frame(out)) return(out)
  rows <- setNames(seq_len(nrow(x)), row.names(x))
  if (nargs() - !missing(drop) > 2 && !missing(i)) rows <- rows[i]
  restore_escalc(out, x, unname(rows))
}

without_class <- function(x) {
  class(x) <- setdiff(class(x), c("tausq.escalc", "escalc"))
  x
}

#' @export
cbind.tausq.escalc <- function(..., deparse.level = 1) {
  parts <- Filter(Negate(is.null), list(...))
  out <- do.call(cbind, lapply(parts, without_class))
  for (which in c("yi.names", "vi.names")) attr(out, which) <- unique(unlist(lapply(parts, attr, which)))
  class(out) <- c("tausq.escalc", "escalc", "data.frame")
  out
}

#' @export
rbind.tausq.escalc <- function(..., deparse.level = 1) {
  parts <- Filter(Negate(is.null), list(...))
  out <- do.call(rbind, lapply(parts, without_class))
  first <- parts[[1]]
  for (name in attr(first, "yi.names")) {
    attr(out[[name]], "measure") <- attr(first[[name]], "measure")
    for (which in c("slab", "ni")) {
      values <- lapply(parts, function(part) attr(part[[name]], which))
      attr(out[[name]], which) <- if (any(vapply(values, is.null, TRUE))) NULL else unlist(values)
    }
  }
  for (which in c("yi.names", "vi.names", "digits")) attr(out, which) <- attr(first, which)
  class(out) <- c("tausq.escalc", "escalc", "data.frame")
  out
}

#' @export
print.tausq.escalc <- function(x, digits = attr(x, "digits"), ...) {
  digits <- as_digits(digits)
  y <- without_class(x)
  kinds <- c(setNames(rep("est", length(attr(x, "yi.names"))), attr(x, "yi.names")), setNames(rep("var", length(attr(x, "vi.names"))), attr(x, "vi.names")),
             sei = "se", zi = "test", pval = "pval", ci.lb = "ci", ci.ub = "ci")
  for (name in intersect(names(kinds), names(y))) y[[name]] <- fixed(as.numeric(y[[name]]), digits[[kinds[[name]]]])
  print(y, ...)
  invisible(x)
}

#' Effect sizes with their tests and intervals
#'
#' @param object a data frame from [escalc()].
#' @param out.names names of the columns that are added: standard error, statistic, p, limits.
#' @param var.names names of the two columns that hold the effect sizes and variances.
#' @param H0 value under the null hypothesis.
#' @param append whether the other columns are kept.
#' @param level level of the intervals.
#' @param olim limits that the transformed or untransformed values may not leave.
#' @param digits digits that `print` shows.
#' @param transf function that transforms the effect sizes and limits.
#' @param ... further arguments of `transf`, e.g. `ni`.
#' @return The data frame with five more columns; with `transf` the transformed effect sizes and limits in place of all others.
#' @examples
#' summary(escalc(measure = "RR", ai = events_t, n1i = total_t, ci = events_c, n2i = total_c, data = bcg), transf = exp)
#' @export
summary.tausq.escalc <- function(object, out.names = c("sei", "zi", "pval", "ci.lb", "ci.ub"), var.names, H0 = 0, append = TRUE, level = 95, olim, digits, transf = NULL, ...) {
  if (missing(var.names)) var.names <- c(attr(object, "yi.names")[1], attr(object, "vi.names")[1])
  if (!all(var.names %in% names(object))) stop("the data frame has no columns ", paste(var.names, collapse = ", "), " of effect sizes and variances", call. = FALSE)
  yi <- as.numeric(object[[var.names[1]]])
  sei <- sqrt(as.numeric(object[[var.names[2]]]))
  z <- qnorm((1 + as_level(level)) / 2)
  columns <- setNames(list(sei, (yi - H0) / sei, 2 * pnorm(-abs(yi - H0) / sei), yi - z * sei, yi + z * sei), out.names)
  keep <- var.names
  if (!is.null(transf)) {
    each <- function(values) if (...length()) transf(values, ...) else vapply(values, transf, 1)
    limits <- columns[4:5]
    ends <- lapply(limits, each)
    object[[var.names[1]]][] <- each(yi)
    columns <- setNames(list(do.call(pmin, unname(ends)), do.call(pmax, unname(ends))), out.names[4:5])
    object[[var.names[2]]] <- NULL
    keep <- var.names[1]
  }
  if (!missing(olim)) {
    inside <- function(values) pmin(pmax(values, olim[1]), olim[2])
    object[[var.names[1]]][] <- inside(as.numeric(object[[var.names[1]]]))
    columns[out.names[4:5]] <- lapply(columns[out.names[4:5]], inside)
  }
  object[names(columns)] <- columns
  if (!missing(digits)) attr(object, "digits") <- digits
  if (append) object else object[, c(keep, names(columns)), drop = FALSE]
}
