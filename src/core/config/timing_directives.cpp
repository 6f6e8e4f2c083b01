// When a job runs: the functions of these directives' rows.

#include <array>
#include <optional>

#include "acron/core/text.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::string_view splay_usage = "splay [job] [WINDOW] | splay off";
constexpr std::string_view catch_up_usage = "catch-up [within D] | catch-up off";
constexpr std::string_view timeout_usage = "timeout D [grace D] | timeout off";

bool is_off(const std::vector<Word>& words) { return !words.empty() && words[0].text == "off"; }

/// For what a `_defaults` has.
template <typename Value>
Result<void> turn_off(const std::vector<Word>& words, std::string_view usage, std::optional<Value>& inherited) {
  if (words.size() > 1) return unexpected(words[1], usage);
  inherited.reset();
  return {};
}

Result<void> apply_splay_off(const std::vector<Word>& words, JobDefinition& definition) {
  if (words.size() > 1) {
    return Error{"'splay off' takes no window: the job runs at its ticks", words[1].at};
  }
  definition.splay = {};
  return {};
}

}  // namespace

Result<void> apply_every(std::string_view argument, JobDefinition& definition) {
  const auto schedule = parse_every(argument);
  if (!schedule) return schedule.error();
  definition.schedule = *schedule;
  return {};
}

Result<void> apply_cron(std::string_view argument, JobDefinition& definition) {
  const auto schedule = parse_cron(argument);
  if (!schedule) return schedule.error();
  definition.schedule = *schedule;
  return {};
}

Result<void> apply_timezone(std::string_view argument, JobDefinition& definition) {
  const auto words = words_of(argument);
  if (words.size() > 1) return unexpected(words[1], "timezone ZONE");
  const auto zone = TimeZone::named(argument);
  if (!zone) return zone.error();
  definition.zone = *zone;
  return {};
}

Result<void> apply_splay(std::string_view argument, JobDefinition& definition) {
  constexpr std::array<std::string_view, 2> modes{"job", "off"};
  const auto words = words_of(argument);
  if (is_off(words)) return apply_splay_off(words, definition);
  const bool by_job = !words.empty() && words[0].text == "job";
  Splay splay{.key = by_job ? Splay::Key::host_and_job : Splay::Key::host, .window = {}};
  const std::size_t window = by_job ? 1 : 0;
  if (words.size() > window) {
    const auto duration = read_duration(words, window);
    if (!duration && !nearest(words[window].text, modes).empty()) return unknown_word(words[window], modes);
    if (!duration) return duration.error();
    splay.window = *duration;
  }
  if (words.size() > window + 1) return unexpected(words[window + 1], splay_usage);
  definition.splay = splay;
  return {};
}

Result<void> apply_catch_up(std::string_view argument, JobDefinition& definition) {
  const auto words = words_of(argument);
  if (is_off(words)) return turn_off(words, catch_up_usage, definition.catch_up);
  const auto within = read_named_duration(words, 0, "within", catch_up_usage);
  if (!within) return within.error();
  definition.catch_up = CatchUp{*within};
  return {};
}

Result<void> apply_timeout(std::string_view argument, JobDefinition& definition) {
  const auto words = words_of(argument);
  if (is_off(words)) return turn_off(words, timeout_usage, definition.time_limit);
  const auto limit = read_duration(words, 0);
  if (!limit) return limit.error();
  const auto grace = read_named_duration(words, 1, "grace", timeout_usage);
  if (!grace) return grace.error();
  definition.time_limit = TimeLimit{.limit = *limit, .grace = grace->value_or(*limit)};
  return {};
}

}  // namespace acron
