#include "acron/runtime/files/file_safety.hpp"

#include <unistd.h>

#include "permission_digits.hpp"

namespace acron {
namespace {

std::optional<std::string> objection_to_owner(uid_t owner) {
  if (owner == 0 || owner == ::geteuid()) return std::nullopt;
  return "is owned by uid " + std::to_string(owner) + ", so that user could make root run anything; chown it to root";
}

std::optional<std::string> objection_to_mode(mode_t mode) {
  if ((mode & (S_IWGRP | S_IWOTH)) == 0) return std::nullopt;
  return "can be written by others (mode " + permission_digits(mode) + "); chmod go-w it";
}

}  // namespace

FileSafety::FileSafety() : strict_(::geteuid() == 0) {}

std::optional<std::string> FileSafety::objection_to(const struct stat& status) const {
  if (!strict_) return std::nullopt;
  if (auto objection = objection_to_owner(status.st_uid)) return objection;
  if (auto objection = objection_to_mode(status.st_mode)) return objection;
  if (S_ISREG(status.st_mode) && (status.st_mode & (S_ISUID | S_ISGID)) != 0) {
    return "is setuid or setgid (mode " + permission_digits(status.st_mode) +
           "), which no job file needs; chmod ug-s it";
  }
  return std::nullopt;
}

}  // namespace acron
