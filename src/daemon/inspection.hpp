#pragma once

#include "options.hpp"

namespace acron {

/// `--check`, `--next` and `--show`: what a tree means, without a daemon. Each prints to stdout, its errors to stderr,
/// and returns the exit status: 0, or 1 where a file is faulty.
int check_tree(const Options& options);
int print_next_runs(const Options& options);
int show_job(const Options& options);

}  // namespace acron
