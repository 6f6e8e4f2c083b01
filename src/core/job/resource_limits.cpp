#include "acron/core/job/resource_limits.hpp"

#include <algorithm>
#include <charconv>

#include "acron/core/characters.hpp"
#include "acron/core/job/respelled_size.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::string_view size_units = "KMGT";
constexpr std::uint64_t largest_size = std::uint64_t{1} << 60U;

bool is_short_number(std::string_view text) { return is_number(text) && text.size() <= 6; }

}  // namespace

std::string respelled_size(std::string_view text) {
  const auto number = text.substr(0, text.find_first_not_of("0123456789."));
  const auto unit = lower_ascii(trim(text.substr(number.size())));
  constexpr std::string_view letters = "kmgt";
  const auto which = unit.empty() ? std::string_view::npos : letters.find(unit.front());
  const auto rest = std::string_view{unit}.substr(std::min<std::size_t>(unit.size(), 1));
  if (which == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib" && rest != "i")) return {};
  const auto point = std::min(number.find('.'), number.size());
  const auto whole = number.substr(0, point), fraction = number.substr(std::min(point + 1, number.size()));
  if (!is_short_number(whole)) return {};
  if (point == number.size()) return std::string{whole} + size_units[which];
  // 1.5G is 1536M; of other fractions that are not whole in the next unit nothing is said.
  if (!is_short_number(fraction) || fraction.size() > 3 || which == 0) return {};
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) scale *= 10;
  std::uint64_t parts = 0;
  const auto digits = std::string{whole} + std::string{fraction};
  std::from_chars(digits.data(), digits.data() + digits.size(), parts);
  if (parts * 1024 % scale != 0) return {};
  return std::to_string(parts * 1024 / scale) + size_units[which - 1];
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number);
  const auto unit = rest == end ? 0 : size_units.find(*rest) + 1;  // npos + 1 is 0
  const bool is_size = fault != std::errc::invalid_argument && (rest == end || (unit > 0 && rest + 1 == end));
  if (!is_size) {
    const auto respelled = respelled_size(text);
    return Error{in_quotes(text) + " is no number of bytes" +
                     (respelled.empty() ? ", such as 512M, with one of K, M, G and T" : write_instead({respelled})),
                 0};
  }
  if (fault == std::errc::result_out_of_range || number > largest_size >> (10 * unit)) {
    return Error{in_quotes(text) + " is more than any machine has", 0};
  }
  return number << (10 * unit);
}

std::string format_size(std::uint64_t bytes) {
  std::size_t unit = 0;
  while (unit < size_units.size() && bytes > 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + (unit == 0 ? "" : std::string{size_units[unit - 1]});
}

}  // namespace acron
