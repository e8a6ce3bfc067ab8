// Who acts in an example: what the engine's trainer made, or a table of the example's own.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "book.h"
#include "cohort/distributions.h"

enum { POINTS = 100 }; // of a learning curve, unless told

// --- the trainer's ---

typedef struct Pupil {
  CoLearner learner;
  CoTrainConfig config;
} Pupil;

static void destroy_train(void *train) {
  co_train_destroy(train);
}

static CoSeat configure(CoExample *example, Pupil *pupil, const char *algo, char *words) {
  CoError error;
  CoTrainConfig *config = &pupil->config;
  const CoAlgoType *type = co_find_algo(&example->line->registry, algo, &error);
  book_check(example, type, &error);
  void *settings = co_example_memory(example, 1, type->settings.bytes + 1);
  co_settings_defaults(&type->settings, settings);
  co_settings_defaults(&co_train_settings, config);
  config->test_interval = config->log_interval = 0;
  book_check(example,
             book_set(words, &type->settings, settings, &co_train_settings, config, &error) &&
                 line_apply(example->line, &type->settings, settings, &error) &&
                 line_apply(example->line, &co_train_settings, config, &error),
             &error);
  config->seed = example->seed;
  if (!config->log_interval) config->log_interval = config->steps < POINTS ? 1 : config->steps / POINTS;
  return (CoSeat){.algo = type, .config = settings};
}

// Every team's seat alike.
static CoSeat *seats_of(CoExample *example, const CoWorld *world, CoSeat seat) {
  int teams = co_world_spec(world)->teams;
  CoSeat *seats = co_example_memory(example, (size_t)teams, sizeof *seats);
  for (int i = 0; i < teams; i++) seats[i] = seat;
  return seats;
}

static CoLearner *begin(CoExample *example, const CoWorld *world, const char *algo, char *words) {
  CoError error;
  Pupil *pupil = co_example_memory(example, 1, sizeof *pupil);
  CoLearner *learner = &pupil->learner;
  CoSeat *seats = seats_of(example, world, configure(example, pupil, algo, words));
  bool traces = example->first && example->line->options.trace > 0;
  example->observer = trace_observer(example);
  const CoTrainSetup setup = {
      .config = &pupil->config, .world = world, .seats = seats, .observer = traces ? &example->observer : NULL};
  CoTrain *train = co_train_create(&setup, &error);
  book_check(example, train, &error);
  book_own(example, train, destroy_train);
  for (int i = 0; i < co_world_spec(world)->teams; i++)
    seats[i].self = co_train_algo(train, seats[i].algo->all_teams ? 0 : i);
  *learner = (CoLearner){.world = world, .seat = seats[0], .seats = seats, .train = train};
  return learner;
}

void co_example_advance(CoExample *example, CoLearner *learner, int64_t steps, const char *curve) {
  CoError error;
  while (!co_train_done(learner->train) && !(steps && co_train_view(learner->train).steps >= steps)) {
    book_check(example, co_train_round(learner->train, &error), &error);
    CoTrainView view = co_train_view(learner->train);
    if (curve && view.row && view.has_return) co_example_point(example, curve, (double)view.steps, view.return_mean);
  }
}

double co_example_metric(CoExample *example, const CoLearner *learner, const char *name) {
  CoError error;
  double mean = 0;
  bool known = co_train_metric(learner->train, name, &mean);
  book_check(example, known || co_fail(&error, "%s has no metric '%s'", learner->seat.algo->name, name), &error);
  return mean;
}

void co_example_adopt(CoExample *example, CoLearner *learner, const CoLearner *from) {
  CoError error;
  CoWriter saved = {0};
  from->seat.algo->save(from->seat.self, &saved);
  CoReader reader = co_reader(saved.data, saved.size, &error);
  bool done = !saved.failed && learner->seat.algo->load(learner->seat.self, &reader);
  if (saved.failed) co_fail(&error, "no memory for what %s has learnt", from->seat.algo->name);
  co_writer_free(&saved);
  book_check(example, done, &error);
}

CoLearner *co_example_begin(CoExample *example, const CoWorld *world, const char *algo, const char *format, ...) {
  char words[BOOK_WORDS];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  return begin(example, world, algo, words);
}

CoLearner *co_example_train(CoExample *example, const CoWorld *world, const char *algo, const char *curve,
                            const char *format, ...) {
  char words[BOOK_WORDS];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  CoLearner *learner = begin(example, world, algo, words);
  co_example_advance(example, learner, 0, curve);
  return learner;
}

const float *co_example_table(CoExample *example, const CoLearner *learner, int columns) {
  size_t count = (size_t)co_world_spec(learner->world)->states * (size_t)columns;
  CoError error;
  CoWriter saved = {0};
  float *table = co_example_memory(example, count, sizeof *table);
  learner->seat.algo->save(learner->seat.self, &saved); // every tabular method saves its table first
  bool whole = !saved.failed && saved.size >= count * sizeof *table;
  book_check(example, whole || co_fail(&error, "%s has no table of %zu numbers", learner->seat.algo->name, count),
             &error);
  memcpy(table, saved.data, count * sizeof *table);
  co_writer_free(&saved);
  return table;
}

CoVerdict co_example_judge(CoExample *example, const CoLearner *learner, int agent) {
  CoError error;
  CoVerdict verdict = {0};
  CoEnv *env = co_example_env(example, learner->world);
  CoJudge *judge = co_judge_create(learner->world, &learner->seat, agent, example->seed, &error);
  bool done = judge && co_env_reset(env, &error) && co_judge(judge, env, false, &verdict, &error);
  co_judge_destroy(judge);
  book_check(example, done, &error);
  return verdict;
}

// --- a table's ---

typedef struct Greedy {
  const float *q, *seen; // [states][actions]; the first copy's row
  int actions;
} Greedy;

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.experience = CO_EXPERIENCE_NONE};
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  Greedy *greedy = user;
  for (int env = 0; env < frame->num_envs; env++) {
    const float *row = greedy->q + (size_t)frame->index[env] * (size_t)greedy->actions;
    if (!frame->acting[env]) continue;
    const uint8_t *mask = frame->mask + (size_t)env * (size_t)greedy->actions;
    discrete[env] = co_argmax_random(greedy->actions, row, mask, &how->rngs[env]);
    if (!env) greedy->seen = row;
  }
  return true;
}

static bool inspect(void *user, int i, CoInspection *out) {
  const Greedy *greedy = user;
  *out = (CoInspection){"q", greedy->seen, 1, greedy->actions};
  return i == 0;
}

static const CoField no_fields[] = {CO_FIELDS_END};
static const CoAlgoType table_type = {.name = "table",
                                      .summary = "the best action of a table",
                                      .settings = {.title = "table", .fields = no_fields},
                                      .wants = wants,
                                      .act = act,
                                      .inspect = inspect};

CoLearner *co_example_greedy(CoExample *example, const CoWorld *world, const float *q) {
  Greedy *greedy = co_example_memory(example, 1, sizeof *greedy);
  CoLearner *learner = co_example_memory(example, 1, sizeof *learner);
  *greedy = (Greedy){q, q, co_world_spec(world)->actions};
  *learner = (CoLearner){.world = world, .seat = {.algo = &table_type, .self = greedy}};
  learner->seats = seats_of(example, world, learner->seat);
  return learner;
}

// --- both ---

CoScore co_example_evaluate(CoExample *example, const CoLearner *learner, int episodes) {
  enum { COPIES = 32 }; // as the trainer has for its tests
  CoError error;
  CoScore *scores = co_example_memory(example, (size_t)co_world_spec(learner->world)->teams, sizeof *scores);
  const CoMatchSetup setup = {.world = learner->world,
                              .seats = book_seats(learner),
                              .num_envs = co_match_copies(episodes, COPIES),
                              .seed = example->seed,
                              .purpose = "example"};
  CoMatch *match = co_match_create(&setup, &error);
  book_check(example, match && co_match_play(match, episodes, 0, NULL, scores, &error), &error);
  co_match_destroy(match);
  return scores[0];
}

static bool find_values(const CoLearner *learner, CoInspection *out, CoError *error) {
  const CoAlgoType *algo = learner->seat.algo;
  for (int i = 0; algo->inspect && algo->inspect(learner->seat.self, i, out); i++)
    if (!strcmp(out->name, "q")) return true;
  return co_fail(error, "%s gives no values of actions", algo->name);
}

const float *co_example_values(CoExample *example, const CoLearner *learner, const CoModel *model) {
  const size_t actions = (size_t)model->actions;
  float *q = co_example_memory(example, (size_t)model->states * actions, sizeof *q);
  float *obs = co_example_memory(example, (size_t)co_world_spec(learner->world)->obs_size, sizeof *obs);
  const uint8_t one = 1;
  CoRng rng = {0};
  CoFrame frame = {.num_envs = 1, .agents = 1, .obs = obs, .running = &one, .acting = &one};
  CoInspection said;
  CoError error;
  void *worker;
  book_check(example, co_world_worker_open(learner->world, &worker, &error), &error);
  for (int s = 0, action = 0; s < model->states; s++) {
    frame.mask = model->legal + (size_t)s * actions;
    if (!memchr(frame.mask, 1, actions)) continue;
    bool fine = co_world_observe(learner->world, worker, co_model_state(model, s), 0, obs, &error) &&
                learner->seat.algo->act(learner->seat.self, &frame, &(CoActing){.rngs = &rng}, &action, NULL, &error) &&
                find_values(learner, &said, &error);
    if (fine) memcpy(q + (size_t)s * actions, said.data, actions * sizeof *q);
    book_check(example, fine, &error);
  }
  co_world_worker_close(learner->world, worker);
  return q;
}

double co_example_verdict(CoExample *example, const CoLearner *learner, const char *number) {
  const CoAlgoType *algo = learner->seat.algo;
  CoError error = {""};
  double value = 0;
  CoMetrics *metrics = co_metrics_create("", &error);
  bool ok = metrics && (algo->evaluate || co_fail(&error, "%s gives no verdict", algo->name));
  for (int i = 0; ok && algo->metrics && algo->metrics[i]; i++)
    ok = co_metrics_declare(metrics, algo->metrics[i], &error);
  if (ok) algo->evaluate(learner->seat.self, metrics, &error);
  ok = ok && !error.text[0] &&
       (co_metrics_find(metrics, number, &value) || co_fail(&error, "%s gives no %s", algo->name, number));
  co_metrics_destroy(metrics);
  book_check(example, ok, &error);
  return value;
}

void co_example_show(CoExample *example, const CoLearner *learner) {
  example->shown = learner;
}
