#include "acron/edges/delivery/login_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include "acron/runtime/descriptor.hpp"

namespace acron {
namespace {

constexpr std::size_t more_than_any_login = 1024;

std::string words_of(int error) { return std::generic_category().message(error); }

std::optional<std::string> objection_to(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is no file";
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return "is owned by uid " + std::to_string(status.st_uid) + "; chown it to the user that acron runs as";
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return "is open to others than its owner; chmod 600 it";
  return std::nullopt;
}

}  // namespace

Result<SmtpLogin> read_login(const std::string& path) {
  const auto fault = [&path](const std::string& reason) { return Error{"the login file " + path + " " + reason}; };
  // Not to wait for whoever writes a fifo.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (file.number() < 0) return fault("can't be read: " + words_of(errno));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return fault("can't be read: " + words_of(errno));
  if (const auto objection = objection_to(status)) return fault(*objection);
  std::array<char, more_than_any_login> bytes{};
  const auto size = ::read(file.number(), bytes.data(), bytes.size());
  if (size < 0) return fault("can't be read: " + words_of(errno));
  auto login = parse_smtp_login({bytes.data(), static_cast<std::size_t>(size)});
  if (!login) return fault(login.error().message);
  return login;
}

}  // namespace acron
