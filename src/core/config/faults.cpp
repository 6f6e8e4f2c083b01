#include "faults.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "acron/core/look_alikes.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t most_faults = 50;
constexpr std::size_t longest_message = 400;
// An excerpt with its caret should fit a terminal of 120 columns.
constexpr std::size_t widest_excerpt = 110;
constexpr std::size_t shown_before_fault = 50;

std::string_view line_numbered(std::string_view text, std::size_t number) {
  for (; number > 1 && !text.empty(); --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  text = text.substr(0, text.find('\n'));
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

/// Safe to print, as `printable`, but recognisably the line as it was written: tabs are blanks, backslashes single.
std::string shown(std::string_view written) {
  const auto visible = with_code_points(written);
  std::string_view line = visible;
  std::string text;
  while (!line.empty()) {
    const auto plain = line.substr(0, line.find_first_of("\t\\"));
    text += printable(plain, std::numeric_limits<std::size_t>::max());
    line.remove_prefix(plain.size());
    if (line.empty()) break;
    text += line.front() == '\t' ? ' ' : '\\';
    line.remove_prefix(1);
  }
  return text;
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

/// Moves `at` down to where a character begins; gives up where the bytes are not UTF-8 anyway.
std::size_t character_boundary(std::string_view line, std::size_t at) {
  for (std::size_t back = 0; back < 4 && back <= at; ++back) {
    if (at - back == line.size() || starts_character(line[at - back])) return at - back;
  }
  return at;
}

void take_excerpt(Diagnostic& diagnostic, std::string_view line) {
  const auto fault = std::min(diagnostic.where.column - 1, line.size());
  const bool cut_before = line.size() > widest_excerpt && fault > shown_before_fault;
  const auto begin = cut_before ? character_boundary(line, fault - shown_before_fault) : 0;
  const auto end = character_boundary(line, std::min(begin + widest_excerpt, line.size()));
  const auto before = (cut_before ? "..." : "") + shown(line.substr(begin, fault - begin));
  diagnostic.excerpt = before + shown(line.substr(fault, end - fault)) + (end < line.size() ? "..." : "");
  diagnostic.caret = characters_in(before);
}

bool is_safe(std::string_view message) {
  return std::none_of(message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }) &&
         is_utf8(message) && message.size() <= longest_message;
}

}  // namespace

void Faults::add(Location where, const std::string& message) {
  if (full()) {
    ++left_out_;
    return;
  }
  const auto text = with_code_points(message);
  Diagnostic diagnostic{.file = file_.name,
                        .where = where,
                        .message = is_safe(text) ? text : printable(text, longest_message),
                        .excerpt = {},
                        .caret = 0};
  if (where.line > 0) take_excerpt(diagnostic, line_numbered(without_byte_order_mark(file_.text), where.line));
  found_.push_back(std::move(diagnostic));
}

bool Faults::full() const { return found_.size() >= most_faults; }

void Faults::warn(Location where, const std::string& message) {
  add(where, message);
  if (left_out_ == 0) found_.back().is_warning = true;
}

Diagnostics Faults::in_line_order() const {
  auto ordered = found_;
  const auto place = [](const Diagnostic& d) { return std::tuple{d.where.line == 0, d.where.line, d.where.column}; };
  std::stable_sort(ordered.begin(), ordered.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  if (left_out_ > 0) {
    ordered.push_back({file_.name, {}, std::to_string(left_out_) + " more errors are not shown", {}, 0});
  }
  return ordered;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace acron
