#include "acron/core/mail/smtp_reply.hpp"

#include <algorithm>
#include <utility>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_reply_line = 8192;  // RFC 5321, section 4.5.3.1.5, allows 512, and not all servers know
constexpr std::size_t most_lines = 100;

/// 0 when the line does not begin with a code.
int code_of(std::string_view line) {
  const auto digit = [line](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !digit(1) || !digit(2)) return 0;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

}  // namespace

Result<std::optional<SmtpReply>> SmtpReplyReader::next() {
  while (true) {
    const auto newline = unread_.find('\n');
    if (std::min(newline, unread_.size()) >= longest_reply_line)
      return Error{"the server's reply has a line without end"};
    if (newline == std::string::npos) return std::optional<SmtpReply>{};
    const auto last = take_line(std::string_view{unread_}.substr(0, newline));
    if (!last) return last.error();
    unread_.erase(0, newline + 1);
    if (!*last) continue;
    lines_ = 0;
    return std::optional{std::exchange(reply_, {})};
  }
}

Result<bool> SmtpReplyReader::take_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (++lines_ > most_lines) return Error{"the server's reply has too many lines"};
  if (line.empty()) return false;  // says nothing, and had it an acceptance taken for none, the mail would come twice
  const auto code = code_of(line);
  if (code == 0) return Error{"the server does not speak SMTP: " + printable(line, 80)};
  const bool begun = reply_.code != 0;
  if (begun && code != reply_.code) return Error{"the server's reply changes its code: " + printable(line, 80)};
  reply_.code = code;
  if (begun) reply_.text += '\n';
  if (line.size() > 4) reply_.text += line.substr(4);
  return line.size() == 3 || line[3] == ' ';
}

}  // namespace acron
