// A deep Q-network balances a pole: Plaat, chapter 3; Mnih et al. (2015). The loop is here, from end to end.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  CoBodyConfig body;
  double alpha, gamma, epsilon;
  int steps, replay, batch, hold, mean;
} Settings;

static const CoField fields[] = {
    CO_BODY_FIELDS("128", "relu"),
    CO_ALIASED(Settings, alpha, "lr", CO_FIELD_NUMBER, "0.0023", 1e-6, 1, "step size of Adam; falls to 0.3 of it"),
    CO_NUMBER(Settings, gamma, "0.99", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.05", 0, 1, "share of random actions, to which it falls from 1 in 2000 steps"),
    CO_INT(Settings, steps, "30000", 1, 1e9, "to learn from"),
    CO_INT(Settings, replay, "100000", 1, 1e8, "steps remembered"),
    CO_INT(Settings, batch, "64", 1, 10000, "of them in an update, every step from step 1000 on"),
    CO_INT(Settings, hold, "50", 1, 1e9, "steps for which the target network stays"),
    CO_INT(Settings, mean, "3000", 1, 1e9, "steps over which the weights are averaged that are tested; 1: the last"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "5000"}, {NULL, NULL, NULL}};
enum { INPUTS = 4, ACTIONS = 2 };
static const uint8_t all[ACTIONS] = {1, 1};

typedef struct Agent {
  const Settings *set;
  CoNetwork *online, *target, *mean; // Q(.; theta); Q(.; theta-), as it was up to `hold` steps ago; the mean of theta
  CoReplay *replay;
  CoRng rng;
} Agent;

// Q(s, .) of `count` states, [count][ACTIONS]
static CoVar *values(CoNetwork *net, int count, const float *obs) {
  return co_example_outputs(net, co_constant(co_example_tape(net), count, INPUTS, obs));
}

static int greedy(void *user, const float *obs, const uint8_t *mask, CoRng *rng) {
  (void)rng;
  return co_argmax(ACTIONS, values(((Agent *)user)->mean, 1, obs)->data, mask);
}

static int epsilon_greedy(Agent *agent, const float *obs, int step) {
  const double epsilon = agent->set->epsilon + fmax(0, 1 - step / 2000.0) * (1 - agent->set->epsilon);
  if (co_rng_unit(&agent->rng) < epsilon) return co_rng_int(&agent->rng, 0, ACTIONS - 1);
  return co_argmax(ACTIONS, values(agent->online, 1, obs)->data, all);
}

// One step down (y - Q(s, a; theta))^2 / 2, where y = r + gamma max_a' Q(s', a'; theta-), of rows from the memory.
static void update(CoExample *example, Agent *agent) {
  const CoRows *rows = co_example_sample(example, agent->replay, agent->set->batch, &agent->rng);
  CoVar *taken = co_pick(agent->online->tape, values(agent->online, rows->count, rows->obs), rows->action);
  const CoVar *best = co_max_rows(agent->target->tape, values(agent->target, rows->count, rows->next_obs), NULL);
  CoTape *tape = agent->online->tape;
  CoReal *y = co_tape_memory(tape, (size_t)rows->count); // the discount is gamma, at a true end 0
  for (int i = 0; i < rows->count; i++) y[i] = rows->reward[i] + rows->discount[i] * best->data[i];
  CoVar *square = co_squared(tape, co_constant(tape, rows->count, 1, y), taken);
  co_example_descend(example, agent->online, co_affine(tape, co_mean_all(tape, square), (CoReal)0.5, 0));
}

static void act(Agent *agent, CoEnv *env, int step) {
  float obs[INPUTS], next[INPUTS];
  co_env_observe(env, 0, obs, NULL);
  int a = epsilon_greedy(agent, obs, step);
  co_env_step(env, &(CoActions){.discrete = &a}, NULL);
  co_env_observe(env, 0, next, NULL);
  CoDecision row = {.obs = obs, .next_obs = next, .mask = all, .next_mask = all, .action = a};
  row.reward = co_env_rewards(env)[0];
  row.discount = co_env_ending(env) == CO_TERMINATED ? 0 : (float)agent->set->gamma;
  co_replay_add(agent->replay, &row, 1);
}

static void learn(CoExample *example, const Settings *set, Agent *agent, CoEnv *env) {
  co_env_reset(env, NULL);
  for (int step = 1; step <= set->steps; step++) {
    act(agent, env, step);
    co_optim_rate(agent->online->optim, set->alpha * (1 - 0.7 * step / set->steps));
    if (step >= 1000) update(example, agent);
    co_params_blend(&agent->mean->params, &agent->online->params, 1.0 / set->mean);
    if (step % set->hold == 0) co_params_copy(&agent->target->params, &agent->online->params);
    if (co_env_ending(env) == CO_PLAYING) continue;
    co_example_point(example, "length of an episode", step, (double)co_env_clock(env));
    co_env_reset(env, NULL);
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  CoWorld *world = co_example_open(example, "cartpole", " ");
  const Settings *set = settings;
  Agent *agent = co_example_memory(example, 1, sizeof *agent);
  *agent = (Agent){.set = set, .rng = co_rng(seed, "dqn_cartpole", 0)};
  agent->online = co_example_body(example, &set->body, (const int[3]){INPUTS}, ACTIONS, set->alpha, &agent->rng);
  agent->target = co_example_copy(example, agent->online), agent->mean = co_example_copy(example, agent->online);
  agent->replay = co_example_replay(example, world, set->replay);
  learn(example, set, agent, co_example_env(example, world));
  const CoLearner *learner = co_example_player(example, world, greedy, agent);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(example, (CoClaim){"mean of 100 episodes", 500, 475, 500, 0.8, false, true}, got);
  co_example_claim(example, (CoClaim){"better than chance", NAN, 40, 500, 0, false, false}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "dqn_cartpole",
    .chapter = 3,
    .idea = "A network learns values from a memory of steps, towards targets of a network that stays for a while.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"dqn_cartpole", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .chart_x = "environment steps",
    .chart_y = "length of an episode while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
