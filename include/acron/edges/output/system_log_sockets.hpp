#pragma once

#include <string>

namespace acron {

/// Where the machine's system log listens. The journal's own socket is preferred where there is one.
struct SystemLogSockets {
  std::string journal = "/run/systemd/journal/socket";  // systemd's native protocol
  std::string syslog = "/dev/log";                      // syslog(3)
};

}  // namespace acron
