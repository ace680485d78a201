# Cases of the test of equal digits through the R package: the columns of a data frame in, lists and data frames out.
# usage: Rscript through_r.R LIBRARY CASES    CASES: a case a line as JSON; prints an object a line: numbers as hexadecimal text.
arguments <- commandArgs(TRUE)
library(tausq, lib.loc = arguments[1])

verbs <- list(pool = pool, effects = effect_sizes, influence = study_influence, bias = small_study_effects)

# The leaves of a result under their paths. What is not known is left out.
leaves <- function(value, path = "") {
  below <- function(name) if (nzchar(path)) paste0(path, ".", name) else as.character(name)
  if (length(value) == 0) return(NULL)
  if (is.data.frame(value)) {
    rows <- lapply(seq_len(nrow(value)), function(i) leaves(row_of(value, i), below(i - 1)))
    return(unlist(rows))
  }
  if (is.matrix(value)) return(unlist(lapply(seq_len(nrow(value)), function(i) leaves(value[i, ], below(i - 1)))))
  if (is.list(value) && is.null(names(value))) return(unlist(lapply(seq_along(value), function(i) leaves(value[[i]], below(i - 1)))))
  if (is.list(value)) return(unlist(lapply(names(value), function(name) leaves(value[[name]], below(name)))))
  text <- if (is.logical(value)) as.character(value) else if (is.numeric(value)) sprintf("%a", value) else paste0("=", value)
  known <- !is.na(value) & text != "="
  names(text) <- if (length(value) == 1) path else paste0(path, ".", seq_along(value) - 1)
  text[known]
}

# One row of a data frame whose columns may be data frames and lists.
row_of <- function(frame, i) {
  lapply(unclass(frame), function(column) if (is.data.frame(column)) row_of(column, i) else if (is.list(column)) column[[i]] else column[i])
}

run <- function(case) {
  columns <- lapply(case$columns, function(column) {
    column[vapply(column, is.null, TRUE)] <- NA
    unlist(column)
  })
  tryCatch(as.list(leaves(do.call(verbs[[case$verb]], c(list(data = columns), case$options)))),
           tausq_input_error = function(e) list(error = 3), tausq_usage_error = function(e) list(error = 2))
}

for (line in readLines(arguments[2], encoding = "UTF-8"))
  cat(jsonlite::toJSON(run(jsonlite::fromJSON(line, simplifyVector = FALSE)), auto_unbox = TRUE), "\n", sep = "")
