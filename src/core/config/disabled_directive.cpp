// `disabled`: the function of its row.

#include <algorithm>
#include <array>

#include "acron/core/look_alikes.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_reason = 1000;

/// A value without what other languages have around it.
std::string bare(std::string_view argument) {
  constexpr std::string_view before = "=:\"'`()[] \t.,;", behind = "=:\"'`()[] \t.,;!";
  const auto begin = std::min(argument.find_first_not_of(before), argument.size());
  const auto end = argument.find_last_not_of(behind) + 1;
  return lower_ascii(argument.substr(begin, std::max(begin, end) - begin));
}

bool says_yes(std::string_view argument) {
  constexpr std::array<std::string_view, 4> words{"yes", "true", "1", "on"};
  return std::find(words.begin(), words.end(), bare(argument)) != words.end();
}

/// `off (ticket 5)`, `off: fixed`, `false since monday`; not `off the net` or `false alarms`.
bool begins_with_no(std::string_view value) {
  constexpr std::array<std::string_view, 4> of_reasons{"off the", "false alarm", "false positive", "false negative"};
  const auto first = bare(first_word(value));
  const auto begins = [&](std::string_view reason) { return value.starts_with(reason); };
  return (first == "off" || first == "false") && std::none_of(of_reasons.begin(), of_reasons.end(), begins);
}

/// Words by which somebody may have meant the opposite, and which would be a reason that nobody gave.
bool says_no(std::string_view argument) {
  constexpr std::array<std::string_view, 15> words{"no",   "false", "0",   "never", "off", "none", "n",  "not",
                                                   "null", "nein",  "non", "nee",   "nej", "nei",  "nao"};
  const auto value = bare(argument);
  if (begins_with_no(value)) return argument != "off";
  const std::size_t negation = value.starts_with('!') ? 1 : value.starts_with("not ") ? 4 : 0;
  if (negation > 0) return says_yes(std::string_view{value}.substr(negation));
  return argument != "off" && std::find(words.begin(), words.end(), value) != words.end();
}

}  // namespace

Result<void> apply_disabled(std::string_view argument, JobDefinition& definition) {
  if (argument.size() > longest_reason) return Error{"a reason has 1000 bytes at most", longest_reason};
  if (says_no(argument) || says_no(with_plain_characters(argument)) ||
      (argument != "off" && with_plain_characters(argument) == "off")) {
    return Error{"'disabled " + std::string{argument} + "' would disable the job, with " + in_quotes(argument) +
                     " as the reason; write 'disabled off' to have it scheduled",
                 0};
  }
  if (argument.starts_with('='))
    return Error{"'=' has no place here" + (says_yes(argument) ? write_instead({"disabled"}) : ""), 0};
  definition.settings.edit([&](RunSettings& settings) {
    settings.disabled = argument == "off" ? std::nullopt : std::optional<std::string>{argument};
  });
  return {};
}

}  // namespace acron
