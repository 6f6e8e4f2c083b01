#include "option_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "acron/core/text.hpp"

namespace acron {
namespace {

std::string shown(const std::string& text) { return "'" + printable(text, 80) + "'"; }

bool is_one_of(std::string_view word, const std::array<std::string_view, 4>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Letters, digits and hyphens, which stand neither first nor last: RFC 1035, section 2.3.1. RFC 5321 has no others.
bool is_label(std::string_view label) {
  constexpr std::size_t longest = 63;
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
  return !label.empty() && label.size() <= longest && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), good);
}

bool is_domain(std::string_view name) {
  while (true) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<std::size_t> parse_count(const std::string& text, std::size_t least) {
  constexpr std::size_t most = 1'000'000;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool good = error == std::errc() && end == text.data() + text.size() && count >= least && count <= most;
  if (!good)
    return Error{"'" + printable(text, 40) + "' is not a number from " + std::to_string(least) + " to " +
                 std::to_string(most)};
  return count;
}

Result<bool> parse_yes_or_no(const std::string& text) {
  const auto word = lower_ascii(text);
  if (is_one_of(word, {"yes", "true", "on", "1"})) return true;
  if (is_one_of(word, {"no", "false", "off", "0"})) return false;
  return Error{shown(text) + " is neither 'yes' nor 'no'"};
}

Result<LogTarget> parse_log_target(const std::string& text) {
  if (text == "console") return LogTarget{LogTarget::Kind::console, {}};
  if (text == "syslog") return LogTarget{LogTarget::Kind::syslog, {}};
  if (text.starts_with("/dev/") || text.starts_with("/proc/"))
    return Error{shown(text) + " is no regular file; '--log console' writes to stderr"};
  if (!text.starts_with('/')) return Error{shown(text) + " is neither 'console' nor 'syslog' nor an absolute path"};
  std::error_code ignored;
  if (std::filesystem::is_directory(text, ignored)) return Error{shown(text) + " is a directory"};
  return LogTarget{LogTarget::Kind::file, text};
}

Result<void> check_host_name(const std::string& name) {
  constexpr std::size_t longest = 253;  // RFC 1035, section 2.3.4
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; };
  if (name.size() > longest || !std::all_of(name.begin(), name.end(), good))
    return Error{shown(name) + " is not the name of a machine"};
  return {};
}

Result<void> check_smtp_name(const std::string& name) {
  constexpr std::size_t longest = 253;
  const bool is_literal = name.size() > 2 && name.front() == '[' && name.back() == ']';
  const auto of_address = [](unsigned char c) { return std::isxdigit(c) != 0 || c == '.' || c == ':'; };
  if (!is_literal && name.find_first_not_of("0123456789.") == std::string::npos)
    return Error{"an address stands in brackets; write '[" + name + "]'"};
  if (!is_literal && (name.size() > longest || !is_domain(name)))
    return Error{shown(name) + " is not the name of a machine to mail servers: letters, digits, hyphens and dots"};
  if (!is_literal) return {};
  const std::size_t begin = name.starts_with("[IPv6:") ? 6 : 1;
  const auto address = std::string_view(name).substr(begin, name.size() - begin - 1);
  if (!address.empty() && std::all_of(address.begin(), address.end(), of_address)) return {};
  return Error{shown(name) + " is not an address in brackets (try [192.0.2.7])"};
}

}  // namespace acron
