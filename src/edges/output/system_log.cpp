#include "system_log.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>

#include <cstdint>
#include <ctime>

#include "acron/core/text.hpp"

namespace acron {
namespace {

int priority_of(Stream stream) { return stream == Stream::err ? LOG_WARNING : LOG_INFO; }

std::string message_of(const SystemLogLine& line) {
  return printable_name(line.run.job, 1000) + "[" + printable(line.run.id) + "]: " + std::string(line.text);
}

/// In the form that allows line breaks in the value.
void add_field(std::string& datagram, std::string_view name, std::string_view value) {
  datagram.append(name).push_back('\n');
  for (unsigned shift = 0; shift < 64; shift += 8)
    datagram.push_back(static_cast<char>(static_cast<std::uint64_t>(value.size()) >> shift & 0xffU));
  datagram.append(value).push_back('\n');
}

bool is_socket(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

std::string syslog_datagram(const SystemLogLine& line, TimePoint local) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(local);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return syslog_head(LOG_CRON | priority_of(line.stream), parts) + ": " + message_of(line);
}

std::string journal_datagram(const SystemLogLine& line) {
  std::string datagram;
  add_field(datagram, "MESSAGE", message_of(line));
  add_field(datagram, "PRIORITY", std::to_string(priority_of(line.stream)));
  add_field(datagram, "SYSLOG_FACILITY", std::to_string(LOG_FAC(LOG_CRON)));
  add_field(datagram, "SYSLOG_IDENTIFIER", "acron");
  add_field(datagram, "ACRON_JOB", line.run.job);
  add_field(datagram, "ACRON_RUN_ID", line.run.id);
  return datagram;
}

SystemLog::SystemLog(const SystemLogSockets& sockets)
    : is_journal_(is_socket(sockets.journal)),
      path_(is_journal_ ? sockets.journal : sockets.syslog),
      socket_(SOCK_NONBLOCK) {}

}  // namespace acron
