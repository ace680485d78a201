# Tables with a row a study as lists: the columns, then `slab` and what printing needs. That is how scripts written for metafor take them.

# Whether rows of studies that the model left out stay, as getOption("na.action") says.
keeps_rows <- function(x) {
  if (all(x$not.na)) return(FALSE)
  action <- getOption("na.action")
  if (identical(action, "na.fail")) stop("missing values: the model left studies out, and na.action is na.fail", call. = FALSE)
  action %in% c("na.pass", "na.exclude")
}

# For every row to show the study of the model that fills it, NA for a study left out.
study_rows <- function(x) if (keeps_rows(x)) ifelse(x$not.na, cumsum(x$not.na), NA_integer_) else seq_along(x$slab)

# Labels of those rows: numbers of the rows of the data where the studies have no labels.
row_labels <- function(x) {
  all <- keeps_rows(x)
  if (isTRUE(x$slab.null)) (if (all) x$ids.f else x$ids) else if (all) x$slab.f else x$slab
}

# One value a study of the model, named, in the rows to show.
by_study <- function(x, values) setNames(unname(values)[study_rows(x)], row_labels(x))

rma_list <- function(columns, slab, digits, ..., class = NULL) {
  structure(c(columns, list(slab = slab, digits = digits), list(...)), class = c(class, "tausq.list.rma", "list.rma"))
}
study_table <- function(x, columns, ..., labels = row_labels(x)) {
  at <- study_rows(x)
  rma_list(lapply(columns, function(values) unname(values)[at]), labels, x$digits, ...)
}

# Names of the columns: what stands before `slab`.
columns_of <- function(x) names(x)[seq_len(match("slab", names(x)) - 1)]

#' @export
`[.tausq.list.rma` <- function(x, i, ...) {
  n <- length(x$slab)
  out <- unclass(x)
  for (name in c(columns_of(x), "slab", intersect(c("cr.lb", "cr.ub", "X"), names(x)))) {
    out[[name]] <- if (is.matrix(out[[name]])) out[[name]][i, , drop = FALSE] else if (length(out[[name]]) == n) out[[name]][i] else out[[name]]
  }
  structure(out, class = class(x))
}
#' @importFrom utils head tail
#' @export
head.tausq.list.rma <- function(x, n = 6L, ...) x[head(seq_along(x$slab), n)]
#' @export
tail.tausq.list.rma <- function(x, n = 6L, ...) x[utils::tail(seq_along(x$slab), n)]
#' @export
as.data.frame.tausq.list.rma <- function(x, row.names = NULL, optional = FALSE, ...) {
  table <- as.data.frame(unclass(x)[columns_of(x)], row.names = if (is.null(row.names)) make.unique(as.character(x$slab)) else row.names, optional = TRUE)
  if (is.matrix(x$X)) table[paste0("X.", colnames(x$X))] <- as.data.frame(x$X)
  table
}
#' @export
as.matrix.tausq.list.rma <- function(x, ...) as.matrix(as.data.frame(x))

digit_kinds <- c("est", "se", "test", "pval", "ci", "var", "sevar", "fit", "het")
# Digits by what is printed, from one number or a named vector.
as_digits <- function(digits) {
  out <- setNames(rep(4, length(digit_kinds)), digit_kinds)
  digits <- unlist(digits)
  if (is.null(digits)) return(out)
  if (is.null(names(digits))) return(setNames(rep(digits[1], length(out)), digit_kinds))
  known <- match.arg(names(digits), digit_kinds, several.ok = TRUE)
  out[known] <- digits
  out
}
kind_of_column <- c(pred = "est", estimate = "est", resid = "est", se = "se", zval = "test", tval = "test", z = "test", pval = "pval", Qp = "pval", Q = "test", ci.lb = "ci",
                    ci.ub = "ci", pi.lb = "ci", pi.ub = "ci", tau2 = "var", I2 = "het", H2 = "het")
#' @export
print.tausq.list.rma <- function(x, digits = x$digits, ...) {
  digits <- as_digits(digits)
  table <- as.data.frame(x)
  for (name in names(table)) if (is.numeric(table[[name]])) {
    kind <- if (name %in% names(kind_of_column)) kind_of_column[[name]] else "est"
    table[[name]] <- if (kind == "pval") p_text(table[[name]], digits[["pval"]]) else fixed(table[[name]], digits[[kind]])
  }
  cat("\n")
  print(table, row.names = nrow(table) > 1 || !identical(x$slab, ""))
  cat("\n")
  invisible(x)
}
