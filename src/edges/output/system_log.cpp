#include "system_log.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "acron/core/text.hpp"

namespace acron {
namespace {

int priority_of(Stream stream) { return stream == Stream::err ? LOG_WARNING : LOG_INFO; }

std::string message_of(const SystemLogLine& line) {
  return printable(line.run.job, 1000) + "[" + printable(line.run.id) + "]: " + std::string(line.text);
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
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%b %e %H:%M:%S", &parts);  // RFC 3164, section 4.1.2
  return "<" + std::to_string(LOG_CRON | priority_of(line.stream)) + ">" + time.data() + " acron: " + message_of(line);
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
    : path_(sockets.journal),
      is_journal_(is_socket(sockets.journal)),
      descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (!is_journal_) path_ = sockets.syslog;
}

SystemLog::~SystemLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Not connected: a log daemon that was restarted is found again.
int SystemLog::send(std::string_view datagram) const {
  sockaddr_un address{};
  if (descriptor_ < 0) return EMFILE;
  if (path_.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const ssize_t sent = ::sendto(descriptor_, datagram.data(), datagram.size(), MSG_NOSIGNAL, to, sizeof address);
  return sent >= 0 ? 0 : errno;
}

}  // namespace acron
