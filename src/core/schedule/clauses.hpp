#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "acron/core/result.hpp"
#include "acron/core/schedule/weekdays.hpp"
#include "phrase.hpp"

namespace acron {

/// A part of a schedule and where it begins in the text.
template <class T>
struct Located {
  T value;
  std::size_t at;
};

/// The times of day between which an interval runs, since the same midnight.
struct ClockRange {
  std::chrono::seconds from, until;
};

/// What may follow how often a schedule runs: `at 09:00,17:30`, `between 08:00-18:00`, `on mon-fri`.
struct Clauses {
  std::optional<Located<std::vector<std::chrono::seconds>>> times;  // sorted, each once
  std::optional<Located<ClockRange>> range;
  std::optional<Located<Weekdays>> days;

  [[nodiscard]] bool none() const { return !times && !range && !days; }
};

/// Clauses up to the end of the phrase, in any order, each at most once.
[[nodiscard]] Result<Clauses> parse_clauses(Phrase& phrase);

/// `mon-fri`, `sat,sun`, `monday, wednesday and friday`, `fri-mon`, `weekdays`. Stops at the first word that does not
/// go on.
[[nodiscard]] Result<Weekdays> parse_weekdays(Phrase& phrase);

/// True for a word with which parse_weekdays could begin.
bool names_weekdays(std::string_view word);

}  // namespace acron
