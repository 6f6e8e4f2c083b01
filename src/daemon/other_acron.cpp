#include "other_acron.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace acron {
namespace {

namespace fs = std::filesystem;

std::string name_of(const std::string& process) {
  std::string name;
  std::ifstream file("/proc/" + process + "/comm");
  std::getline(file, name);
  return name;
}

bool is_ours(const fs::path& process) {
  struct stat status {};
  return ::stat(process.c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

bool has_open(const fs::path& process, const std::string& link) {
  std::error_code failed;
  for (const auto& descriptor : fs::directory_iterator(process / "fd", failed)) {
    if (fs::read_symlink(descriptor, failed) == link) return true;
  }
  return false;
}

}  // namespace

bool is_acron(pid_t process) {
  const std::string name = name_of(std::to_string(process));
  return !name.empty() && name == name_of("self");
}

std::optional<pid_t> acron_with_removed(const std::string& path) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const pid_t process = std::atoi(entry.path().filename().c_str());
    if (process <= 0 || process == ::getpid() || !is_acron(process) || !is_ours(entry)) continue;
    if (has_open(entry, path + " (deleted)")) return process;
  }
  return std::nullopt;
}

}  // namespace acron
