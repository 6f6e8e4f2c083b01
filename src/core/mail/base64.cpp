#include "base64.hpp"

#include <cstddef>
#include <cstdint>

namespace acron {

namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto taken = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8U | (j < taken.size() ? static_cast<unsigned char>(taken[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= taken.size() ? base64_digits[bits >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

std::string base64_quantum(std::string_view four) {
  four = four.substr(0, four.find('='));
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i)
    bits = bits << 6U | static_cast<std::uint32_t>(i < four.size() ? base64_digits.find(four[i]) & 63U : 0U);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < four.size(); ++i) bytes += static_cast<char>(bits >> (16 - 8 * i) & 0xFFU);
  return bytes;
}

}  // namespace acron
