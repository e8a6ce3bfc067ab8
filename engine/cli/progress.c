// The progress line, and how scores are printed.
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "cohort/stats.h"

#define TERMINAL_SECONDS 0.25 // between rewritings
#define PLAIN_SECONDS 10.0    // between plain lines

void progress_begin(Progress *progress, const char *label, int64_t steps) {
  double now = wall_seconds();
  *progress = (Progress){.label = label,
                         .terminal = !label && isatty(STDOUT_FILENO),
                         .began = now,
                         .last = now,
                         .first_steps = steps,
                         .last_steps = steps};
}

static void span(char *out, size_t capacity, double seconds) {
  long s = lround(seconds);
  if (s >= 3600)
    snprintf(out, capacity, "%ld h %02ld min", s / 3600, s / 60 % 60);
  else if (s >= 60)
    snprintf(out, capacity, "%ld min %02ld s", s / 60, s % 60);
  else
    snprintf(out, capacity, "%ld s", s);
}

static void describe(const Progress *progress, const CoTrainView *view, char *out, size_t capacity) {
  char left[64], score[64] = "", won[64] = "";
  double done = view->budget > 0 ? fmin(1, (double)view->steps / (double)view->budget) : 1;
  span(left, sizeof left, progress->rate > 0 ? fmax(0, (double)(view->budget - view->steps)) / progress->rate : 0);
  if (view->has_return) snprintf(score, sizeof score, ", return %.2f", view->return_mean);
  if (view->test->episodes && view->test->won >= 0)
    snprintf(won, sizeof won, ", test won %.0f %%", 100.0 * view->test->won / view->test->episodes);
  else if (view->test->verdict)
    snprintf(won, sizeof won, ", %s %.3g", view->test->verdict, view->test->return_mean);
  else if (view->test->episodes)
    snprintf(won, sizeof won, ", test return %.2f", view->test->return_mean);
  snprintf(out, capacity, "%lld of %lld steps (%.0f %%), %s left, %.0f steps/s, %lld updates%s%s",
           (long long)view->steps, (long long)view->budget, floor(100 * done), left, progress->rate,
           (long long)view->updates, score, won);
}

void progress_show(void *user, const CoTrainView *view) {
  Progress *progress = user;
  double now = wall_seconds(), passed = now - progress->last;
  bool over = view->steps >= view->budget;
  if (passed < (progress->terminal ? TERMINAL_SECONDS : PLAIN_SECONDS) && !over) return;
  double rate = (double)(view->steps - progress->last_steps) / fmax(passed, 1e-9);
  bool first = progress->last_steps == progress->first_steps;
  progress->rate = first || !progress->terminal ? rate : 0.9 * progress->rate + 0.1 * rate;
  progress->last = now;
  progress->last_steps = view->steps;
  char text[512];
  describe(progress, view, text, sizeof text);
  if (progress->terminal)
    printf("\r\033[K%.*s", 160, text);
  else
    printf("%s%s%s\n", progress->label ? progress->label : "", progress->label ? ": " : "", text);
  fflush(stdout);
  progress->shown = progress->terminal;
}

void progress_end(Progress *progress) {
  if (progress->shown) putchar('\n');
  progress->shown = false;
}

void print_score(const CoSpec *spec, const CoScore *score) {
  if (score->verdict) {
    printf("%s %.6g\n", score->verdict, score->return_mean);
    return;
  }
  printf("%d episodes: ", score->episodes);
  if (score->won >= 0) {
    CoInterval share = co_share_interval(score->won, score->episodes);
    printf("won %.1f %% (95 %% interval %.1f to %.1f), ", 100 * share.centre, 100 * share.low, 100 * share.high);
  }
  printf("return %.3f (standard error %.3f), length %.1f", score->return_mean, score->return_error, score->length_mean);
  for (int i = 0; spec->infos && spec->infos[i] && i < CO_SCORE_INFOS; i++)
    if (strcmp(spec->infos[i], "battle_won") != 0) printf(", %s %.3g", spec->infos[i], score->info_mean[i]);
  putchar('\n');
}
