#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// Tells systemd how we are, by the datagrams of sd_notify(3). Says nothing when not started by it. Never blocks.
class ServiceManager {
 public:
  /// Reads NOTIFY_SOCKET and WATCHDOG_USEC from the environment.
  ServiceManager();

  void ready(std::string_view status) const;
  void stopping() const;
  /// Until the next `ready`.
  void reloading() const;
  void status(std::string_view text) const;
  void alive() const;
  /// Has it keep a copy of a pipe's end, until that is let go of or the other end is closed, and give it to the next
  /// acron. What it does not take is lost without a word.
  void keep(int pipe) const;
  void let_go(int pipe) const;
  /// Whether there is one.
  [[nodiscard]] bool is_there() const { return static_cast<bool>(socket_); }

  /// How often to say `alive`: half of what systemd waits for; empty when it does not watch.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const { return interval_; }

 private:
  void tell(const std::string& message, int descriptor = -1) const;

  std::string address_;
  Descriptor socket_;
  std::optional<std::chrono::microseconds> interval_;
};

/// What it has kept for us (sd_listen_fds(3)): they are the caller's, and close on exec. Takes the variables away.
std::vector<int> take_kept_descriptors();

}  // namespace acron
