/* What knowing a tree of files costs at the very least: `read_files [--stat] DIRECTORY` opens each file below it, asks
 * for its status, reads and closes it; with --stat it only asks for the status, as one does to see whether anything
 * has changed. Prints the number of files and how long it took. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "fail.h"

static int only_status;
static size_t files;

static void read_file(int directory, const char* name) {
  static char text[1024 * 1024];
  struct stat status;
  const int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
  check(file >= 0 && fstat(file, &status) == 0, name);
  check(read(file, text, sizeof text) >= 0, name);
  close(file);
}

static void walk(int directory) {
  DIR* entries = fdopendir(directory);
  check(entries != NULL, "fdopendir");
  for (const struct dirent* entry; (entry = readdir(entries)) != NULL;) {
    struct stat status;
    if (entry->d_name[0] == '.') continue;
    if (entry->d_type == DT_DIR) {
      walk(openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      continue;
    }
    ++files;
    if (only_status) {
      check(fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0, entry->d_name);
    } else {
      read_file(directory, entry->d_name);
    }
  }
  closedir(entries);
}

int main(int argc, char** argv) {
  only_status = argc > 2 && strcmp(argv[1], "--stat") == 0;
  if (argc < 2) return 2;
  const int64_t began = clock_ns(CLOCK_MONOTONIC);
  walk(open(argv[argc - 1], O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int64_t ended = clock_ns(CLOCK_MONOTONIC);
  printf("files=%zu ns=%" PRId64 " cpu_ns=%" PRId64 "\n", files, ended - began, clock_ns(CLOCK_PROCESS_CPUTIME_ID));
  return 0;
}
