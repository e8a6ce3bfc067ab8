// Environments for programs in other languages: plain functions, the caller's buffers, one handle a thread.
#ifndef COHORT_FOREIGN_H
#define COHORT_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

// This interface is stable: what is here keeps its name, its meaning and its layout. What comes later is a new
// function, or a new member at the end of a struct, whose `size` says how much of it the caller knows;
// CO_FOREIGN_VERSION then grows by one. scripts/python/cohort.py is its first user.
//
// A handle holds num_envs copies of one environment, alike but for their seeds. It keeps no state outside of itself.
// Functions that return int give 0 or more; CO_FOREIGN_FAILED with a sentence from co_foreign_error;
// CO_FOREIGN_BUSY, without one, while another thread's call with the same handle is under way. Whatever a caller hands
// in is checked, except that pointers point to as much memory as is said here. After a step or a reset that failed
// within the environment (a script's error) all copies have to be reset.
//
// An episode is determined by its seed, a number of 64 bits, and its actions: environments give the same states for any
// number of copies and threads, on every machine. Its stream is that of recordings (cohort/recording.h) and sessions.
#define CO_FOREIGN_VERSION 1

#if defined(__GNUC__)
#define CO_FOREIGN __attribute__((visibility("default")))
#else
#define CO_FOREIGN
#endif

typedef struct CoForeign CoForeign;

enum { CO_FOREIGN_FAILED = -1, CO_FOREIGN_BUSY = -2 };
enum {                  // what copies do whose episode has ended, as Gymnasium names it
  CO_FOREIGN_DISABLED,  // stepping them is refused: reset them
  CO_FOREIGN_NEXT_STEP, // the next step resets them, whatever their action: rewards 0, no end
  CO_FOREIGN_SAME_STEP, // the step that ends them resets them; `final` gets what they saw at the end
};

typedef struct CoForeignSetup {
  size_t size;                 // sizeof(CoForeignSetup)
  const char *env;             // "skirmish/3m", "hunters" (a script in data/envs), "my/env.lua"
  const char *data;            // folder with maps/, envs/, grids/
  const char *const *settings; // name, value, name, value ... NULL; NULL: none
  const char *profile;         // "cohort" or "pymarl"; NULL: "cohort"
  uint64_t seed;               // copy i's first episode has the seed `seed + i`, unless a reset says otherwise
  int32_t num_envs, threads;   // 1 or more
  int32_t privileged;          // 1: compute the privileged views too
  int32_t strict;              // 1: scripts run within a budget of instructions, so that none hangs
  int32_t recorded;            // 1: keep the actions of running episodes, for co_foreign_save_replay
} CoForeignSetup;

// Arrays that a call fills; NULL: not wanted. Sizes are those that co_foreign_describe names.
typedef struct CoForeignViews {
  size_t size;         // sizeof(CoForeignViews)
  float *obs;          // [num_envs][agents][obs_size]; zeros for the dead
  float *privileged;   // [num_envs][agents][privileged_size]
  float *global;       // [num_envs][teams][global_size]
  uint8_t *mask;       // [num_envs][agents][actions] 1: legal
  uint8_t *alive;      // [num_envs][agents]
  uint8_t *acting;     // [num_envs][agents] 1: moves now; the actions of the others are ignored
  int32_t *index;      // [num_envs][agents] the table's row, where there are states
  float *rewards;      // [num_envs][agents] of the last step
  uint8_t *terminated; // [num_envs] a true end
  uint8_t *truncated;  // [num_envs] time ran out
  float *info;         // [num_envs][infos] summed since the episode began
  int64_t *clock;      // [num_envs] steps since the episode began
  uint64_t *seed;      // [num_envs] of the episode
} CoForeignViews;

CO_FOREIGN int co_foreign_version(void);

// NULL with the sentence in error[capacity]. Destroying NULL is fine.
CO_FOREIGN CoForeign *co_foreign_create(const CoForeignSetup *setup, char *error, size_t capacity);
CO_FOREIGN void co_foreign_destroy(CoForeign *foreign);
CO_FOREIGN const char *co_foreign_error(const CoForeign *foreign); // of the last call that failed; "" when none has

// The facts as a JSON object, ending with a zero byte, into json[capacity]; returns the bytes that it takes (more than
// capacity: too little room, nothing is written), 0 without memory. Members: version, env, summary, num_envs, threads,
// agents, teams, team [agents], kind [agents], team_names [teams], obs_size, obs_shape [channels, height, width] or
// null, obs_low and obs_high (a number or [obs_size]; null: no bound), actions (0: continuous), action_names or null,
// action_size, low and high [action_size], states, global_size, privileged_size (0 when not computed), episode_limit
// (0: none), payoff ("private", "shared", "zero_sum"), infos [names], drawn (whether it can be rendered), saved_bytes,
// settings {name: text}.
CO_FOREIGN size_t co_foreign_describe(const CoForeign *foreign, char *json, size_t capacity);

// Begins episodes in the marked copies (which [num_envs]; NULL: in all), wherever theirs stand, and fills `views`.
// seeds [num_envs]: of these episodes, and of all that follow in those copies; NULL: each copy goes on by itself.
CO_FOREIGN int co_foreign_reset(CoForeign *foreign, const uint8_t *which, const uint64_t *seeds,
                                const CoForeignViews *views);
// One step of every copy with discrete [num_envs][agents] or continuous [num_envs][agents][action_size] actions, the
// other one NULL. Illegal actions are refused before anything moves; continuous ones are clipped to their bounds,
// numbers that are not finite refused. Fills `views`; with CO_FOREIGN_SAME_STEP, and only where an episode ended,
// `final` too (rewards, ends, info, clock and seed are in `views`). Returns how many episodes ended.
CO_FOREIGN int co_foreign_step(CoForeign *foreign, const int64_t *discrete, const float *continuous, int32_t autoreset,
                               const CoForeignViews *views, const CoForeignViews *final);
CO_FOREIGN int co_foreign_look(CoForeign *foreign, const CoForeignViews *views); // only fills them

// Random legal actions, uniform, drawn from each copy's own stream of them: discrete [num_envs][agents] or continuous
// [num_envs][agents][action_size].
CO_FOREIGN int co_foreign_sample(CoForeign *foreign, int64_t *discrete, float *continuous);

// A copy's whole moment: state, streams, clock, sums; bytes [saved_bytes]. What another environment or other settings
// saved, and what was changed, is refused.
CO_FOREIGN int co_foreign_save(CoForeign *foreign, int32_t copy, void *bytes, size_t capacity);
CO_FOREIGN int co_foreign_restore(CoForeign *foreign, int32_t copy, const void *bytes, size_t size);
CO_FOREIGN int co_foreign_hash(CoForeign *foreign, int32_t copy, uint64_t *hash); // of its state

// The episode that has ended, as a file that `cohort replay`, `watch` and `record` take. Needs `recorded`.
CO_FOREIGN int co_foreign_save_replay(CoForeign *foreign, int32_t copy, const char *path);

// What the environment draws: rgba [height][width][4], upper row first, 16 to 4096 pixels a side.
CO_FOREIGN int co_foreign_render(CoForeign *foreign, int32_t copy, int32_t width, int32_t height, uint8_t *rgba);
// The same in a window, which the first call opens. 1: shown; 0: a person has closed it, and it stays closed.
CO_FOREIGN int co_foreign_show(CoForeign *foreign, int32_t copy, int32_t width, int32_t height);

#endif
