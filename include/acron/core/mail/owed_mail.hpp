#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// Names a message in the outbox; never used again for another. Greater is younger.
using MailId = std::int64_t;

/// A message whose text several may hold for a while, as it was stored.
using MailText = std::shared_ptr<const OutgoingMail>;

/// A message that is owed, without its text. `to` and so on are as in OutgoingMail.
struct OwedMail {
  MailId id = 0;
  std::string to;
  std::string message_id;
  std::string about;
  std::size_t bytes = 0;         // of its text
  TimePoint queued;              // since when it is owed
  TimePoint due;                 // no try before
  unsigned attempts = 0;         // tries that failed because of the message, or in its midst
  unsigned server_failures = 0;  // of the server in a row, when the last try failed because of the server; else 0
  bool webhook = false;          // `to` is a web server
};

/// What a try that failed leaves to the next one; see OwedMail.
struct NextTry {
  unsigned attempts = 0;
  unsigned server_failures = 0;
  TimePoint due;
};

}  // namespace acron
