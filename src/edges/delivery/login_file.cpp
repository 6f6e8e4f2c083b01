#include "acron/edges/delivery/login_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/trusted_path.hpp"

namespace acron {
namespace {

constexpr std::size_t more_than_any_login = 1024;

std::string words_of_errno(int error) { return std::generic_category().message(error); }

std::optional<std::string> objection_to_login_file(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is no file";
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return "is owned by uid " + std::to_string(status.st_uid) + "; chown it to the user that acron runs as";
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return "is open to others than its owner; chmod 600 it";
  return std::nullopt;
}

// O_NONBLOCK: not to wait for whoever writes a fifo.
constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

/// Whoever can make entries in a directory on the way could have root read another file, and tell it to the server.
boost::system::result<Descriptor, WalkFault> open_trusted(const std::string& path) {
  const bool is_strict = ::geteuid() == 0;
  const auto end = walk_to(path, {.strict = is_strict, .follow_last = true});
  if (!end) return end.error();
  Descriptor file(::openat(end->directory.number(), end->name.c_str(), flags | O_NOFOLLOW));
  if (!file) return WalkFault{errno, words_of_errno(errno)};
  struct stat status {};
  const bool is_file = ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode);
  if (is_strict && end->is_shared && is_file && status.st_nlink > 1)
    return WalkFault{wrong_file, "has a second name (a hard link) in a directory that others can write"};
  return file;
}

}  // namespace

Result<SmtpLogin> read_login(const std::string& path) {
  const auto fault = [&path](const std::string& reason) { return Error{"the login file " + path + " " + reason}; };
  const auto file = open_trusted(path);
  if (!file && file.error().error == 0) return fault("can't be trusted: " + file.error().reason);
  if (!file && file.error().error == wrong_file) return fault(file.error().reason);
  if (!file) return fault("can't be read: " + words_of_errno(file.error().error));
  struct stat status {};
  if (::fstat(file->number(), &status) != 0) return fault("can't be read: " + words_of_errno(errno));
  if (const auto objection = objection_to_login_file(status)) return fault(*objection);
  std::array<char, more_than_any_login> bytes{};
  const auto size = ::read(file->number(), bytes.data(), bytes.size());
  if (size < 0) return fault("can't be read: " + words_of_errno(errno));
  auto login = parse_smtp_login({bytes.data(), static_cast<std::size_t>(size)});
  if (!login) return fault(login.error().message);
  return login;
}

}  // namespace acron
