#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace acron {

/// How `10 minutes`, `5min`, `2H` or `1 hour and 30 minutes` would be written; empty when `text` is nothing of the
/// kind. May be a duration that is too long or too short.
std::string respelled_duration(std::string_view text);

/// How many of the words, from the first on, spell a duration so.
std::size_t duration_words(std::span<const std::string> words);

}  // namespace acron
