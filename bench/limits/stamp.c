/* The job that the scenarios start: `stamp FILE [STATUS]` appends the time at which it runs to FILE, as nanoseconds
 * since 1970 in 8 bytes, and exits. Linked statically, so that execve(2) has as little to do as it can. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (argc < 2) return 2;
  const int64_t nanoseconds = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  const int file = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0644);
  if (file < 0 || write(file, &nanoseconds, sizeof nanoseconds) != (ssize_t)sizeof nanoseconds) return 1;
  return argc > 2 ? atoi(argv[2]) : 0;
}
