/* tausq: meta-analysis from the counts that studies report. The engine as a flat C interface.
 *
 * Every function is safe to call from several threads; no function throws, prints or ends the program. Functions that can fail
 * return a status; tausq_message() and tausq_problems() then say why, to the calling thread. A number that a result does not
 * have (an interval of one study, say) is TAUSQ_UNDEFINED and NaN, never 0.
 *
 * What exists stays: structs grow at their end and say their size, statuses keep their numbers. */
#ifndef TAUSQ_H
#define TAUSQ_H

#include <stddef.h>

#if defined(__GNUC__)
#define TAUSQ_API __attribute__((visibility("default")))
#else
#define TAUSQ_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The exit codes of the program, and one more. */
enum {
  TAUSQ_OK = 0,
  TAUSQ_USAGE = 2,         /* an option, a verb or an argument that does not exist or contradicts another */
  TAUSQ_BAD_INPUT = 3,     /* records that cannot be used; tausq_problems() lists every reason */
  TAUSQ_NOT_ESTIMABLE = 4, /* the data determine no result */
  TAUSQ_NOT_CONVERGED = 5, /* an iteration failed */
  TAUSQ_UNDEFINED = 6,     /* the result has no such number (null in JSON) */
  TAUSQ_INTERNAL = 70      /* not enough memory, or a fault of the library */
};

/* The version of the library, "0.1.0". */
TAUSQ_API const char* tausq_version(void);

/* Why the last call of this thread that failed did so; "" when none did. Valid until the next call of this thread. */
TAUSQ_API const char* tausq_message(void);

/* Its problems as a JSON array [{"code", "file", "row", "column", "value", "rule"}]: one an offending cell, in file order. "[]"
 * unless the status was TAUSQ_BAD_INPUT. Valid until the next call of this thread. */
TAUSQ_API const char* tausq_problems(void);

/* A result. Immutable: several threads may read it. */
typedef struct tausq_result tausq_result;

/* Settings of the array calls. NULL and 0 stand for the default; words are those of the command line. */
typedef struct tausq_options {
  size_t struct_size;       /* sizeof(tausq_options) */
  const char* measure;      /* "PLO", "OR", "RR", ... */
  const char* pooling;      /* "glmm", "inverse", "mh", ... */
  const char* tau2;         /* "REML", "DL", ... or a number */
  const char* interval;     /* "profile", "hk", "z", ... */
  const char* prediction;   /* "hts", "v", "none", ... */
  const char* model;        /* "both", "common", "random" */
  const char* preset;       /* "metafor", "meta", "cochrane" */
  double level;             /* of intervals, 0 < level < 1 */
  const char* more;         /* every other option of `tausq pool`: a JSON object as of tausq_run() */
} tausq_options;

/* tausq_options options = TAUSQ_OPTIONS; options.tau2 = "DL"; */
#ifdef __cplusplus
#define TAUSQ_OPTIONS (tausq_options{sizeof(tausq_options), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, 0, nullptr})
#else
#define TAUSQ_OPTIONS ((tausq_options){sizeof(tausq_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL})
#endif

/* Runs a verb of the command line: "pool", "effects", "forest", "influence", "bias", "check", "batch", "list", "schema", ...
 *
 * records, records_size: CSV, TSV, JSON ([{"study": "A", "events": 16, "total": 20}, ...]) or JSON Lines; NULL: the file `source`
 * is read. source: file name, or the name of `records` in messages; may be NULL with records. options: JSON object whose keys are
 * the options of the command line with '_' for '-', {"measure": "RR", "level": 0.9, "drop00": true}; NULL or "": none. *result is
 * to be freed by tausq_free(); NULL when the status is not TAUSQ_OK. */
TAUSQ_API int tausq_run(const char* verb, const char* source, const char* records, size_t records_size, const char* options,
                        tausq_result** result);

/* Pools single-arm counts: `events` among `total` patients of k studies. Otherwise as tausq_run() of "pool"; options may be NULL. */
TAUSQ_API int tausq_pool_counts(const double* events, const double* total, size_t k, const tausq_options* options,
                                tausq_result** result);

/* Pools two-by-two tables: ai events and bi others under treatment, ci and di under control. */
TAUSQ_API int tausq_pool_two_arm(const double* ai, const double* bi, const double* ci, const double* di, size_t k,
                                 const tausq_options* options, tausq_result** result);

/* Pools effect sizes yi with sampling variances vi. */
TAUSQ_API int tausq_pool_effects(const double* yi, const double* vi, size_t k, const tausq_options* options, tausq_result** result);

/* One number of a result by its JSON keys and (from 0) places: "random.estimate", "heterogeneity.tau2", "studies.0.yi".
 * TAUSQ_UNDEFINED and NaN where JSON has null; TAUSQ_USAGE for a path that leads to no number. */
TAUSQ_API int tausq_number(const tausq_result* result, const char* path, double* value);

/* The whole result in a form: "json", "csv", "text", or "svg" (the forest plot of `pool` and `forest`). *text is a C string of *size
 * bytes, to be freed by tausq_free_text(); size may be NULL. */
TAUSQ_API int tausq_text(const tausq_result* result, const char* form, char** text, size_t* size);

TAUSQ_API void tausq_free(tausq_result* result); /* NULL is nothing to do */
TAUSQ_API void tausq_free_text(char* text);

/* Every verb with its options as JSON: [{"verb", "help", "records", "options": [{"name", "aliases", "type", "flag", "list",
 * "help"}]}]. Static. */
TAUSQ_API const char* tausq_verbs(void);

/* Pools n sets of effect sizes at once by the inverse-variance model. yi, vi: n x k, row-major; an entry with a NaN in yi or vi is no
 * study, so that sets may differ in size. fits: n x tausq_fit_columns() numbers, row-major, NaN where undefined. A set that cannot be
 * fitted is no failure: its column `status` says so. threads: 0 for one a processor; results do not depend on it. */
TAUSQ_API int tausq_fit_many(const double* yi, const double* vi, size_t n, size_t k, const tausq_options* options, size_t threads,
                             double* fits);
TAUSQ_API size_t tausq_fit_columns(void);
TAUSQ_API const char* tausq_fit_column(size_t column);         /* "k", "status", "estimate", ...; NULL beyond the last */
TAUSQ_API const char* tausq_fit_column_meaning(size_t column); /* in words */
TAUSQ_API const char* tausq_status_word(int status);           /* of the column `status`: "ok", "not_estimable", ...; NULL beyond the last */

/* Layouts of tausq_batch(), and the columns that each takes. */
enum {
  TAUSQ_EFFECTS = 0,   /* yi, vi */
  TAUSQ_COUNTS = 1,    /* events, total */
  TAUSQ_TWO_ARM = 2,   /* ai, bi, ci, di */
  TAUSQ_RATES = 3,     /* events, time */
  TAUSQ_TWO_RATES = 4, /* x1i, t1i, x2i, t2i */
  TAUSQ_MEANS = 5,     /* mi, sdi, ni */
  TAUSQ_TWO_MEANS = 6, /* m1i, sd1i, n1i, m2i, sd2i, n2i */
  TAUSQ_CORRELATIONS = 7 /* ri, ni */
};

/* Pools n sets by the inverse-variance model, millions a second: eight sets side by side in vectors. The numbers are those of
 * tausq_fit_many() to 14 digits, without the interval of tau2, and the same bits on every processor.
 *
 * columns: as many pointers as the layout takes, each to the studies of all sets, set after set. offsets: n + 1 numbers, set i has the
 * studies offsets[i] .. offsets[i + 1] - 1; NULL: every set has k. A study with a NaN is none. fits: tausq_batch_columns() pointers to
 * room for n numbers each; NULL for a column that is not wanted, which then costs nothing. NaN where undefined, and the column
 * `status` says why. threads: 0 for one a processor; results do not depend on it. */
TAUSQ_API int tausq_batch(int layout, const double* const* columns, size_t n, size_t k, const size_t* offsets,
                          const tausq_options* options, size_t threads, double* const* fits);
TAUSQ_API size_t tausq_batch_columns(void);
TAUSQ_API const char* tausq_batch_column(size_t column);         /* "status", "k", "estimate", ...; NULL beyond the last */
TAUSQ_API const char* tausq_batch_column_meaning(size_t column); /* in words */

#ifdef __cplusplus
}
#endif

#endif
