// How runs are treated, and on which hosts: the functions of these directives' rows.

#include <algorithm>
#include <array>

#include "acron/core/text.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::int64_t most_retries = 100;
constexpr std::size_t longest_lock = 100;
constexpr std::size_t longest_description = 1000;
constexpr std::string_view only_usage = "only P% | only on PATTERN,...";
constexpr std::string_view retry_usage = "retry N every D | retry N backoff D | retry off";

bool is_of_lock(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// A word that answers whether there is a lock, in the place of its name: each job with it would lock the others out.
Result<void> check_name_of_lock(const Word& word) {
  constexpr std::array<std::string_view, 6> of_no{"no", "none", "never", "false", "off", "0"};
  constexpr std::array<std::string_view, 3> of_yes{"yes", "true", "on"};
  const auto lower = lower_ascii(word.text);
  const auto is_among = [&](const auto& words) { return std::find(words.begin(), words.end(), lower) != words.end(); };
  if (is_among(of_yes))
    return Error{in_quotes(word.text) + " names no lock: jobs with the same name exclude each other", word.at};
  if (word.text == "off" || !is_among(of_no)) return {};
  return Error{in_quotes(word.text) + " would be the name of a lock", word.at};
}

Result<RetryPolicy> read_retry(const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 2> kinds{"every", "backoff"};
  const auto retries = read_number(words[0], 1, most_retries, "how often to try again");
  if (!retries) return retries.error();
  const auto missing = [&](std::string_view what, const Word& after) {
    return Error{std::string{what} + " is missing; the form is '" + std::string{retry_usage} + "'",
                 after.at + after.text.size()};
  };
  if (words.size() == 1) return missing("'every' or 'backoff'", words[0]);
  if (words[1].text != kinds[0] && words[1].text != kinds[1]) return unknown_word(words[1], kinds);
  if (words.size() == 2) return missing("a duration", words[1]);
  const auto delay = read_duration(words, 2);
  if (!delay) return delay.error();
  if (words.size() > 3) return unexpected(words[3], retry_usage);
  const bool doubles = words[1].text == kinds[1];
  if (doubles && *delay > longest_backoff) {
    return Error{"a backoff never waits longer than 1h", words[2].at};
  }
  return RetryPolicy{.retries = static_cast<std::uint32_t>(*retries), .delay = *delay, .doubles = doubles};
}

Result<void> apply_only_share(const std::vector<Word>& words, JobDefinition& definition) {
  const auto share = parse_share(words[0].text);
  if (!share) return in_word(words[0], share.error());
  if (words.size() > 1) return unexpected(words[1], only_usage);
  definition.settings.edit([&](RunSettings& settings) { settings.only.share = *share; });
  return {};
}

Result<void> apply_only_on(const std::vector<Word>& words, JobDefinition& definition) {
  if (words.size() > 2 && words[1].text.ends_with(',')) {
    return Error{"there is no space after a comma here", words[2].at};
  }
  if (words.size() > 2) return unexpected(words[2], only_usage);
  auto patterns = parse_host_patterns(words[1].text);
  if (!patterns) return in_word(words[1], patterns.error());
  definition.settings.edit([&](RunSettings& settings) { settings.only.patterns = *std::move(patterns); });
  return {};
}

}  // namespace

Result<void> apply_overlap(std::string_view argument, JobDefinition& definition) {
  constexpr std::array policies{OverlapPolicy::skip, OverlapPolicy::queue, OverlapPolicy::replace,
                                OverlapPolicy::allow};
  const auto word = only_word(argument, "overlap skip|queue|replace|allow");
  if (!word) return word.error();
  const auto* policy = std::find_if(policies.begin(), policies.end(),
                                    [&](OverlapPolicy candidate) { return describe(candidate) == word->text; });
  if (policy == policies.end()) {
    std::array<std::string_view, policies.size()> known;
    std::transform(policies.begin(), policies.end(), known.begin(), [](OverlapPolicy p) { return describe(p); });
    return unknown_word(*word, known);
  }
  definition.settings.edit([&](RunSettings& settings) { settings.overlap = *policy; });
  return {};
}

Result<void> apply_lock(std::string_view argument, JobDefinition& definition) {
  const auto word = only_word(argument, "lock NAME | lock off");
  if (!word) return word.error();
  const auto name = word->text;
  if (name.size() > longest_lock) return Error{"the name of a lock has 100 bytes at most", word->at};
  if (auto checked = check_name_of_lock(*word); !checked) return checked;
  const auto bad = std::find_if_not(name.begin(), name.end(), is_of_lock);
  if (bad != name.end()) {
    const auto at = static_cast<std::size_t>(bad - name.begin());
    return Error{
        in_quotes(name.substr(at, 1)) + " can't stand in the name of a lock: letters, digits, '-', '_' and '.'",
        word->at + at};
  }
  definition.settings.edit([&](RunSettings& settings) { settings.lock = name == "off" ? std::string_view{} : name; });
  return {};
}

Result<void> apply_retry(std::string_view argument, JobDefinition& definition) {
  const auto words = words_of(argument);
  std::optional<RetryPolicy> retry;
  if (words[0].text == "off") {
    if (words.size() > 1) return unexpected(words[1], retry_usage);
  } else {
    const auto read = read_retry(words);
    if (!read) return read.error();
    retry = *read;
  }
  definition.settings.edit([&](RunSettings& settings) { settings.retry = retry; });
  return {};
}

Result<void> apply_error(std::string_view argument, JobDefinition& definition) {
  constexpr std::array<std::string_view, 2> flags{"if-nonzero", "if-stderr"};
  FailurePolicy policy{.if_nonzero = false, .if_stderr = false};
  for (const auto& word : words_of(argument)) {
    const auto flag = std::find(flags.begin(), flags.end(), word.text);
    if (flag == flags.end()) return unknown_word(word, flags);
    bool& set = flag == flags.begin() ? policy.if_nonzero : policy.if_stderr;
    if (set) return Error{in_quotes(word.text) + " is given twice", word.at};
    set = true;
  }
  definition.failure = policy;
  return {};
}

std::string_view which_only(std::string_view argument) {
  const auto words = words_of(argument);
  return !words.empty() && words[0].text == "on" ? "on" : "";
}

Result<void> apply_only(std::string_view argument, JobDefinition& definition) {
  const auto words = words_of(argument);
  if (words[0].text != "on") return apply_only_share(words, definition);
  if (words.size() == 1) return Error{"a pattern of host names is missing after 'on'", argument.size()};
  return apply_only_on(words, definition);
}

Result<void> apply_description(std::string_view argument, JobDefinition& definition) {
  if (argument.size() > longest_description) return Error{"a description has 1000 bytes at most", longest_description};
  definition.settings.edit([&](RunSettings& settings) { settings.description = argument; });
  return {};
}

}  // namespace acron
