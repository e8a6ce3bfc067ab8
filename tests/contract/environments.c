// What every registered environment keeps to, in each of its variants: a newcomer is picked up untouched.
#include <math.h>

#include "allocations.h"
#include "suite.h"
#include "worlds.h"

enum { STEPS = 40 };

// Check's own assertions allocate and take time: only what fails is told.
#define demand(condition, name)                                                                                        \
  do {                                                                                                                 \
    if (!(condition)) ck_abort_msg("%s: %s", name, #condition);                                                        \
  } while (0)

static void play(Random *random, const char *name) {
  CoError error = {{0}};
  if (!random_step(random, &error)) ck_abort_msg("%s: %s", name, error.text);
}

static void check_spec(const char *name, const CoWorld *world, void *user) {
  (void)user;
  const CoSpec *spec = co_world_spec(world);
  const CoEnvType *type = co_world_type(world);
  demand(type->summary && type->source, name);
  demand(spec->obs_size > 0 && spec->obs_low < spec->obs_high, name);
  demand(!spec->obs_shape[0] || spec->obs_shape[0] * spec->obs_shape[1] * spec->obs_shape[2] == spec->obs_size, name);
  for (int k = 0; k < spec->action_size; k++) demand(spec->low[k] < spec->high[k], name);
}

static void check_obs(const char *name, const CoSpec *spec, const CoFrame *frame, int row) {
  const float *obs = frame->obs + row * spec->obs_size;
  for (int k = 0; k < spec->obs_size; k++) {
    demand(obs[k] >= spec->obs_low && obs[k] <= spec->obs_high, name);
    demand(frame->alive[row] || obs[k] == 0, name);
  }
  for (int k = 0; frame->privileged && k < spec->privileged_size; k++) {
    float number = frame->privileged[row * spec->privileged_size + k];
    demand(isfinite(number) && (frame->alive[row] || number == 0), name);
  }
}

static void check_mask(const char *name, const CoSpec *spec, const CoFrame *frame, int row) {
  int legal = 0;
  for (int k = 0; k < spec->actions; k++) {
    uint8_t bit = frame->mask[row * spec->actions + k];
    demand(bit <= 1, name);
    legal += bit;
  }
  if (spec->actions) demand(frame->alive[row] ? legal >= 1 : legal == 1, name);
  if (frame->index) demand(frame->index[row] >= 0 && frame->index[row] < spec->states, name);
}

static void check_frame(const char *name, const CoVecEnv *vec, int team) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(vec));
  const CoFrame *frame = co_vecenv_frame(vec, team);
  for (int row = 0; row < frame->num_envs * frame->agents; row++) {
    check_obs(name, spec, frame, row);
    check_mask(name, spec, frame, row);
    demand(!frame->acting[row] || (frame->alive[row] && frame->running[row / frame->agents]), name);
  }
  for (int k = 0; frame->global && k < frame->num_envs * spec->global_size; k++)
    demand(isfinite(frame->global[k]), name);
}

static bool same_team(const CoSpec *spec, int a, int b) {
  return !spec->team || spec->team[a] == spec->team[b];
}

static void check_rewards(const char *name, const CoVecEnv *vec, int env) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(vec));
  const float *rewards = co_vecenv_rewards(vec) + env * spec->agents;
  double sum = 0, size = 0;
  for (int a = 0; a < spec->agents; a++) {
    demand(isfinite(rewards[a]), name);
    sum += (double)rewards[a];
    size += fabs((double)rewards[a]);
    if (spec->payoff == CO_PAYOFF_SHARED && a && same_team(spec, a - 1, a)) demand(rewards[a] == rewards[a - 1], name);
  }
  if (spec->payoff == CO_PAYOFF_ZERO_SUM) demand(fabs(sum) <= 1e-6 * size, name);
}

// Ends come no later than the limit, and running out of time comes no earlier.
static void check_end(const char *name, const CoVecEnv *vec, int env) {
  int limit = co_world_spec(co_vecenv_world(vec))->episode_limit;
  int ending = co_vecenv_ending(vec)[env];
  int64_t clock = co_vecenv_clock(vec)[env];
  demand(ending == CO_PLAYING || ending == CO_TERMINATED || ending == CO_TRUNCATED, name);
  if (limit) demand(clock <= limit && (clock < limit || ending != CO_PLAYING), name);
  if (ending == CO_TRUNCATED) demand(clock == limit, name);
  for (int i = 0; i < co_world_infos(co_vecenv_world(vec)); i++)
    demand(isfinite(co_vecenv_info(vec)[env * co_world_infos(co_vecenv_world(vec)) + i]), name);
}

static void check_play(const char *name, const CoWorld *world, void *user) {
  (void)user;
  Random random = random_begin(world, 4, NULL);
  int limit = co_world_spec(world)->episode_limit, steps = limit > STEPS ? limit + 5 : STEPS;
  for (int t = 0; t < steps; t++) {
    play(&random, name);
    for (int team = 0; team < co_world_spec(world)->teams; team++) check_frame(name, random.vec, team);
    for (int i = 0; i < 4; i++) check_rewards(name, random.vec, i), check_end(name, random.vec, i);
  }
  random_end(&random);
}

static void check_copies(const char *name, const CoWorld *world, void *user) {
  CoPool *pool = user;
  Random one = random_begin(world, 1, NULL), few = random_begin(world, 7, NULL), many = random_begin(world, 7, pool);
  for (int t = 0; t < STEPS; t++) {
    play(&one, name), play(&few, name), play(&many, name);
    demand(!memcmp(co_vecenv_state(one.vec, 0), co_vecenv_state(few.vec, 0), co_world_state_bytes(world)), name);
    for (int i = 0; i < 7; i++)
      demand(!memcmp(co_vecenv_state(few.vec, i), co_vecenv_state(many.vec, i), co_world_state_bytes(world)), name);
    const CoFrame *x = co_vecenv_frame(few.vec, 0), *y = co_vecenv_frame(many.vec, 0);
    size_t numbers = (size_t)(7 * x->agents * co_world_spec(world)->obs_size);
    demand(!memcmp(x->obs, y->obs, numbers * sizeof(float)), name);
  }
  random_end(&one), random_end(&few), random_end(&many);
}

// Bytes of a state that no field covers, set to `fill`; false when one of them was not 0.
static bool scramble(const CoWorld *world, unsigned char *state, unsigned char fill) {
  size_t bytes = co_world_state_bytes(world);
  unsigned char *covered = calloc(bytes, 1);
  const size_t width[] = {1, 1, 2, 4, 8, 4, 8};
  bool clean = true;
  for (const CoStateField *field = co_world_fields(world); field->name; field++)
    for (int i = 0; i < field->count; i++)
      for (size_t k = 0; k < width[field->kind]; k++) covered[field->offset + (size_t)i * field->stride + k] = 1;
  for (size_t i = 0; i < bytes; i++) {
    if (covered[i]) continue;
    clean = clean && state[i] == 0;
    state[i] = fill;
  }
  free(covered);
  return clean;
}

static void check_fields(const char *name, const CoWorld *world, void *user) {
  (void)user;
  const size_t width[] = {1, 1, 2, 4, 8, 4, 8};
  for (const CoStateField *field = co_world_fields(world); field->name; field++) {
    size_t last = field->count > 0 ? (size_t)(field->count - 1) * field->stride : 0;
    demand(field->count >= 0 && field->stride >= width[field->kind], name);
    demand(field->offset % width[field->kind] == 0, name);
    demand(field->offset + last + width[field->kind] <= co_world_state_bytes(world), name);
    for (const CoStateField *other = co_world_fields(world); other < field; other++)
      demand(strcmp(other->name, field->name) != 0, name);
  }
}

// A copy mid-episode goes on identically, also when what the fields leave out is filled with rubbish.
static void check_memcpy(const char *name, const CoWorld *world, void *user) {
  (void)user;
  CoError error;
  Random a = random_begin(world, 1, NULL);
  CoEnv *b = co_env_create(world, 99, &error), *c = co_env_create(world, 98, &error);
  size_t size = co_env_size(world);
  unsigned char *bytes = calloc(1, size);
  int agents = co_world_spec(world)->agents;
  for (int t = 0; t < STEPS; t++) {
    play(&a, name);
    demand(co_vecenv_restart(a.vec, &error), name);
    CoWriter writer = {0};
    co_vecenv_save(a.vec, &writer); // number of copies, size of a moment, then the moment
    memcpy(bytes, writer.data + 12, size);
    co_writer_free(&writer);
    co_env_restore(b, bytes);
    demand(scramble(world, bytes + sizeof(CoMoment), 0xA5), name);
    co_env_restore(c, bytes);
    CoActions actions = random_actions(&a);
    demand(co_vecenv_step(a.vec, &actions, &error), name);
    demand(co_env_step(b, &actions, &error) && co_env_step(c, &actions, &error), name);
    if (co_env_ending(b) == CO_PLAYING && co_env_mover(b) == CO_CHANCE) continue;
    uint64_t hash = co_state_hash(world, co_vecenv_state(a.vec, 0));
    demand(hash == co_state_hash(world, co_env_state(b)), name);
    demand(hash == co_state_hash(world, co_env_state(c)), name);
    demand(!memcmp(co_vecenv_rewards(a.vec), co_env_rewards(b), (size_t)agents * sizeof(float)), name);
    demand(!memcmp(co_vecenv_rewards(a.vec), co_env_rewards(c), (size_t)agents * sizeof(float)), name);
  }
  free(bytes);
  co_env_destroy(b), co_env_destroy(c);
  random_end(&a);
}

// A reset depends on the stream alone, whatever was played before it.
static void check_reset(const char *name, const CoWorld *world, void *user) {
  (void)user;
  CoError error;
  size_t size = co_env_size(world);
  Random random = random_begin(world, 1, NULL);
  CoEnv *a = co_env_create(world, 5, &error), *b = co_env_create(world, 6, &error);
  unsigned char *fresh = malloc(size), *used = malloc(size);
  memcpy(fresh, co_env_bytes(a), size);
  demand(co_env_reset(a, &error), name);
  for (int t = 0; t < 10; t++) play(&random, name);
  CoWriter writer = {0};
  co_vecenv_save(random.vec, &writer);
  memcpy(used, writer.data + 12, size);
  memcpy(used, fresh, sizeof(CoRng)); // the played one's state, the fresh one's stream
  co_env_restore(b, used);
  demand(co_env_reset(b, &error), name);
  demand(!memcmp(co_env_bytes(a), co_env_bytes(b), size), name);
  memcpy(used, co_env_bytes(b), size);
  memcpy(used, fresh, sizeof(CoRng));
  co_env_restore(b, used);
  demand(co_env_reset(b, &error), name);
  demand(!memcmp(co_env_bytes(a), co_env_bytes(b), size), name);
  co_writer_free(&writer);
  free(fresh), free(used);
  co_env_destroy(a), co_env_destroy(b);
  random_end(&random);
}

static void check_scripts(const char *name, const CoWorld *world, void *user) {
  (void)user;
  const CoSpec *spec = co_world_spec(world);
  CoError error = {{0}};
  for (const CoScriptType *script = co_world_type(world)->scripts; script && script->name; script++) {
    Random random = random_begin(world, 1, NULL);
    for (int t = 0; t < 2 * STEPS; t++) {
      demand(co_vecenv_restart(random.vec, &error), name);
      for (int team = 0; team < spec->teams; team++)
        if (!co_vecenv_script(random.vec, script, team, random.rngs, random.discrete, &error))
          ck_abort_msg("%s, %s: %s", name, script->name, error.text);
      CoActions actions = {random.discrete, NULL};
      for (int a = 0; a < spec->agents; a++) {
        int team = spec->team ? spec->team[a] : 0, action = random.discrete[a];
        const uint8_t *mask =
            co_vecenv_frame(random.vec, team)->mask + (a - co_world_first(world, team)) * spec->actions;
        if (action >= 0 && action < spec->actions && !mask[action])
          ck_abort_msg("%s, %s: agent %d does %d, which is not legal", name, script->name, a, action);
      }
      if (!co_vecenv_step(random.vec, &actions, &error)) ck_abort_msg("%s, %s: %s", name, script->name, error.text);
    }
    random_end(&random);
  }
}

static void check_allocations(const char *name, const CoWorld *world, void *user) {
  (void)user;
  Random random = random_begin(world, 2, NULL);
  for (int t = 0; t < STEPS; t++) play(&random, name);
  long before = co_allocations;
  for (int t = 0; t < STEPS; t++) play(&random, name);
  long after = co_allocations;
  demand(after == before, name);
  random_end(&random);
}

// What a step does is among the outcomes that the exact model knows.
static void check_outcomes(const char *name, const CoWorld *world, void *user) {
  (void)user;
  const CoEnvType *type = co_world_type(world);
  enum { MOST = 64 };
  if (!type->outcomes || co_world_spec(world)->agents != 1) return;
  Random random = random_begin(world, 1, NULL);
  size_t bytes = co_world_state_bytes(world);
  unsigned char *states = calloc(MOST, bytes), *before = calloc(1, bytes);
  float rewards[MOST];
  CoTransition out[MOST];
  for (int i = 0; i < MOST; i++) out[i] = (CoTransition){.state = states + (size_t)i * bytes, .rewards = &rewards[i]};
  for (int t = 0; t < STEPS; t++) {
    demand(co_vecenv_restart(random.vec, NULL), name);
    memcpy(before, co_vecenv_state(random.vec, 0), bytes);
    play(&random, name);
    int count =
            type->outcomes(co_world_self(world), NULL, before, &(CoActions){random.discrete, NULL}, out, MOST, NULL),
        found = 0;
    uint64_t hash = co_state_hash(world, co_vecenv_state(random.vec, 0));
    for (int i = 0; i < count; i++)
      found += out[i].probability > 0 && co_state_hash(world, out[i].state) == hash &&
               rewards[i] == co_vecenv_rewards(random.vec)[0] &&
               out[i].terminated == (co_vecenv_ending(random.vec)[0] == CO_TERMINATED);
    demand(found > 0, name);
  }
  free(states), free(before);
  random_end(&random);
}

START_TEST(specs_are_sound) {
  worlds_each(check_spec, NULL);
}
END_TEST

START_TEST(play_is_sound) {
  worlds_each(check_play, NULL);
}
END_TEST

START_TEST(copies_and_threads_change_nothing) {
  CoPool *pool = co_pool_create(3, NULL);
  worlds_each(check_copies, pool);
  co_pool_destroy(pool);
}
END_TEST

START_TEST(fields_lie_in_the_state) {
  worlds_each(check_fields, NULL);
}
END_TEST

START_TEST(copied_states_go_on_alike) {
  worlds_each(check_memcpy, NULL);
}
END_TEST

START_TEST(resets_depend_on_the_stream_alone) {
  worlds_each(check_reset, NULL);
}
END_TEST

START_TEST(scripts_play_by_the_rules) {
  worlds_each(check_scripts, NULL);
}
END_TEST

START_TEST(warm_steps_allocate_nothing) {
  worlds_each(check_allocations, NULL);
}
END_TEST

START_TEST(steps_agree_with_the_exact_model) {
  worlds_each(check_outcomes, NULL);
}
END_TEST

CO_TESTS(specs_are_sound, play_is_sound, copies_and_threads_change_nothing, fields_lie_in_the_state,
         copied_states_go_on_alike, resets_depend_on_the_stream_alone, scripts_play_by_the_rules,
         warm_steps_allocate_nothing, steps_agree_with_the_exact_model)
