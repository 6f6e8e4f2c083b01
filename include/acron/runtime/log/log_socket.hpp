#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// What a message to /dev/log begins with: priority, time and tag, as of RFC 3164, section 4.1.
std::string syslog_head(int priority, const std::tm& local);

/// A datagram socket to the system's log, not inherited by jobs. It is not connected: a log daemon that was restarted
/// is found again.
class LogSocket {
 public:
  /// Waits for a log that has no room just now, unless `flags` has SOCK_NONBLOCK.
  explicit LogSocket(int flags = 0);

  /// 0, or why the datagram was not taken: an errno.
  [[nodiscard]] int send(const std::string& path, std::string_view datagram) const;

 private:
  Descriptor socket_;
};

}  // namespace acron
