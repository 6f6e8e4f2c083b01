#pragma once

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "../src/runtime/process/cgroup_place.hpp"

namespace acron {

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A cgroup v2 to divide, below that of the test. On a machine that has none for us it is not there, and a test has to
/// say less.
class TestCgroup {
 public:
  TestCgroup() {
    static int count = 0;
    const auto ours = cgroup_directory(text_of_file("/proc/self/cgroup"), text_of_file("/proc/self/mountinfo"));
    if (!ours) return;
    path_ = *ours + "/acron-test-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
    std::error_code failed;
    is_there_ =
        std::filesystem::create_directory(path_, failed) && ::access((path_ + "/cgroup.kill").c_str(), W_OK) == 0;
  }
  TestCgroup(const TestCgroup&) = delete;
  TestCgroup& operator=(const TestCgroup&) = delete;
  ~TestCgroup() {
    if (path_.empty()) return;
    // What has been killed may take a moment to be gone.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (is_there_ && std::chrono::steady_clock::now() < deadline) {
      for (const std::string& name : groups()) ::rmdir((path_ + "/" + name).c_str());
      if (::rmdir(path_.c_str()) == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  [[nodiscard]] bool is_there() const { return is_there_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool hands_on(const std::string& controller) const {
    return text_of_file(path_ + "/cgroup.controllers").find(controller) != std::string::npos;
  }

  /// The names of those below it.
  [[nodiscard]] std::vector<std::string> groups() const {
    std::vector<std::string> names;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(path_, failed)) {
      if (entry.is_directory(failed)) names.push_back(entry.path().filename());
    }
    return names;
  }

 private:
  std::string path_;
  bool is_there_ = false;
};

}  // namespace acron
