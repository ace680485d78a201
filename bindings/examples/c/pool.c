/* Pools three arms: 16 of 20 healed, 4 of 21, none of 22. */
#include <stdio.h>
#include <tausq.h>

int main(void) {
  const double events[] = {16, 4, 0}, total[] = {20, 21, 22};
  tausq_options options = TAUSQ_OPTIONS;
  options.level = 0.9;

  tausq_result* result;
  if (tausq_pool_counts(events, total, 3, &options, &result) != TAUSQ_OK) {
    fprintf(stderr, "%s\n", tausq_message());
    return 1;
  }
  const char* const paths[] = {"random.display.estimate", "random.display.ci_lower", "random.display.ci_upper", "heterogeneity.tau2",
                               "random.df"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i) {
    double value;
    if (tausq_number(result, paths[i], &value) == TAUSQ_OK)
      printf("%-24s %.17g\n", paths[i], value);
    else
      printf("%-24s undefined\n", paths[i]);
  }
  tausq_free(result);

  /* Records that cannot be used: every reason, with its place. */
  const char records[] = "study,events,total\nA,21,20\nB,-1,30\n";
  if (tausq_run("pool", "trials.csv", records, sizeof records - 1, "{\"level\": 0.9}", &result) == TAUSQ_BAD_INPUT)
    printf("%s\n", tausq_problems());
  tausq_free(result);
  return 0;
}
