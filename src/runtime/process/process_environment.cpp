#include "process_environment.hpp"

#include <cstddef>
#include <fstream>
#include <ios>

#include "acron/runtime/process/open_run.hpp"

namespace acron {
namespace {

/// A process may make its own environment as large as it likes.
constexpr std::size_t most_environment = 1024 * 1024;

std::string value_of(const std::vector<std::string>& lines, std::string_view name) {
  for (const std::string& line : lines) {
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
      return line.substr(name.size() + 1);
  }
  return {};
}

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

std::optional<RunMark> mark_on(pid_t pid, const DigestKey& key) {
  const auto lines = environment_lines(pid, "ACRON_");
  return read_mark(value_of(lines, mark_variable), value_of(lines, "ACRON_JOB"), value_of(lines, "ACRON_RUN_ID"),
                   this_boot(), key);
}

}  // namespace acron
