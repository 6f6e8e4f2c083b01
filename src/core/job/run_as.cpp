#include "acron/core/job/run_as.hpp"

#include <algorithm>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_user_name = 32;
constexpr std::size_t longest_name_with_domain = 255;
/// Of a directory service: `svc@corp.example.com` (sssd), `CORP\svc` (winbind).
constexpr std::string_view signs_of_domain = "@\\";

bool begins_user_name(char c) { return is_letter(c) || c == '_'; }
bool continues_user_name(char c) {
  return begins_user_name(c) || is_digit(c) || c == '-' || c == '.' ||
         signs_of_domain.find(c) != std::string_view::npos;
}

bool is_signed_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// `kind` is `user` or `group`; `text` begins at `at` of the whole.
Result<void> check_user_name(std::string_view kind, std::string_view text, std::size_t at) {
  const std::string what{kind};
  if (text.empty()) return Error{"the name of the " + what + " is missing", at};
  if (is_signed_number(text)) {
    return Error{in_quotes(text) + " is a number; a " + what + " is called by its name, which can't be another's", at};
  }
  const bool has_domain = text.find_first_of(signs_of_domain) != std::string_view::npos;
  if (text.size() > (has_domain ? longest_name_with_domain : longest_user_name))
    return Error{"the name of a " + what + (has_domain ? " has 255 bytes at most" : " has 32 bytes at most"), at};
  if (!begins_user_name(text.front())) {
    return Error{in_quotes(text) + " is no name of a " + what + ": it begins with neither a letter nor '_'", at};
  }
  const auto body = text.ends_with('$') ? text.substr(0, text.size() - 1) : text;
  const auto bad = std::find_if_not(body.begin(), body.end(), continues_user_name);
  if (bad == body.end()) return {};
  const auto offset = static_cast<std::size_t>(bad - body.begin());
  return Error{in_quotes(text.substr(offset, 1)) + " can't stand in the name of a " + what, at + offset};
}

}  // namespace

Result<RunAs> parse_run_as(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto user = text.substr(0, colon);
  if (const auto checked = check_user_name("user", user, 0); !checked) return checked.error();
  if (colon == text.size()) return RunAs{std::string{user}, {}};
  const auto group = text.substr(colon + 1);
  if (const auto checked = check_user_name("group", group, colon + 1); !checked) return checked.error();
  return RunAs{std::string{user}, std::string{group}};
}

std::string describe(const RunAs& run_as) {
  return run_as.group.empty() ? run_as.user : run_as.user + ":" + run_as.group;
}

bool may_run_as(const RunAs& run_as, const Privileges& privileges) {
  const bool is_itself = run_as.user == privileges.user && (run_as.group.empty() || run_as.group == privileges.group);
  return privileges.is_root || is_itself;
}

}  // namespace acron
