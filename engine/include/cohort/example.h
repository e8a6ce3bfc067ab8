// Examples: programs of one file that show one idea of the book each, and check the numbers that they get.
#ifndef COHORT_EXAMPLE_H
#define COHORT_EXAMPLE_H

#include "cohort/body.h"
#include "cohort/judge.h"
#include "cohort/minimax.h"
#include "cohort/model.h"
#include "cohort/optim.h"
#include "cohort/replay.h"
#include "cohort/tree.h"

// An example is a const table and `int main(int argc, char **argv) { return co_example_main(&type, argc, argv); }`.
// co_example_main reads the command line, calls `run` once for each seed (several at a time, each on a thread of its
// own), and prints what it got. This room is what a program's main consists of, so unlike the rest of the library it
// prints and ends the process: whatever fails in it ends the example with a sentence. So an example's code is its idea.

typedef enum CoCost { CO_COST_SECONDS, CO_COST_MINUTES, CO_COST_LONGER } CoCost;

typedef struct CoExample CoExample; // one seed's run

typedef struct CoExampleType {
  const char *name; // the file's, without .c
  int chapter;      // of Plaat, Deep Reinforcement Learning; 0: its appendix B
  const char *idea; // a sentence
  CoCost cost;      // of all seeds, on two cores
  int seeds;        // how many, unless told; at least 1 (the only one where nothing is random)
  // The example's own, with the book's letters as names or aliases. The rows of its profile "quick" are what --quick
  // changes: a second or less.
  CoSettings settings;
  const char *envs, *algos;      // names, separated by spaces, whose settings are options too; NULL: none
  const char *chart_x, *chart_y; // what the axes of the curves are; NULL: there are no curves
  bool chart_log;                // both axes of the picture are logarithmic
  void (*run)(CoExample *example, const void *settings, uint64_t seed);
} CoExampleType;

// Exit code: 0 when all claims hold, 1 when one does not, 2 for a wrong command line or a failure.
int co_example_main(const CoExampleType *type, int argc, char **argv);

// A claim about a number: it lies in the band. Numbers of the same name make one row of the table, one a seed.
typedef struct CoClaim {
  const char *what;
  double expected;  // as the book, a paper or exact mathematics has it
  double low, high; // the band, both ends in it; INFINITY: open
  double share;     // of the seeds that must lie in it: 0.8 is four of five; 0: all
  bool mean;        // the mean of all seeds must
  bool full;        // true of whole runs alone: shown but not judged with --quick
} CoClaim;
void co_example_claim(CoExample *example, CoClaim claim, double got);

// A point of the curve of that name, for --csv and --png, x ascending; a chart shows the seeds' mean and range.
void co_example_point(CoExample *example, const char *curve, double x, double y);
// Text for the reader. Only the first seed's is printed.
void co_example_say(CoExample *example, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool co_example_quick(const CoExample *example);

// What an example works with; it belongs to the frame. `format` gives settings as "name value name value ...".
void *co_example_memory(CoExample *example, size_t count, size_t bytes); // zeroed
CoWorld *co_example_open(CoExample *example, const char *env, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
CoEnv *co_example_env(CoExample *example, const CoWorld *world); // its stream comes from the seed
CoModel *co_example_model(CoExample *example, const CoWorld *world);
CoTree *co_example_tree(CoExample *example, const CoWorld *world);
CoMinimax *co_example_minimax(CoExample *example, const CoWorld *world, CoMinimaxConfig config);
// What epsilon-greedy play by q[states][actions] earns in an episode of at most `limit` steps, exactly.
CoModelScore co_example_exact(CoExample *example, const CoModel *model, const float *q, double epsilon, int limit);

// Somebody who acts for the first team. Other teams have learners of their own, of the same method and settings, or the
// first one where its method learns for all (CoAlgoType.all_teams).
typedef struct CoLearner {
  const CoWorld *world;
  CoSeat seat;
  const CoSeat *seats;   // [teams] who plays in episodes, the first is `seat`; NULL: `seat` alone
  struct CoTrain *train; // NULL: it does not learn
} CoLearner;

// The engine's trainer: begun with settings of the algorithm and of the trainer (steps, num_envs ...); options of these
// names count before. co_example_advance trains up to `steps` environment steps in all, at most the budget (0: the
// budget); `curve` names a curve of the mean return while learning against steps, NULL for none. co_example_train does
// both.
CoLearner *co_example_begin(CoExample *example, const CoWorld *world, const char *algo, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void co_example_advance(CoExample *example, CoLearner *learner, int64_t steps, const char *curve);
CoLearner *co_example_train(CoExample *example, const CoWorld *world, const char *algo, const char *curve,
                            const char *format, ...) __attribute__((format(printf, 5, 6)));
// The learner goes on from what another has learnt, of the same method and shape, perhaps in another world.
void co_example_adopt(CoExample *example, CoLearner *learner, const CoLearner *from);
// What the newest row of metrics says; with log_interval 1 that is the last round's.
double co_example_metric(CoExample *example, const CoLearner *learner, const char *name);
// Acts by the best of q[states][actions], which stays the example's; ties are broken at random.
CoLearner *co_example_greedy(CoExample *example, const CoWorld *world, const float *q);
// Acts by a function of the example's: obs[obs_size], mask[actions]; one agent with discrete actions.
typedef int CoChoose(void *user, const float *obs, const uint8_t *mask, CoRng *rng);
CoLearner *co_example_player(CoExample *example, const CoWorld *world, CoChoose *choose, void *user);

CoScore co_example_evaluate(CoExample *example, const CoLearner *learner, int episodes); // greedily, fresh episodes
// What a learner that values actions ("q" of its `inspect`) says of every state of its world's model, as it does when
// it acts greedily: a table q[states][actions], 0 where play does not go on.
const float *co_example_values(CoExample *example, const CoLearner *learner, const CoModel *model);
// Against every best reply in a two-player game, from its first position.
CoVerdict co_example_judge(CoExample *example, const CoLearner *learner, int agent);
// One of the numbers that a solver's own verdict consists of: "exploitability".
double co_example_verdict(CoExample *example, const CoLearner *learner, const char *number);
const float *co_example_table(CoExample *example, const CoLearner *learner, int columns); // tabular: a copy of its
                                                                                          // table [states][columns]
void co_example_show(CoExample *example, const CoLearner *learner); // --view: the first seed's, when all is done

// A network that the example trains by itself: it declares layers in `params`, allocates, sets the first weights
// (co_dense_init ...). From then on, for each update: the tape, a loss on it, a step down.
typedef struct CoNetwork {
  CoParams params;
  CoTape *tape;
  CoVar **weights; // [params.count], what layers are given, until the next co_example_tape
  CoOptim *optim;
  CoBody body; // of co_example_body
  CoDense head;
} CoNetwork;
CoNetwork *co_example_network(CoExample *example); // the frame's, as the next two
void co_example_allocate(CoExample *example, CoNetwork *network, CoOptimKind kind, double lr);
CoTape *co_example_tape(CoNetwork *network); // empty but for the weights
// The usual one, ready: hidden layers as `config` has them, a dense layer that gives `outputs` numbers, Adam. shape: of
// images (channels, height, width), or how many numbers, 0, 0.
CoNetwork *co_example_body(CoExample *example, const CoBodyConfig *config, const int shape[3], int outputs, double lr,
                           CoRng *rng);
CoVar *co_example_outputs(const CoNetwork *network, CoVar *x);            // [n][numbers] -> [n][outputs]
CoNetwork *co_example_copy(CoExample *example, const CoNetwork *network); // to compute with: a target network
// Of a loss [1][1]: its gradient [params.size], laid out as params.values, until the next; and one step of the
// optimiser down it, which returns the loss.
const CoReal *co_example_gradient(CoExample *example, CoNetwork *network, CoVar *loss);
double co_example_descend(CoExample *example, CoNetwork *network, CoVar *loss);
// A replay memory, drawn from uniformly; the frame's.
CoReplay *co_example_replay(CoExample *example, const CoWorld *world, int capacity);
const CoRows *co_example_sample(CoExample *example, CoReplay *replay, int count, CoRng *rng); // until the next

// An image [side][side] of a letter of a generated alphabet, ink from 0 to 1, as `hand` writes it: which letter it is
// depends on the two numbers alone. shake: how far the hand strays, where a letter is as wide as 1.
void co_example_glyph(uint64_t alphabet, int letter, double shake, CoRng *hand, int side, CoReal *image);

// An update of the example's own loop, printed where --trace asks for it. (The trainer's tabular ones are of
// themselves.)
void co_example_trace(CoExample *example, const CoUpdate *update);

// The n-th update as a line on stdout, with the head of its columns before the first.
void co_update_print(int n, const CoUpdate *update);

#endif
