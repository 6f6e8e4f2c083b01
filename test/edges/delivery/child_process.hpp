#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace acron::test {

/// A program that runs as long as this lives. Its standard output is read line by line.
class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Throws when the program says nothing for a minute, or has ended.
  std::string read_line();
  [[nodiscard]] bool running() const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string unread_;
};

/// A port of 127.0.0.1 that nobody listened on a moment ago.
std::uint16_t free_port();

/// Waits until somebody listens on it; false when the program ends first.
bool wait_for_listener(std::uint16_t port, const ChildProcess& program);

}  // namespace acron::test
