#include "acron/core/job/host_selection.hpp"

#include <algorithm>
#include <charconv>

#include "acron/core/characters.hpp"
#include "acron/core/schedule/key_fraction.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::uint32_t whole = 1'000'000;
constexpr std::size_t share_digits = 4;  // behind the point: a millionth is 0.0001 %
constexpr std::size_t most_patterns = 1000;
constexpr std::size_t longest_pattern = 255;

/// What one position of a pattern takes: a byte itself, any byte, or one of a class.
struct Element {
  std::string_view text;  // `a`, `?` or `[...]`

  [[nodiscard]] bool takes(char c) const {
    if (text.size() == 1) return text.front() == '?' || text.front() == c;
    auto members = text.substr(1, text.size() - 2);
    const bool negated = members.starts_with('!');
    if (negated) members.remove_prefix(1);
    return is_one_of(members, c) != negated;
  }

  static bool is_one_of(std::string_view members, char c) {
    while (!members.empty()) {
      const bool is_range = members.size() >= 3 && members[1] == '-';
      const char last = is_range ? members[2] : members[0];
      if (members[0] <= c && c <= last) return true;
      members.remove_prefix(is_range ? 3 : 1);
    }
    return false;
  }
};

Element element_at(std::string_view pattern, std::size_t at) {
  const auto close = pattern[at] == '[' ? pattern.find(']', at + 1) : std::string_view::npos;
  return {pattern.substr(at, close == std::string_view::npos ? 1 : close - at + 1)};
}

/// `pattern[at]` opens a class. Returns where the class ends.
Result<std::size_t> check_class(std::string_view pattern, std::size_t at) {
  const auto close = pattern.find(']', at);
  if (close == std::string_view::npos) return Error{"'[' is never closed by a ']'", at};
  auto begin = at + 1;
  if (pattern[begin] == '!') ++begin;
  if (begin == close) return Error{"nothing stands between '[' and ']'", at};
  for (auto i = begin; i < close; ++i) {
    if (!is_of_host_name(pattern[i])) return Error{in_quotes(pattern.substr(i, 1), 80) + " can't stand in '[...]'", i};
    if (i + 2 >= close || pattern[i + 1] != '-') continue;
    if (pattern[i + 2] < pattern[i]) return Error{in_quotes(pattern.substr(i, 3), 80) + " runs backwards", i};
    i += 2;
  }
  return close;
}

Result<void> check_pattern(std::string_view pattern) {
  if (pattern.empty()) return Error{"a pattern of host names is empty", 0};
  if (pattern.size() > longest_pattern) return Error{"a pattern of host names is longer than 255 bytes", 0};
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '[') {
      const auto close = check_class(pattern, i);
      if (!close) return close.error();
      i = *close;
    } else if (!is_of_host_name(c) && c != '*' && c != '?') {
      return Error{in_quotes(pattern.substr(i, 1), 80) + " can't stand in a pattern of host names", i};
    }
  }
  return {};
}

std::uint32_t digits_value(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

bool includes(const HostSelection& selection, const Host& host) {
  if (selection.share && canary_rank(host.identity) >= *selection.share) return false;
  if (selection.patterns.empty()) return true;
  const auto name = splay_host(host.name);
  const auto label = std::string_view{name}.substr(0, name.find('.'));
  return std::any_of(selection.patterns.begin(), selection.patterns.end(), [&](const std::string& pattern) {
    return matches_pattern(pattern, name) || matches_pattern(pattern, label);
  });
}

std::uint32_t canary_rank(std::string_view host) {
  return static_cast<std::uint32_t>(std::uint64_t{key_fraction("only:" + splay_host(host))} * whole >> 32U);
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  constexpr auto none = std::string_view::npos;
  std::size_t at = 0, i = 0;
  std::size_t star = none, star_end = 0;  // the last `*`, and where in the text we suppose that it ends
  while (i < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      star_end = i;
      continue;
    }
    const auto element = at < pattern.size() ? element_at(pattern, at) : Element{};
    if (!element.text.empty() && element.takes(text[i])) {
      at += element.text.size();
      ++i;
    } else if (star != none) {
      at = star + 1;  // only the last one can have to take more: those before it took the least they could
      i = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == none;
}

Result<std::uint32_t> parse_share(std::string_view text) {
  const Error malformed{
      in_quotes(text, 80) + " is no share of the fleet such as 5%, and names of hosts stand behind 'on'", 0};
  if (!text.ends_with('%')) return malformed;
  text.remove_suffix(1);
  const auto point = std::min(text.find('.'), text.size());
  const auto front = text.substr(0, point);
  const auto back = text.substr(std::min(point + 1, text.size()));
  const bool has_digits = !front.empty() && (point == text.size()) == back.empty() &&
                          std::all_of(front.begin(), front.end(), is_digit) &&
                          std::all_of(back.begin(), back.end(), is_digit);
  if (!has_digits) return malformed;
  if (back.size() > share_digits) return Error{"a share has four digits behind the point at most", point + 1};
  const auto fraction = digits_value(std::string{back}.append(share_digits - back.size(), '0'));
  const auto percent = front.size() <= 3 ? digits_value(front) : whole;
  if (percent > 100 || (percent == 100 && fraction > 0)) return Error{"a share is at most 100%", 0};
  return percent * 10'000 + fraction;
}

Result<std::vector<std::string>> parse_host_patterns(std::string_view text) {
  std::vector<std::string> patterns;
  for (std::size_t begin = 0;;) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto pattern = text.substr(begin, end - begin);
    if (const auto checked = check_pattern(pattern); !checked) {
      return Error{checked.error().message, checked.error().at + begin};
    }
    if (patterns.size() == most_patterns) return Error{"more than 1000 patterns of host names", begin};
    patterns.push_back(splay_host(pattern));
    if (end == text.size()) return patterns;
    begin = end + 1;
  }
}

std::string describe(const HostSelection& selection) {
  std::string text;
  if (selection.share) {
    auto fraction = std::to_string(*selection.share % 10'000 + 10'000).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text = std::to_string(*selection.share / 10'000) + (fraction.empty() ? "" : ".") + fraction + "%";
  }
  for (std::size_t i = 0; i < selection.patterns.size(); ++i) {
    text += (i > 0 ? "," : text.empty() ? "on " : " on ") + selection.patterns[i];
  }
  return text;
}

}  // namespace acron
