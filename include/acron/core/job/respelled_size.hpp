#pragma once

#include <string>
#include <string_view>

namespace acron {

/// How `512MB`, `1.5 GiB` or `2g` would be written: `512M`, `1536M`, `2G`. Empty when `text` is nothing of the kind.
std::string respelled_size(std::string_view text);

}  // namespace acron
