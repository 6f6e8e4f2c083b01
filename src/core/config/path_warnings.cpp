// What a path, an address or a URL is taken for as it is written.

#include <algorithm>
#include <string>
#include <vector>

#include "acron/core/config/literal.hpp"
#include "acron/core/job/output_route.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "file_warnings.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

std::string fate_of(const Literal& found) {
  switch (found.kind) {
    case Literal::Kind::date: return " stands for no date in a path, which is taken as it is written";
    case Literal::Kind::pattern: return " is no pattern in a path, which is taken as it is written";
    default: return " is not expanded in a path, which is taken as it is written";
  }
}

void warn_of_path(const Statement& statement, const Word& word, FileWarnings& warnings) {
  const auto found = literal_in_path(word.text);
  if (!found) return;
  auto message = in_quotes(found->text) + fate_of(*found);
  const auto path = for_shell(word.text);
  if (statement.keyword == "output" && !path.empty()) {
    message += "; let the command write the file: COMMAND >>\"" + path + "\" 2>&1";
  }
  warnings.add(statement, word.at + found->at, message);
}

/// A sign that ends a line of another language.
void warn_of_sign_at_end(const Statement& statement, const Word& word, FileWarnings& warnings) {
  if (!word.text.ends_with(';') && !word.text.ends_with(',')) return;
  const auto last = word.at + word.text.size() - 1;
  const auto line = std::string{statement.keyword} + " " + statement.argument.substr(0, last);
  const bool is_good = last + 1 == statement.argument.size() && is_accepted(line);
  warnings.add(statement, last,
               in_quotes(word.text.substr(word.text.size() - 1)) + " is part of the path" +
                   (is_good ? write_instead({line}) : ""));
}

/// Characters in a path that may be meant.
void warn_of_characters_in_path(const Statement& statement, const Word& word, FileWarnings& warnings) {
  using Kind = LookAlike::Kind;
  for (auto found = find_look_alike(word.text); found; found = find_look_alike(word.text, found->at + found->length)) {
    const bool is_refused = found->kind == Kind::blank || found->kind == Kind::invisible;
    const bool is_meant = found->kind == Kind::letter && !is_among_plain_letters(*found, word.text);
    if (!is_refused && !is_meant) return warnings.add(statement, word.at + found->at, complaint_about(*found));
  }
}

/// A mail address or a URL, which may be secret but for what looks like a variable.
void warn_of_address(const Statement& statement, const Word& word, FileWarnings& warnings) {
  constexpr std::string_view negations = "!-~";
  if (negations.find(word.text.front()) != std::string_view::npos && parse_mail_address(word.text)) {
    return warnings.add(statement, word.at,
                        in_quotes(word.text.substr(0, 1)) + " is part of the address, and leaves nobody out");
  }
  const auto found = literal_in_address(word.text);
  if (!found) return;
  warnings.add(statement, word.at + found->at,
               in_quotes(found->text) + " is not expanded in an address, which is taken as it is written");
}

/// The targets of `/a,/b` or `/a;ops@example.com`; empty where the whole is one.
std::vector<std::string> targets_in(std::string_view path, char separator) {
  std::vector<std::string> targets;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find(separator, begin), path.size());
    targets.emplace_back(path.substr(begin, end - begin));
    if (!parse_output_target(targets.back())) return {};
    begin = end + 1;
  }
  return targets.size() > 1 ? targets : std::vector<std::string>{};
}

/// Where in a URL's path a separator stands before what is a target as it stands; npos if nowhere. In a query, as
/// `?cc=a@x.org,b@x.org`, an address may well follow one.
std::size_t next_target_in(std::string_view url, char separator) {
  const auto path = url.find('/', std::min(url.find("://"), url.size() - 3) + 3);
  for (auto at = url.find(separator, path); at < url.find('?'); at = url.find(separator, at + 1)) {
    const auto target = url.substr(at + 1, url.find(separator, at + 1) - at - 1);
    if (!target.empty() && parse_output_target(target)) return at;
  }
  return std::string_view::npos;
}

/// Several targets in one word, which is one path or URL.
void warn_of_several_targets(const Statement& statement, const Word& word, FileWarnings& warnings) {
  const bool is_url = word.text.starts_with("http");
  for (const char separator : {',', ';'}) {
    const auto sign = in_quotes(std::string{separator});
    // Not repeated: a URL may hold a secret.
    const auto url =
        is_url ? std::min(word.text.find(std::string{separator} + "http", 1), next_target_in(word.text, separator))
               : std::string_view::npos;
    if (url != std::string_view::npos) {
      return warnings.add(statement, word.at + url,
                          sign + " is part of the URL: each target has an 'output' line of its own");
    }
    const auto targets = word.text.starts_with('/') ? targets_in(word.text, separator) : std::vector<std::string>{};
    if (targets.empty()) continue;
    std::vector<std::string> lines;
    for (const auto& target : each_once(targets))
      lines.push_back("output " + statement.argument.substr(0, word.at) + target);
    const bool is_good = std::all_of(lines.begin(), lines.end(), is_accepted);
    return warnings.add(statement, word.at + targets[0].size(),
                        sign + " is part of the path" + (is_good ? write_instead(lines) : ""));
  }
}

}  // namespace

void warn_of_paths(const Statement& statement, FileWarnings& warnings) {
  for (const auto& word : words_of(statement.argument)) {
    if (statement.keyword == "output") warn_of_several_targets(statement, word, warnings);
    if (!word.text.starts_with('/')) {
      warn_of_address(statement, word, warnings);
      continue;
    }
    warn_of_path(statement, word, warnings);
    warn_of_sign_at_end(statement, word, warnings);
    warn_of_characters_in_path(statement, word, warnings);
  }
}

}  // namespace acron
