#include "acron/core/schedule/weekdays.hpp"

#include <array>
#include <string_view>

namespace acron {
namespace {

// Weeks are read aloud from Monday on.
constexpr std::array<std::string_view, 7> weekday_words{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

bool contains(Weekdays days, std::size_t index) {
  return index < weekday_words.size() && days.contains(std::chrono::weekday{static_cast<unsigned>(index + 1)});
}

}  // namespace

std::string describe(Weekdays days) {
  std::string text;
  for (std::size_t first = 0; first < weekday_words.size(); ++first) {
    if (!contains(days, first)) continue;
    auto last = first;
    while (contains(days, last + 1)) ++last;
    if (last == first + 1) last = first;  // two days read better apart
    text.append(text.empty() ? "" : ",").append(weekday_words[first]);
    if (last != first) text.append("-").append(weekday_words[last]);
    first = last;
  }
  return text;
}

}  // namespace acron
