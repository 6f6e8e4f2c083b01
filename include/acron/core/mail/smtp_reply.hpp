#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// What an SMTP server answered to one command (RFC 5321, section 4.2), its lines without the code, joined by LF.
/// Still as the server sent it: to be made printable before a person sees it.
struct SmtpReply {
  int code = 0;  // 200 to 599
  std::string text;

  [[nodiscard]] bool positive() const { return code < 300; }
  [[nodiscard]] bool permanent() const { return code >= 500; }
};

/// Finds replies in the bytes of a connection, however they are cut. Holds at most 8 KiB a line and 100 lines a
/// reply, because the peer may be anyone.
class SmtpReplyReader {
 public:
  void add(std::string_view bytes) { unread_ += bytes; }

  /// The next whole reply, nothing as long as its end is missing, or what is wrong with it; after that error the
  /// connection has no meaning any more.
  [[nodiscard]] Result<std::optional<SmtpReply>> next();

  /// Nothing is left of what was added.
  [[nodiscard]] bool drained() const { return unread_.empty() && lines_ == 0; }

 private:
  [[nodiscard]] Result<bool> take_line(std::string_view line);

  std::string unread_;
  SmtpReply reply_;  // as far as it was read
  std::size_t lines_ = 0;
};

}  // namespace acron
