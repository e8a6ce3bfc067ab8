// Q-learning over actions and options, which learns of an option when it ends (Bradtke and Duff, 1994; Sutton, Precup
// and Singh, 1999, section 3.2).
#include <math.h>
#include <stdlib.h>

#include "options.h"

extern const CoAlgoType co_smdp_q;

// What a copy's choice has brought since it was made.
typedef struct Course {
  int32_t begun, state;    // the state it was made in
  double reward, discount; // sum of gamma^k r, gamma^k
} Course;

typedef struct Learner {
  CoOptionTable base; // first
  int copies;
  Course *courses; // [copies]
} Learner;

static void destroy(void *user) {
  Learner *self = user;
  if (self) free(self->courses);
  co_option_destroy(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_option_create(sizeof *self, config, setup, error);
  if (!self) return NULL;
  self->copies = setup->num_envs;
  self->courses = calloc((size_t)self->copies, sizeof *self->courses);
  if (self->courses) return self;
  co_fail(error, "no memory for %d copies", self->copies);
  destroy(self);
  return NULL;
}

// Q(s, o) += alpha (R + gamma^k U - Q(s, o)): R is what k steps brought, U the best that may begin where they ended.
// Where time ran out before the option, U is Q(s', o): it would have gone on.
static void update(Learner *self, const Course *course, const CoDecision *d, int choice, CoLearning *learning) {
  CoTable *table = &self->base.table;
  bool cut = d->ending == CO_TRUNCATED && co_option_goes_on(&self->base, choice, d->next_index);
  float next = cut ? co_table_row(table, 0, d->next_index)[choice] : co_option_best(&self->base, d);
  CoUpdate what = {0, course->state, choice, course->reward, course->reward + course->discount * (double)next, 0, 0};
  float wrong =
      co_table_move(&co_table_row(table, 0, course->state)[choice], table->config.lr, what, learning->observer);
  co_metric(learning->metrics, "td_error_abs", fabs((double)wrong));
  learning->updates++;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    Course *course = &self->courses[d->env];
    int choice = (int)d->notes[0];
    if (!course->begun) *course = (Course){1, d->index, 0, 1};
    course->reward += course->discount * (double)d->reward;
    course->discount *= (double)d->discount;
    if (d->ending == CO_PLAYING && co_option_goes_on(&self->base, choice, d->next_index)) continue;
    update(self, course, d, choice, learning);
    course->begun = 0;
  }
  return true;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_table_save(self, writer);
  co_write_u32(writer, (uint32_t)self->copies);
  co_write(writer, self->courses, (size_t)self->copies * sizeof *self->courses);
}

// Courses of copies that are not here are passed over.
static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  if (!co_table_load(self, reader)) return false;
  uint32_t saved = co_read_u32(reader, "the number of copies");
  for (int i = 0; i < self->copies; i++) self->courses[i] = (Course){0};
  for (uint32_t i = 0; !reader->failed && i < saved; i++) {
    Course course;
    if (!co_read(reader, &course, sizeof course, "an option under way")) return false;
    if (course.state < 0 || course.state >= self->base.table.states)
      return co_fail(reader->error, "saved: an option under way in state %d", course.state);
    if (i < (uint32_t)self->copies) self->courses[i] = course;
  }
  return !reader->failed;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_OPTION_FIELDS, CO_FIELDS_END};

const CoAlgoType co_smdp_q = {.name = "smdp_q",
                              .summary = "Q-learning over actions and options to landmarks, option by option",
                              .source = "Sutton, Precup and Singh 1999, section 3.2",
                              .settings = {"smdp_q", sizeof(CoOptionConfig), fields, NULL},
                              .metrics = metrics,
                              .accepts = co_option_accepts,
                              .wants = co_option_wants,
                              .create = create,
                              .destroy = destroy,
                              .act = co_option_act,
                              .learn = learn,
                              .epsilon = co_table_epsilon,
                              .save = save,
                              .load = load,
                              .inspect = co_table_inspect};
