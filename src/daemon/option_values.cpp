#include "option_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "acron/core/text.hpp"
#include "patient_looks.hpp"

namespace acron {
namespace {

bool is_one_of(std::string_view word, const std::array<std::string_view, 4>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Result<std::size_t> parse_count(const std::string& text, std::size_t least) {
  constexpr std::size_t most = 1'000'000;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool good = error == std::errc() && end == text.data() + text.size() && count >= least && count <= most;
  if (!good)
    return Error{in_quotes(text, 40) + " is not a number from " + std::to_string(least) + " to " +
                 std::to_string(most)};
  return count;
}

Result<bool> parse_yes_or_no(const std::string& text) {
  const auto word = lower_ascii(text);
  if (is_one_of(word, {"yes", "true", "on", "1"})) return true;
  if (is_one_of(word, {"no", "false", "off", "0"})) return false;
  return Error{in_quotes(text, 80) + " is neither 'yes' nor 'no'"};
}

Result<LogTarget> parse_log_target(const std::string& text) {
  if (text == "console") return LogTarget{LogTarget::Kind::console, {}};
  if (text == "syslog") return LogTarget{LogTarget::Kind::syslog, {}};
  if (text.starts_with("/dev/") || text.starts_with("/proc/"))
    return Error{in_quotes(text, 80) + " is no regular file; '--log console' writes to stderr"};
  if (!text.starts_with('/'))
    return Error{in_quotes(text, 80) + " is neither 'console' nor 'syslog' nor an absolute path"};
  const auto is_directory = PatientLooks().ask([text] {
    std::error_code ignored;
    return std::filesystem::is_directory(text, ignored);
  });
  if (is_directory.value_or(false)) return Error{in_quotes(text, 80) + " is a directory"};
  return LogTarget{LogTarget::Kind::file, text};
}

}  // namespace acron
