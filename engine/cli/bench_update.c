// Updates: time, arithmetic and share of the machine's peak, at the sizes of five maps.
//
// Arithmetic is the standard dense count of a QMIX update on B episodes of T steps with n agents, two operations a
// multiplication: agents (n B (T + 1) rows; layers I-H, two H-3H of the GRU, H-A) forward online, forward target and
// backward at twice the forward (less the first layer's gradient with respect to its input, which nobody needs);
// mixers (B T rows; S-E', E'-nM, S-E', E'-M, S-M, S-M, M-1, and n M + M for the mixing) four times the forward.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "cohort/stats.h"

#define EPISODES 64 // in the store
#define BATCH 32
#define HIDDEN 64
#define EMBED 32
#define HYPER 64

static double gflop(const BenchShape *shape, double length) {
  double n = shape->agents, in = shape->obs_size + shape->actions + shape->agents, s = shape->global_size;
  double agent = in * HIDDEN + 2.0 * HIDDEN * 3 * HIDDEN + (double)HIDDEN * shape->actions;
  double mixer = s * HYPER + HYPER * n * EMBED + s * HYPER + HYPER * EMBED + 2 * s * EMBED + EMBED + n * EMBED + EMBED;
  double rows = n * BATCH * (length + 1);
  return 2 * (rows * (4 * agent - in * HIDDEN) + 4 * BATCH * length * mixer) / 1e9;
}

static BenchShape shape_of(const CoSpec *spec, int shortest) {
  BenchShape shape = {.agents = spec->agents,
                      .obs_size = spec->obs_size,
                      .actions = spec->actions,
                      .global_size = spec->global_size,
                      .privileged_size = spec->privileged_size,
                      .shortest = shortest,
                      .longest = 60};
  for (int i = 0; spec->kind && i < spec->agents && i < BENCH_AGENTS; i++) shape.kind[i] = spec->kind[i];
  return shape;
}

// Milliseconds an update, the median of many.
static bool time_updates(Rig *rig, double seconds, double *milliseconds, CoError *error) {
  double times[512];
  double scratch[512];
  int count = 0;
  for (int i = 0; i < 3; i++)
    if (!rig_learn(rig, error)) return false;
  for (double began = bench_seconds(); count < 512 && (count < 3 || bench_seconds() - began < seconds); count++) {
    double start = bench_seconds();
    int64_t before = rig->updates;
    if (!rig_learn(rig, error)) return false;
    if (rig->updates == before) return co_fail(error, "%s made no update", rig->algo->name);
    times[count] = 1e3 * (bench_seconds() - start) / (double)(rig->updates - before);
  }
  *milliseconds = co_quantile(times, count, 0.5, scratch);
  return true;
}

static bool measure(const Plan *plan, int shortest, const BenchOptions *options, double *milliseconds,
                    BenchShape *shape, CoError *error) {
  *shape = shape_of(co_world_team(plan->world, 0), shortest);
  CoWorld *world = bench_shape_open(shape, error);
  if (!world) return false;
  Rig rig = {.world = world, .algo = plan->seats[0].algo, .config = plan->seats[0].config};
  bool ok = rig_fill(&rig, EPISODES, CO_FORM_FLOAT, error) && time_updates(&rig, options->seconds, milliseconds, error);
  rig_free(&rig);
  co_world_close(world);
  return ok;
}

static bool print_map(const char *map, const char *algo, int shortest, const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  BenchShape shape;
  double milliseconds = 0;
  bool ok = plan && bench_open(plan, map, algo, "pymarl", false, options, error) &&
            measure(plan, shortest, options, &milliseconds, &shape, error);
  if (ok && algo[1] == 'm') {
    double work = gflop(&shape, (shape.shortest + shape.longest) / 2.0), rate = work / milliseconds * 1e3;
    printf("  %-22s %-5s %2d to %2d steps  %7.2f ms  %5.2f GFLOP  %6.1f GFLOP/s  %4.1f %% of the peak\n", map, algo,
           shape.shortest, shape.longest, milliseconds, work, rate, 100 * rate / bench_peak());
  } else if (ok) {
    printf("  %-22s %-5s %2d to %2d steps  %7.2f ms  %6.1f updates/s\n", map, algo, shape.shortest, shape.longest,
           milliseconds, 1e3 / milliseconds);
  }
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

bool bench_update(const BenchOptions *options, CoError *error) {
  static const char *const maps[] = {"skirmish/3m", "skirmish/2s3z", "skirmish/3s5z", "skirmish/10m_vs_11m",
                                     "skirmish/MMM2"};
  printf("\none update of %d episodes, profile pymarl, at the sizes of these maps; peak %.1f GFLOP/s\n", BATCH,
         bench_peak());
  for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
    if (!print_map(maps[i], "qmix", 60, options, error)) return false;
  printf("  the cost follows the episodes' true lengths:\n");
  for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
    if (!print_map(maps[i], "qmix", 10, options, error)) return false;
  printf("  updates/s of the others:\n");
  static const char *const algos[] = {"qmix", "qpd", "vdn", "iql"};
  for (size_t i = 1; i < sizeof algos / sizeof algos[0]; i++)
    if (!print_map("skirmish/2s3z", algos[i], 60, options, error)) return false;
  return true;
}
