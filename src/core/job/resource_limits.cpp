#include "acron/core/job/resource_limits.hpp"

#include <charconv>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::string_view units = "KMGT";
constexpr std::uint64_t largest_size = std::uint64_t{1} << 60U;

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number);
  const auto unit = rest == end ? 0 : units.find(*rest) + 1;  // npos + 1 is 0
  const bool is_size = fault != std::errc::invalid_argument && (rest == end || (unit > 0 && rest + 1 == end));
  if (!is_size) {
    return Error{"'" + printable(text, 60) + "' is no number of bytes; write it as '512M', with one of K, M, G and T",
                 0};
  }
  if (fault == std::errc::result_out_of_range || number > largest_size >> (10 * unit)) {
    return Error{"'" + printable(text, 60) + "' is more than any machine has", 0};
  }
  return number << (10 * unit);
}

std::string format_size(std::uint64_t bytes) {
  std::size_t unit = 0;
  while (unit < units.size() && bytes > 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + (unit == 0 ? "" : std::string{units[unit - 1]});
}

}  // namespace acron
