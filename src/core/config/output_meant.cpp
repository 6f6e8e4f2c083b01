#include <algorithm>
#include <array>
#include <set>

#include "acron/core/job/output_route.hpp"
#include "acron/core/job/recipients.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

struct Synonym {
  std::string_view word, meaning;
};

constexpr std::array<std::string_view, 4> condition_words{"if-error", "if-success", "if-first-error", "if-recovered"};

/// What stands behind the `if-` or `on-` of other programs. Jenkins' `fixed` is the first success after failures; words
/// such as `changed`, `ok` and `warning` have no condition here.
constexpr std::array conditions_elsewhere{Synonym{"error", "if-error"},
                                          Synonym{"failure", "if-error"},
                                          Synonym{"failed", "if-error"},
                                          Synonym{"fail", "if-error"},
                                          Synonym{"success", "if-success"},
                                          Synonym{"successful", "if-success"},
                                          Synonym{"passed", "if-success"},
                                          Synonym{"fixed", "if-recovered"},
                                          Synonym{"recovered", "if-recovered"},
                                          Synonym{"recovery", "if-recovered"},
                                          Synonym{"resolved", "if-recovered"},
                                          Synonym{"back-to-normal", "if-recovered"},
                                          Synonym{"first-error", "if-first-error"},
                                          Synonym{"first-failure", "if-first-error"}};

constexpr std::array targets{
    Synonym{"null", "/dev/null"},    Synonym{"none", "/dev/null"},    Synonym{"off", "/dev/null"},
    Synonym{"discard", "/dev/null"}, Synonym{"devnull", "/dev/null"}, Synonym{"nowhere", "/dev/null"},
    Synonym{"quiet", "/dev/null"},   Synonym{"silent", "/dev/null"},  Synonym{"nothing", "/dev/null"},
    Synonym{"void", "/dev/null"},    Synonym{"journalctl", "syslog"}, Synonym{"journal", "syslog"},
    Synonym{"journald", "syslog"},   Synonym{"logger", "syslog"}};

/// Words that say what the target is, which it says itself.
constexpr std::array<std::string_view, 10> noise{"to",  "mail",   "email", "mailto", "file",
                                                 "log", "append", ">",     ">>",     "tee"};

template <std::size_t N>
std::string_view meaning_of(const std::array<Synonym, N>& synonyms, std::string_view word) {
  const auto* found = std::find_if(synonyms.begin(), synonyms.end(), [&](const Synonym& s) { return s.word == word; });
  return found == synonyms.end() ? std::string_view{} : found->meaning;
}

std::string condition_meant(std::string_view word) {
  const auto lower = lower_ascii(word);
  const bool has_prefix = lower.starts_with("if-") || lower.starts_with("on-");
  const auto meaning = has_prefix ? meaning_of(conditions_elsewhere, lower.substr(3)) : std::string_view{};
  if (!meaning.empty()) return std::string{meaning};
  if (!word.starts_with("if") || word.find("no") != std::string_view::npos || is_negative(word)) return {};
  return std::string{nearest(word, condition_words)};
}

/// The text without a word of noise, a redirection or a scheme before the target.
std::string_view without_noise(std::string_view text) {
  text = trim(text);
  const auto word = text.substr(0, text.find_first_of(" \t"));
  if (word.size() < text.size() && std::find(noise.begin(), noise.end(), word) != noise.end()) {
    text = trim(text.substr(word.size()));
  }
  for (const std::string_view prefix : {">>", ">", "file://", "file:", "append:"}) {
    if (text.starts_with(prefix) && text.size() > prefix.size()) return trim(text.substr(prefix.size()));
  }
  return text;
}

bool is_user_name(std::string_view text) {
  const bool is_file = text.find('.') != std::string_view::npos;
  return !is_file && lower_ascii(text) != "nobody" && !names_no_user(text) && condition_meant(text).empty();
}

/// The addresses; none where one is made up of a word that may be no user: a file's name, a condition, an answer.
Lines addresses_meant(std::string_view text) {
  constexpr std::string_view host = "@localhost";
  auto addresses = recipients_meant(text);
  const bool is_sure = std::all_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
    const bool is_made_up = address.ends_with(host) && text.find(address) == std::string_view::npos;
    return !is_made_up || is_user_name(std::string_view{address}.substr(0, address.size() - host.size()));
  });
  return is_sure ? addresses : Lines{};
}

/// One target, or several addresses.
Lines targets_meant(std::string_view text) {
  text = without_noise(text);
  const auto path = unquoted(text.ends_with(',') || text.ends_with(';') ? text.substr(0, text.size() - 1) : text);
  if (const auto meaning = meaning_of(targets, path); !meaning.empty()) return {std::string{meaning}};
  if (words_of(path).size() == 1 && path.starts_with('/')) return {std::string{path}};
  return addresses_meant(text);
}

/// Several words, each of which is a target as it stands.
Lines targets_in_a_row(std::string_view text) {
  Lines all;
  for (const auto& word : words_of(text)) {
    const auto target = word.text.ends_with(',') ? word.text.substr(0, word.text.size() - 1) : word.text;
    if (!parse_output_target(target)) return {};
    all.emplace_back(target);
  }
  return all;
}

bool is_stream(std::string_view word) { return word == "stdout" || word == "stderr"; }

/// Whether a word begins with one of the streams, to which something is joined: `stderr=/x`, `2>/x`, `stderr:`.
bool directs_stream(std::string_view word) {
  for (const std::string_view stream : {"stdout", "stderr", "1", "2"}) {
    const auto rest = word.starts_with(stream) ? word.substr(stream.size()) : std::string_view{};
    if (rest.starts_with('>') || (stream.size() > 1 && (rest.starts_with('=') || rest.starts_with(':')))) return true;
  }
  return false;
}

/// Whether one of the streams is to go where the other does not: `stderr /var/log/x.err`.
bool parts_streams(std::string_view text) {
  const auto words = words_of(text);
  const auto is_one = [](const Word& word) { return is_stream(word.text); };
  const auto is_directed = [](const Word& word) { return directs_stream(word.text); };
  if (std::any_of(words.begin(), words.end(), is_directed)) return true;
  const bool is_one_target = each_once(targets_in_a_row(text)).size() == 1;
  return words.size() > 1 && !is_one_target && std::any_of(words.begin(), words.end(), is_one);
}

bool is_like_condition(std::string_view word) { return word.starts_with("if-") || word.starts_with("on-"); }

/// The user of this machine for whom the address was made up.
std::string_view user_in(std::string_view argument, std::string_view line) {
  constexpr std::string_view host = "@localhost";
  if (!line.ends_with(host) || argument.find('@') != std::string_view::npos) return {};
  line.remove_suffix(host.size());
  return line.substr(line.rfind(' ') + 1);
}

}  // namespace

Error explained_output(std::string_view argument, const Error& error) {
  const auto words = words_of(argument);
  const bool has_condition = words.size() > 1 && !condition_meant(words[0].text).empty();
  if (parts_streams(argument.substr(has_condition ? words[1].at : 0)))
    return {"an output gets what is printed to stdout and to stderr; in the command '2>>FILE' parts them", error.at};
  const auto meant = meant_by_output(argument);
  const auto reason = without_proposal(without_forms(error.message));
  const auto rest = words.size() > 1 ? argument.substr(words[1].at) : std::string_view{};
  // A slip in the first word alone is best told by that word.
  const bool is_slip = without_proposal(error.message) != error.message &&
                       (rest.empty() || (!meant.empty() && meant[0].ends_with(" " + std::string{rest})));
  if (meant.empty() || is_slip) return error;
  if (meant.size() > 1) return {"each target has an 'output' line of its own" + write_instead(meant), error.at};
  const auto user = user_in(argument, meant[0]);
  return {(user.empty() ? reason : in_quotes(user) + " is a user name, not a mail address") + write_instead(meant),
          error.at};
}

std::vector<std::string> each_once(const std::vector<std::string>& words) {
  Lines once;
  std::set<std::string> known;
  for (const auto& text : words) {
    const auto target = parse_output_target(text);
    if (known.insert(target ? describe(*target) : text).second) once.push_back(text);
  }
  return once;
}

std::vector<std::string> meant_by_output(std::string_view argument) {
  // A URL, even a malformed one, may hold a secret.
  const bool has_url =
      argument.find("://") != std::string_view::npos && argument.find("file:///") == std::string_view::npos;
  auto words = words_of(argument);
  if (has_url || words.empty()) return {};
  auto condition = condition_meant(words[0].text);
  if (!condition.empty()) argument = words.size() == 1 ? std::string_view{} : argument.substr(words[1].at);
  if (condition.empty() && words.size() > 1) {
    condition = condition_meant(words.back().text);
    if (!condition.empty()) argument = argument.substr(0, words.back().at);
  }
  const auto rest = words_of(argument);
  const bool has_another = !condition.empty() && !rest.empty() && is_like_condition(rest[0].text);
  if (has_another || parts_streams(argument)) return {};
  auto all = targets_in_a_row(argument);
  if (all.empty()) all = targets_meant(argument);
  Lines lines;
  for (const auto& target : each_once(all))
    lines.push_back("output " + condition + (condition.empty() ? "" : " ") + target);
  return std::all_of(lines.begin(), lines.end(), is_proposable) ? lines : Lines{};
}

}  // namespace acron
