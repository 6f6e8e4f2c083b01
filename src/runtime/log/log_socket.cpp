#include "acron/runtime/log/log_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace acron {

std::string syslog_head(int priority, const std::tm& local) {
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%b %e %H:%M:%S", &local);
  return "<" + std::to_string(priority) + ">" + time.data() + " acron";
}

LogSocket::LogSocket(int flags) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0)) {}

int LogSocket::send(const std::string& path, std::string_view datagram) const {
  sockaddr_un address{};
  if (!socket_) return EMFILE;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  for (;;) {
    const ssize_t sent = ::sendto(socket_.number(), datagram.data(), datagram.size(), MSG_NOSIGNAL, to, sizeof address);
    if (sent >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

}  // namespace acron
