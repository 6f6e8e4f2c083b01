#include "acron/core/job/run_mark.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace acron {
namespace {

constexpr std::size_t process_digits = 10;
constexpr std::size_t digest_digits = std::tuple_size_v<DigestText>;
constexpr std::size_t numbers = 8;
/// No field of an entry is empty, so that two zero bytes stand at its end only.
constexpr std::string_view end_of_entry("\0\0", 2);
constexpr std::string_view mark_of_end = "ended.";  // no mark begins so

/// PROCESS.BEGUN.USER.TICK.SCHEDULED.STARTED.LIMIT.GRACE. with milliseconds for times, and 0 for no limit.
std::string text_of(const RunMark& mark) {
  const auto milliseconds = [](TimePoint time) { return time.time_since_epoch().count(); };
  const TimeLimit limit = mark.time_limit.value_or(TimeLimit{});
  std::string text(process_digits, '0');
  for (const std::int64_t number :
       {std::int64_t{mark.begun.count()}, mark.user, std::int64_t{milliseconds(mark.tick)},
        std::int64_t{milliseconds(mark.identity.scheduled)}, std::int64_t{milliseconds(mark.identity.started)},
        std::int64_t{limit.limit.count()}, std::int64_t{limit.grace.count()}}) {
    text.append(".").append(std::to_string(number));
  }
  return text + ".";
}

/// What binds a mark to its boot and its run; no part of it holds a zero byte.
std::string context_of(std::string_view boot, std::string_view job, std::string_view run) {
  std::string context;
  for (const std::string_view part : {boot, job, run}) context.append(part).push_back('\0');
  return context;
}

std::optional<std::array<std::int64_t, numbers>> numbers_in(std::string_view text) {
  std::array<std::int64_t, numbers> all{};
  for (std::int64_t& number : all) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end == text.data() + text.size() || *end != '.') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  return text.empty() ? std::optional(all) : std::nullopt;
}

std::string_view take_last_field(std::string_view& fields) {
  const auto before = fields.rfind('\0');
  const std::string_view last = fields.substr(before + 1);  // all of it where there is no zero byte
  fields = fields.substr(0, before == std::string_view::npos ? 0 : before);
  return last;
}

struct Entry {
  std::string_view boot, job, run, value;
};

std::vector<Entry> entries_in(std::string_view text) {
  std::vector<Entry> entries;
  for (auto end = text.find(end_of_entry); end != std::string_view::npos; end = text.find(end_of_entry)) {
    std::string_view entry = text.substr(0, end);
    text.remove_prefix(end + end_of_entry.size());
    // From the end, since a torn entry may lie before this one.
    const std::string_view value = take_last_field(entry), run = take_last_field(entry), job = take_last_field(entry);
    entries.push_back({take_last_field(entry), job, run, value});
  }
  return entries;
}

/// The value in the entry of an end.
std::string value_of_end(std::string_view job, std::string_view run, std::string_view boot, const DigestKey& key) {
  const DigestText digest = keyed_digest(key, context_of(boot, job, run).append(mark_of_end));
  return std::string(mark_of_end).append(digest.data(), digest.size());
}

}  // namespace

UnsignedMark::UnsignedMark(const RunMark& mark, std::string_view boot, const DigestKey& key)
    : key_(key), entry_(context_of(boot, mark.identity.job, mark.identity.id)) {
  const std::string value = text_of(mark) + std::string(digest_digits, '0');
  value_in_entry_ = entry_.size();
  entry_.append(value).append(end_of_entry);
  line_ = std::string(mark_variable) + "=" + value;
}

void UnsignedMark::sign(std::int64_t process) {
  const std::size_t value_in_line = mark_variable.size() + 1;
  for (std::size_t digit = process_digits; digit-- > 0; process /= 10) {
    const char character = static_cast<char>('0' + process % 10);
    entry_[value_in_entry_ + digit] = line_[value_in_line + digit] = character;
  }
  const std::size_t signed_bytes = entry_.size() - end_of_entry.size() - digest_digits;
  const DigestText digest = keyed_digest(key_, std::string_view(entry_).substr(0, signed_bytes));
  std::copy(digest.begin(), digest.end(), entry_.begin() + static_cast<std::ptrdiff_t>(signed_bytes));
  std::copy(digest.begin(), digest.end(), line_.end() - static_cast<std::ptrdiff_t>(digest_digits));
}

std::optional<RunMark> read_mark(std::string_view value, std::string_view job, std::string_view run,
                                 std::string_view boot, const DigestKey& key) {
  if (value.size() <= digest_digits) return std::nullopt;
  const auto text = value.substr(0, value.size() - digest_digits);
  const DigestText digest = keyed_digest(key, context_of(boot, job, run).append(text));
  if (value.substr(text.size()) != std::string_view(digest.data(), digest.size())) return std::nullopt;
  const auto all = numbers_in(text);
  if (!all) return std::nullopt;
  const auto& [process, begun, user, tick, scheduled, started, limit, grace] = *all;
  const auto time = [](std::int64_t milliseconds) { return TimePoint(Duration(milliseconds)); };
  RunMark mark{{std::string(job), std::string(run), time(scheduled), time(started)},
               time(tick),
               {},
               Duration(begun),
               user,
               process};
  if (limit > 0) mark.time_limit = TimeLimit{Duration(limit), Duration(grace)};
  return mark;
}

std::vector<RunMark> read_marks(std::string_view entries, std::string_view boot, const DigestKey& key) {
  std::vector<RunMark> marks;
  for (const Entry& entry : entries_in(entries)) {
    if (auto mark = read_mark(entry.value, entry.job, entry.run, boot, key)) marks.push_back(*std::move(mark));
  }
  return marks;
}

std::string entries_of(std::string_view entries, const std::function<bool(std::string_view run)>& wanted,
                       std::size_t most_bytes) {
  std::string all;
  for (const Entry& entry : entries_in(entries)) {
    if (!wanted(entry.run)) continue;
    const std::string one = context_of(entry.boot, entry.job, entry.run).append(entry.value).append(end_of_entry);
    if (all.size() + one.size() <= most_bytes) all += one;
  }
  return all;
}

std::string end_entry(std::string_view job, std::string_view run, std::string_view boot, const DigestKey& key) {
  return context_of(boot, job, run).append(value_of_end(job, run, boot, key)).append(end_of_entry);
}

std::set<std::string> read_ends(std::string_view entries, std::string_view boot, const DigestKey& key) {
  std::set<std::string> runs;
  for (const auto& [noted_boot, job, run, value] : entries_in(entries)) {
    if (value.starts_with(mark_of_end) && value == value_of_end(job, run, boot, key)) runs.emplace(run);
  }
  return runs;
}

}  // namespace acron
