#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "support/source_directory.hpp"

namespace acron {

/// The text of a file of the source tree; fails the test when there is none.
inline std::string source_text(const std::string& path) {
  std::ifstream file{source_directory() / path, std::ios::binary};
  INFO(path);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The files of the example tree by their path below it.
inline std::map<std::string, std::string> example_tree() {
  namespace fs = std::filesystem;
  const std::string root = "conf.d.example";
  const auto base = source_directory() / root;
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator{base}) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().lexically_relative(base).string();
    tree[name] = source_text(root + "/" + name);
  }
  return tree;
}

}  // namespace acron
