/* What starting N children at a given second costs at the very least:
 *
 *     start_limit --at SECOND --starts N [--no-capture] [--shell] [--threads T] COMMAND [ARGUMENT]...
 *
 * Sleeps in a timerfd until SECOND (since 1970), starts them all by vfork(2), then sees each to its end: two pipes are
 * read until they are closed, and a pidfd tells when to reap. Only the system calls that nobody can do without; a
 * session of its own for each child is one of them, since a time limit has to reach all of a job. Prints what this
 * process itself used of the CPU. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fail.h"

extern char** environ;

struct plan {
  time_t at;
  size_t starts;
  int capture;
  int null_device;
  char** command;
};

/* Something that epoll watches: a pipe of a child, or the pidfd of the child that `pid` names. */
struct source {
  int descriptor;
  pid_t pid;
};

static void sleep_until(time_t second) {
  const int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
  const struct itimerspec then = {.it_value = {.tv_sec = second}};
  uint64_t expirations;
  check(timer >= 0 && timerfd_settime(timer, TFD_TIMER_ABSTIME, &then, NULL) == 0, "timerfd");
  check(read(timer, &expirations, sizeof expirations) > 0, "read a timerfd");
  close(timer);
}

static void watch(int epoll, struct source* source, int descriptor, pid_t pid) {
  check(descriptor >= 0, "pidfd_open");
  *source = (struct source){descriptor, pid};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
}

static pid_t launch(const struct plan* plan, int out, int err) {
  const pid_t pid = vfork();
  if (pid != 0) return pid;
  setsid();
  dup2(plan->null_device, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execve(plan->command[0], plan->command, environ);
  _exit(127);
}

/* Fills up to three sources, and returns how many. */
static size_t start(const struct plan* plan, int epoll, struct source* sources) {
  int out[2] = {-1, plan->null_device}, err[2] = {-1, plan->null_device};
  if (plan->capture) check(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0, "pipe2");
  const pid_t pid = launch(plan, out[1], err[1]);
  check(pid > 0, "vfork");
  watch(epoll, &sources[0], (int)syscall(SYS_pidfd_open, pid, 0), pid);
  if (!plan->capture) return 1;
  close(out[1]);
  close(err[1]);
  watch(epoll, &sources[1], out[0], 0);
  watch(epoll, &sources[2], err[0], 0);
  return 3;
}

/* Whether the source is done with, and closed. */
static int serve(struct source* source) {
  static char drop[64 * 1024];
  int status = 0;
  /* Events go on for a moment after the close: vfork(2) returns before execve(2) has closed the child's copies. */
  if (source->descriptor < 0) return 0;
  if (source->pid == 0 && read(source->descriptor, drop, sizeof drop) > 0) return 0;
  if (source->pid != 0) {
    check(waitpid(source->pid, &status, 0) == source->pid, "waitpid");
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the command failed");
  }
  close(source->descriptor);
  source->descriptor = -1;
  return 1;
}

static void* start_and_reap(void* argument) {
  const struct plan* plan = argument;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct source* sources = calloc(plan->starts * 3, sizeof *sources);
  check(epoll >= 0 && sources != NULL, "start_limit");
  sleep_until(plan->at);
  size_t open_sources = 0;
  for (size_t i = 0; i < plan->starts; ++i) open_sources += start(plan, epoll, sources + open_sources);
  while (open_sources > 0) {
    struct epoll_event events[128];
    const int count = epoll_wait(epoll, events, 128, -1);
    for (int i = 0; i < count; ++i) open_sources -= (size_t)serve(events[i].data.ptr);
  }
  free(sources);
  return NULL;
}

static void raise_open_files_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/* The command through a shell, as cron(8) starts it. */
static char** through_shell(char** command) {
  static char line[4096];
  static char* shell[] = {"/bin/sh", "-c", line, NULL};
  for (char** word = command; *word != NULL; ++word) {
    check(strlen(line) + strlen(*word) + 2 < sizeof line, "the command is too long");
    strcat(strcat(line, *word), word[1] != NULL ? " " : ";");
  }
  return shell;
}

enum { most_threads = 64 };

static void run(struct plan plan, size_t threads) {
  pthread_t others[most_threads];
  struct plan part = plan;
  part.starts = plan.starts / threads;
  for (size_t i = 1; i < threads; ++i) check(pthread_create(&others[i], NULL, start_and_reap, &part) == 0, "thread");
  plan.starts -= part.starts * (threads - 1);
  start_and_reap(&plan);
  for (size_t i = 1; i < threads; ++i) pthread_join(others[i], NULL);
}

int main(int argc, char** argv) {
  static const struct option options[] = {
      {"at", required_argument, NULL, 'a'},      {"starts", required_argument, NULL, 'n'},
      {"no-capture", no_argument, NULL, 'd'},    {"shell", no_argument, NULL, 's'},
      {"threads", required_argument, NULL, 't'}, {NULL, 0, NULL, 0}};
  struct plan plan = {.at = time(NULL) + 1, .starts = 1, .capture = 1};
  size_t threads = 1;
  int shell = 0;
  for (int option; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
    switch (option) {
      case 'a': plan.at = strtol(optarg, NULL, 10); break;
      case 'n': plan.starts = strtoul(optarg, NULL, 10); break;
      case 'd': plan.capture = 0; break;
      case 's': shell = 1; break;
      case 't': threads = strtoul(optarg, NULL, 10); break;
      default: return 2;
    }
  }
  if (optind == argc || threads < 1 || threads > most_threads) return 2;
  plan.command = shell ? through_shell(argv + optind) : argv + optind;
  plan.null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
  check(plan.null_device >= 0, "/dev/null");
  raise_open_files_limit();
  const int64_t before = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  run(plan, threads);
  printf("cpu_ns=%" PRId64 "\n", clock_ns(CLOCK_PROCESS_CPUTIME_ID) - before);
  return 0;
}
