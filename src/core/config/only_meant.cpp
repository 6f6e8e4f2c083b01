// What hosts a line of `only` means.

#include <algorithm>
#include <array>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// The patterns of `web*, db*` and `web1 and db1`.
std::string patterns_in(const std::vector<Word>& words, std::size_t first) {
  std::string patterns;
  for (std::size_t i = first; i < words.size(); ++i) {
    const auto word = words[i].text;
    const bool is_filler = word == "and" || word == "or" || word == "host" || word == "hosts" || word == ",";
    if (is_filler) continue;
    if (!patterns.empty() && !patterns.ends_with(',') && !word.starts_with(',')) patterns += ',';
    patterns += word;
  }
  if (patterns.ends_with(',')) patterns.pop_back();
  return patterns;
}

/// A word that makes a sentence of the patterns, perhaps one that says the opposite: all of it may mean anything.
bool is_of_sentence(std::string_view word) {
  constexpr std::array<std::string_view, 75> words{
      "site",    "sites",   "zone",    "region",  "datacenter", "dc",        "env",       "environment", "domain",
      "cluster", "server",  "servers", "machine", "machines",   "node",      "nodes",     "group",       "groups",
      "role",    "roles",   "tag",     "tags",    "label",      "labels",    "class",     "where",       "is",
      "are",     "not",     "no",      "non",     "except",     "excepting", "excluding", "exclude",     "without",
      "but",     "all",     "any",     "none",    "never",      "every",     "each",      "unless",      "other",
      "others",  "than",    "always",  "if",      "at",         "for",       "with",      "the",         "half",
      "third",   "quarter", "most",    "some",    "few",        "in",        "from",      "to",          "of",
      "percent", "off",     "on",      "yes",     "true",       "false",     "job",       "when",        "while",
      "during",  "before",  "after"};
  const auto plain = lower_ascii(trim(word.substr(0, word.find(','))));
  const bool is_sign = word.find_first_of("!^~<>=") != std::string_view::npos || word.starts_with('-');
  const bool is_number = !plain.empty() && plain.find_first_not_of("0123456789.%") == std::string::npos;
  return is_sign || is_number || std::find(words.begin(), words.end(), plain) != words.end();
}

/// `mon-fri`, `sat,sun`, `weekdays`.
bool are_days(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(",-"), text.size());
    if (!is_accepted("every " + std::string{text.substr(0, end)} + " at 05:00")) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

/// `[1-20]`, as nobody writes it who knows that a bracket takes one character.
std::optional<std::size_t> range_of_numbers(std::string_view pattern) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (auto open = pattern.find('['); open != std::string_view::npos; open = pattern.find('[', open + 1)) {
    const auto in = pattern.substr(open, pattern.find(']', open) - open);
    for (std::size_t dash = in.find('-'); dash != std::string_view::npos; dash = in.find('-', dash + 1)) {
      const bool is_between = dash > 0 && is_digit(in[dash - 1]) && dash + 1 < in.size() && is_digit(in[dash + 1]);
      const bool is_long = (dash > 1 && is_digit(in[dash - 2])) || (dash + 2 < in.size() && is_digit(in[dash + 2]));
      if (is_between && is_long) return open;
    }
  }
  return {};
}

/// A pattern that is to leave hosts out, as in other programs, and where it begins.
std::optional<Word> exclusion_in(const Word& list) {
  for (std::size_t begin = 0; begin < list.text.size();) {
    const auto end = std::min(list.text.find(',', begin), list.text.size());
    if (list.text[begin] == '-') return Word{list.text.substr(begin, end - begin), list.at + begin};
    begin = end + 1;
  }
  return {};
}

}  // namespace

std::vector<std::string> meant_by_only(std::string_view argument) {
  const auto words = words_of(argument);
  const auto together = without_blanks(argument);
  const bool is_number = !together.empty() && together.find_first_not_of("0123456789.%") == std::string::npos;
  if (is_number && together.starts_with("0.")) return {"only " + together};  // `0.5` is a half, too
  if (is_number) return {"only " + together, "only " + together + "%"};
  const std::size_t first = words[0].text == "on" ? 1 : 0;
  const auto is_of_it = [](const Word& word) { return is_of_sentence(word.text); };
  if (std::any_of(words.begin() + static_cast<std::ptrdiff_t>(first), words.end(), is_of_it)) return {};
  return {"only on " + patterns_in(words, first)};
}

std::optional<Error> misread_hosts(std::string_view argument) {
  const auto words = words_of(argument);
  if (words.size() != 2 || words[0].text != "on") return {};
  const auto lower = lower_ascii(words[1].text);
  const auto taken = in_quotes(words[1].text) + " is the name of a host here";
  if (lower == "all" || lower == "any") return Error{taken + write_instead({"only on *"}), words[1].at};
  if (lower == "none" || lower == "off")
    return Error{taken + ": with 'disabled' in its file a job runs on no host, and without 'only' on all", words[1].at};
  if (const auto found = exclusion_in(words[1]))
    return Error{in_quotes(found->text) + " leaves no host out, and matches none: no host name begins with '-'",
                 found->at};
  if (const auto range = range_of_numbers(words[1].text))
    return Error{
        "'[...]' takes one character, not a number; name several patterns instead, as in "
        "'web-[1-9],web-1[0-9],web-20'",
        words[1].at + *range};
  if (are_days(lower)) return Error{taken + ": days belong to the schedule, behind the 'on' of 'every'", words[1].at};
  return {};
}

}  // namespace acron
