#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "acron/core/result.hpp"

namespace acron {

/// `what` was tried, and errno says why the last call failed.
inline Error errno_error(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

/// The same for what acron can't start without.
[[noreturn]] inline void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace acron
