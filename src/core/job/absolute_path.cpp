#include "acron/core/job/absolute_path.hpp"

#include <algorithm>

#include "acron/core/text.hpp"
#include "separated.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_path = 4095;      // PATH_MAX without its NUL: path_resolution(7)
constexpr std::size_t longest_path_part = 255;  // NAME_MAX

}  // namespace

Result<void> check_absolute_path(std::string_view text) {
  if (text.starts_with('~')) {
    return Error{in_quotes(text, 80) + " is not a path here, where no shell reads '~': a path begins with '/'"};
  }
  if (text.starts_with('$') || text.starts_with('`')) {
    return Error{in_quotes(text, 80) + " is not a path here, where no shell reads it: a path begins with '/'"};
  }
  if (!text.starts_with('/')) {
    return Error{in_quotes(text, 80) +
                 " is a relative path, which depends on where acron was started: a path begins with '/'"};
  }
  if (text.size() > longest_path) return Error{"the path is longer than 4095 bytes", 0};
  const auto control =
      std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control != text.end()) {
    return Error{"the path holds a control character", static_cast<std::size_t>(control - text.begin())};
  }
  return for_each_part(text, '/', [](std::string_view part, std::size_t at) -> Result<void> {
    if (part.size() > longest_path_part) return Error{"a name in the path is longer than 255 bytes", at};
    return {};
  });
}

}  // namespace acron
