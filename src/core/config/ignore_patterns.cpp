#include "acron/core/config/ignore_patterns.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "acron/core/characters.hpp"
#include "acron/core/job/host_selection.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/result.hpp"
#include "acron/core/text.hpp"
#include "faults.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::size_t most_ignore_patterns = 1000;
constexpr std::size_t longest_ignore_pattern = 1000;
/// Without its comment, which begins a line or follows a blank.
std::string_view without_comment(std::string_view line) {
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || blank_characters.find(line[at - 1]) != std::string_view::npos) return line.substr(0, at);
  }
  return line;
}

/// `part[at]` opens a class of characters. Returns where it ends.
Result<std::size_t> check_class_of_names(std::string_view part, std::size_t at) {
  const auto close = part.find(']', at);
  if (close == std::string_view::npos) return Error{"'[' is never closed by a ']' in the same name", at};
  const auto members = part.substr(at + 1, close - at - 1);
  if (members.starts_with('^')) return Error{"'[^' is written '[!' here", at};
  if (members.empty() || members == "!") return Error{"nothing stands between '[' and ']'", at};
  for (std::size_t i = at + 1; i + 2 < close; ++i) {
    if (part[i + 1] == '-' && part[i + 2] < part[i]) return Error{in_quotes(part.substr(i, 3)) + " runs backwards", i};
  }
  return close;
}

Result<void> check_part(std::string_view part) {
  if (part.empty()) return Error{"two '/' in a row, or nothing but '/', name nothing", 0};
  if (part == "." || part == "..") {
    return Error{in_quotes(part) + " can't stand in a pattern; a '/' at its beginning stands for this directory", 0};
  }
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '[') continue;
    const auto close = check_class_of_names(part, i);
    if (!close) return close.error();
    i = *close;
  }
  return {};
}

/// Where what a shell would expand begins a part: `$HOME`, `${HOME}`, `$(pwd)`; `~$*.docx` is a word processor's.
std::size_t variable_in(std::string_view pattern) {
  for (auto at = pattern.find('$'); at != std::string_view::npos; at = pattern.find('$', at + 1)) {
    const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
    const bool begins_name = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z') || next == '_';
    const bool begins_part = at == 0 || pattern[at - 1] == '/';
    if (next == '{' || next == '(' || (begins_part && begins_name)) return at;
  }
  return std::string_view::npos;
}

/// What other programs' patterns have and these have not: it must not be taken for a part of a name.
Result<void> check_characters(std::string_view pattern) {
  if (pattern.size() > longest_ignore_pattern) return Error{"a pattern has 1000 bytes at most", longest_ignore_pattern};
  if (pattern.front() == '!') return Error{"'!' is not supported: what one line leaves out, no other can take back", 0};
  if (unquoted(pattern).size() < pattern.size()) {
    return Error{"quotes are a part of the name here; write it without them, and '?' for a blank in it", 0};
  }
  if (const auto at = pattern.find("**"); at != std::string_view::npos) {
    return Error{"'**' is not needed: a name without '/' counts at any depth, and that of a directory for all below it",
                 at};
  }
  if (const auto at = pattern.find_first_of(blank_characters); at != std::string_view::npos) {
    return Error{"one pattern a line; write '?' for a blank in a name", at};
  }
  if (const auto at = pattern.find('\\'); at != std::string_view::npos) {
    return Error{"'\\' is not supported; write '?' for a character that means something else here", at};
  }
  if (pattern.front() == '^') return Error{"'^' is a part of the name here: a pattern is for the whole name", 0};
  if (pattern.ends_with('$'))
    return Error{"'$' is a part of the name here: a pattern is for the whole name", pattern.size() - 1};
  if (pattern == "~" || pattern.starts_with("~/"))
    return Error{"'~' is a part of the name here; a '/' at the beginning stands for this directory", 0};
  if (const auto at = variable_in(pattern); at != std::string_view::npos)
    return Error{"'$' is a part of the name here: nothing is expanded in a pattern; write '?' for a '$' in a name", at};
  if (const auto at = pattern.find_first_of("{}"); at != std::string_view::npos) {
    return Error{"braces are not supported; write each name on a line of its own", at};
  }
  return {};
}

/// A character that can't be told from another one, or be seen: the pattern would name nothing. What mixes with no
/// plain letters is a name in another language.
Result<void> check_look_alikes(std::string_view pattern) {
  using Kind = LookAlike::Kind;
  for (auto found = find_look_alike(pattern); found; found = find_look_alike(pattern, found->at + found->length)) {
    const bool is_hidden = found->kind == Kind::blank || is_never_meant(*found, pattern);
    const bool is_letter = found->kind == Kind::letter && is_slip(*found, pattern);
    if (is_hidden || is_letter)
      return Error{complaint_about(*found) + "; write '*' for it if it belongs to the name", found->at};
  }
  return {};
}

/// Several patterns in one, as other programs part them; `*,v` is one of RCS.
Result<void> check_separators(std::string_view pattern) {
  const auto bar = pattern.find('|'), comma = pattern.find(','), semicolon = pattern.find(';');
  if (bar != std::string_view::npos)
    return Error{"'|' is a part of the name here: one pattern a line, and '?' for a '|' in a name", bar};
  if (semicolon != std::string_view::npos)
    return Error{"';' is a part of the name here: one pattern a line, and '?' for a ';' in a name", semicolon};
  const bool is_of_backups =
      comma == std::string_view::npos || comma + 1 == pattern.size() || pattern.substr(comma) == ",v";
  if (is_of_backups) return {};
  return Error{"',' is a part of the name here: one pattern a line, and '?' for a ',' in a name", comma};
}

/// A path of the machine, of which no file below this directory has the beginning.
Result<void> check_beginning(std::string_view pattern) {
  for (const std::string_view top : {"/etc/", "/home/", "/opt/", "/root/", "/srv/", "/usr/", "/var/"}) {
    if (!pattern.starts_with(top)) continue;
    return Error{"a '/' at the beginning stands for this directory: write the path from here on, without it", 0};
  }
  return {};
}

Result<void> check_text(std::string_view line) {
  if (const auto at = utf8_prefix(line); at < line.size()) return Error{"this is not UTF-8", at};
  const auto* control = std::find_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  if (control == line.end()) return {};
  return Error{"a control character; patterns are text", static_cast<std::size_t>(control - line.begin())};
}

/// Splits at each `/`, and checks each part.
Result<std::vector<std::string>> split(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (const auto checked = check_part(part); !checked) {
      return Error{checked.error().message, begin + checked.error().at};
    }
    parts.emplace_back(part);
    begin = end + 1;
  }
  return parts;
}

/// A pattern without what is before and behind its names. Offsets of errors count from its first byte.
Result<IgnorePatterns::Pattern> read_pattern(std::string_view text) {
  for (const auto check : {check_characters, check_look_alikes, check_separators, check_beginning}) {
    if (const auto checked = check(text); !checked) return checked.error();
  }
  IgnorePatterns::Pattern pattern;
  pattern.of_directories = text.size() > 1 && text.ends_with('/');
  if (pattern.of_directories) text.remove_suffix(1);
  pattern.is_path = text.find('/') != std::string_view::npos;
  const std::size_t before = text.starts_with('/') ? 1 : 0;
  auto parts = split(text.substr(before));
  if (!parts) return Error{parts.error().message, before + parts.error().at};
  pattern.parts = *std::move(parts);
  return pattern;
}

/// Empty for a line without any.
Result<std::optional<IgnorePatterns::Pattern>> read_line(std::string_view line) {
  if (const auto text = check_text(line); !text) return text.error();
  const auto text = trim(without_comment(line));
  if (text.empty()) return std::optional<IgnorePatterns::Pattern>{};
  auto pattern = read_pattern(text);
  if (!pattern) return Error{pattern.error().message, pattern.error().at + line.find(text)};
  return std::optional{*std::move(pattern)};
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

bool IgnorePatterns::matches(const Pattern& pattern, std::string_view path) {
  if (!pattern.is_path) return matches_pattern(pattern.parts.front(), last_part(path));
  for (const std::string& part : pattern.parts) {
    if (path.empty()) return false;
    const auto end = std::min(path.find('/'), path.size());
    if (!matches_pattern(part, path.substr(0, end))) return false;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return path.empty();
}

bool IgnorePatterns::name(std::string_view path, bool is_directory) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    return (is_directory || !pattern.of_directories) && matches(pattern, path);
  });
}

ParsedIgnorePatterns parse_ignore_patterns(const SourceFile& file) {
  std::vector<IgnorePatterns::Pattern> patterns;
  Faults faults{file};
  if (file.text.size() > largest_job_file) faults.add({}, "the file is larger than 1 MiB; that is no list of patterns");
  auto rest = faults.empty() ? without_byte_order_mark(file.text) : std::string_view{};
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    auto pattern = read_line(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    if (!pattern) faults.add({number, pattern.error().at + 1}, pattern.error().message);
    if (!pattern || !*pattern) continue;
    patterns.push_back(**std::move(pattern));
    if (patterns.size() <= most_ignore_patterns) continue;
    faults.add({number, 1}, "more than 1000 patterns");
    break;
  }
  if (!faults.empty()) return faults.in_line_order();
  return IgnorePatterns{std::move(patterns)};
}

}  // namespace acron
