#' Data sets
#'
#' The data sets of tausq's own tests and documentation; each CSV file is also in `system.file("extdata", package = "tausq")`.
#'
#' @format Data frames with one row a study (or arm): a label `study`, raw counts or effect sizes, and moderators.
#' `bcg`: BCG vaccine trials against tuberculosis; `dat.bcg`: the same with the column names that scripts written for metafor use. `msc_trials`: records of early trials of stem cells, one row an arm and outcome.
#' @source see `datasets/` in the repository, which gives the origin of each.
#' @name datasets
#' @aliases adherence bcg dat.bcg beta_blockers catheters conscientiousness diuretics lidocaine msc_trials stroke_units teacher_expectancy
#'   vasospasm warfarin
#' @docType data
#' @keywords datasets
NULL

#' tausq: meta-analysis right to the digits shown
#'
#' [pool()] is the engine in its own words; [rma()], [escalc()], [rma.mh()], [rma.peto()] and [rma.glmm()] have the arguments and
#' components of the package metafor, [metaprop()], [metabin()] and [metagen()] those of the package meta.
#' @keywords internal
"_PACKAGE"
