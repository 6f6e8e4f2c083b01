#include "service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

std::optional<std::chrono::microseconds> half_of(const char* text) {
  if (text == nullptr) return std::nullopt;
  std::int64_t microseconds = 0;
  const auto read = std::from_chars(text, text + std::strlen(text), microseconds);
  if (read.ec != std::errc() || microseconds <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds / 2);
}

}  // namespace

ServiceManager::ServiceManager() : interval_(half_of(std::getenv("WATCHDOG_USEC"))) {
  const char* address = std::getenv("NOTIFY_SOCKET");
  if (address == nullptr || std::strlen(address) >= sizeof(sockaddr_un::sun_path)) return;
  address_ = address;
  socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

void ServiceManager::ready(std::string_view status) const { tell("READY=1\nSTATUS=" + std::string(status)); }
void ServiceManager::reloading() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds) + "\nSTATUS=upgrading");
}

void ServiceManager::stopping() const { tell("STOPPING=1\nSTATUS=waiting for running jobs"); }
void ServiceManager::status(std::string_view text) const { tell("STATUS=" + std::string(text)); }
void ServiceManager::alive() const { tell("WATCHDOG=1"); }

void ServiceManager::keep(int pipe) const { tell("FDSTORE=1\nFDNAME=output-" + std::to_string(pipe), pipe); }
void ServiceManager::let_go(int pipe) const { tell("FDSTOREREMOVE=1\nFDNAME=output-" + std::to_string(pipe)); }

void ServiceManager::tell(const std::string& message, int descriptor) const {
  if (!socket_) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';  // the abstract namespace (unix(7))
  iovec text{const_cast<char*>(message.data()), message.size()};
  msghdr header{};
  header.msg_name = &to;
  header.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  header.msg_iov = &text;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> control{};
  if (descriptor >= 0) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_len = CMSG_LEN(sizeof descriptor);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  ::sendmsg(socket_.number(), &header, MSG_NOSIGNAL);
}

std::vector<int> take_kept_descriptors() {
  const auto number_in = [](const char* name) {
    const char* text = std::getenv(name);
    const int number = text == nullptr ? 0 : std::atoi(text);
    ::unsetenv(name);
    return number;
  };
  ::unsetenv("LISTEN_FDNAMES");
  const int process = number_in("LISTEN_PID"), count = number_in("LISTEN_FDS");
  std::vector<int> kept;
  constexpr int first = 3, most = 65536;  // SD_LISTEN_FDS_START
  for (int number = first; process == ::getpid() && number < first + std::min(count, most); ++number) {
    if (::fcntl(number, F_SETFD, FD_CLOEXEC) == 0) kept.push_back(number);
  }
  return kept;
}

}  // namespace acron
