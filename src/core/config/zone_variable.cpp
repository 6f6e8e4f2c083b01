#include <algorithm>
#include <array>
#include <string>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/text.hpp"
#include "doubts.hpp"

namespace acron {

std::optional<Error> doubt_about_zone(std::string_view value) {
  // Files beside the zones; and UTC in other letters, which is what comes of a name that is not known.
  constexpr std::array<std::string_view, 4> others{"localtime", "posixrules", "utc", "gmt"};
  std::size_t begin = value.starts_with(':') ? 1 : 0;
  if (begin == value.size() || value[begin] == '/' || TimeZone::of_rule(value)) return {};
  for (const std::string_view directory : {"posix/", "right/"}) {
    if (value.substr(begin).starts_with(directory)) begin += directory.size();
  }
  const auto name = value.substr(begin);
  const bool is_other = std::find(others.begin(), others.end(), lower_ascii(name)) != others.end();
  const auto zone = is_other ? Result<TimeZone>{TimeZone{}} : TimeZone::named(name);
  if (zone || TimeZone::names().empty()) return {};
  return Error{zone.error().message, begin};
}

}  // namespace acron
