#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace acron {

/// Users that are not us.
inline constexpr uid_t someone = 1000, nobody = 65534;

/// What only root can try, or has to ask, is not tested for anybody else; `what` says so.
inline bool is_root(const char* what) {
  if (::geteuid() == 0) return true;
  WARN("not root: " << what);
  return false;
}

}  // namespace acron
