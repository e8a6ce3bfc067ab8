// A hierarchy of tasks as data: which task calls which, where it is over, and what its values depend on (Dietterich,
// 2000, sections 3.1 and 5).
#ifndef COHORT_AGENTS_HIERARCHICAL_TASKS_H
#define COHORT_AGENTS_HIERARCHICAL_TASKS_H

#include "cohort/env.h"

enum {
  CO_TASK_DEPTH = 8, // tasks that call one another, and the action last
  CO_TASK_MOST = 64,
  CO_TASK_CHILDREN = 32,
  CO_TASK_FACTORS = 8,
  CO_TASK_NAME = 24,
  CO_TASK_TEXT = 1024
};

typedef struct CoTask {
  char name[CO_TASK_NAME];
  int action;   // -1: it calls others
  int children; // how many
  int child[CO_TASK_CHILDREN];
  int first, rows; // its values are the first .. of all: [rows][children], [rows] of an action
} CoTask;

typedef struct CoTasks {
  int states, count, values; // values: of all tasks together
  CoTask task[CO_TASK_MOST]; // the root first
  uint8_t *over;             // [count][states] where the task is not to be called, and ends
  int *row;                  // [count][states] which of its rows a state has
} CoTasks;

// factors: "NAME SIZE NAME SIZE ...", what a state's number consists of, the last changing fastest. tasks: statements
// with semicolons between, the root's first:
//   NAME = CHILD CHILD ... [while FACTOR VALUE ... | until FACTOR VALUE ...] [given FACTOR ...]
//   ACTION [given FACTOR ...]
// A child is a task's name or an action's number. `given`: the factors that the task's values depend on; all without
// the word.
bool co_tasks_read(CoTasks *tasks, const char *factors, const char *text, const CoSpec *spec, CoError *error);
void co_tasks_free(CoTasks *tasks);

static inline bool co_task_over(const CoTasks *tasks, int task, int state) {
  return tasks->over[task * tasks->states + state];
}
static inline int co_task_value(const CoTasks *tasks, int task, int state) { // the first of the state's values
  const CoTask *t = &tasks->task[task];
  return t->first + tasks->row[task * tasks->states + state] * (t->action < 0 ? t->children : 1);
}

#endif
