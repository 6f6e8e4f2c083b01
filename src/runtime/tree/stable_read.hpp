#pragma once

#include <optional>
#include <string>

#include "tree_walk.hpp"

namespace acron {

/// What became of reading a file: its text, or an error of its own; neither where it changed meanwhile.
struct Reading {
  std::optional<std::string> text;
  std::string error;
};

/// Only a text counts that was `version`, and that `safety` had nothing against, while it was read; whatever else lies
/// there by now is left alone. Reads no more than one byte over largest_job_file. Blocks.
Reading read_unchanged(const FilePlace& place, const FileVersion& version, const FileSafety& safety);

}  // namespace acron
