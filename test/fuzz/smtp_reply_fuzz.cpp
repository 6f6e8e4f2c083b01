// A mail server that says anything: no crash, no message or login where the terms forbid it, and nothing that was
// said before TLS counts under it. An input is a byte of terms, then what the server says; 0xff cuts it into the pieces
// that arrive, and where TLS is asked for, the next byte tells whether it comes about.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "acron/core/mail/smtp_dialogue.hpp"
#include "acron/core/text.hpp"

using namespace acron;

namespace {

const OutgoingMail mail{"root@web", "ops@example.com", "id", "job", "Subject: x\r\n\r\n.\r\nhello\rQUIT\n"};
const std::string secret = "fuzzed+secret";
constexpr std::size_t most_steps = 4000;
constexpr int most_messages = 50;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The server's half, read from the front.
class Server {
 public:
  explicit Server(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool silent() const { return bytes_.empty(); }
  std::string_view piece() {
    const auto end = std::min(bytes_.find('\xff'), bytes_.size());
    const auto piece = bytes_.substr(0, end);
    bytes_.remove_prefix(std::min(end + 1, bytes_.size()));
    return piece;
  }
  bool flag() {
    const bool set = !bytes_.empty() && bytes_.front() % 2 != 0;
    bytes_.remove_prefix(bytes_.empty() ? 0 : 1);
    return set;
  }

 private:
  std::string_view bytes_;
};

void check_words(const std::string& words, const SmtpTerms& terms) {
  require(!words.empty() && words.size() < 1500 && is_utf8(words));
  require(!terms.login || words.find(secret) == std::string::npos);
  require(std::none_of(words.begin(), words.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }));
}

void check_sent(const std::string& bytes, const SmtpDialogue& dialogue, const SmtpTerms& terms) {
  require(bytes.ends_with("\r\n"));
  if (bytes.starts_with("EHLO") || bytes.starts_with("HELO") || bytes == "STARTTLS\r\n") return;
  if (is_verified(terms.security)) require(dialogue.encrypted());
  if (bytes.starts_with("AUTH")) require(dialogue.encrypted() && is_verified(terms.security) && terms.login);
  if (!dialogue.content_sent()) return;
  // Only its own end ends a message.
  require(bytes.find("\r\n.\r\n") == bytes.size() - 5 && bytes.find("\n.\n") == std::string::npos);
}

SmtpStep answer(SmtpDialogue& dialogue, const SmtpStep& step, const SmtpTerms& terms, Server& server) {
  if (const auto* send = std::get_if<SmtpSend>(&step)) {
    check_sent(send->bytes, dialogue, terms);
  } else if (std::holds_alternative<SmtpUpgrade>(step)) {
    require(dialogue.awaits_tls() && !dialogue.encrypted() && terms.security != SmtpSecurity::none);
    return server.flag() ? dialogue.on_tls() : dialogue.on_tls_failure("no");
  }
  return dialogue.on_bytes(server.piece());
}

/// One message; false when the connection is of no more use.
bool deliver(SmtpDialogue& dialogue, const SmtpTerms& terms, Server& server) {
  auto step = dialogue.begin(mail);
  for (std::size_t i = 0; i < most_steps; ++i) {
    if (const auto* accepted = std::get_if<SmtpAccepted>(&step)) {
      check_words(accepted->reply, terms);
      require(dialogue.greeted());
      return dialogue.idle();
    }
    if (const auto* refused = std::get_if<SmtpRefused>(&step)) {
      check_words(refused->reply, terms);
      require(dialogue.greeted() || !refused->permanent);  // no server that has not let us in loses mail
      return dialogue.idle();
    }
    require(!dialogue.idle());
    if (server.silent()) return false;
    step = answer(dialogue, step, terms, server);
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  SmtpTerms terms{static_cast<SmtpSecurity>(data[0] % 4), {}};
  if ((data[0] & 4) != 0) terms.login = SmtpLogin{"me", secret};
  Server server{{reinterpret_cast<const char*>(data) + 1, size - 1}};
  SmtpDialogue dialogue{"web", terms};
  // Some messages are refused without a word of the server.
  for (int i = 0; i < most_messages && !server.silent(); ++i) {
    if (!deliver(dialogue, terms, server)) break;
  }
  return 0;
}
