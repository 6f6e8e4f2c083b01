// SMTP dialogues in tables: what the server says, and what the client then does.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <variant>
#include <vector>

#include "acron/core/mail/smtp_dialogue.hpp"

namespace acron::test {

inline const OutgoingMail mail{"root@web-0001", "mark@example.com", "acron.7@web-0001", "web/cleanup",
                               "Subject: x\r\nContent-Transfer-Encoding: 7bit\r\n\r\nhello\r\n.\r\n"};
inline const std::string content = "Subject: x\r\nContent-Transfer-Encoding: 7bit\r\n\r\nhello\r\n..\r\n.\r\n";
inline const std::string group = "MAIL FROM:<root@web-0001>\r\nRCPT TO:<mark@example.com>\r\nDATA\r\n";

/// A step in one line of text, for tables: what is sent, or `await`, `upgrade`, `accepted`, `refused...`.
inline std::string spelled(const SmtpStep& step) {
  if (const auto* send = std::get_if<SmtpSend>(&step)) return send->bytes;
  if (const auto* accepted = std::get_if<SmtpAccepted>(&step)) return "accepted " + accepted->reply;
  if (const auto* refused = std::get_if<SmtpRefused>(&step)) {
    const std::string for_now = refused->unclear ? "for a day" : "for now";
    return "refused " + (refused->permanent ? "for good" : for_now) + (refused->whole_server ? ", all: " : ": ") +
           refused->reply;
  }
  return std::holds_alternative<SmtpUpgrade>(step) ? "upgrade" : "await";
}

struct SmtpTurn {
  std::string server;
  std::string client;
};

/// `tls` and `no tls: why` stand for how an upgrade went.
inline SmtpStep answered(SmtpDialogue& dialogue, const std::string& server) {
  if (server == "tls") return dialogue.on_tls();
  if (server.starts_with("no tls: ")) return dialogue.on_tls_failure(server.substr(8));
  return dialogue.on_bytes(server);
}

/// Plays the turns and checks each answer of the client.
inline void play(SmtpDialogue& dialogue, const std::vector<SmtpTurn>& turns) {
  for (const auto& [server, client] : turns) {
    INFO(server);
    REQUIRE(spelled(answered(dialogue, server)) == client);
  }
}

}  // namespace acron::test
