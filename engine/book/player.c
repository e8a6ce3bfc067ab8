// Who acts in an example by a function of the example's own.
#include "book.h"

typedef struct Chooser {
  CoChoose *choose;
  void *user;
  int obs_size, actions;
} Chooser;

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.experience = CO_EXPERIENCE_NONE, .views = CO_VIEW_OBS};
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  Chooser *chooser = user;
  for (int env = 0; env < frame->num_envs; env++)
    if (frame->acting[env])
      discrete[env] = chooser->choose(chooser->user, frame->obs + (size_t)env * (size_t)chooser->obs_size,
                                      frame->mask + (size_t)env * (size_t)chooser->actions, &how->rngs[env]);
  return true;
}

static const CoField no_fields[] = {CO_FIELDS_END};
static const CoAlgoType chooser_type = {.name = "chooser",
                                        .summary = "a function of the example's",
                                        .settings = {.title = "chooser", .fields = no_fields},
                                        .wants = wants,
                                        .act = act};

CoLearner *co_example_player(CoExample *example, const CoWorld *world, CoChoose *choose, void *user) {
  Chooser *chooser = co_example_memory(example, 1, sizeof *chooser);
  CoLearner *learner = co_example_memory(example, 1, sizeof *learner);
  *chooser = (Chooser){choose, user, co_world_spec(world)->obs_size, co_world_spec(world)->actions};
  *learner = (CoLearner){.world = world, .seat = {.algo = &chooser_type, .self = chooser}};
  return learner;
}
