#include "permission_digits.hpp"

#include <array>
#include <cstdio>

namespace acron {

std::string permission_digits(mode_t mode) {
  constexpr mode_t permissions = 07777;
  std::array<char, 8> digits{};
  std::snprintf(digits.data(), digits.size(), "%#o", mode & permissions);
  return digits.data();
}

}  // namespace acron
