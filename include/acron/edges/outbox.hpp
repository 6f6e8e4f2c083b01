#pragma once

#include <functional>

#include "acron/core/mail/owed_mail.hpp"
#include "acron/core/result.hpp"

namespace acron {

/// A port (tests have a fake): keeps the messages that are owed, over restarts, until they are removed.
class Outbox {
 public:
  virtual ~Outbox() = default;
  /// `then` is called on the loop, later: with the message, null when there is none of that name (any more), or an
  /// error when it can't be read now. On a disk that hangs that may take for ever.
  virtual void read_mail(MailId id, std::function<void(Result<MailText>)> then) = 0;
  virtual void postpone_mail(MailId id, const NextTry& next) = 0;
  /// Delivered, or given up.
  virtual void remove_mail(MailId id) = 0;
};

}  // namespace acron
