// The episode store: joint steps of a team, whole episodes at their true length, in compact form.
#ifndef COHORT_EPISODES_H
#define COHORT_EPISODES_H

#include "cohort/sequence_shape.h"
#include "cohort/vecenv.h"

typedef enum CoForm {
  CO_FORM_FLOAT, // vectors as they are
  CO_FORM_HALF,  // vectors in half precision
  CO_FORM_STATE, // the environment's state, observed again when sampled
} CoForm;
#define CO_FORM_CHOICES "float half state"

typedef struct CoEpisodesConfig {
  int capacity; // episodes; the oldest gives way
  CoForm form;
  int views;             // CoViews to keep or to observe again
  int num_envs;          // copies that write
  int notes;             // numbers (float) per agent and entry that the algorithm noted when it acted; 0 for none
  bool timeout_terminal; // a truncation counts as a true end (PyMARL's default protocol)
} CoEpisodesConfig;

typedef struct CoEpisodes CoEpisodes;
CoEpisodes *co_episodes_create(const CoWorld *world, int team, const CoEpisodesConfig *config, CoError *error);
void co_episodes_destroy(CoEpisodes *store);

// Writing: one call before every step of the round, with what was seen and chosen, then one after it. An episode that
// ended in `after` joins the store, copies in ascending order. T steps give T + 1 entries. actions [num_envs][agents of
// all teams] as given to the runtime; notes [num_envs][agents][notes] or NULL.
bool co_episodes_before(CoEpisodes *store, const CoVecEnv *vec, const CoActions *actions, const float *notes,
                        CoError *error);
bool co_episodes_after(CoEpisodes *store, const CoVecEnv *vec, CoError *error);

int co_episodes_count(const CoEpisodes *store);               // kept now
int64_t co_episodes_total(const CoEpisodes *store);           // ever written
size_t co_episodes_bytes(const CoEpisodes *store);            // memory of what is kept
int co_episodes_length(const CoEpisodes *store, int episode); // T; 0 is the oldest kept

// Episodes of different lengths without padding: entry t of episode e (0 <= t <= length[e]) is row entries.start[t] +
// e. Longest first. Everything of a tick lies together, episodes ascending; agents are innermost.
typedef struct CoBatch {
  int episodes, agents, rows, steps; // steps: the longest T; rows: entries of all episodes, T + 1 each
  const int *length;                 // [episodes] T
  CoPacked entries;                  // steps + 1 ticks of [count] episodes
  CoPacked agent_entries;            // the same with agents as sequences: count * agents, start * agents
  const int *next;                   // [rows] the row of the same episode's next entry; -1 at its last
  const float *obs;                  // [rows][agents][obs_size]
  const float *privileged;           // [rows][agents][privileged_size] or NULL
  const float *global;               // [rows][global_size] or NULL
  const uint8_t *mask;               // [rows][agents][actions] or NULL
  const uint8_t *alive, *acting;     // [rows][agents]
  const int *action;                 // [rows][agents] what was done; 0 (no-op) in the last entry
  const float *control;              // [rows][agents][action_size] or NULL
  const float *reward;               // [rows][rewards] of the step that follows; 0 in the last entry
  int rewards;                       // 1 when the team shares its reward, else agents
  const float *discount; // [rows] 1 where play went on after the step, 0 at a true end and in the last entry
  const float *notes;    // [rows][agents][notes] or NULL
} CoBatch;

// Draws `count` different episodes uniformly and unpacks them into `shards` batches (episode i of the draw, sorted by
// length, goes to shard i % shards), on the pool's threads. The batches belong to the store until the next draw; memory
// is reused. *steps is the number of steps in all (entries less one an episode).
bool co_episodes_sample(CoEpisodes *store, int count, int shards, CoRng *rng, CoPool *pool, const CoBatch **batches,
                        int64_t *steps, CoError *error);
// The same for chosen episodes (0 is the oldest kept).
bool co_episodes_unpack(CoEpisodes *store, const int *episodes, int count, int shards, CoPool *pool,
                        const CoBatch **batches, int64_t *steps, CoError *error);
// The same for the newest `count`: what a round has brought.
bool co_episodes_newest(CoEpisodes *store, int count, int shards, CoPool *pool, const CoBatch **batches, int64_t *steps,
                        CoError *error);

// Checkpoints: an episode's bytes are written once, to a log in `folder`; save appends what is new since the last save
// and notes (in `writer`) what the checkpoint vouches for. Logs no kept checkpoint can need any more are removed by
// co_episodes_prune(oldest total still wanted). Loading reads the logs back, cut to what was vouched for, checksums
// checked.
bool co_episodes_save(CoEpisodes *store, const char *folder, CoWriter *writer, CoError *error);
bool co_episodes_load(CoEpisodes *store, const char *folder, CoReader *reader, CoError *error);
bool co_episodes_prune(CoEpisodes *store, const char *folder, int64_t oldest, CoError *error);

#endif
