#include "acron/core/mail/smtp_login.hpp"

#include <algorithm>

#include "acron/core/text.hpp"
#include "base64.hpp"

namespace acron {
namespace {

/// What `AUTH PLAIN` and its response leave of a command's 512 bytes (RFC 4954, section 4; RFC 5321,
/// section 4.5.3.1.4).
constexpr std::size_t longest_answer = 370;

bool is_printable(std::string_view text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  return is_utf8(text) && std::none_of(text.begin(), text.end(), control);
}

/// Whether `text` has `size` bytes of `form` that follow each other there, or all of a shorter one.
bool has_bytes_of(const std::string& text, const std::string& form, std::size_t size) {
  for (std::size_t i = 0; i == 0 || i + size <= form.size(); ++i) {
    if (text.find(form.substr(i, size)) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<SmtpLogin> parse_smtp_login(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) return Error{"begins with a byte order mark, which is no part of a login"};
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
    return Error{"is not one line USER:SECRET"};
  if (text.size() > longest_answer)
    return Error{"has a login of more than " + std::to_string(longest_answer) + " bytes"};
  if (!is_printable(text)) return Error{"is not one line USER:SECRET of UTF-8 without control characters"};
  return SmtpLogin{std::string{text.substr(0, colon)}, std::string{text.substr(colon + 1)}};
}

std::string plain_response(const SmtpLogin& login) {
  std::string response(1, '\0');  // nobody to act for
  response.append(login.user).push_back('\0');
  return base64(response.append(login.secret));
}

bool repeats_secret(std::string_view text, const SmtpLogin& login) {
  for (const auto& form :
       {login.secret, printable(login.secret, 4 * longest_answer), base64(login.secret), plain_response(login)}) {
    if (text.find(form) != std::string_view::npos) return true;
  }
  return false;
}

bool hints_at_login(std::string_view text, const SmtpLogin& login) {
  const auto where = lower_ascii(text);
  const auto user = lower_ascii(login.user).substr(0, 8);
  if (where.find(user) != std::string::npos || has_bytes_of(where, lower_ascii(login.secret), 4)) return true;
  for (const auto& form : {base64(login.user), base64(login.secret), plain_response(login)}) {
    if (has_bytes_of(where, lower_ascii(form), 6)) return true;
  }
  return false;
}

}  // namespace acron
