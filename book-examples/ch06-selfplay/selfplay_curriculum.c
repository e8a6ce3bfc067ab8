// Self-play is a curriculum: Plaat, chapter 6; Tesauro (1995). Tabular Q-learning of tic-tac-toe, its loop written out,
// against itself, a random opponent, and a perfect one.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int games;
  double lr, epsilon;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, games, "200000", 100, 1e9, "that are learnt from"),
    CO_ALIASED(Settings, lr, "alpha", CO_FIELD_NUMBER, "0.4", 0, 1,
               "step size at first; falls to 0 in a straight line"),
    CO_NUMBER(Settings, epsilon, "0.3", 0, 1, "share of moves at random while learning"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "games", "20000"}, {NULL, NULL, NULL}};

enum { CELLS = 9, BOARDS = 19683, EXAMS = 1000 }; // 3^9 boards
typedef enum Teacher { PERFECT, RANDOM, ITSELF } Teacher;
static const char *const names[][ITSELF] = {
    {"perfect's pupil against perfect play", "perfect's pupil against random moves"},
    {"random's pupil against perfect play", "random's pupil against random moves"},
    {"its own pupil against perfect play", "its own pupil against random moves"}};

typedef struct Lesson {
  CoEnv *env;
  CoMinimax *solver;
  float *q; // [BOARDS][CELLS] as the mover sees them: one table for both seats
  double alpha, epsilon;
  CoRng rng;
} Lesson;

static int best(const float *row, const uint8_t *legal) {
  int action = -1;
  for (int a = 0; a < CELLS; a++) action = legal[a] && (action < 0 || row[a] > row[action]) ? a : action;
  return action;
}

static void perfect(const Lesson *lesson, uint8_t *good) { // the moves that exact play allows
  float values[CELLS], sign = co_env_mover(lesson->env) ? -1.0f : 1.0f, most = -INFINITY;
  co_minimax_values(lesson->solver, co_env_state(lesson->env), values, NULL);
  for (int a = 0; a < CELLS; a++) most = fmaxf(most, sign * values[a]); // illegal: NaN
  for (int a = 0; a < CELLS; a++) good[a] = sign * values[a] == most;
}

// Q(s,a) <- Q(s,a) + alpha (r + max_b Q(s',b) - Q(s,a)), s' where the same player moves next.
static double play(Lesson *lesson, Teacher teacher, int seat) {
  CoEnv *env = lesson->env;
  float *made[2] = {NULL, NULL}; // what each player's last move is worth
  for (co_env_reset(env, NULL); co_env_ending(env) == CO_PLAYING;) {
    const int mover = co_env_mover(env);
    float *row = lesson->q + (size_t)co_env_index(env, mover) * CELLS;
    uint8_t legal[CELLS];
    co_env_available(env, mover, legal, NULL);
    const bool learns = teacher == ITSELF || mover == seat;
    if (!learns && teacher == PERFECT) perfect(lesson, legal);
    int action = best(row, legal);
    if (learns && made[mover]) *made[mover] += (float)lesson->alpha * (row[action] - *made[mover]);
    if (!learns || co_rng_unit(&lesson->rng) < lesson->epsilon) action = co_rng_choose(&lesson->rng, legal, CELLS);
    if (learns) made[mover] = &row[action];
    co_env_step(env, &(CoActions){(int[]){action, action}, NULL}, NULL);
  }
  for (int i = 0; i < 2; i++)
    if (made[i]) *made[i] += (float)lesson->alpha * (co_env_rewards(env)[i] - *made[i]);
  return (double)co_env_rewards(env)[seat];
}

// The mean result of play by Q alone, at either seat.
static double exam(Lesson lesson, Teacher opponent) {
  double sum = 0;
  lesson.alpha = 0, lesson.epsilon = 0, lesson.rng = co_rng(1, "exam", opponent); // the same opponents each time
  for (int i = 0; i < EXAMS; i++) sum += play(&lesson, opponent, i % 2);
  return sum / EXAMS;
}

static void run(CoExample *example, const void *from, uint64_t seed) {
  const Settings *settings = from;
  CoWorld *world = co_example_open(example, "tictactoe", " ");
  Lesson lesson = {.env = co_example_env(example, world), .epsilon = settings->epsilon};
  double result[ITSELF + 1][ITSELF];
  lesson.solver = co_example_minimax(example, world, (CoMinimaxConfig){.alpha_beta = true, .table_bits = 16});
  for (Teacher teacher = PERFECT; teacher <= ITSELF; teacher++) {
    lesson.q = co_example_memory(example, BOARDS * CELLS, sizeof(float)), lesson.rng = co_rng(seed, "games", teacher);
    for (int i = 0; i <= settings->games; i++) {
      for (Teacher other = PERFECT; i % (settings->games / 20) == 0 && other <= RANDOM; other++)
        co_example_point(example, names[teacher][other], i, result[teacher][other] = exam(lesson, other));
      lesson.alpha = settings->lr * (settings->games - i) / settings->games;
      play(&lesson, teacher, i % 2);
    }
  }
  CoLearner *own = co_example_greedy(example, world, lesson.q);
  const CoClaim none = {.what = "its own pupil: worst result", .expected = 0, .low = 0, .high = 0, .full = true};
  const CoClaim weak = {.what = "random's pupil against perfect play", .expected = NAN, .low = -1, .high = -.02};
  const CoClaim more = {.what = "against random moves: beyond perfect's pupil", .expected = NAN, .low = .1, .high = 2};
  co_example_claim(example, none,
                   fmin(co_example_judge(example, own, 0).worst, co_example_judge(example, own, 1).worst));
  co_example_claim(example, weak, result[RANDOM][PERFECT]);
  co_example_claim(example, more, result[ITSELF][RANDOM] - result[PERFECT][RANDOM]);
  co_example_show(example, own);
}

static const CoExampleType type = {
    .name = "selfplay_curriculum",
    .chapter = 6,
    .idea = "Random opponents do not punish, perfect ones never stray: who plays itself meets both, when it is time.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"selfplay_curriculum", sizeof(Settings), fields, profiles},
    .envs = "tictactoe",
    .chart_x = "games",
    .chart_y = "mean result",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
