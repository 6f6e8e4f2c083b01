/* Preloaded into acron, so that a test can have the kernel refuse: the file named by ACRON_TEST_FAULTS holds rules,
 * which the test writes while acron runs (faulty_calls.py). A rule makes calls of one name, on files of some name, fail
 * with an errno, transfer but a part or hang. What acron starts has an environment without this. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { most_rules = 8, most_files = 1024 };

/* As faulty_calls.py packs it. */
struct rule {
  char call[16];
  char file[208];        /* a part of the name that the kernel has for the file; empty: of any */
  int64_t error;         /* 0: the call is short; -1: a child is stopped as it begins, or before it executes; -2: the
                            call hangs until the rule is put to rest */
  int64_t most;          /* bytes of a short call */
  int64_t every;         /* 2: each second matching call */
  volatile int64_t left; /* how many more times; 0: at rest */
  volatile int64_t seen; /* matching calls while not at rest */
  volatile int64_t done; /* faults */
};

static struct rule* rules;
static int (*real_clone)(int (*)(void*), void*, int, void*, ...);

/* How each file is watched. */
static struct {
  int poll;
  struct epoll_event event;
} watches[most_files];

__attribute__((constructor)) static void find_rules(void) {
  const char* path = getenv("ACRON_TEST_FAULTS");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) abort();
  void* memory = mmap(NULL, most_rules * sizeof *rules, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) abort();
  close(file);
  *(void**)&real_clone = dlsym(RTLD_NEXT, "clone");
  if (!real_clone) abort();
  rules = memory;
}

/* Another thread may take the last one first. */
static int take_one(struct rule* rule) {
  for (int64_t left = rule->left; left > 0; left = rule->left)
    if (__sync_bool_compare_and_swap(&rule->left, left, left - 1)) return 1;
  return 0;
}

static struct rule* fault_of(const char* call, const char* file) {
  if (!rules) return NULL;
  for (struct rule* rule = rules; rule < rules + most_rules; ++rule) {
    if (rule->left <= 0 || strcmp(rule->call, call) != 0 || !strstr(file, rule->file)) continue;
    if (__sync_add_and_fetch(&rule->seen, 1) % rule->every != 0 || !take_one(rule)) continue;
    __sync_add_and_fetch(&rule->done, 1);
    return rule;
  }
  return NULL;
}

/* `number` -1: of no file. */
static struct rule* fault_on(const char* call, int number) {
  char link[64] = "/proc/self/fd/", digits[16], name[PATH_MAX] = "";
  int count = 0, end = (int)strlen(link), before = errno;
  for (int rest = number; rest > 0 || count == 0; rest /= 10) digits[count++] = (char)('0' + rest % 10);
  while (count > 0) link[end++] = digits[--count];
  long length = number < 0 ? 0 : syscall(SYS_readlink, link, name, sizeof name - 1);
  name[length > 0 ? length : 0] = '\0';
  errno = before;
  return fault_of(call, name);
}

static int fails(const struct rule* rule) {
  if (!rule || rule->error == 0) return 0;
  if (rule->error == -2) {
    const struct timespec moment = {0, 10 * 1000 * 1000};
    while (rule->left > 0) nanosleep(&moment, NULL);
    return 0;
  }
  errno = (int)rule->error;
  return 1;
}

static size_t cut(const struct rule* rule, size_t size) {
  return rule && (size_t)rule->most < size ? (size_t)rule->most : size;
}

/* Whoever is told by edges takes a short call for the last that there was room or bytes for (epoll(7)), so there has to
 * be another edge. */
static ssize_t with_edge(const struct rule* rule, int file, ssize_t result) {
  if (rule && file < most_files && watches[file].poll > 0) {
    int before = errno;
    syscall(SYS_epoll_ctl, watches[file].poll, EPOLL_CTL_MOD, file, &watches[file].event);
    errno = before;
  }
  return result;
}

ssize_t read(int file, void* bytes, size_t size) {
  const struct rule* rule = fault_on("read", file);
  return fails(rule) ? -1 : with_edge(rule, file, syscall(SYS_read, file, bytes, cut(rule, size)));
}

ssize_t pread64(int file, void* bytes, size_t size, off64_t at) {
  const struct rule* rule = fault_on("pread", file);
  return fails(rule) ? -1 : syscall(SYS_pread64, file, bytes, cut(rule, size), at);
}

ssize_t pread(int file, void* bytes, size_t size, off_t at) { return pread64(file, bytes, size, at); }

ssize_t write(int file, const void* bytes, size_t size) {
  const struct rule* rule = fault_on("write", file);
  return fails(rule) ? -1 : syscall(SYS_write, file, bytes, cut(rule, size));
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  const struct rule* rule = fault_on("pwrite", file);
  return fails(rule) ? -1 : syscall(SYS_pwrite64, file, bytes, cut(rule, size), at);
}

ssize_t writev(int file, const struct iovec* pieces, int count) {
  const struct rule* rule = fault_on("writev", file);
  if (fails(rule)) return -1;
  if (!rule) return syscall(SYS_writev, file, pieces, count);
  while (count > 1 && pieces->iov_len == 0) ++pieces, --count;
  return count > 0 ? syscall(SYS_write, file, pieces->iov_base, cut(rule, pieces->iov_len)) : 0;
}

ssize_t send(int socket, const void* bytes, size_t size, int flags) {
  const struct rule* rule = fault_on("send", socket);
  if (fails(rule)) return -1;
  return with_edge(rule, socket, syscall(SYS_sendto, socket, bytes, cut(rule, size), flags, NULL, 0));
}

ssize_t recv(int socket, void* bytes, size_t size, int flags) {
  const struct rule* rule = fault_on("recv", socket);
  if (fails(rule)) return -1;
  return with_edge(rule, socket, syscall(SYS_recvfrom, socket, bytes, cut(rule, size), flags, NULL, NULL));
}

ssize_t sendmsg(int socket, const struct msghdr* message, int flags) {
  const struct rule* rule = fault_on("sendmsg", socket);
  if (fails(rule)) return -1;
  if (!rule || message->msg_iovlen == 0) return syscall(SYS_sendmsg, socket, message, flags);
  struct iovec first = message->msg_iov[0];
  first.iov_len = cut(rule, first.iov_len);
  struct msghdr shorter = *message;
  shorter.msg_iov = &first, shorter.msg_iovlen = 1;
  return with_edge(rule, socket, syscall(SYS_sendmsg, socket, &shorter, flags));
}

int connect(int socket, __CONST_SOCKADDR_ARG address, socklen_t size) {
  const struct rule* rule = address.__sockaddr__->sa_family == AF_INET ? fault_on("connect", socket) : NULL;
  return fails(rule) ? -1 : (int)syscall(SYS_connect, socket, address.__sockaddr__, size);
}

int fsync(int file) { return fails(fault_on("fsync", file)) ? -1 : (int)syscall(SYS_fsync, file); }

int fdatasync(int file) { return fails(fault_on("fdatasync", file)) ? -1 : (int)syscall(SYS_fdatasync, file); }

static int open_at(int directory, const char* path, int flags, mode_t mode) {
  if (fails(fault_of("open", path))) return -1;
  return (int)syscall(SYS_openat, directory, path, flags, mode);
}

static mode_t mode_in(int flags, va_list list) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(list, mode_t) : 0;
}

#define WITH_MODE(call)               \
  va_list list;                       \
  va_start(list, flags);              \
  mode_t mode = mode_in(flags, list); \
  va_end(list);                       \
  return call

int open(const char* path, int flags, ...) { WITH_MODE(open_at(AT_FDCWD, path, flags, mode)); }
int open64(const char* path, int flags, ...) { WITH_MODE(open_at(AT_FDCWD, path, flags, mode)); }
int openat(int directory, const char* path, int flags, ...) { WITH_MODE(open_at(directory, path, flags, mode)); }

/* acron calls clone3(2) without the C library, so that only the kernel can refuse it: that of this thread from now on,
 * and none of the C library's or of what is executed, whose code lies elsewhere. */
static void refuse_clone3(const struct rule* rule) {
  if (!rule) return;
  const uint32_t code = (uint32_t)(getauxval(AT_PHDR) >> 32);
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, code, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)rule->error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) abort();
  /* Also for the thread that starts children. */
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) abort();
}

/* Each start begins with a pipe. */
int pipe2(int ends[2], int flags) {
  refuse_clone3(fault_of("clone3", ""));
  return fails(fault_on("pipe2", -1)) ? -1 : (int)syscall(SYS_pipe2, ends, flags);
}

int epoll_ctl(int poll, int operation, int file, struct epoll_event* event) {
  if (operation == EPOLL_CTL_ADD && fails(fault_on("epoll_add", file))) return -1;
  if (file >= 0 && file < most_files) {
    watches[file].poll = operation == EPOLL_CTL_DEL ? 0 : poll;
    if (event) watches[file].event = *event;
  }
  return (int)syscall(SYS_epoll_ctl, poll, operation, file, event);
}

static void stop(void) { syscall(SYS_kill, syscall(SYS_getpid), SIGSTOP); }

static struct {
  int (*child)(void*);
  void* argument;
} stopped;

static int stop_first(void* unused) {
  (void)unused;
  stop();
  return stopped.child(stopped.argument);
}

int clone(int (*child)(void*), void* stack, int flags, void* argument, ...) {
  va_list list;
  va_start(list, argument);
  void *parent_id = va_arg(list, void*), *thread = va_arg(list, void*), *child_id = va_arg(list, void*);
  va_end(list);
  const struct rule* rule = fault_on("clone", -1);
  if (rule && rule->error < 0) {
    stopped.child = child, stopped.argument = argument;
    return real_clone(stop_first, stack, flags, NULL, parent_id, thread, child_id);
  }
  return fails(rule) ? -1 : real_clone(child, stack, flags, argument, parent_id, thread, child_id);
}

int execve(const char* path, char* const arguments[], char* const environment[]) {
  const struct rule* rule = fault_of("execve", path);
  if (rule && rule->error < 0) stop();
  else if (fails(rule)) return -1;
  return (int)syscall(SYS_execve, path, arguments, environment);
}
