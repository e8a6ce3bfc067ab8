// QPD's invariants: completeness, the additive critic's closed form, dummy and symmetric agents, the linear critic.
#include <math.h>
#include <string.h>

#include "episodes.h"
#include "multi/path.h"
#include "suite.h"

enum { AGENTS = 4, OBS = 5, VIEW = 7, ACTIONS = 3, HIDDEN = 16, EPISODES = 3 };
static const int kinds[AGENTS] = {0, 1, 0, 1};
static const int lengths[EPISODES] = {6, 6, 3};

typedef struct World {
  CoRng rng;
  CoCritic critic;
  Episodes *episodes;
  CoTape *tape;
  CoVar **bound;
  float credit[EPISODES * 7 * AGENTS];
} World;

static World build(CoCriticConfig config, uint64_t seed) {
  CoSpec spec = {
      .agents = AGENTS, .teams = 1, .kind = kinds, .obs_size = OBS, .actions = ACTIONS, .privileged_size = VIEW};
  World w = {.rng = co_rng(seed, "test", 0)};
  ck_assert(co_critic_create(&w.critic, &config, &spec, &w.rng, NULL));
  for (size_t i = 0; i < w.critic.params.size; i++) // biases too
    if (w.critic.params.values[i] == 0) w.critic.params.values[i] = (float)co_rng_uniform(&w.rng, -0.1, 0.1);
  w.episodes = episodes_create(&spec, lengths, EPISODES, &w.rng);
  w.tape = co_tape_create((size_t)1 << 28, NULL);
  ck_assert_ptr_nonnull(w.tape);
  w.bound = co_params_bind(w.tape, &w.critic.params);
  return w;
}

static void destroy(World *w) {
  co_critic_free(&w->critic);
  episodes_destroy(w->episodes);
  co_tape_destroy(w->tape);
}

static double integrate(World *w, int points, bool zero) {
  double gap;
  CoPathConfig config = {points, zero};
  co_path_credits(&config, &w->critic, w->tape, w->bound, &w->episodes->batch, w->credit, &gap);
  return gap;
}

static float value(World *w, int row) {
  return co_critic_value(&w->critic, w->tape, w->bound, &w->episodes->batch, &row, 1)->data[0];
}

static int last_of(const CoBatch *batch, int row) {
  while (batch->next[row] >= 0) row = batch->next[row];
  return row;
}

static double sum_of_credits(const World *w, int row) {
  double sum = 0;
  for (int i = 0; i < AGENTS; i++) sum += (double)w->credit[row * AGENTS + i];
  return sum;
}

static const CoCriticConfig forms[] = {
    {CO_CRITIC_MULTI, CO_CRITIC_CONCAT, 0, HIDDEN, true},  {CO_CRITIC_MULTI, CO_CRITIC_ADD, 0, HIDDEN, true},
    {CO_CRITIC_MULTI, CO_CRITIC_CONCAT, 2, HIDDEN, false}, {CO_CRITIC_MULTI, CO_CRITIC_ADD, 1, HIDDEN, true},
    {CO_CRITIC_SINGLE, CO_CRITIC_CONCAT, 0, HIDDEN, true}, {CO_CRITIC_SINGLE, CO_CRITIC_CONCAT, 1, HIDDEN, false}};
enum { FORMS = sizeof forms / sizeof forms[0] };

// |sum_i credit_i(t) - (Q(x_t) - Q(x_T))| falls as 1/m, for every form and baseline; *gap is that very number.
static void check_complete(int form, bool zero) {
  World w = build(forms[form], 1);
  const CoBatch *batch = &w.episodes->batch;
  double coarse = integrate(&w, 4, zero), fine = integrate(&w, 256, zero), finest = integrate(&w, 1024, zero);
  ck_assert_double_gt(coarse, 1e-3);
  ck_assert_double_lt(fine, coarse / 8);
  ck_assert_double_lt(finest, 0.01 * batch->rows);
  double gap = 0;
  int none = -1;
  float beginning = co_critic_value(&w.critic, w.tape, w.bound, batch, &none, 1)->data[0];
  for (int row = 0; row < batch->rows; row++) {
    double from = (double)(zero ? beginning : value(&w, last_of(batch, row)));
    gap += fabs(sum_of_credits(&w, row) - ((double)value(&w, row) - from));
  }
  ck_assert_double_eq_tol(gap, finest, 1e-4);
  destroy(&w);
}
START_TEST(completeness) {
  for (int form = 0; form < FORMS; form++) check_complete(form, false), check_complete(form, true);
}
END_TEST

// What the definition says, literally: gradients with respect to the inputs, times the inputs' differences.
static void literal(World *w, int points, float *credit) {
  const CoBatch *batch = &w->episodes->batch;
  const CoCritic *critic = &w->critic;
  for (int row = batch->rows - 1; row >= 0; row--) {
    int next = batch->next[row], pair[] = {row, next};
    for (int i = 0; i < AGENTS; i++) credit[row * AGENTS + i] = next >= 0 ? credit[next * AGENTS + i] : 0;
    for (int s = 0; next >= 0 && s < points; s++) {
      CoTapeMark mark = co_tape_mark(w->tape);
      CoVar **here = co_critic_inputs(critic, w->tape, batch, pair, 1);
      CoVar **there = co_critic_inputs(critic, w->tape, batch, pair + 1, 1);
      CoVar *x[AGENTS], *gradient[AGENTS], *step[AGENTS];
      for (int c = 0; c < critic->channels; c++) {
        step[c] = co_sub(w->tape, here[c], there[c]);
        CoVar *at = co_sub(w->tape, here[c], co_affine(w->tape, step[c], (float)s / (float)points, 0));
        x[c] = co_leaf(w->tape, at->rows, at->cols, at->data);
      }
      CoVar *q = co_critic_rest(critic, w->tape, w->bound, co_critic_parts(critic, w->tape, w->bound, x));
      ck_assert(co_grad(w->tape, q, x, critic->channels, false, gradient, NULL));
      for (int c = 0; c < critic->channels; c++) {
        const CoVar *parts = co_sum_rows(w->tape, co_mul(w->tape, gradient[c], step[c]));
        for (int i = 0; i < parts->rows; i++)
          credit[row * AGENTS + critic->order[critic->first[c] + i]] += parts->data[i] / (float)points;
      }
      co_tape_rewind(w->tape, mark);
    }
  }
}

static void check_literal(int form) {
  World w = build(forms[form], 2);
  float expected[EPISODES * 7 * AGENTS];
  integrate(&w, 5, false);
  literal(&w, 5, expected);
  for (int i = 0; i < w.episodes->batch.rows * AGENTS; i++) ck_assert_float_eq_tol(w.credit[i], expected[i], 2e-5f);
  destroy(&w);
}
START_TEST(equals_the_literal_input_gradients) {
  for (int form = 0; form < FORMS; form++) check_literal(form);
}
END_TEST

// Agent i's own summand of an additive critic: the value where the other agents' inputs are those of entry `rest`.
static float summand(World *w, int agent, int row, int rest) {
  const CoBatch *batch = &w->episodes->batch;
  CoTapeMark mark = co_tape_mark(w->tape);
  CoVar **mixed = co_critic_inputs(&w->critic, w->tape, batch, &rest, 1);
  CoVar **own = co_critic_inputs(&w->critic, w->tape, batch, &row, 1);
  for (int c = 0; c < w->critic.channels; c++)
    for (int i = w->critic.first[c]; i < w->critic.first[c + 1]; i++) {
      size_t size = (size_t)w->critic.inputs, at = (size_t)(i - w->critic.first[c]) * size;
      if (w->critic.order[i] == agent) memcpy(mixed[c]->data + at, own[c]->data + at, size * sizeof(float));
    }
  CoVar **parts = co_critic_parts(&w->critic, w->tape, w->bound, mixed);
  float q = co_critic_rest(&w->critic, w->tape, w->bound, parts)->data[0];
  co_tape_rewind(w->tape, mark);
  return q;
}

// Without layers after the merge credit_i(t) = f_i(x_i,t) - f_i(x_i,T), whatever the path.
static void check_closed_form(int form) {
  World w = build(forms[form], 3);
  const CoBatch *batch = &w.episodes->batch;
  integrate(&w, 2000, false);
  for (int row = 0; row < batch->rows; row++)
    for (int i = 0; i < AGENTS; i++) {
      int last = last_of(batch, row);
      float expected = summand(&w, i, row, last) - value(&w, last);
      ck_assert_float_eq_tol(w.credit[row * AGENTS + i], expected, 2e-3f);
    }
  destroy(&w);
}
START_TEST(additive_critic_has_a_closed_form) {
  for (int form = 0; form < 2; form++) check_closed_form(form);
}
END_TEST

// The credits' sums telescope to nothing at the end of an episode.
static void check_end(int form) {
  World w = build(forms[form], 4);
  integrate(&w, 3, false);
  for (int row = 0; row < w.episodes->batch.rows; row++)
    for (int i = 0; w.episodes->batch.next[row] < 0 && i < AGENTS; i++)
      ck_assert_float_eq(w.credit[row * AGENTS + i], 0);
  destroy(&w);
}
START_TEST(credits_at_the_end_are_zero) {
  for (int form = 0; form < FORMS; form++) check_end(form);
}
END_TEST

// An agent that the critic does not look at gets nothing, the others something.
static void check_dummy(bool zero) {
  World w = build(forms[4], 5);
  CoReal *weights = co_params_at(&w.critic.params, w.critic.layer1[0].weight);
  size_t block = (size_t)w.critic.inputs * HIDDEN;
  memset(weights + 2 * block, 0, block * sizeof *weights); // agent 2's rows
  integrate(&w, 5, zero);
  double others = 0;
  for (int row = 0; row < w.episodes->batch.rows; row++) {
    ck_assert_float_eq(w.credit[row * AGENTS + 2], 0);
    others += fabs((double)w.credit[row * AGENTS + 1]);
  }
  ck_assert_double_gt(others, 0.01);
  destroy(&w);
}
START_TEST(dummy_agent_gets_zero) {
  check_dummy(false);
  check_dummy(true);
}
END_TEST

// Agents 0 and 2 are of one kind, see and do the same: with summed channels they are interchangeable.
START_TEST(symmetric_agents_get_equal_credit) {
  World w = build(forms[3], 6);
  Episodes *e = w.episodes;
  for (int row = 0; row < e->batch.rows; row++) {
    size_t at = (size_t)row * AGENTS;
    memcpy(e->privileged + (at + 2) * VIEW, e->privileged + at * VIEW, VIEW * sizeof(float));
    e->action[at + 2] = e->action[at];
  }
  integrate(&w, 5, false);
  double size = 0;
  for (int row = 0; row < e->batch.rows; row++) {
    ck_assert_float_eq_tol(w.credit[row * AGENTS], w.credit[row * AGENTS + 2], 1e-6f);
    size += fabs((double)w.credit[row * AGENTS]);
  }
  ck_assert_double_gt(size, 0.01);
  destroy(&w);
}
END_TEST

// A critic whose relus are all open is linear: one point is exact.
static void check_linear_critic(int form, bool zero) {
  World w = build(forms[form], 7);
  const int biases[] = {w.critic.layer1[0].bias, w.critic.layer2[0].bias, w.critic.layer1[1].bias,
                        w.critic.layer2[1].bias};
  bool single = forms[form].form == CO_CRITIC_SINGLE;
  for (int i = 0; i < (single ? 2 : 4); i++)
    for (int j = 0; j < HIDDEN; j++) co_params_at(&w.critic.params, biases[i])[j] = i % 2 ? 100 : 20;
  double gap = integrate(&w, 1, zero);
  ck_assert_double_lt(gap, 2e-4 * w.episodes->batch.rows);
  destroy(&w);
}
START_TEST(linear_critic_is_exact_with_one_point) {
  const int linear[] = {0, 1, 4}; // nothing after the merge
  for (int i = 0; i < 3; i++) check_linear_critic(linear[i], false), check_linear_critic(linear[i], true);
}
END_TEST

CO_TESTS(completeness, equals_the_literal_input_gradients, additive_critic_has_a_closed_form,
         credits_at_the_end_are_zero, dummy_agent_gets_zero, symmetric_agents_get_equal_credit,
         linear_critic_is_exact_with_one_point)
