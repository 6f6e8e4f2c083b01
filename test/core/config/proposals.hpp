#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/config/directive_help.hpp"
#include "acron/core/config/job_parser.hpp"

namespace acron {

/// What a message proposes, each without its quotes: `; write 'A' and 'B', a line each`, `; did you mean 'A'?`.
inline std::vector<std::string> proposed_in(const std::string& message) {
  auto at = message.find("; write ");
  if (at == std::string::npos) at = message.find("; did you mean ");
  std::vector<std::string> proposed;
  for (at = message.find_first_of("'`", std::min(at, message.size())); at < message.size();) {
    const auto end = message.find(message[at], at + 1);
    if (end == std::string::npos) break;
    proposed.push_back(message.substr(at + 1, end - at - 1));
    at = message.find_first_of("'`", end + 1);
  }
  return proposed;
}

inline std::string keyword_of(std::string_view line) { return std::string{line.substr(0, line.find(' '))}; }

inline bool begins_with_directive(const std::string& text) {
  const auto help = directive_help();
  return std::any_of(help.begin(), help.end(), [&](const DirectiveHelp& h) { return h.keyword == keyword_of(text); });
}

/// Whether a proposal stands for a whole line, not for the word that the message quotes.
inline bool is_line(const std::string& proposed, const std::string& message) {
  return begins_with_directive(proposed) && message.find("; did you mean ") == std::string::npos;
}

/// `line` with the word that the message quotes first replaced by what it proposes. The caret stands in that word.
inline std::string mended(const std::string& line, const Diagnostic& fault, const std::string& proposed) {
  const auto open = fault.message.find('\'');
  const auto wrong = fault.message.substr(open + 1, fault.message.find('\'', open + 1) - open - 1);
  auto found = std::string::npos;
  for (auto at = line.find(wrong); at != std::string::npos && at < fault.where.column; at = line.find(wrong, at + 1))
    found = at;
  INFO("'" << wrong << "' is not in '" << line << "'");
  REQUIRE(found != std::string::npos);
  return line.substr(0, found) + proposed + line.substr(found + wrong.size());
}

/// Lines, and what else makes a job of them.
inline std::string job_of_lines(const std::vector<std::string>& lines) {
  const auto has = [&](const std::string& keyword) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return keyword_of(line) == keyword; });
  };
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  if (!has("every") && !has("cron")) text += "every 10m\n";
  if (!has("run")) text += "run true\n";
  return text;
}

inline std::string line_number(const std::string& text, std::size_t number) {
  std::size_t begin = 0;
  for (; number > 1; --number) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// The lines that a fault of `text` proposes to write, by each of its proposals when they exclude each other.
inline std::vector<std::vector<std::string>> lines_proposed(const std::string& text, const Diagnostic& fault) {
  const auto proposed = proposed_in(fault.message);
  if (proposed.empty()) return {};
  std::vector<std::vector<std::string>> lines;
  if (is_line(proposed.front(), fault.message)) {
    if (fault.message.find("' or '") == std::string::npos) return {proposed};
    for (const auto& one : proposed) lines.push_back({one});
    return lines;
  }
  for (const auto& one : proposed) lines.push_back({mended(line_number(text, fault.where.line), fault, one)});
  return lines;
}

}  // namespace acron
