# How the drop-in functions find their arguments: by name, first in the data, then where the function was called.

# The values of the named arguments of a call, NULL where one was not given.
evaluate_arguments <- function(call, names, data, env) {
  values <- lapply(names, function(name) {
    expression <- call[[name]]
    if (is.null(expression)) NULL else eval(expression, data, env)
  })
  setNames(values, names)
}

given <- function(values) values[!vapply(values, is.null, TRUE)]

# The rows that `subset` names (or, by negative numbers, leaves out), as a logical vector.
subset_rows <- function(subset, k) {
  if (is.null(subset)) return(rep(TRUE, k))
  if (is.logical(subset)) {
    if (length(subset) != k) stop("length of 'subset' (", length(subset), ") is not that of the data (", k, ")", call. = FALSE)
    return(!is.na(subset) & subset)
  }
  seq_len(k) %in% seq_len(k)[subset]
}

# Study labels; numbers where none are given.
study_labels <- function(slab, k) {
  if (is.null(slab)) return(as.character(seq_len(k)))
  if (length(slab) != k) stop("length of the study labels (", length(slab), ") is not that of the data (", k, ")", call. = FALSE)
  as.character(slab)
}

# A method under one of several spellings, or their beginning, or a message that names all.
choose <- function(value, table, what) {
  key <- names(table)[match(tolower(value), tolower(names(table)))]
  if (is.na(key)) key <- names(table)[pmatch(tolower(value), tolower(names(table)))]
  if (is.na(key)) stop(what, " = \"", value, "\": must be one of ", paste0('"', names(table), '"', collapse = ", "), call. = FALSE)
  table[[key]]
}
