#include "config_lines.hpp"

#include <algorithm>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

Error at(std::size_t line, std::size_t offset, const std::string& message) {
  return {std::to_string(line) + ":" + std::to_string(offset + 1) + ": " + message};
}

/// What is wrong with a name; empty for a good one.
std::string objection_to_line(std::string_view name, std::span<const std::string_view> names) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  const auto near = nearest(name, names);
  return in_quotes(name) + " is no setting" + (near.empty() ? "" : did_you_mean(near));
}

}  // namespace

Result<std::vector<ConfigLine>> config_lines(std::string_view text, std::span<const std::string_view> names) {
  std::vector<ConfigLine> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    const auto line = trimmed(whole.substr(0, whole.find('#')));
    if (line.empty()) continue;
    const auto begin = static_cast<std::size_t>(line.data() - whole.data());
    if (line.front() == '[') return at(number, begin, "the file has no sections such as " + in_quotes(line));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return at(number, begin, in_quotes(line) + " is no line 'name = value'");
    const auto name = trimmed(line.substr(0, equals));
    if (const auto objection = objection_to_line(name, names); !objection.empty()) return at(number, begin, objection);
    const auto earlier =
        std::find_if(lines.begin(), lines.end(), [&](const auto& other) { return other.name == name; });
    if (earlier != lines.end()) {
      return at(number, begin, in_quotes(name) + " is given twice: line " + std::to_string(earlier->line) + " has it");
    }
    const auto value = trimmed(line.substr(equals + 1));
    if (value.empty()) return at(number, begin + equals + 1, std::string{name} + ": a value is missing");
    const auto column = static_cast<std::size_t>(value.data() - whole.data()) + 1;
    lines.push_back({std::string{name}, std::string{value}, number, column});
  }
  return lines;
}

}  // namespace acron
