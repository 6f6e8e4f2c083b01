#pragma once

#include <optional>
#include <vector>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/edges/store/saved_state.hpp"
#include "database.hpp"

namespace acron {

/// A message in the outbox, whole.
struct StoredMail {
  OwedMail owed;
  OutgoingMail mail;
};

/// A new one, due at once.
OwedMail owed_as(const OutgoingMail& mail, MailId id, TimePoint now);

// What goes wrong here is noted by the database. A read gives the rows up to there.

void put_mail(Database& database, const StoredMail& mail);
void postpone_mail(Database& database, MailId id, const NextTry& next);
void remove_mail(Database& database, MailId id);
std::optional<OutgoingMail> mail_with(Database& database, MailId id);
/// Without the texts, oldest first. What can't be a message of ours is left out.
std::vector<OwedMail> owed_mail(Database& database);
/// As much as can be read.
std::vector<StoredMail> whole_outbox(Database& database);

}  // namespace acron
