// Reading a hierarchy of tasks.
#include "tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Factors {
  int count, size[CO_TASK_FACTORS];
  char name[CO_TASK_FACTORS][CO_TASK_NAME];
} Factors;

// A text, word by word; "=" and ";" are words.
typedef struct Reading {
  const char *at;
  char word[CO_TASK_NAME]; // "" at the end
  const CoSpec *spec;
  Factors factors;
  CoTasks *tasks;
  CoError *error;
} Reading;

static void next(Reading *r) {
  r->at += strspn(r->at, " \n\t");
  size_t length = strcspn(r->at, " \n\t=;");
  if (!length && *r->at) length = 1;
  size_t kept = length < CO_TASK_NAME ? length : CO_TASK_NAME - 1;
  memcpy(r->word, r->at, kept);
  r->word[kept] = '\0';
  r->at += length;
}

static bool is(const Reading *r, const char *word) {
  return !strcmp(r->word, word);
}

static bool ends(const Reading *r) {
  return !r->word[0] || is(r, ";");
}

// The word as a number from 0 on; -1: it is none.
static int number(const Reading *r) {
  char *end;
  long n = strtol(r->word, &end, 10);
  return !*end && end != r->word && n >= 0 && n < 1 << 24 ? (int)n : -1;
}

static bool read_factors(Reading *r) {
  Factors *f = &r->factors;
  int64_t states = 1;
  for (next(r); r->word[0]; next(r)) {
    if (f->count == CO_TASK_FACTORS) return co_fail(r->error, "factors: more than %d", CO_TASK_FACTORS);
    memcpy(f->name[f->count], r->word, CO_TASK_NAME);
    next(r);
    int size = number(r);
    if (size < 1) return co_fail(r->error, "factors: the size of '%s' is '%s'", f->name[f->count], r->word);
    f->size[f->count++] = size;
    if ((states *= size) > r->spec->states) break;
  }
  return states == r->spec->states ||
         co_fail(r->error, "factors make %lld states, this environment has %d", (long long)states, r->spec->states);
}

static int factor(const Reading *r) { // -1 with a sentence
  for (int i = 0; i < r->factors.count; i++)
    if (is(r, r->factors.name[i])) return i;
  co_fail(r->error, "tasks: '%s' is no factor", r->word);
  return -1;
}

static int value_of(const Factors *f, int factor, int state) {
  for (int i = f->count - 1; i > factor; i--) state /= f->size[i];
  return state % f->size[factor];
}

static int find(const CoTasks *tasks, const char *name) {
  for (int i = 0; i < tasks->count; i++)
    if (!strcmp(tasks->task[i].name, name)) return i;
  return -1;
}

// Every statement's first word, in order, then the actions that none names.
static bool name_tasks(Reading *r, const char *text) {
  CoTasks *tasks = r->tasks;
  r->at = text;
  for (next(r); r->word[0]; next(r)) {
    if (is(r, ";")) continue;
    int action = number(r);
    if (find(tasks, r->word) >= 0) return co_fail(r->error, "tasks: '%s' is there twice", r->word);
    if (tasks->count == CO_TASK_MOST) return co_fail(r->error, "tasks: more than %d", CO_TASK_MOST);
    if (action >= r->spec->actions) return co_fail(r->error, "tasks: there is no action %d", action);
    CoTask *task = &tasks->task[tasks->count++];
    *task = (CoTask){.action = action, .rows = r->spec->states};
    memcpy(task->name, r->word, CO_TASK_NAME);
    while (!ends(r)) next(r);
  }
  for (int a = 0; a < r->spec->actions; a++) {
    CoTask task = {.action = a, .rows = r->spec->states};
    snprintf(task.name, sizeof task.name, "%d", a);
    if (find(tasks, task.name) >= 0) continue;
    if (tasks->count == CO_TASK_MOST) return co_fail(r->error, "tasks: more than %d with the actions", CO_TASK_MOST);
    tasks->task[tasks->count++] = task;
  }
  return tasks->task[0].action < 0 || co_fail(r->error, "tasks: the first must call others");
}

static bool allocate(CoTasks *tasks, CoError *error) {
  size_t cells = (size_t)tasks->count * (size_t)tasks->states;
  tasks->over = calloc(cells, 1);
  tasks->row = calloc(cells, sizeof *tasks->row);
  if (!tasks->over || !tasks->row) return co_fail(error, "no memory for %d tasks", tasks->count);
  for (size_t i = 0; i < cells; i++) tasks->row[i] = (int)(i % (size_t)tasks->states);
  return true;
}

static bool read_children(Reading *r, int at) {
  CoTask *task = &r->tasks->task[at];
  for (next(r); !ends(r) && !is(r, "while") && !is(r, "until") && !is(r, "given"); next(r)) {
    int child = find(r->tasks, r->word);
    if (child < 0)
      return co_fail(r->error, "tasks: '%s' calls '%s', which is no task and no action", task->name, r->word);
    if (task->children == CO_TASK_CHILDREN) return co_fail(r->error, "tasks: '%s' calls too many", task->name);
    task->child[task->children++] = child;
  }
  return task->children || co_fail(r->error, "tasks: '%s' calls nothing", task->name);
}

// while: over where the factor has none of the values; until: where it has one.
static bool read_condition(Reading *r, int at) {
  bool within = is(r, "while");
  uint8_t *over = r->tasks->over + at * r->tasks->states;
  if (at == 0) return co_fail(r->error, "tasks: '%s' is the root, which ends with the episode", r->tasks->task[0].name);
  next(r);
  int which = factor(r);
  if (which < 0) return false;
  memset(over, within, (size_t)r->tasks->states);
  for (next(r); number(r) >= 0; next(r)) {
    if (number(r) >= r->factors.size[which])
      return co_fail(r->error, "tasks: %s is %d, must lie below %d", r->factors.name[which], number(r),
                     r->factors.size[which]);
    for (int s = 0; s < r->tasks->states; s++)
      if (value_of(&r->factors, which, s) == number(r)) over[s] = !within;
  }
  return true;
}

static bool read_given(Reading *r, int at) {
  CoTask *task = &r->tasks->task[at];
  int *row = r->tasks->row + at * r->tasks->states;
  memset(row, 0, (size_t)r->tasks->states * sizeof *row);
  task->rows = 1;
  for (next(r); !ends(r); next(r)) {
    int which = factor(r);
    if (which < 0) return false;
    int size = r->factors.size[which];
    if (task->rows > r->tasks->states / size) return co_fail(r->error, "tasks: '%s' is given too much", task->name);
    task->rows *= size;
    for (int s = 0; s < r->tasks->states; s++) row[s] = row[s] * size + value_of(&r->factors, which, s);
  }
  return true;
}

static bool read_task(Reading *r) {
  int at = find(r->tasks, r->word);
  bool calls = r->tasks->task[at].action < 0;
  next(r);
  if (is(r, "=") != calls)
    return co_fail(r->error, calls ? "tasks: '%s' needs '=' and what it calls" : "tasks: '%s' is an action",
                   r->tasks->task[at].name);
  if (calls && !read_children(r, at)) return false;
  if (calls && (is(r, "while") || is(r, "until")) && !read_condition(r, at)) return false;
  if (is(r, "given") && !read_given(r, at)) return false;
  return ends(r) || co_fail(r->error, "tasks: '%s' is not understood in '%s'", r->word, r->tasks->task[at].name);
}

static int depth_of(const CoTasks *tasks, int at, int left) { // beyond CO_TASK_DEPTH: too deep, or in circles
  const CoTask *task = &tasks->task[at];
  int most = 0;
  for (int i = 0; left && i < task->children; i++) {
    int depth = depth_of(tasks, task->child[i], left - 1);
    if (depth > most) most = depth;
  }
  return 1 + most;
}

static void place(CoTasks *tasks) {
  for (int i = 0; i < tasks->count; i++) {
    CoTask *task = &tasks->task[i];
    task->first = tasks->values;
    tasks->values += task->rows * (task->action < 0 ? task->children : 1);
  }
}

bool co_tasks_read(CoTasks *tasks, const char *factors, const char *text, const CoSpec *spec, CoError *error) {
  Reading r = {.at = factors, .spec = spec, .tasks = tasks, .error = error};
  *tasks = (CoTasks){.states = spec->states};
  if (!read_factors(&r) || !name_tasks(&r, text) || !allocate(tasks, error)) return false;
  r.at = text;
  for (next(&r); r.word[0]; next(&r))
    if (!is(&r, ";") && !read_task(&r)) return false;
  if (depth_of(tasks, 0, CO_TASK_DEPTH) > CO_TASK_DEPTH)
    return co_fail(error, "tasks call one another in a circle, or more than %d deep", CO_TASK_DEPTH);
  place(tasks);
  return true;
}

void co_tasks_free(CoTasks *tasks) {
  free(tasks->over);
  free(tasks->row);
}
