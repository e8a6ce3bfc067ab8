// The environment interface: a const table of hooks, a spec, and one environment held by the value of its state.
#ifndef COHORT_ENV_H
#define COHORT_ENV_H

#include <stdint.h>

#include "cohort/canvas.h"
#include "cohort/rng.h"
#include "cohort/settings.h"

typedef enum CoPayoff {
  CO_PAYOFF_PRIVATE,  // each agent its own reward
  CO_PAYOFF_SHARED,   // one reward stream within a team
  CO_PAYOFF_ZERO_SUM, // the agents' rewards sum to 0
} CoPayoff;

#define CO_EVERYONE (-1) // mover: all agents move at once
#define CO_CHANCE (-2)   // mover: nature moves; actions are there, but mean nothing
#define CO_OUTCOMES_FAILED (-2)

// A key for a person who plays: what the agent does while it is held. Names as "left", "space", "a"; "" is no key held
// (without it time waits for a key).
typedef struct CoKey {
  const char *key;     // NULL ends a list
  int action;          // discrete
  const float *values; // continuous: [action_size]
} CoKey;

// What a learner may know of an environment. Arrays belong to whoever described it and outlive the world.
typedef struct CoSpec {
  int agents, teams;
  const int *team;                   // [agents] 0 .. teams - 1, ascending; NULL: all 0
  const int *kind;                   // [agents] agents of one number are alike; NULL: all 0
  int obs_size;                      // numbers per agent (the largest of any; smaller ones are padded with zeros)
  int obs_shape[3];                  // channels, height, width for images; 0s otherwise
  float obs_low, obs_high;           // of all numbers
  const float *obs_lows, *obs_highs; // [obs_size] of each, within these; NULL: these
  int actions;                       // discrete: the most that any agent has (fewer: masked); 0 when continuous
  int action_size;                   // continuous: numbers per agent; 0 when discrete
  const float *low, *high;           // [action_size]
  int states;                        // rows of a table; 0 when not tabular
  const int *landmarks;              // tabular: rows worth reaching on the way (doors), then -1; NULL: none known
  bool unmasked;                     // all actions are always available, which `available` (if any) is not asked for
  bool perfect_recall;               // `index` is an information set: alike in it, alike in all seen and done before
  bool modelled;                     // there is an exact model (`outcomes`); the engine fills this in
  bool scripted;                     // there are scripted players (`scripts`); the engine fills this in
  bool turns;                        // one agent moves at a time (`mover`); the engine fills this in
  int global_size;                   // global state for centralised training; 0 when none
  int privileged_size;               // training-only view per agent; 0 when none
  int goal_size;                     // numbers of a goal, with which the observation ends; 0: there are no goals
  int episode_limit;                 // steps before truncation; 0 for none
  CoPayoff payoff;
  const char *const *infos; // names of the numbers in CoOutcome.info, NULL-terminated; NULL: none
  // For people.
  const char *const *team_names;   // [teams]; NULL: by number
  const char *const *action_names; // [actions]; NULL: by number
  const CoKey *keys;               // NULL: none; an agent whose key is held that it may not use does what "" says
} CoSpec;

// One field of a state: for hashes, the text of replays, viewers, scripts and comparison with other implementations.
typedef enum CoStateKind {
  CO_STATE_I8,
  CO_STATE_U8,
  CO_STATE_I16,
  CO_STATE_I32,
  CO_STATE_I64,
  CO_STATE_F32,
  CO_STATE_F64
} CoStateKind;
typedef struct CoStateField {
  const char *name; // "unit.x" for a member of an array of records
  CoStateKind kind;
  size_t offset; // of the first element, in bytes
  int count;     // elements
  size_t stride; // bytes from one element to the next
} CoStateField;

typedef struct CoActions {
  const int *discrete;     // [agents], NULL when continuous
  const float *continuous; // [agents][action_size], NULL when discrete
} CoActions;

// What a step brought. The engine zeroes rewards and info first. info is summed over an episode.
typedef struct CoOutcome {
  float *rewards;  // [agents]; agents of a team with a shared payoff get the same number
  float *info;     // [infos]
  bool terminated; // a true end; running out of time is the engine's truncation
} CoOutcome;

// A possible successor, for the exact model.
typedef struct CoTransition {
  double probability;
  void *state;    // [state_bytes], the engine's memory: the hook writes the successor here
  float *rewards; // [agents], likewise
  bool terminated;
} CoTransition;

// Copies side by side, for the hooks that take many at once.
typedef struct CoMany {
  int count;
  unsigned char
      *moments; // [count] CoMoment and state, `stride` bytes from one to the next: rng and state are the hook's
  size_t stride;
  const uint8_t *running; // [count] 0: leave this copy alone
  CoActions actions;      // [count][agents]
  float *rewards;         // [count][agents], zeroed where running
  float *info;            // [count][infos], zeroed: this step's
  uint8_t *terminated;    // [count], zeroed
  const int *runner; // [runners] the numbers of the copies that are running, ascending: a loop over them asks nothing
  int runners;
} CoMany;

// A scripted player that an environment brings along: reads the state, gives one agent's action. Its action numbers may
// lie outside [0, actions): moves that only scripts may make, which step understands.
typedef struct CoScriptType {
  const char *name, *summary;
  bool (*act)(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action, CoError *error);
} CoScriptType;

// self: what open made of the config, read only once open (NULL when there is no such hook, which settings need).
// worker: scratch of one thread (NULL when there is no such hook). state: [state_bytes] plain bytes: no pointers, no
// padding that varies, zeroed before reset. Arrays that a hook fills (obs, mask, global, rewards ...) come zeroed.
// observe and privileged are not asked for the dead. All hooks but step and mover are asked at an episode's end too,
// and `available` always leaves an action (1; the others 0). A NULL hook is a missing capability. Hooks that return
// bool fail with a sentence (scripts); environments in C always succeed.
typedef struct CoEnvType CoEnvType;
struct CoEnvType {
  const char *name, *summary, *source; // source: paper or book chapter
  const char *variant;                 // the setting that "name/VARIANT" sets ("map"), or NULL
  const char *aliases;                 // other names, separated by spaces ("Taxi-v3"), or NULL
  CoSettings settings;
  const void *data; // of types made at run time (scripts): what open makes worlds of; NULL otherwise
  void *(*open)(const CoEnvType *type, const void *config, CoError *error);
  void (*close)(void *self);
  void (*describe)(const void *self, CoSpec *spec, size_t *state_bytes,
                   const CoStateField **fields); // fields end with a NULL name
  void *(*worker_open)(const void *self, CoError *error);
  void (*worker_close)(void *worker);
  bool (*reset)(const void *self, void *worker, void *state, CoRng *rng, CoError *error);
  bool (*step)(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
               CoError *error);
  bool (*observe)(const void *self, void *worker, const void *state, int agent, float *obs,
                  CoError *error); // [obs_size]
  // Capabilities.
  bool (*available)(const void *self, void *worker, const void *state, int agent, uint8_t *mask,
                    CoError *error);                             // [actions]
  bool (*alive)(const void *self, const void *state, int agent); // the dead observe zeros and carry no loss
  int (*mover)(const void *self, const void *state);             // an agent, CO_EVERYONE or CO_CHANCE; NULL: everyone
  int (*index)(const void *self, const void *state, int agent);  // tabular: the row; card games: the information set
  bool (*global)(const void *self, void *worker, const void *state, int team, float *out,
                 CoError *error); // [global_size]
  bool (*privileged)(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error);
  // A family of tasks (meta-learning): draws one into the state, which comes zeroed; reset then finds it there and
  // keeps it. The engine draws anew for every episode, or as who meta-learns has it (co_vecenv_reset_tasks). NULL: one
  // task.
  bool (*task)(const void *self, void *worker, void *state, CoRng *rng, CoError *error);
  // Every successor of (state, actions), of which probabilities sum to 1: at nature's turn its moves, whatever the
  // actions; with state NULL every starting state. How many were written, at most capacity; -1 when there are more;
  // CO_OUTCOMES_FAILED with a sentence.
  int (*outcomes)(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                  int capacity, CoError *error);
  // Goals (hindsight): what the state has achieved, in the terms of the goal that the observation ends with; and what a
  // step earns that has achieved this where that is the goal, and whether the episode ends with it.
  bool (*achieved)(const void *self, void *worker, const void *state, int agent, float *goal,
                   CoError *error); // [goal_size]
  float (*goal_reward)(const void *self, const float *achieved, const float *desired, bool *terminated);
  // Symmetries: every game from reset on has an image that is as good a game. The image's agents observe
  // obs[obs_from[k]] as their number k, and its action a is action_from[a] of the original. Writes the one of that
  // number, counted from 0, the identity left out; false: there are no more.
  bool (*symmetry)(const void *self, int number, int *obs_from, int *action_from); // [obs_size], [actions]
  const CoScriptType *scripts; // ends with a NULL name; the first plays where a team is left to itself; NULL: none
  bool (*draw)(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error);
  // The same as reset, step, observe and index, for many copies in one call, where that is faster. reset_many writes
  // every number of a state, which need not be zeroed for it; it is not asked where there are tasks or nature moves.
  bool (*reset_many)(const void *self, void *worker, const CoMany *many, CoError *error);
  bool (*step_many)(const void *self, void *worker, const CoMany *many, CoError *error);
  bool (*observe_many)(const void *self, void *worker, const CoMany *many, int team, float *obs,
                       CoError *error); // [count][agents of the team][obs_size], zeroed; rows of copies at rest and of
                                        // the dead stay as they are
  void (*index_many)(const void *self, const CoMany *many, int team, int *index); // [count][agents of the team]
  bool observes_whole; // observe_many writes every number of a row, which need not be zeroed for it; nobody dies
};

// The `open` of environments that need nothing but their config: self is a copy of it, closed by free.
void *co_config_copy(const CoEnvType *type, const void *config, CoError *error);

extern const CoEnvType *const co_env_list[]; // the project's own, NULL-terminated: envs/list.c

// A world is an environment type opened with a config: shared by all copies and threads, read only.
typedef struct CoWorld CoWorld;
CoWorld *co_world_open(const CoEnvType *type, const void *config, CoError *error);
void co_world_close(CoWorld *world);
const CoEnvType *co_world_type(const CoWorld *world);
const void *co_world_self(const CoWorld *world);
const CoSpec *co_world_spec(const CoWorld *world);
const CoSpec *co_world_team(const CoWorld *world, int team); // the spec as that team sees it: its agents alone
int co_world_first(const CoWorld *world, int team);          // number of the team's first agent
int co_world_infos(const CoWorld *world);                    // how many names spec->infos has
size_t co_world_state_bytes(const CoWorld *world);
const CoStateField *co_world_fields(const CoWorld *world);
// Scratch for the hooks on one thread (NULL is a valid result where the type has no worker_open: check `error`).
bool co_world_worker_open(const CoWorld *world, void **worker, CoError *error);
void co_world_worker_close(const CoWorld *world, void *worker);
// The hooks as the engine calls them: on zeroed arrays, with zeros for the dead and only action 0 for them where the
// type has no `available`, all actions for the living.
bool co_world_observe(const CoWorld *world, void *worker, const void *state, int agent, float *obs, CoError *error);
bool co_world_privileged(const CoWorld *world, void *worker, const void *state, int agent, float *obs, CoError *error);
bool co_world_available(const CoWorld *world, void *worker, const void *state, int agent, uint8_t *mask,
                        CoError *error);
bool co_world_global(const CoWorld *world, void *worker, const void *state, int team, float *out, CoError *error);
bool co_world_alive(const CoWorld *world, const void *state, int agent);
int co_world_mover(const CoWorld *world, const void *state);

// What is copied whole: RNG stream, clock, ended flag, then the state.
typedef struct CoMoment {
  CoRng rng;
  int64_t clock; // steps since reset; nature's moves are not counted
  int32_t ended; // CoEnding
  int32_t begun; // 0: never reset
} CoMoment;      // followed by the state's bytes
static inline CoMoment *co_many_moment(const CoMany *many, int i) {
  return (CoMoment *)(void *)(many->moments + (size_t)i * many->stride);
}
static inline void *co_many_state(const CoMany *many, int i) {
  return co_many_moment(many, i) + 1;
}
typedef enum CoEnding { CO_PLAYING, CO_TERMINATED, CO_TRUNCATED } CoEnding;

// One environment by value: planning, search, hand-written loops. No automatic reset; stepping after the end is an
// assert. Where nature moves (co_env_mover gives CO_CHANCE) a step with any actions is its move, which the clock does
// not count; running out of time waits until nature has moved. CoEnv has the stream (seed, "env", 0).
typedef struct CoEnv CoEnv;
CoEnv *co_env_create(const CoWorld *world, uint64_t seed, CoError *error);
void co_env_destroy(CoEnv *env);
bool co_env_reset(CoEnv *env, CoError *error); // goes on with its stream
bool co_env_step(CoEnv *env, const CoActions *actions, CoError *error);
const CoWorld *co_env_world(const CoEnv *env);
const float *co_env_rewards(const CoEnv *env); // [agents], of the last step
const float *co_env_info(const CoEnv *env);    // [infos], summed since reset
CoEnding co_env_ending(const CoEnv *env);
int64_t co_env_clock(const CoEnv *env);
int co_env_mover(const CoEnv *env);
bool co_env_observe(CoEnv *env, int agent, float *obs, CoError *error);
bool co_env_available(CoEnv *env, int agent, uint8_t *mask, CoError *error); // all 1 where the type has no such hook
bool co_env_global(CoEnv *env, int team, float *out, CoError *error);
bool co_env_privileged(CoEnv *env, int agent, float *obs, CoError *error);
bool co_env_alive(const CoEnv *env, int agent);
int co_env_index(const CoEnv *env, int agent);
void co_env_copy(CoEnv *to, const CoEnv *from); // same world
const void *co_env_bytes(const CoEnv *env);     // CoMoment and state: [co_env_size]
void co_env_restore(CoEnv *env, const void *bytes);
void co_env_reseed(CoEnv *env, CoRng rng); // its chance from now on: a planner must not foresee the real one
size_t co_env_size(const CoWorld *world);
const void *co_env_state(const CoEnv *env);
uint64_t co_state_hash(const CoWorld *world, const void *state);             // over the fields' bytes
void co_state_text(const CoWorld *world, const void *state, CoWriter *text); // one line a field

#endif
