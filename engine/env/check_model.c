// Rules of what solvers rely on: the exact model knows all that play does, and an information set holds only positions
// that its agent cannot tell apart.
#include <stdlib.h>
#include <string.h>

#include "cohort/hash.h"
#include "rules.h"
#include "successors.h"

#define RECALL_STEPS (50 * CHECK_STEPS)

// Random legal play in a single environment, nature's moves step by step.
typedef struct Walk {
  const CoWorld *world;
  CoEnv *env;
  CoRng rng;
  int *actions;  // [agents]
  uint8_t *mask; // [actions]
} Walk;

static bool begin(Walk *walk, const CoWorld *world, CoError *error) {
  *walk = (Walk){.world = world, .env = co_env_create(world, 1, error), .rng = co_rng(1, "actions", 0)};
  walk->actions = calloc((size_t)world->spec.agents, sizeof *walk->actions);
  walk->mask = calloc((size_t)world->spec.actions, 1);
  if (!walk->env) return false;
  return (walk->actions && walk->mask) || co_fail(error, "no memory for a walk");
}

static void end(Walk *walk) {
  co_env_destroy(walk->env);
  free(walk->actions);
  free(walk->mask);
}

static bool over(const Walk *walk) {
  return !((const CoMoment *)co_env_bytes(walk->env))->begun || co_env_ending(walk->env) != CO_PLAYING;
}

static bool choose(Walk *walk, CoError *error) {
  for (int a = 0; a < walk->world->spec.agents; a++) {
    if (!co_env_available(walk->env, a, walk->mask, error)) return false;
    walk->actions[a] = co_rng_choose(&walk->rng, walk->mask, walk->world->spec.actions);
  }
  return true;
}

// --- the exact model ---

typedef struct Model {
  Walk walk;
  CoSuccessors next;
} Model;

static bool same(const Model *model, const CoTransition *out, bool first) {
  const CoEnv *env = model->walk.env;
  const CoWorld *world = model->walk.world;
  return out->probability > 0 && co_state_hash(world, out->state) == co_state_hash(world, co_env_state(env)) &&
         out->terminated == (co_env_ending(env) == CO_TERMINATED) &&
         (first || !memcmp(out->rewards, co_env_rewards(env), (size_t)world->spec.agents * sizeof(float)));
}

static bool known(const Model *model, bool first, CoError *error) {
  for (int i = 0; i < model->next.count; i++)
    if (same(model, &model->next.out[i], first)) return true;
  if (first) return co_fail(error, "the start is none of the %d starts of the model", model->next.count);
  return co_fail(error, "step %lld is none of the %d outcomes", (long long)co_env_clock(model->walk.env),
                 model->next.count);
}

static bool agree(Model *model, CoError *error) {
  Walk *walk = &model->walk;
  const CoActions actions = {walk->actions, NULL};
  if (over(walk))
    return co_env_reset(walk->env, error) && co_successors_find(&model->next, NULL, &actions, error) &&
           known(model, true, error);
  return choose(walk, error) && co_successors_find(&model->next, co_env_state(walk->env), &actions, error) &&
         co_env_step(walk->env, &actions, error) && known(model, false, error);
}

bool co_check_outcomes(const CoWorld *world, CoError *error) {
  if (!world->type->outcomes || !world->spec.actions) return true;
  Model model = {.next = {.world = NULL}};
  bool ok = begin(&model.walk, world, error) && co_successors_begin(&model.next, world, error);
  for (int t = 0; ok && t < CHECK_STEPS; t++) ok = agree(&model, error);
  co_successors_end(&model.next);
  end(&model.walk);
  return ok;
}

// --- information sets ---

// What is known of one where its agent moves, or another agent does.
typedef struct Note {
  uint64_t view;  // hash of mask and observation
  int64_t before; // the agent's last information set and action on the way here; -1: none
  enum { UNSEEN, MOVES, WAITS } turn;
} Note;

typedef struct Notes {
  Walk walk;
  Note *note;    // [agents][states]
  int64_t *last; // [agents] Note.before of the next
  float *obs;    // [obs_size]
} Notes;

static bool look(Notes *notes, int agent, uint64_t *view, CoError *error) {
  Walk *walk = &notes->walk;
  const CoSpec *spec = &walk->world->spec;
  if (!co_env_available(walk->env, agent, walk->mask, error) || !co_env_observe(walk->env, agent, notes->obs, error))
    return false;
  *view = co_hash(0, walk->mask, (size_t)spec->actions);
  *view = co_hash(*view, notes->obs, (size_t)spec->obs_size * sizeof *notes->obs);
  return true;
}

static bool compare(const Note *old, const Note *now, int agent, int index, CoError *error) {
  const char *what = old->turn != now->turn       ? "it is the agent's turn, or not"
                     : old->before != now->before ? "the agent has done different things before"
                     : old->view != now->view     ? "observations or legal actions differ"
                                                  : NULL;
  return old->turn == UNSEEN || !what || co_fail(error, "agent %d, information set %d: %s", agent, index, what);
}

// Of an agent before a move of somebody.
static bool note(Notes *notes, int agent, int mover, CoError *error) {
  const CoSpec *spec = &notes->walk.world->spec;
  int index = co_env_index(notes->walk.env, agent);
  bool moves = (mover == CO_EVERYONE || mover == agent) && co_env_alive(notes->walk.env, agent);
  Note *old = &notes->note[(size_t)agent * (size_t)spec->states + (size_t)index];
  Note now = {.before = notes->last[agent], .turn = moves ? MOVES : WAITS};
  if (!look(notes, agent, &now.view, error) || !compare(old, &now, agent, index, error)) return false;
  *old = now;
  if (moves) notes->last[agent] = (int64_t)index * spec->actions + notes->walk.actions[agent];
  return true;
}

static bool recall(Notes *notes, CoError *error) {
  Walk *walk = &notes->walk;
  int agents = walk->world->spec.agents;
  if (over(walk)) {
    for (int a = 0; a < agents; a++) notes->last[a] = -1;
    return co_env_reset(walk->env, error);
  }
  int mover = co_env_mover(walk->env);
  if (!choose(walk, error)) return false;
  for (int a = 0; a < agents && mover != CO_CHANCE; a++)
    if (!note(notes, a, mover, error)) return false;
  return co_env_step(walk->env, &(CoActions){walk->actions, NULL}, error);
}

bool co_check_recall(const CoWorld *world, CoError *error) {
  if (!world->spec.perfect_recall) return true;
  size_t agents = (size_t)world->spec.agents;
  Notes notes = {.note = calloc(agents * (size_t)world->spec.states, sizeof *notes.note),
                 .last = calloc(agents, sizeof *notes.last),
                 .obs = calloc((size_t)world->spec.obs_size, sizeof *notes.obs)};
  bool ok = begin(&notes.walk, world, error) &&
            ((notes.note && notes.last && notes.obs) || co_fail(error, "no memory for information sets"));
  for (int t = 0; ok && t < RECALL_STEPS; t++) ok = recall(&notes, error);
  end(&notes.walk);
  free(notes.note);
  free(notes.last);
  free(notes.obs);
  return ok;
}
