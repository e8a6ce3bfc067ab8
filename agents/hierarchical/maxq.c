// MAXQ-0: the value of a task is that of what it calls and of completing it afterwards (Dietterich, Journal of AI
// Research 13, 2000). Completions are learnt for every state on the way of what was called.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tabular/table.h"
#include "tasks.h"

extern const CoAlgoType co_maxq;

typedef struct Config {
  CoTableConfig table; // first
  char factors[128], tasks[CO_TASK_TEXT];
} Config;

// The tasks that a copy is in, from the root to the action, and its states since the episode began.
typedef struct Course {
  int32_t live;                 // how many of the tasks go on
  int32_t begun[CO_TASK_DEPTH]; // when each was called
  int32_t count, room;
  int32_t *states; // [count]
} Course;

typedef struct Learner {
  CoTable table; // first: q[tasks.values], V of actions and C of tasks
  CoTasks tasks;
  int copies, actions;
  Course *courses; // [copies]
} Learner;

static bool accepts(const void *from, const CoSpec *spec, CoError *error) {
  const Config *config = from;
  CoTasks tasks;
  if (!co_table_accepts(config, spec, error)) return false;
  if (spec->agents != 1) return co_fail(error, "acts for one agent, this environment has %d", spec->agents);
  bool fine = co_tasks_read(&tasks, config->factors, config->tasks, spec, error);
  co_tasks_free(&tasks);
  return fine;
}

static void wants(const void *config, const CoSpec *spec, CoWants *wants) {
  co_table_wants(config, spec, wants);
  wants->memory = (CO_TASK_DEPTH + 1) * (int)sizeof(int32_t);
  wants->notes = CO_TASK_DEPTH;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  for (int i = 0; self->courses && i < self->copies; i++) free(self->courses[i].states);
  free(self->courses);
  co_tasks_free(&self->tasks);
  co_table_destroy(self);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  CoTasks tasks;
  Learner *self = NULL;
  if (co_tasks_read(&tasks, config->factors, config->tasks, setup->spec, error)) {
    CoSpec values = {.agents = 1, .states = tasks.values, .actions = 1};
    CoAlgoSetup one = *setup;
    one.spec = &values;
    self = co_table_create(sizeof *self, true, config, &one, error);
  }
  if (!self) {
    co_tasks_free(&tasks);
    return NULL;
  }
  self->tasks = tasks;
  self->copies = setup->num_envs;
  self->actions = setup->spec->actions;
  self->courses = calloc((size_t)self->copies, sizeof *self->courses);
  if (self->courses) return self;
  co_fail(error, "no memory for %d copies", self->copies);
  destroy(self);
  return NULL;
}

static bool callable(const Learner *self, int task, int state, const uint8_t *mask) {
  int action = self->tasks.task[task].action;
  return action < 0 ? !co_task_over(&self->tasks, task, state) : mask[action];
}

static float *value(const Learner *self, int task, int state) {
  return self->table.q + co_task_value(&self->tasks, task, state);
}

// Q(i, s, a) = V(a, s) + C(i, s, a) of what the task may call; V(i, s) = max_a Q(i, s, a), or what an action brings. 0
// where a task may call nothing.
static float worth(const Learner *self, int at, int state, const uint8_t *mask, float *q, uint8_t *may) {
  const CoTask *task = &self->tasks.task[at];
  const float *C = value(self, at, state);
  float most = -INFINITY;
  if (task->action >= 0) return C[0];
  for (int i = 0; i < task->children; i++) {
    bool can = callable(self, task->child[i], state, mask);
    float worth_of = can ? worth(self, task->child[i], state, mask, NULL, NULL) + C[i] : 0;
    if (q) q[i] = worth_of, may[i] = can;
    if (can && worth_of > most) most = worth_of;
  }
  return most > -INFINITY ? most : 0;
}

// The tasks that go on stay; from the last of them on, each calls what comes next, down to an action.
static int descend(const Learner *self, int32_t *path, int32_t *depth, int state, const uint8_t *mask, double random,
                   CoRng *rng) {
  float q[CO_TASK_CHILDREN];
  uint8_t may[CO_TASK_CHILDREN];
  int live = 1;
  while (live < *depth && self->tasks.task[path[live]].action < 0 && !co_task_over(&self->tasks, path[live], state))
    live++;
  for (*depth = live;; ++*depth) { // the root is task 0, as memory begins
    const CoTask *task = &self->tasks.task[path[*depth - 1]];
    if (task->action >= 0) return task->action;
    worth(self, path[*depth - 1], state, mask, q, may);
    int chosen = co_greedy_choose(task->children, q, may, random, rng);
    if (chosen < 0) return -1;
    path[*depth] = task->child[chosen];
  }
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous;
  const Learner *self = user;
  double random = how->explore ? co_table_epsilon(self, how->steps) : 0;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!frame->acting[env]) continue;
    int32_t *depth = (int32_t *)how->memory + (size_t)env * (CO_TASK_DEPTH + 1), *path = depth + 1;
    const uint8_t *mask = frame->mask + (size_t)env * (size_t)self->actions;
    discrete[env] = descend(self, path, depth, frame->index[env], mask, random, &how->rngs[env]);
    if (discrete[env] < 0)
      return co_fail(error, "task '%s' has nothing to call in state %d", self->tasks.task[path[*depth - 1]].name,
                     frame->index[env]);
    float *notes = how->notes + (size_t)env * CO_TASK_DEPTH;
    for (int i = 0; i < CO_TASK_DEPTH; i++) notes[i] = i < *depth ? (float)path[i] : -1;
  }
  return true;
}

static bool remember(Course *course, int state, CoError *error) {
  if (course->count == course->room) {
    int32_t room = course->room ? 2 * course->room : 256;
    int32_t *states = realloc(course->states, (size_t)room * sizeof *states);
    if (!states) return co_fail(error, "no memory for %d steps of an episode", room);
    course->states = states;
    course->room = room;
  }
  course->states[course->count++] = state;
  return true;
}

static void move(const Learner *self, float *value, CoUpdate what, CoLearning *learning) {
  float wrong = co_table_move(value, self->table.config.lr, what, learning->observer);
  co_metric(learning->metrics, "td_error_abs", fabs((double)wrong));
  learning->updates++;
}

// C(i, s, a) += alpha (gamma^n V(i, s') - C(i, s, a)), for each state s on a's way and the n steps left from there; V
// is 0 where i is over.
static void complete(const Learner *self, const Course *course, int from, int task, int child, const CoDecision *d,
                     CoLearning *learning) {
  const CoTask *parent = &self->tasks.task[task];
  bool over = d->discount == 0 || co_task_over(&self->tasks, task, d->next_index);
  double target = over ? 0 : (double)worth(self, task, d->next_index, d->next_mask, NULL, NULL);
  int column = 0;
  while (parent->child[column] != child) column++;
  for (int t = course->count - 1; t >= from; t--) {
    int state = course->states[t];
    target *= self->table.config.gamma;
    move(self, value(self, task, state) + column, (CoUpdate){0, state, child, 0, target, 0, 0}, learning);
  }
}

// V(a, s) += alpha (r - V(a, s)) of the action; then, from below, of each task that has come to its end. What only its
// caller's end or the clock has cut off has not been completed, and teaches nothing.
static void update(const Learner *self, Course *course, const CoDecision *d, int depth, CoLearning *learning) {
  int action = (int)d->notes[depth - 1];
  move(self, value(self, action, d->index), (CoUpdate){0, d->index, action, (double)d->reward, (double)d->reward, 0, 0},
       learning);
  for (int i = depth - 1; i > 0; i--) {
    int task = (int)d->notes[i];
    bool ended = i == depth - 1 || d->discount == 0 || co_task_over(&self->tasks, task, d->next_index);
    if (ended) complete(self, course, course->begun[i], (int)d->notes[i - 1], task, d, learning);
  }
  for (course->live = 1; course->live < depth - 1; course->live++)
    if (co_task_over(&self->tasks, (int)d->notes[course->live], d->next_index)) break;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  const Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    Course *course = &self->courses[d->env];
    int depth = 0;
    while (depth < CO_TASK_DEPTH && d->notes[depth] >= 0) depth++;
    for (int j = course->live; j < depth; j++) course->begun[j] = course->count;
    if (!remember(course, d->index, error)) return false;
    update(self, course, d, depth, learning);
    if (d->ending != CO_PLAYING) course->live = course->count = 0;
  }
  return true;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_table_save(self, writer);
  co_write_u32(writer, (uint32_t)self->copies);
  for (int i = 0; i < self->copies; i++) {
    const Course *course = &self->courses[i];
    co_write_u32(writer, (uint32_t)course->live);
    co_write(writer, course->begun, sizeof course->begun);
    co_write_u32(writer, (uint32_t)course->count);
    co_write(writer, course->states, (size_t)course->count * sizeof *course->states);
  }
}

static bool load_course(Course *course, CoReader *reader) {
  course->live = (int32_t)co_read_u32(reader, "the tasks under way");
  co_read(reader, course->begun, sizeof course->begun, "the tasks under way");
  uint32_t count = co_read_u32(reader, "an episode's states");
  course->count = 0;
  for (uint32_t i = 0; !reader->failed && i < count; i++)
    if (!remember(course, (int)co_read_u32(reader, "an episode's states"), reader->error)) return false;
  for (int i = 0; i < CO_TASK_DEPTH && !reader->failed; i++)
    if (course->begun[i] < 0 || course->begun[i] > course->count || course->live < 0 || course->live > CO_TASK_DEPTH)
      return co_fail(reader->error, "saved: tasks under way that cannot be");
  return !reader->failed;
}

// Those of copies that are not here are passed over.
static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  Course other = {0};
  bool ok = co_table_load(self, reader);
  uint32_t saved = co_read_u32(reader, "the number of copies");
  for (int i = 0; i < self->copies; i++) self->courses[i].live = self->courses[i].count = 0;
  for (uint32_t i = 0; ok && i < saved; i++)
    ok = load_course(i < (uint32_t)self->copies ? &self->courses[i] : &other, reader);
  free(other.states);
  return ok && !reader->failed;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const char taxi_factors[] = "cell 25 passenger 5 destination 4";
static const char taxi_tasks[] = "root = get put given passenger destination; "
                                 "get = 4 red green yellow blue while passenger 0 1 2 3 given cell passenger; "
                                 "put = 5 red green yellow blue while passenger 4 given cell destination; "
                                 "red = 0 1 2 3 until cell 0 given cell; "
                                 "green = 0 1 2 3 until cell 4 given cell; "
                                 "yellow = 0 1 2 3 until cell 20 given cell; "
                                 "blue = 0 1 2 3 until cell 23 given cell; "
                                 "0 given; 1 given; 2 given; 3 given; 4 given cell passenger";

static const CoField fields[] = {
    CO_TABLE_LR,
    CO_TABLE_GAMMA("0.99"),
    CO_TABLE_INITIAL,
    CO_TABLE_EPSILON,
    CO_STRING(Config, factors, taxi_factors, "what a state's number consists of: NAME SIZE ..., the last fastest"),
    CO_STRING(Config, tasks, taxi_tasks,
              "tasks, the root first: NAME = CHILD ... [while|until FACTOR VALUE ...] [given FACTOR ...]; actions are "
              "numbers; `given` says what a task's values depend on (here Dietterich's, for the taxi)"),
    CO_FIELDS_END,
};

const CoAlgoType co_maxq = {.name = "maxq",
                            .summary = "MAXQ-0: values of tasks that call one another, from a hierarchy given as text",
                            .source = "Dietterich, Journal of Artificial Intelligence Research 13, 2000",
                            .settings = {"maxq", sizeof(Config), fields, NULL},
                            .metrics = metrics,
                            .accepts = accepts,
                            .wants = wants,
                            .create = create,
                            .destroy = destroy,
                            .act = act,
                            .learn = learn,
                            .epsilon = co_table_epsilon,
                            .save = save,
                            .load = load};
