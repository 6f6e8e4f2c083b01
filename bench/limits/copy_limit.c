/* What taking a child's output costs at the very least:
 *
 *     copy_limit [--pipe BYTES] FILE|- COMMAND [ARGUMENT]...
 *
 * starts COMMAND with its stdout in a pipe of BYTES (64 KiB when not given), reads what the pipe holds and appends it
 * to FILE, or drops it for `-`. Prints how much came, and how long the child and its output took. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fail.h"

extern char** environ;

static pid_t start(char** command, int out) {
  const pid_t pid = vfork();
  if (pid == 0) {
    dup2(out, STDOUT_FILENO);
    execve(command[0], command, environ);
    _exit(127);
  }
  check(pid > 0, "vfork");
  close(out);
  return pid;
}

static int64_t copy(int from, int to, size_t size) {
  char* block = malloc(size);
  check(block != NULL, "malloc");
  int64_t total = 0;
  for (ssize_t got; (got = read(from, block, size)) > 0; total += got) {
    if (to >= 0) check(write(to, block, (size_t)got) == got, "write");
  }
  free(block);
  return total;
}

int main(int argc, char** argv) {
  size_t size = 64 * 1024;
  int next = 1;
  if (argc > 3 && strcmp(argv[1], "--pipe") == 0) {
    size = strtoul(argv[2], NULL, 10);
    next = 3;
  }
  if (argc < next + 2) return 2;
  const int drop = strcmp(argv[next], "-") == 0;
  const int to = drop ? -1 : open(argv[next], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  check(drop || to >= 0, argv[next]);

  const int64_t began = clock_ns(CLOCK_MONOTONIC);
  int out[2], status = 0;
  check(pipe2(out, O_CLOEXEC) == 0, "pipe2");
  check(fcntl(out[0], F_SETPIPE_SZ, (int)size) >= 0, "F_SETPIPE_SZ");
  const pid_t pid = start(argv + next + 1, out[1]);
  const int64_t total = copy(out[0], to, size);
  check(waitpid(pid, &status, 0) == pid && status == 0, "the command failed");
  const int64_t ended = clock_ns(CLOCK_MONOTONIC);

  printf("bytes=%" PRId64 " ns=%" PRId64 " cpu_ns=%" PRId64 "\n", total, ended - began,
         clock_ns(CLOCK_PROCESS_CPUTIME_ID));
  return 0;
}
