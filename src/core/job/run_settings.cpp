#include "acron/core/job/run_settings.hpp"

#include <algorithm>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

// The longest string that the kernel passes to a program, with its NUL: MAX_ARG_STRLEN, execve(2).
constexpr std::size_t longest_variable = 128 * 1024 - 1;

Result<void> check_variable_name(std::string_view name) {
  if (name.empty()) return Error{"the name of the variable is missing before '='", 0};
  const auto bad = begins_variable_name(name.front()) ? std::find_if_not(name.begin(), name.end(), is_of_variable_name)
                                                      : name.begin();
  if (bad != name.end()) {
    return Error{in_quotes(name) + " is no name of a variable: letters, digits and '_', no digit first",
                 static_cast<std::size_t>(bad - name.begin())};
  }
  if (name.starts_with("ACRON_")) return Error{"names that begin with 'ACRON_' are acron's own", 0};
  return {};
}

/// Offsets of errors count from the value's first byte.
Result<std::string_view> read_value(std::string_view text) {
  const bool is_quoted = text.starts_with('\'') || text.starts_with('"');
  if (!is_quoted) {
    const auto blank = text.find_first_of(" \t");
    if (blank == std::string_view::npos) return text;
    return Error{"a value with blanks is written in quotes, and a line has one variable", blank};
  }
  const auto close = text.find(text.front(), 1);
  if (close == std::string_view::npos) return Error{"this quote is never closed", 0};
  if (close + 1 != text.size()) return Error{"nothing may follow the quote that ends the value", close + 1};
  return text.substr(1, close - 1);
}

}  // namespace

Result<EnvironmentVariable> parse_environment_variable(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return Error{in_quotes(text) + " sets no variable; the form is 'env NAME=VALUE'", 0};
  }
  if (text.size() > longest_variable) return Error{"the variable is longer than the 128 KiB that a program takes", 0};
  const auto name = text.substr(0, equals);
  if (const auto checked = check_variable_name(name); !checked) return checked.error();
  const auto value = read_value(text.substr(equals + 1));
  if (!value) return Error{value.error().message, value.error().at + equals + 1};
  return EnvironmentVariable{std::string{name}, std::string{*value}};
}

bool is_switched_off(const RunSettings& settings) { return settings.disabled || settings.only.share == 0U; }

bool asks_for_more(const RunSettings& settings, const Privileges& privileges) {
  const bool is_another = settings.run_as && !may_run_as(*settings.run_as, privileges);
  return is_another || (!privileges.is_root && settings.nice.value_or(0) < 0);
}

bool is_scheduled_on(const Host& host, const RunSettings& settings) {
  return !settings.disabled && includes(settings.only, host);
}

}  // namespace acron
