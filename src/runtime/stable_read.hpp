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

/// Only a text that stayed `version` while it was read counts, whatever the path leads to meanwhile. Reads no more than
/// one byte over largest_job_file. Blocks.
Reading read_unchanged(const std::string& path, const FileVersion& version);

}  // namespace acron
