#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// What a field of a crontab expression may hold.
struct CronField {
  std::string_view name;
  unsigned least, most;
  std::span<const std::string_view> names;  // in order, the first for `least`; may be empty
  // One more than `most`, and the same as `least`: Sunday as 7. 0 where there is none.
  unsigned wraps_at = 0;
};

extern const CronField cron_second, cron_minute, cron_hour, cron_day, cron_month, cron_weekday;

/// Reads lists of `*`, `5`, `1-5`, `*/2`, `1-9/2`, `jan`, `mon-fri` into a set: bit n for n. On error, `at` points into
/// `text`.
[[nodiscard]] Result<std::uint64_t> parse_cron_field(const CronField& field, std::string_view text);

/// The field as it is to be written here, of a text that another cron takes (`?`, `5/10`, `22-6`, `monday`) or that has
/// a slip in a name. Empty when it is not clear what is meant. May still be refused.
[[nodiscard]] std::optional<std::string> meant_cron_field(const CronField& field, std::string_view text);

/// Whether a word in lower case is a name and `l`, by which other crons mean the last such day of a month.
bool ends_in_last(const CronField& field, std::string_view word);

}  // namespace acron
