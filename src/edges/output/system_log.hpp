#pragma once

#include <string>
#include <string_view>

#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/core/time.hpp"
#include "acron/edges/output/system_log_sockets.hpp"
#include "acron/runtime/log/log_socket.hpp"

namespace acron {

/// One line of a run, for the system log.
struct SystemLogLine {
  const RunIdentity& run;
  Stream stream;
  std::string_view text;
};

/// As syslog(3) would say it to /dev/log: facility cron, tag `acron`, `JOB[RUN]: text`. `local` is the wall clock's
/// time as if it were UTC.
std::string syslog_datagram(const SystemLogLine& line, TimePoint local);

/// The same with fields, for the journal: ACRON_JOB and ACRON_RUN_ID. Holds any bytes.
/// Source: systemd.io/JOURNAL_NATIVE_PROTOCOL.
std::string journal_datagram(const SystemLogLine& line);

/// The system log, which never blocks.
class SystemLog {
 public:
  /// As found at this moment; which of the two it is stays so.
  explicit SystemLog(const SystemLogSockets& sockets);

  /// Of the socket.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// 0, or why the datagram was not taken: an errno, EAGAIN when there is no room just now.
  [[nodiscard]] int send(std::string_view datagram) const { return socket_.send(path_, datagram); }
  [[nodiscard]] bool is_journal() const { return is_journal_; }

 private:
  bool is_journal_;
  std::string path_;
  LogSocket socket_;
};

}  // namespace acron
