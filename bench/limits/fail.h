#pragma once
#include <stdio.h>
#include <stdlib.h>

/* A yardstick that could not do all its work must not give a figure. */
static inline void check(int good, const char* what) {
  if (good) return;
  perror(what);
  exit(1);
}
