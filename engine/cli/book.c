// cohort book: lists the book's examples, runs one, or runs all and prints what they got as a table.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cohort/example.h"
#include "cohort/file.h"
#include "crew.h"
#include "examples.h"

typedef struct BookOptions {
  bool all, longer, quick;
  int chapter, jobs;
  char out[1024];
} BookOptions;

#define T BookOptions
static const CoField fields[] = {
    CO_BOOL(T, all, "false", "run all examples and print what they got as a table in Markdown"),
    CO_INT(T, chapter, "0", 0, 99, "of this chapter alone; 0: of all, appendices too"),
    CO_BOOL(T, longer, "false", "run those too that take longer than minutes"),
    CO_BOOL(T, quick, "false", "each for a second or less: whole runs' bands are not judged"),
    CO_INT(T, jobs, "0", 0, 1000, "examples side by side; 0: as many as there are processors for"),
    CO_STRING(T, out, "", "file for the table as well"),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(BookOptions), .fields = fields};

static const char *const costs[] = {"seconds", "minutes", "longer"};

// --- the list ---

static void list(const Examples *examples, int chapter) {
  const char *topic = "";
  for (int i = 0; i < examples->count; i++) {
    const Example *example = &examples->items[i];
    if (chapter && example->chapter != chapter) continue;
    const char *dash = strchr(example->topic, '-');
    const bool another = strcmp(topic, example->topic) != 0;
    if (another && example->chapter)
      printf("%schapter %d: %s\n", *topic ? "\n" : "", example->chapter, dash ? dash + 1 : "");
    else if (another)
      printf("%sappendix %s\n", *topic ? "\n" : "", dash ? dash + 1 : "");
    topic = example->topic;
    printf("  %-26s %-8s %s\n", example->name, costs[example->cost], example->idea);
  }
  if (*topic) printf("\ncohort book NAME runs one, cohort book NAME --help shows its options.\n");
}

// --- one ---

static const Example *find(const Examples *examples, const char *name, CoError *error) {
  const char *names[1024];
  int count = 0;
  for (int i = 0; i < examples->count; i++) {
    if (!strcmp(examples->items[i].name, name)) return &examples->items[i];
    if (count < 1023) names[count++] = examples->items[i].name;
  }
  names[count] = NULL;
  const char *near = co_nearest(name, names);
  if (near)
    co_fail(error, "no example '%s' (did you mean '%s'?)", name, near);
  else
    co_fail(error, "no example '%s': cohort book lists them", name);
  return NULL;
}

// The process becomes the example.
static int become(const Examples *examples, const Line *line) {
  CoError error;
  const Example *example = find(examples, line->words[0], &error);
  if (!example) return say(&error, EXIT_USAGE);
  line->words[0] = (char *)example->path;
  execv(example->path, line->words); // words ends with NULL, as argv does
  co_fail(&error, "%s: %s", example->path, strerror(errno));
  return say(&error, EXIT_USAGE);
}

// --- all ---

typedef struct Campaign {
  const BookOptions *options;
  const Example **chosen; // [count]
  int count;
  char folder[1024]; // of their tables
  bool interrupted;
} Campaign;

enum { PATH = 1024 + 16 };

static void table_path(const Campaign *campaign, int i, char out[PATH]) {
  snprintf(out, PATH, "%s/%d.md", campaign->folder, i);
}

static int work(void *user, int i) {
  const Campaign *campaign = user;
  const char *path = campaign->chosen[i]->path;
  char table[PATH];
  table_path(campaign, i, table);
  fprintf(stderr, "%s\n", campaign->chosen[i]->name);
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  execl(path, path, "--jobs", "1", "--rows", table, campaign->options->quick ? "--quick" : (char *)NULL, (char *)NULL);
  return EXIT_FAILED;
}

static void gather(const Campaign *campaign, CoWriter *text) {
  char path[PATH], date[16];
  time_t now = time(NULL);
  strftime(date, sizeof date, "%Y-%m-%d", localtime(&now));
  co_write_format(text,
                  "%s, commit %s%s\n\n"
                  "| chapter | example | what | got, seed by seed | expected | band | | seconds |\n"
                  "|---|---|---|---|---|---|---|---|\n",
                  date, commit, campaign->options->quick ? ", quick" : "");
  for (int i = 0; i < campaign->count; i++) {
    const Example *example = campaign->chosen[i];
    char chapter[16] = "B";
    if (example->chapter) snprintf(chapter, sizeof chapter, "%d", example->chapter);
    table_path(campaign, i, path);
    char *rows = co_file_exists(path) ? co_file_read(path, (size_t)1 << 20, NULL, NULL) : NULL;
    if (rows)
      co_write_format(text, "%s", rows);
    else
      co_write_format(text, "| %s | %s | %s |\n", chapter, example->name,
                      campaign->interrupted ? "not run: interrupted | | | | |" : "did not finish | | | | FAIL |");
    free(rows);
    unlink(path);
  }
}

static bool print(const Campaign *campaign, CoError *error) {
  CoWriter text = {0};
  gather(campaign, &text);
  const char *out = campaign->options->out;
  bool ok = !text.failed || co_fail(error, "no memory for the table");
  if (ok) fwrite(text.data, 1, text.size, stdout);
  ok = ok && (!out[0] || co_file_write(out, text.data, text.size, error));
  co_writer_free(&text);
  return ok;
}

static void choose(Campaign *campaign, const Examples *examples) {
  const BookOptions *options = campaign->options;
  for (int i = 0; i < examples->count; i++) {
    const Example *example = &examples->items[i];
    if (options->chapter && example->chapter != options->chapter) continue;
    if (options->longer || options->quick || example->cost < CO_COST_LONGER)
      campaign->chosen[campaign->count++] = example;
  }
}

static int run_all(const Examples *examples, const BookOptions *options) {
  CoError error;
  Campaign campaign = {.options = options};
  const char *temporary = getenv("TMPDIR");
  snprintf(campaign.folder, sizeof campaign.folder, "%s/cohort-book-XXXXXX",
           temporary && *temporary ? temporary : "/tmp");
  campaign.chosen = calloc((size_t)examples->count, sizeof(Example *));
  if (!campaign.chosen || !mkdtemp(campaign.folder)) {
    free(campaign.chosen);
    co_fail(&error, "no place for tables, %s: %s", campaign.folder, strerror(errno));
    return say(&error, EXIT_FAILED);
  }
  choose(&campaign, examples);
  const Crew crew = {.count = campaign.count, .jobs = options->jobs, .threads = 1, .work = work, .user = &campaign};
  int code = campaign.count ? crew_run(&crew, &error) : EXIT_OK;
  if (!campaign.count) co_fail(&error, "chapter is %d, of which there are no examples", options->chapter);
  bool fine = campaign.count && code >= 0;
  campaign.interrupted = code == EXIT_STOPPED;
  fine = fine && print(&campaign, &error);
  rmdir(campaign.folder);
  free(campaign.chosen);
  return fine ? code : say(&error, code > 0 ? code : EXIT_USAGE);
}

// --- the command ---

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text,
                  "cohort book                              the examples by chapter, and how long each takes\n"
                  "cohort book NAME [--name value ...]      runs one; cohort book NAME --help shows its options\n"
                  "cohort book --all [--chapter N]          runs all, prints the table of what they got\n"
                  "\noptions of --all\n");
  co_settings_help(&settings, &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static int run(Line *line, const Examples *examples) {
  static const char *const flags[] = {"all", "longer", "quick", NULL};
  static const CoSettings *const tables[] = {&settings, NULL};
  CoError error;
  BookOptions options;
  co_settings_defaults(&settings, &options);
  if (line->word_count && line->words[0][0] != '-') return become(examples, line);
  if (!line_parse(line, line->word_count, line->words, flags, &error) ||
      !entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error) ||
      !entries_settled(&line->options, tables, &error) || !co_settings_check(&settings, &options, &error))
    return say(&error, EXIT_USAGE);
  if (line->place_count) {
    co_fail(&error, "an example comes first: cohort book %s ...", line->places[0]);
    return say(&error, EXIT_USAGE);
  }
  if (line->help)
    help();
  else if (options.all)
    return run_all(examples, &options);
  else
    list(examples, options.chapter);
  return EXIT_OK;
}

int command_book(Line *line) {
  CoError error;
  Examples examples = {.items = NULL};
  int code = examples_find(&examples, &error) ? run(line, &examples) : say(&error, EXIT_USAGE);
  examples_free(&examples);
  return code;
}
