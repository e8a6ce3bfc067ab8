// Players: an algorithm, a script or random legal moves, with the memory and the streams that acting needs.
#include "cohort/player.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CoPlayer {
  CoPlayerSetup setup;
  const CoSpec *spec;    // the team's
  int first, all;        // the team's first agent; agents of all teams
  size_t memory_bytes;   // of one copy
  CoRng *rngs;           // [num_envs]
  unsigned char *memory; // [num_envs][agents][wants.memory]
  float *notes;          // [num_envs][agents][wants.notes]
  int *discrete;         // [num_envs][agents]
  float *continuous;     // [num_envs][agents][action_size]
};

static bool allocate(CoPlayer *player) {
  size_t copies = (size_t)player->setup.num_envs, agents = (size_t)player->spec->agents;
  size_t width = (size_t)player->spec->action_size, notes = (size_t)player->setup.wants.notes;
  player->memory_bytes = agents * (size_t)player->setup.wants.memory;
  player->rngs = calloc(copies, sizeof *player->rngs);
  player->memory = calloc(copies, player->memory_bytes + 1);
  player->notes = calloc(copies * agents * notes + 1, sizeof *player->notes);
  player->discrete = calloc(copies * agents, sizeof *player->discrete);
  player->continuous = calloc(copies * agents * width + 1, sizeof *player->continuous);
  return player->rngs && player->memory && player->notes && player->discrete && player->continuous;
}

CoPlayer *co_player_create(const CoPlayerSetup *setup, CoError *error) {
  assert(setup->num_envs > 0 && setup->purpose);
  CoPlayer *player = calloc(1, sizeof *player);
  if (player) {
    player->setup = *setup;
    player->spec = co_world_team(setup->world, setup->team);
    player->first = co_world_first(setup->world, setup->team);
    player->all = co_world_spec(setup->world)->agents;
  }
  if (!player || !allocate(player)) {
    co_player_destroy(player);
    co_fail(error, "no memory for a player in %d environments", setup->num_envs);
    return NULL;
  }
  char purpose[64];
  snprintf(purpose, sizeof purpose, "%s player %d", setup->purpose, setup->team);
  for (int i = 0; i < setup->num_envs; i++) player->rngs[i] = co_rng(setup->seed, purpose, (uint64_t)i);
  return player;
}

void co_player_destroy(CoPlayer *player) {
  if (!player) return;
  free(player->rngs);
  free(player->memory);
  free(player->notes);
  free(player->discrete);
  free(player->continuous);
  free(player);
}

static void forget(CoPlayer *player, const CoVecEnv *vec) {
  if (!player->memory_bytes) return;
  const int64_t *clock = co_vecenv_clock(vec);
  for (int i = 0; i < player->setup.num_envs; i++)
    if (clock[i] == 0) memset(player->memory + (size_t)i * player->memory_bytes, 0, player->memory_bytes);
}

static bool consult(CoPlayer *player, const CoFrame *frame, int64_t steps, CoError *error) {
  const CoActing how = {.team = player->setup.team,
                        .explore = player->setup.explore,
                        .steps = steps,
                        .memory = player->memory,
                        .notes = player->notes,
                        .rngs = player->rngs};
  return player->setup.algo->act(player->setup.self, frame, &how, player->discrete, player->continuous, error);
}

// Uniform within the bounds.
static void steer(const CoSpec *spec, CoRng *rng, float *control) {
  for (int i = 0; i < spec->action_size; i++) control[i] = (float)co_rng_uniform(rng, spec->low[i], spec->high[i]);
}

// Random legal actions, straight into the team's columns; nothing from those that do not act.
static void guess(CoPlayer *player, const CoFrame *frame, int *discrete, float *continuous) {
  const CoSpec *spec = player->spec;
  size_t width = (size_t)spec->action_size, actions = (size_t)spec->actions;
  const uint8_t *mask = frame->mask;
  for (int env = 0, row = 0; env < frame->num_envs; env++) {
    size_t column = (size_t)(env * player->all + player->first);
    for (int agent = 0; agent < frame->agents; agent++, row++, column++) {
      bool acts = frame->running[env] && frame->acting[row];
      if (mask) {
        discrete[column] = acts ? co_rng_choose(&player->rngs[env], mask, spec->actions) : 0;
        mask += actions;
      } else if (acts) {
        steer(spec, &player->rngs[env], continuous + column * width);
      } else {
        memset(continuous + column * width, 0, width * sizeof *continuous);
      }
    }
  }
}

// Do all copies' only agents choose among the same actions?
static bool plain(const CoPlayer *player, const CoVecEnv *vec) {
  return player->spec->unmasked && player->all == 1 && !co_world_type(player->setup.world)->mover &&
         co_vecenv_running(vec) == player->setup.num_envs;
}

// From the team's rows to its columns among all agents; nothing from those that do not act.
static void scatter(const CoPlayer *player, const CoFrame *frame, int *discrete, float *continuous) {
  size_t width = (size_t)player->spec->action_size, bytes = width * sizeof *continuous;
  for (int env = 0, row = 0; env < frame->num_envs; env++) {
    size_t column = (size_t)(env * player->all + player->first);
    for (int agent = 0; agent < frame->agents; agent++, row++, column++) {
      bool acts = frame->running[env] && frame->acting[row];
      if (discrete) discrete[column] = acts ? player->discrete[row] : 0;
      if (width && acts) memcpy(continuous + column * width, player->continuous + (size_t)row * width, bytes);
      if (width && !acts) memset(continuous + column * width, 0, bytes);
    }
  }
}

bool co_player_act(CoPlayer *player, CoVecEnv *vec, int64_t steps, int *discrete, float *continuous, CoError *error) {
  assert(co_vecenv_num_envs(vec) == player->setup.num_envs);
  if (!player->setup.algo && player->setup.script)
    return co_vecenv_script(vec, player->setup.script, player->setup.team, player->rngs, discrete, error);
  const CoFrame *frame = co_vecenv_frame(vec, player->setup.team);
  forget(player, vec);
  if (!player->setup.algo) {
    if (plain(player, vec))
      co_rng_ints(player->rngs, frame->num_envs, 0, player->spec->actions - 1, discrete);
    else
      guess(player, frame, discrete, continuous);
    return true;
  }
  if (!consult(player, frame, steps, error)) return false;
  scatter(player, frame, player->spec->actions ? discrete : NULL, continuous);
  return true;
}

const float *co_player_notes(const CoPlayer *player) {
  return player->setup.wants.notes ? player->notes : NULL;
}

void co_player_save(const CoPlayer *player, CoWriter *writer) {
  size_t copies = (size_t)player->setup.num_envs;
  for (size_t i = 0; i < copies; i++) {
    co_write_u64(writer, player->rngs[i].state);
    co_write_u64(writer, player->rngs[i].gamma);
  }
  co_write(writer, player->memory, copies * player->memory_bytes);
}

bool co_player_load(CoPlayer *player, CoReader *reader) {
  size_t copies = (size_t)player->setup.num_envs;
  for (size_t i = 0; i < copies; i++) {
    player->rngs[i].state = co_read_u64(reader, "a player's stream");
    player->rngs[i].gamma = co_read_u64(reader, "a player's stream");
  }
  return co_read(reader, player->memory, copies * player->memory_bytes, "a player's memory");
}
