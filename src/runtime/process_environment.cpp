#include "process_environment.hpp"

#include <cstddef>
#include <fstream>
#include <ios>

namespace acron {
namespace {

/// A process may make its own environment as large as it likes.
constexpr std::size_t most_environment = 1024 * 1024;

}  // namespace

std::vector<std::string> environment_lines(pid_t pid, std::string_view beginning) {
  std::vector<std::string> lines;
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  std::size_t taken = 0;
  for (std::string line; taken < most_environment && std::getline(file, line, '\0'); taken += line.size() + 1) {
    if (line.starts_with(beginning)) lines.push_back(line);
  }
  return lines;
}

}  // namespace acron
