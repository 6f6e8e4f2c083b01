#pragma once

#include <cstdint>
#include <string>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

/// How one try to hand over a message ended.
struct Delivery {
  enum class Kind : std::uint8_t { accepted, postponed, refused };
  /// Whose trouble it is: the next message may fare better, or the connection was lost in its midst (nobody knows),
  /// or the server can't be had at all.
  enum class Scope : std::uint8_t { message, connection, server };
  Kind kind = Kind::postponed;
  Scope scope = Scope::message;
  std::string reason;        // printable
  bool perhaps_one = false;  // of the scope `server`: said about this message, in words about all
  bool unclear = false;      // postponed, though it may be refused for good: nobody knows
};

/// A port (tests have a fake): takes a message to where it is owed.
class MailTransport {
 public:
  virtual ~MailTransport() = default;
  /// Never throws for what a server does or a network does not. One at a time; `mail` lives until it returns.
  virtual Task<Delivery> deliver(const OutgoingMail& mail) = 0;
  /// Whether the server has introduced itself over the connection that is in use: then it is there, and a delivery that
  /// takes long may do so because of its message.
  [[nodiscard]] virtual bool greeted() const = 0;
  /// Leaves politely what it kept open for the next message. Takes a few seconds at most.
  virtual Task<> close() = 0;
};

}  // namespace acron
