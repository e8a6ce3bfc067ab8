// cohort: the command. Its subcommands, its help and its exit codes.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static const struct Command {
  const char *name, *usage;
  int (*run)(Line *line);
  const char *flags[6];
} commands[] = {
    {"list", "list [envs|algos|settings|api]      what there is", command_list, {NULL}},
    {"new", "new FILE.lua                        an environment in Lua to begin with", command_new, {NULL}},
    {"check",
     "check FILE.lua|ENV                  test an environment, say what learners will find",
     command_check,
     {"strict"}},
    {"train",
     "train ENV|FILE.lua [--algo NAME]    learn; FILE is an environment or an experiment",
     command_train,
     {"any_core", "strict"}},
    {"eval", "eval RUN|ENV [--algo SCRIPT]        play greedily, print the score", command_eval, {"strict"}},
    {"watch",
     "watch ENV|RUN|REPLAY [--algo NAME]   see episodes in a window",
     command_watch,
     {"paused", "headless", "stats"}},
    {"play", "play ENV|RUN [--algo 0=human,1=RUN]  play yourself", command_play, {"paused", "headless", "stats"}},
    {"record",
     "record ENV|RUN|REPLAY -o FILE.gif    episodes as GIF, MP4 or PNG",
     command_record,
     {"panels", "strict"}},
    {"replay", "replay FILE [--text]                play a recorded episode again", command_replay, {"text", "strict"}},
    {"plot", "plot RUN... [-o curves.png] [--text]  learning curves over seeds", command_plot, {"text"}},
    {"export", "export RUN [-o policy.lua]          the trained policy as plain Lua", command_export, {NULL}},
    {"bench", "bench [NAME]                         measure this machine and this program", command_bench, {NULL}},
    {"book",
     "book [NAME] [--all]                 the examples for Plaat's book: list, run one, run all",
     command_book,
     {NULL}},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static void usage(FILE *out) {
  fprintf(out, "cohort %s: multi-agent reinforcement learning\n\n", COHORT_VERSION);
  for (size_t i = 0; i < COMMANDS; i++) fprintf(out, "  cohort %s\n", commands[i].usage);
  fputs(
      "\nSettings: --name value or --name=value; --TABLE.name value where two tables know the name. The command line\n"
      "counts before the file, the file before the profile, the profile before the default. A subcommand's --help\n"
      "lists its settings; with an environment and --algo, theirs too.\n\n"
      "Exit codes: 0 done; 1 the run failed; 2 bad arguments, settings or files; 3 interrupted (SIGINT, SIGTERM) with\n"
      "a checkpoint of the last round; 4 interrupted, the last checkpoint is older. Both go on with --resume.\n",
      out);
}

int say(const CoError *error, int code) {
  fflush(stdout);
  fprintf(stderr, "cohort: %s\n", error->text);
  return code;
}

double wall_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static const struct Command *find(const char *name, CoError *error) {
  const char *names[COMMANDS + 1] = {NULL};
  for (size_t i = 0; i < COMMANDS; i++) {
    if (!strcmp(commands[i].name, name)) return &commands[i];
    names[i] = commands[i].name;
  }
  const char *near = co_nearest(name, names);
  if (near)
    co_fail(error, "unknown command '%s' (did you mean '%s'?)", name, near);
  else
    co_fail(error, "unknown command '%s': cohort --help shows them", name);
  return NULL;
}

// A stream that came closed must not lend its number to a file of the run, which would then be written what it says.
static bool hold_streams(void) {
  int lowest;
  do lowest = open("/dev/null", O_RDWR);
  while (lowest >= 0 && lowest <= STDERR_FILENO);
  return lowest >= 0 && close(lowest) == 0;
}

static int run(int argc, char **argv) {
  CoError error = {""};
  if (argc < 2) {
    usage(stderr);
    return EXIT_USAGE;
  }
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
    usage(stdout);
    return EXIT_OK;
  }
  if (!strcmp(argv[1], "--version")) {
    printf("cohort %s, commit %s\n", COHORT_VERSION, commit);
    return EXIT_OK;
  }
  const struct Command *command = find(argv[1], &error);
  if (!command) return say(&error, EXIT_USAGE);
  Line line = {.command = command->name, .words = argv + 2, .word_count = argc - 2};
  bool passes_on = command->run == command_book; // its words may be an example's
  bool fine = passes_on || line_parse(&line, argc - 2, argv + 2, command->flags, &error);
  int code = fine ? command->run(&line) : say(&error, EXIT_USAGE);
  line_free(&line);
  return code;
}

int main(int argc, char **argv) {
  CoError error = {""};
  if (!hold_streams()) return EXIT_FAILED;
  int code = run(argc, argv);
  bool written = fflush(stdout) == 0 && !ferror(stdout);
  if (written || code != EXIT_OK) return code;
  co_fail(&error, "what there was to print could not be written");
  return say(&error, EXIT_FAILED);
}
