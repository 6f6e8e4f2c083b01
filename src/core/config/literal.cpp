#include "acron/core/config/literal.hpp"

#include <algorithm>
#include <utility>

#include "acron/core/characters.hpp"

namespace acron {
namespace {

/// From the first opening bracket to the one that closes it, or to the end.
std::size_t length_to(std::string_view text, char open, char close) {
  std::size_t depth = 0;
  for (std::size_t at = text.find(open); at < text.size(); ++at) {
    if (text[at] == close && --depth == 0) return at + 1;
    if (text[at] == open && open != close) ++depth;
  }
  // Some are never closed: what the first ones enclose.
  return std::min(text.rfind(close), text.size() - 1) + 1;
}

std::optional<Literal> dollar_at(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  if (rest.size() < 2) return {};
  if (rest[1] == '(') return Literal{Literal::Kind::command, at, rest.substr(0, length_to(rest, '(', ')'))};
  if (rest[1] == '{') return Literal{Literal::Kind::variable, at, rest.substr(0, length_to(rest, '{', '}'))};
  if (!is_letter(rest[1]) && rest[1] != '_') return {};
  const auto end = std::find_if_not(rest.begin() + 1, rest.end(), is_of_variable_name);
  return Literal{Literal::Kind::variable, at, rest.substr(0, static_cast<std::size_t>(end - rest.begin()))};
}

std::optional<Literal> expansion_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '`') {
      const auto close = std::min(text.find('`', at + 1), text.size() - 1);
      return Literal{Literal::Kind::command, at, text.substr(at, close - at + 1)};
    }
    if (text[at] != '$') continue;
    if (const auto found = dollar_at(text, at)) return found;
  }
  return {};
}

bool is_conversion(std::string_view text, std::size_t at) {
  return text[at] == '%' && at + 1 < text.size() && is_letter(text[at + 1]);
}

/// From the first conversion of strftime(3) to the last, with what stands between them.
std::optional<Literal> date_in(std::string_view path) {
  constexpr std::string_view between = "-_.:";
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (!is_conversion(path, at)) continue;
    std::size_t end = at + 2;
    for (auto next = end; next < path.size();) {
      if (is_conversion(path, next)) {
        next += 2;
        end = next;
      } else if (between.find(path[next]) != std::string_view::npos || path[next] == 'T') {
        ++next;
      } else {
        break;
      }
    }
    return Literal{Literal::Kind::date, at, path.substr(at, end - at)};
  }
  return {};
}

/// Whether each conversion is one of a date: `%i` is another program's.
bool is_date(std::string_view text) {
  constexpr std::string_view conversions = "YymdHMSFTjbBaAeVuUGDRs";
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (conversions.find(text[at + 1]) == std::string_view::npos) return false;
  }
  return true;
}

std::optional<Literal> pattern_in(std::string_view path) {
  const auto at = path.find_first_of("*?[{");
  if (at == std::string_view::npos) return {};
  const auto rest = path.substr(at);
  const char close = rest[0] == '[' ? ']' : '}';
  const bool is_alone = rest[0] == '*' || rest[0] == '?';
  return Literal{Literal::Kind::pattern, at, rest.substr(0, is_alone ? 1 : length_to(rest, rest[0], close))};
}

/// `{{host}}` of a template, `@HOST@` of autoconf and its kin.
std::optional<Literal> placeholder_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto rest = text.substr(at);
    if (rest.starts_with("{{") && rest.find("}}") != std::string_view::npos)
      return Literal{Literal::Kind::placeholder, at, rest.substr(0, length_to(rest, '{', '}'))};
    const auto name = std::min(rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", 1), rest.size());
    if (rest.front() == '@' && name > 1 && name < rest.size() && rest[name] == '@')
      return Literal{Literal::Kind::placeholder, at, rest.substr(0, name + 1)};
  }
  return {};
}

/// `%i` that stands alone, as in `ops-%i@example.com`; not `a%b@example.com`, nor `%20`.
std::optional<Literal> specifier_in(std::string_view address) {
  for (std::size_t at = 0; at + 1 < address.size(); ++at) {
    const bool is_begun = at > 0 && is_of_variable_name(address[at - 1]);
    const bool goes_on = at + 2 < address.size() && is_of_variable_name(address[at + 2]);
    if (is_conversion(address, at) && !is_begun && !goes_on)
      return Literal{Literal::Kind::placeholder, at, address.substr(at, 2)};
  }
  return {};
}

}  // namespace

std::optional<Literal> literal_in_value(std::string_view value) {
  const auto tilde = value.starts_with('~') ? 0 : value.find(":~");
  const auto home = tilde == std::string_view::npos ? tilde : tilde + (value[tilde] == ':' ? 1 : 0);
  if (const auto found = expansion_in(value); found && (home == std::string_view::npos || found->at < home))
    return found;
  if (home == std::string_view::npos) return placeholder_in(value);
  return Literal{Literal::Kind::home, home, value.substr(home, 1)};
}

std::optional<Literal> literal_in_path(std::string_view path) {
  if (const auto found = expansion_in(path)) return found;
  if (const auto found = date_in(path)) return found;
  if (const auto found = pattern_in(path)) return found;
  return placeholder_in(path);
}

std::optional<Literal> literal_in_address(std::string_view address) {
  if (const auto found = expansion_in(address)) return found;
  if (const auto found = placeholder_in(address)) return found;
  return specifier_in(address);
}

std::optional<Literal> placeholder_as_command(std::string_view command) {
  if (const auto found = placeholder_in(command); found && found->at == 0) return found;
  for (const auto& [open, close] : {std::pair{"<%", "%>"}, std::pair{"{%", "%}"}, std::pair{"%%", "%%"}}) {
    const auto end = command.starts_with(open) ? command.find(close, 2) : std::string_view::npos;
    if (end != std::string_view::npos) return Literal{Literal::Kind::placeholder, 0, command.substr(0, end + 2)};
  }
  return {};
}

std::string for_shell(std::string_view path) {
  std::string text;
  // A backslash or a quote means something else between the quotes of a shell.
  if (path.find_first_of("\\\"") != std::string_view::npos) return {};
  while (!path.empty()) {
    const auto found = literal_in_path(path);
    if (!found) return text.append(path);
    if (found->kind == Literal::Kind::pattern || found->kind == Literal::Kind::placeholder) return {};
    text.append(path.substr(0, found->at));
    const bool is_host = found->text == "$HOSTNAME" || found->text == "${HOSTNAME}" || found->text == "$HOST" ||
                         found->text == "${HOST}";
    // The shell of a job knows no HOSTNAME.
    if (found->kind == Literal::Kind::date && !is_date(found->text)) return {};
    text.append(is_host                              ? "$(hostname)"
                : found->kind == Literal::Kind::date ? "$(date +" + std::string{found->text} + ")"
                                                     : found->text);
    path.remove_prefix(found->at + found->text.size());
  }
  return text;
}

}  // namespace acron
