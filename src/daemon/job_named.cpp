#include "job_named.hpp"

#include <filesystem>

#include "acron/core/text.hpp"

namespace acron {

Result<std::string> job_named(const std::string& given, const std::string& tree) {
  const auto below =
      given.starts_with('/') ? std::filesystem::path(tree + "/").lexically_normal().string() : std::string{};
  const auto path = std::filesystem::path(given).lexically_normal().string();
  const bool is_below = path.starts_with(below);
  const auto name = is_below ? path.substr(below.size()) : path;
  if (is_below && !name.starts_with('/') && name != ".." && !name.starts_with("../"))
    return {boost::system::in_place_value, name};
  return Error{"'" + printable_name(given) + "' does not lie below " + tree + "; a job is named by its path below it"};
}

}  // namespace acron
