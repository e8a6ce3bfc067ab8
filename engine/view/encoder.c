// MP4 by the program ffmpeg: frames go to its standard input, its complaints come back for the sentence.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reel.h"

struct CoEncoder {
  pid_t child;
  int frames;   // sockets: unlike a pipe's, their writers need no signal to learn that nobody reads
  int messages; // what the program says
  size_t bytes; // of a frame
  char *path, *partial;
};

static char *with_ending(const char *path, const char *ending) {
  size_t bytes = strlen(path) + strlen(ending) + 1;
  char *text = malloc(bytes);
  if (text) snprintf(text, bytes, "%s%s", path, ending);
  return text;
}

static void close_at(int *file) {
  if (*file >= 0) close(*file);
  *file = -1;
}

// In the child: becomes the program, or tells the parent why not.
static void become(const char *program, char *const *words, int frames, int messages, int failure) {
  if (dup2(frames, 0) >= 0 && dup2(messages, 2) >= 0 && dup2(messages, 1) >= 0) execvp(program, words);
  int reason = errno;
  ssize_t told = write(failure, &reason, sizeof reason);
  _Exit(told == sizeof reason ? 127 : 126);
}

typedef struct Ends {
  int frames[2], messages[2], failure[2]; // ours, the program's
} Ends;

static bool open_pair(int pair[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0;
}

static bool open_ends(Ends *ends) {
  *ends = (Ends){{-1, -1}, {-1, -1}, {-1, -1}};
  return open_pair(ends->frames) && open_pair(ends->messages) && open_pair(ends->failure);
}

// Starts the program. `reason` becomes the errno of what failed.
static bool start(CoEncoder *encoder, const char *program, char *const *words, int *reason) {
  Ends ends;
  bool opened = open_ends(&ends);
  *reason = opened ? 0 : errno;
  encoder->child = opened ? fork() : -1;
  if (opened && encoder->child < 0) *reason = errno;
  if (encoder->child == 0) become(program, words, ends.frames[1], ends.messages[1], ends.failure[1]);
  close_at(&ends.frames[1]);
  close_at(&ends.messages[1]);
  close_at(&ends.failure[1]);
  encoder->frames = ends.frames[0];
  encoder->messages = ends.messages[0];
  if (encoder->child > 0 && read(ends.failure[0], reason, sizeof *reason) <= 0) *reason = 0; // closed by the exec
  close_at(&ends.failure[0]);
  return *reason == 0;
}

// H.264 as every player takes it: sides even, colours at half the resolution, its index in front.
static bool launch(CoEncoder *encoder, const char *program, const char *size, const char *rate, int *reason) {
  const char *words[] = {"ffmpeg",
                         "-loglevel",
                         "error",
                         "-y",
                         "-f",
                         "rawvideo",
                         "-pix_fmt",
                         "bgra",
                         "-s",
                         size,
                         "-r",
                         rate,
                         "-i",
                         "pipe:0",
                         "-an",
                         "-vf",
                         "pad=ceil(iw/2)*2:ceil(ih/2)*2",
                         "-c:v",
                         "libx264",
                         "-crf",
                         "18",
                         "-pix_fmt",
                         "yuv420p",
                         "-movflags",
                         "+faststart",
                         "-f",
                         "mp4",
                         encoder->partial,
                         NULL};
  return start(encoder, program, (char *const *)(const void *)words, reason);
}

CoEncoder *co_encoder_create(const char *program, const char *path, int width, int height, double fps, CoError *error) {
  char size[32], rate[32];
  snprintf(size, sizeof size, "%dx%d", width, height);
  snprintf(rate, sizeof rate, "%.6g", fps);
  CoEncoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) {
    co_fail(error, "no memory for a movie");
    return NULL;
  }
  *encoder = (CoEncoder){.child = -1, .frames = -1, .messages = -1, .bytes = 4 * (size_t)width * (size_t)height};
  encoder->path = strdup(path);
  encoder->partial = with_ending(path, ".tmp");
  int reason = ENOMEM;
  if (encoder->path && encoder->partial && launch(encoder, program, size, rate, &reason)) return encoder;
  if (reason == ENOENT)
    co_fail(error, "%s: MP4 is made by the program %s, which is not there (apt-get install ffmpeg); GIF needs none",
            path, program);
  else
    co_fail(error, "%s: cannot start %s: %s", path, program, strerror(reason));
  co_encoder_destroy(encoder);
  return NULL;
}

static int wait_for(CoEncoder *encoder) {
  int status = -1;
  while (encoder->child > 0 && waitpid(encoder->child, &status, 0) < 0 && errno == EINTR) {}
  encoder->child = -1;
  return status;
}

void co_encoder_destroy(CoEncoder *encoder) {
  if (!encoder) return;
  close_at(&encoder->frames);
  if (encoder->child > 0) {
    kill(encoder->child, SIGKILL);
    wait_for(encoder);
    unlink(encoder->partial);
  }
  close_at(&encoder->messages);
  free(encoder->path);
  free(encoder->partial);
  free(encoder);
}

// Ends with what the program had to say, to its first line's end.
static bool complain(CoEncoder *encoder, CoError *error) {
  char text[300] = "";
  ssize_t bytes = read(encoder->messages, text, sizeof text - 1);
  text[bytes > 0 ? bytes : 0] = '\0';
  text[strcspn(text, "\n")] = '\0';
  unlink(encoder->partial);
  return co_fail(error, "%s: ffmpeg failed%s%s", encoder->path, text[0] ? ": " : "", text);
}

static bool give_up(CoEncoder *encoder, CoError *error) {
  close_at(&encoder->frames);
  wait_for(encoder);
  return complain(encoder, error);
}

bool co_encoder_add(CoEncoder *encoder, const uint32_t *pixels, CoError *error) {
  const char *from = (const char *)pixels;
  size_t done = 0;
  while (done < encoder->bytes) {
    ssize_t step = encoder->frames < 0 ? -1 : send(encoder->frames, from + done, encoder->bytes - done, MSG_NOSIGNAL);
    if (step < 0 && encoder->frames >= 0 && errno == EINTR) continue;
    if (step < 0) return give_up(encoder, error);
    done += (size_t)step;
  }
  return true;
}

bool co_encoder_finish(CoEncoder *encoder, CoError *error) {
  close_at(&encoder->frames);
  int status = wait_for(encoder);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return complain(encoder, error);
  if (rename(encoder->partial, encoder->path) == 0) return true;
  co_fail(error, "%s: cannot write: %m", encoder->path);
  unlink(encoder->partial);
  return false;
}
