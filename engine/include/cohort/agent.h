// The algorithm interface: a const table of hooks; one algorithm acts and learns for one team.
#ifndef COHORT_AGENT_H
#define COHORT_AGENT_H

#include <stdatomic.h>

#include "cohort/decisions.h"
#include "cohort/episodes.h"
#include "cohort/hindsight.h"
#include "cohort/replay.h"
#include "cohort/rollout.h"

struct CoMetrics; // train: named numbers that an update reports

// What the engine makes of the steps it takes for an algorithm.
typedef enum CoExperience {
  CO_EXPERIENCE_NONE,      // solvers and others with a loop of their own (`advance`)
  CO_EXPERIENCE_DECISIONS, // one row a decision, as they come (tabular)
  CO_EXPERIENCE_REPLAY,    // decision rows in a replay memory
  CO_EXPERIENCE_ROLLOUT,   // `rollout` joint steps of every copy
  CO_EXPERIENCE_EPISODES,  // whole episodes in an episode store: a round is one episode of every copy
} CoExperience;

typedef struct CoWants {
  CoExperience experience;
  int capacity;     // replay: rows; episodes: episodes (a round is kept whole whatever it says)
  int rollout;      // steps of every copy in a round (decisions and replay: too)
  bool prioritised; // replay
  double alpha;     // prioritised replay: how far priorities count
  double gamma;     // decisions and replay: discount within a row that took several steps
  int hindsight;    // replay: rows added to each that have a goal which its episode achieved later; 0: none
  bool final_goals; // that goal is what the episode achieved in the end; false: any from the row on
  int n_step;       // decisions and replay: moves that a row spans; 0 and 1: single decisions
  int views;        // CoViews that acting or learning needs
  int memory;       // bytes per agent and copy that act keeps between steps: zeroed when an episode begins
  int notes;        // floats per agent that act notes for learning (not kept in a replay memory)
} CoWants;

typedef struct CoAlgoSetup {
  const CoSpec *spec;   // the team's
  const CoWorld *world; // for solvers and planners
  int team;
  int num_envs; // the most copies that act sees at once
  uint64_t seed;
  CoPool *pool;
} CoAlgoSetup;

typedef struct CoActing {
  int team;      // whose agents act: of interest to those that learn for all teams
  bool explore;  // false: greedy, for tests
  int64_t steps; // environment steps trained on so far: schedules
  void *memory;  // [num_envs][agents][wants.memory]
  float *notes;  // [num_envs][agents][wants.notes]
  CoRng *rngs;   // [num_envs] one stream a copy
} CoActing;

// A change of one value of a table, for whoever wants to see the arithmetic.
typedef struct CoUpdate {
  int agent, state, action; // the value's, where states have one an action; else what was done
  double reward;            // of the step that was taken there
  double target;            // what the value is moved towards
  double before, after;
} CoUpdate;

typedef struct CoObserver {
  void (*update)(void *user, const CoUpdate *update); // after each, in their order
  void *user;
} CoObserver;

typedef struct CoLearning {
  int64_t steps, episodes;     // environment steps and episodes so far
  int new_steps, new_episodes; // of them in this round
  CoEpisodes *store;
  CoReplay *replay;
  CoRollout *rollout;
  const CoDecision *decisions; // [decision_count]
  int decision_count;
  int64_t updates;            // in: so far; out: so far
  const CoObserver *observer; // of tabular updates; NULL: nobody
  struct CoMetrics *metrics;
} CoLearning;

// A round of an algorithm's own loop: how much it may use, and what it used.
typedef struct CoRound {
  int64_t budget;         // steps left
  const atomic_int *stop; // poll it: above 0 (CoStop) means come back soon; NULL: never
  int64_t steps, episodes, iterations;
  bool finished; // nothing more to gain
  struct CoMetrics *metrics;
} CoRound;

// One named array for viewers: Q-values, probabilities, credits.
typedef struct CoInspection {
  const char *name;
  const float *data; // [rows][cols], the algorithm's, until the next call
  int rows, cols;
} CoInspection;

typedef struct CoAlgoType {
  const char *name, *summary, *source;
  CoSettings settings;
  const char *const *metrics; // names that learn, advance or evaluate report, NULL-terminated; NULL: none
  bool all_teams; // one learner for every team (solvers, self-play): it trains in the first one's seat, and also sits
                  // wherever nobody else is named
  bool (*accepts)(const void *config, const CoSpec *spec, CoError *error); // false with the reason
  void (*wants)(const void *config, const CoSpec *spec, CoWants *wants);
  void *(*create)(const void *config, const CoAlgoSetup *setup, CoError *error);
  void (*destroy)(void *self);
  // Actions of all copies for the acting agents: discrete [num_envs][agents] or continuous [..][action_size].
  bool (*act)(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous, CoError *error);
  bool (*learn)(void *self, CoLearning *learning,
                CoError *error); // after each round; decides by itself how often to update
  bool (*advance)(void *self, CoRound *round, CoError *error); // NULL: the engine supplies it from act and learn
  // A solver's own verdict, in the place of greedy episodes: its first metric; the others it reports. NULL: episodes.
  double (*evaluate)(void *self, struct CoMetrics *metrics, CoError *error);
  double (*epsilon)(const void *self, int64_t steps); // exploration rate, for the progress line; NULL: none
  void (*save)(const void *self, CoWriter *writer);   // everything that learning goes on from
  bool (*load)(void *self, CoReader *reader);
  bool (*weights)(const void *self, const char *folder, CoError *error); // *.safetensors; NULL: no network
  // What it has learnt, as Lua: the middle of the file that co_policy_write makes. NULL: none.
  bool (*policy)(const void *self, CoWriter *lua, CoError *error);
  // The i-th array that belongs to what act saw last; false past the end. NULL: nothing to see.
  bool (*inspect)(void *self, int i, CoInspection *out);
  // What each agent contributes to the team's value from each entry of whole episodes on: credit[rows][agents]. NULL:
  // the algorithm divides nothing.
  bool (*attribute)(void *self, const CoBatch *batch, float *credit, CoError *error);
} CoAlgoType;

// A trained policy as one plain Lua file (5.1 to 5.4, LuaJIT) for programs without Cohort; its head documents its use.
// The hook finds the locals `policy` (agents, actions, new), `best(values, mask)` and `numbers(text)`; it adds
// policy.act(memory, agent, obs, mask), which returns the greedy action and the values of all, counted from 1. `about`
// is the file's first line.
bool co_policy_write(const CoAlgoType *type, const void *self, const CoSpec *spec, const char *about, CoWriter *lua,
                     CoError *error);
// For the hook: a list of numbers, `columns` a line, that gives the floats' bits back. False when one is not finite.
bool co_policy_numbers(const float *x, int count, int columns, CoWriter *lua, CoError *error);
extern const char co_policy_arithmetic[]; // Lua: dense(layer, x) of { weight =, bias = }, tanh(x)

extern const CoAlgoType *const co_algo_list[]; // the project's own, NULL-terminated: agents/list.c

// What can be named: the lists, and what an outside program adds. A plain value.
#define CO_REGISTRY_MOST 256
typedef struct CoRegistry {
  const CoEnvType *envs[CO_REGISTRY_MOST + 1]; // NULL-terminated
  const CoAlgoType *algos[CO_REGISTRY_MOST + 1];
} CoRegistry;
void co_registry_init(CoRegistry *registry); // the project's own
bool co_register_env(CoRegistry *registry, const CoEnvType *type, CoError *error);
bool co_register_algo(CoRegistry *registry, const CoAlgoType *type, CoError *error);
// "skirmish/3m" finds skirmish; *variant is what follows the slash ("" when nothing). A wrong name suggests the
// nearest.
const CoEnvType *co_find_env(const CoRegistry *registry, const char *name, const char **variant, CoError *error);
const CoAlgoType *co_find_algo(const CoRegistry *registry, const char *name, CoError *error);

#endif
