# The engine's own reference cases (tests/reference in the repository), asked through the drop-in functions.

reference_file <- function(name) {
  path <- testthat::test_path("reference", paste0(name, ".json"))
  testthat::skip_if_not(file.exists(path), "the reference cases come with the repository")
  testthat::skip_if_not_installed("jsonlite")
  jsonlite::fromJSON(path, simplifyVector = TRUE, simplifyDataFrame = FALSE)
}

reference_data <- function() {
  sets <- reference_file("data")
  columns <- lapply(sets, function(set) set$columns)
  names(columns) <- vapply(sets, function(set) set$name, "")
  columns
}

# The arguments that a function has among the columns of a data set.
arguments_from <- function(columns, fun) {
  keep <- intersect(names(columns), names(formals(fun)))
  as_numbers <- function(x) if (is.character(x)) suppressWarnings(as.numeric(x)) else as.numeric(unlist(lapply(x, function(v) if (is.null(v)) NA else v)))
  lapply(columns[setdiff(keep, c("data", "slab", "subset", "weights"))], as_numbers)
}

# A disagreement of the peer replaces its number.
expected_of <- function(case) {
  want <- case$expect
  for (name in names(case$disagreement)) {
    plain <- sub("\\[.*", "", name)
    want[[plain]] <- NULL
  }
  want
}

# How many numbers agree; stops at the first that does not.
agree <- function(got, want, id, name, relative, absolute = 1e-10) {
  if (is.null(want) || is.character(want) || is.null(got)) return(0L)
  want <- suppressWarnings(as.numeric(unlist(want)))
  got <- as.numeric(unlist(got))
  if (length(got) != length(want)) testthat::fail(paste(id, name, "has", length(got), "numbers in place of", length(want)))
  at <- which(is.finite(want))
  off <- abs(got[at] - want[at]) > relative * abs(want[at]) + absolute
  if (any(is.na(off) | off)) {
    first <- at[which(is.na(off) | off)[1]]
    testthat::fail(paste0(id, " ", name, "[", first, "]: ", format(got[first], digits = 15), " in place of ", format(want[first], digits = 15)))
  }
  length(at)
}

report_count <- function(family, count) {
  cat("\n", family, ": ", count, " numbers agree\n", sep = "")
  testthat::expect_gt(count, 0)
}
