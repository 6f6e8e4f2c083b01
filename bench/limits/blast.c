/* The noisy job: `blast MIB` prints that many mebibytes of 64-byte lines as fast as they are taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { line = 64, block = 64 * 1024, mebibyte = 1024 * 1024 };

int main(int argc, char** argv) {
  static char text[block];
  memset(text, 'x', sizeof text);
  for (size_t end = line - 1; end < sizeof text; end += line) text[end] = '\n';
  size_t left = argc > 1 ? strtoul(argv[1], NULL, 10) * mebibyte : 0;
  while (left > 0) {
    const ssize_t taken = write(STDOUT_FILENO, text, left < block ? left : block);
    if (taken <= 0) return 1;
    left -= (size_t)taken;
  }
  return 0;
}
