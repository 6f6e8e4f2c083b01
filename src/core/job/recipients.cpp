#include "acron/core/job/recipients.hpp"

#include <algorithm>
#include <array>

#include "acron/core/characters.hpp"
#include "acron/core/job/output_route.hpp"
#include "acron/core/job/run_as.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

/// The parts between commas and semicolons that stand outside quotes, comments and angle brackets.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  char closing = '\0';
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool ends = i == text.size() || (closing == '\0' && (text[i] == ',' || text[i] == ';'));
    if (ends) {
      parts.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    } else if (closing != '\0') {
      if (text[i] == closing) closing = '\0';
    } else if (text[i] == '"' || text[i] == '<' || text[i] == '(') {
      closing = text[i] == '"' ? '"' : text[i] == '<' ? '>' : ')';
    }
  }
  return parts;
}

/// The end of a domain, which nobody is called.
bool is_top_level(std::string_view word) {
  constexpr std::array<std::string_view, 9> known{"com", "org", "net", "edu", "gov", "mil", "lan", "local", "internal"};
  return std::find(known.begin(), known.end(), lower_ascii(word)) != known.end();
}

/// `de`, which may be a country or somebody.
bool may_be_country(std::string_view word) {
  return word.size() == 2 && lower_ascii(word).find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
}

bool looks_like_address(std::string_view part) { return part.find('@') != std::string_view::npos; }

/// `ops@example`, whose domain may go on.
bool lacks_end(std::string_view address) {
  const auto at = address.rfind('@');
  return at != std::string_view::npos && address.find('.', at) == std::string_view::npos &&
         lower_ascii(address.substr(at + 1)) != "localhost";
}

bool has_closed_quotes(std::string_view address) {
  const auto point = address.rfind('.');
  return point != std::string_view::npos && is_top_level(address.substr(point + 1));
}

/// The parts, with a dot for the comma in `ops@example,com`; empty where it is not sure what a comma was to be, as in
/// `Doe, John <john@example.com>`.
std::vector<std::string> with_whole_domains(const std::vector<std::string_view>& parts) {
  std::vector<std::string> whole;
  bool is_joined = false;
  for (const auto part : parts) {
    const std::string before = whole.empty() ? std::string{} : whole.back();
    const bool is_end = is_top_level(part) && looks_like_address(before);
    const bool is_name = !before.empty() && !looks_like_address(before) && part.ends_with('>');
    const bool may_be_end = (is_joined || lacks_end(before)) && may_be_country(part);
    if (is_name || may_be_end || (is_end && has_closed_quotes(before))) return {};
    if (is_end) {
      whole.back().append(".").append(part);
    } else {
      whole.emplace_back(part);
    }
    is_joined = is_end;
  }
  return whole;
}

std::string_view without_quotes(std::string_view text) {
  const bool is_quoted =
      text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

/// The address of `Ops Team <ops@example.com>`, `ops@example.com (Ops Team)`, `mailto:ops@example.com` and
/// `MAILTO="ops@example.com"`.
std::string_view without_name(std::string_view text) {
  const auto open = text.rfind('<'), close = text.rfind('>');
  if (open != std::string_view::npos && close == text.size() - 1 && open < close)
    text = text.substr(open + 1, close - open - 1);
  if (const auto comment = text.find('('); comment != std::string_view::npos && text.ends_with(')'))
    text = text.substr(0, comment);
  text = trim(text);
  if (lower_ascii(text.substr(0, 7)) == "mailto:") text.remove_prefix(7);
  return without_quotes(text.substr(label_before_address(text).size()));
}

/// Words that are addresses each; else the text as one.
std::vector<std::string_view> words_or_one(std::string_view text) {
  std::vector<std::string_view> words;
  for (auto begin = text.find_first_not_of(blank_characters); begin != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blank_characters, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    if (!parse_mail_address(without_name(words.back()))) return {text};
    begin = text.find_first_not_of(blank_characters, end);
  }
  return words;
}

std::string address_of(std::string_view text) {
  auto address = without_name(text);
  if (address.ends_with('.')) address.remove_suffix(1);  // of a full domain name, or of a sentence
  if (parse_mail_address(address)) return std::string{address};
  const bool is_user = parse_run_as(address) && address.find(':') == std::string_view::npos && !address.ends_with('$');
  return is_user ? std::string{address} + "@localhost" : std::string{};
}

}  // namespace

std::vector<std::string> recipients_meant(std::string_view text) {
  std::vector<std::string> all;
  for (const auto& part : with_whole_domains(parts_of(text))) {
    if (part.empty()) continue;  // behind the last comma
    for (const auto word : words_or_one(part)) {
      auto address = address_of(word);
      if (address.empty()) return {};
      if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(std::move(address));
    }
  }
  return all;
}

bool names_no_user(std::string_view word) {
  constexpr std::array<std::string_view, 7> places{"stdout",  "stderr", "console", "terminal",
                                                   "inherit", "syslog", "log"};
  constexpr std::array<std::string_view, 40> others{
      "stdin",    "never",  "no",      "false",   "true",     "yes",    "on",        "always", "all",    "any",
      "default",  "tty",    "kmsg",    "socket",  "file",     "pipe",   "null",      "none",   "off",    "disable",
      "disabled", "ignore", "webhook", "discord", "telegram", "teams",  "pagerduty", "both",   "parent", "email",
      "mailto",   "slack",  "devnull", "nowhere", "quiet",    "silent", "nothing",   "void",   "logger", "journalctl"};
  return std::find(others.begin(), others.end(), lower_ascii(word)) != others.end() || resembles_any(word, places);
}

std::string_view label_before_address(std::string_view text) {
  constexpr std::array<std::string_view, 6> labels{"mailto", "to", "mail", "email", "rcpt", "recipient"};
  const auto sign = text.find('=');
  if (sign == std::string_view::npos) return {};
  const bool is_label = std::find(labels.begin(), labels.end(), lower_ascii(text.substr(0, sign))) != labels.end();
  return is_label ? text.substr(0, sign + 1) : std::string_view{};
}

std::string explain_recipient(std::string_view form, std::string_view text, std::string_view reason) {
  const auto value = without_quotes(text.substr(label_before_address(text).size()));
  if (value.empty() || says_none(value))
    return in_quotes(text) + " is no mail address" + std::string{how_no_mail_is_sent};
  if (recipients_meant(text).size() > 1)
    return explain_sender(form, text, reason) + ": let an alias or a list of your mail server stand for several";
  return explain_sender(form, text, reason);
}

std::string explain_sender(std::string_view form, std::string_view text, std::string_view reason) {
  const auto meant = recipients_meant(text);
  if (meant.size() > 1) return "one mail address is expected here, not " + std::to_string(meant.size());
  if (meant.empty() || says_none(text)) return without_proposal(reason);
  const bool is_user = meant[0] == std::string{text} + "@localhost";
  if (is_user && names_no_user(text)) return without_proposal(reason);
  const auto proposal = write_instead({std::string{form} + meant[0]});
  if (is_user) return in_quotes(text) + " is a user name, not a mail address" + proposal;
  return without_proposal(reason) + proposal;
}

}  // namespace acron
