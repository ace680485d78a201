# The way to the engine: one call for every verb, conditions for its errors.

#' @useDynLib tausq, .registration = TRUE
#' @importFrom stats coef dfbetas confint fitted residuals rstandard rstudent hatvalues cooks.distance influence logLik AIC BIC
#' @importFrom stats anova weights predict vcov nobs deviance model.matrix model.frame terms as.formula formula delete.response
#' @importFrom stats qnorm qt pchisq pf pnorm pt update df.residual na.pass setNames
#' @importFrom graphics plot abline axis lines par plot.new plot.window points polygon rect segments strheight strwidth text title
#' @importFrom utils head
NULL

# Raises what the engine refused as a condition of class tausq_input_error or tausq_usage_error.
raise <- function(failure, call) {
  message <- failure$message
  problems <- failure$problems
  if (!is.null(problems)) {
    inside <- problems$file == "data"
    problems$row[inside] <- pmax(problems$row[inside] - 1, 0)  # the first row of a data frame is line 2 of a file
    place <- paste0(problems$file, ifelse(problems$row > 0, paste0(", row ", problems$row), ""),
                    ifelse(nzchar(problems$column), paste0(", column ", problems$column), ""),
                    ifelse(nzchar(problems$value), paste0(", value ", problems$value), ""))
    message <- paste0(length(place), if (length(place) == 1) " problem" else " problems", " in the records\n",
                      paste0("  ", place, ": ", problems$rule, " (", problems$code, ")", collapse = "\n"))
  }
  stop(structure(class = c(paste0("tausq_", failure$kind, "_error"), "tausq_error", "error", "condition"),
                 list(message = message, call = call, problems = problems)))
}

# A confidence level as a proportion, from 0.95 or 95.
as_level <- function(level) {
  if (is.null(level)) return(NULL)
  if (!is.numeric(level) || length(level) != 1 || is.na(level) || level <= 0 || level >= 100 || (level >= 1 && level < 50))
    stop("level must lie between 0 and 1, or between 50 and 100 percent", call. = FALSE)
  if (level < 1) level else level / 100
}

# Options that the command line spells otherwise than the fields of the engine's options.
command_line_names <- c(sm = "measure", method_tau = "tau2", test = "interval", permutation_test = "permutations", egger = "model", trim_fill = "estimator",
                        na = "reject_missing", weights = "user_weights")

# Options by the engine's fields, from the words of the command line: dashes, aliases, opposites of flags, a number for tau2.
engine_options <- function(verb, options, data) {
  if (length(options) && (is.null(names(options)) || any(!nzchar(names(options))))) stop("options must be named", call. = FALSE)
  names(options) <- gsub("-", "_", names(options), fixed = TRUE)
  opposite <- grepl("^no_", names(options)) & vapply(options, is.logical, TRUE)
  options[opposite] <- lapply(options[opposite], `!`)
  names(options)[opposite] <- sub("^no_", "", names(options)[opposite])
  known <- if (verb == "bias") command_line_names else command_line_names[!command_line_names %in% c("model", "estimator")]
  other <- names(options) %in% names(known)
  names(options)[other] <- known[names(options)[other]]
  if (is.numeric(options$tau2)) names(options)[names(options) == "tau2"] <- "tau2_fixed"
  if (is.character(options$reject_missing)) options$reject_missing <- choose(options$reject_missing, list(omit = FALSE, error = TRUE), "na")
  if (is.character(options$user_weights)) {
    if (!is.list(data) || is.null(data[[options$user_weights]])) stop("weights: the data have no column ", options$user_weights, call. = FALSE)
    options$user_weights <- as.numeric(data[[options$user_weights]])
  }
  for (name in intersect(names(options), c("level", "study_level", "prediction_level", "heterogeneity_level"))) options[[name]] <- as_level(options[[name]])
  options
}

file_options <- c("delimiter", "decimal", "encoding")
reading_options <- c("where", "treatment", "control", "denominator", "columns", "allow_repeats", "reject_missing", file_options)

# Runs a verb. `options` is a named list of the engine's options; those of reading are told apart here. `text` adds what the
# command line prints, as an attribute.
run_engine <- function(verb, data, options = list(), call = sys.call(-1), text = FALSE) {
  options <- engine_options(verb, given(options), data)
  reading <- names(options) %in% reading_options
  if (is.character(data) && length(data) == 1) {
    if (!file.exists(data)) stop(data, ": there is no such file", call. = FALSE)
  } else {
    if (any(file_options %in% names(options))) stop(paste(file_options, collapse = ", "), " are options of a file, not of a data frame", call. = FALSE)
    if (!is.list(data) || length(unique(lengths(data))) > 1) data <- as.data.frame(data, stringsAsFactors = FALSE, check.names = FALSE)
    data <- unclass(data)
    data <- lapply(data, function(column) if (inherits(column, c("Date", "POSIXt"))) as.character(column) else column)
  }
  as_named <- function(list) if (length(list)) list else setNames(list(), character())
  result <- .Call(tausq_run, verb, data, as_named(options[reading]), as_named(options[!reading]), text)
  if (inherits(result, "tausq_failure")) raise(result, call)
  result
}

#' What the engine offers
#'
#' All methods, from the engine's own tables.
#'
#' @param kind the name of one table, e.g. `"measures"`, `"pooling"`, `"tau2"`, `"interval"`, `"prior_tau"`, `"link"` (all of them:
#'   `names(tausq_methods())`); empty for all.
#' @return A data frame with the columns `key`, `aliases`, `name`, `formula`, `source` (and `scale` for measures), or a named list of them.
#' @examples
#' tausq_methods("tau2")[, c("key", "name")]
#' @export
tausq_methods <- function(kind = NULL) {
  all <- .Call(tausq_methods_)
  if (is.null(kind)) return(all)
  all[[match.arg(kind, names(all))]]
}
