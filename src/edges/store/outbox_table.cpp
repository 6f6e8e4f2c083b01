#include "outbox_table.hpp"

#include "acron/core/job/output_route.hpp"

namespace acron {
namespace {

/// Columns: sender, recipient, message_id, about, url, text.
OutgoingMail mail_of(const SqlStatement& row, int column) {
  return {row.text(column),     row.text(column + 1), row.text(column + 2),
          row.text(column + 3), row.text(column + 5), row.text(column + 4)};
}

/// Columns: id, queued, due, attempts, server_failures.
OwedMail owed_of(const SqlStatement& row, const OutgoingMail& mail, std::size_t bytes) {
  OwedMail owed = owed_as(mail, row.number(0), row.time(1));
  owed.bytes = bytes;
  owed.due = row.time(2);
  owed.attempts = static_cast<unsigned>(row.number(3));
  owed.server_failures = static_cast<unsigned>(row.number(4));
  return owed;
}

/// A file can hold anything; what it holds is going to be said to a server.
bool can_be_sent(const OutgoingMail& mail) {
  if (!mail.url.empty()) {
    const auto target = parse_http_target(mail.url);
    return target && describe(*target) == mail.to;
  }
  return is_safe_in_envelope(mail.to) && (mail.from.empty() || is_safe_in_envelope(mail.from));
}

bool is_id(MailId id) { return id > 0 && id < (MailId{1} << 62); }

}  // namespace

OwedMail owed_as(const OutgoingMail& mail, MailId id, TimePoint now) {
  OwedMail owed;
  owed.id = id;
  owed.to = mail.to;
  owed.message_id = mail.message_id;
  owed.about = mail.about;
  owed.bytes = mail.text.size();
  owed.queued = owed.due = now;
  owed.webhook = !mail.url.empty();
  return owed;
}

void put_mail(Database& database, const StoredMail& mail) {
  database
      .prepared(
          "INSERT OR REPLACE INTO outbox(id, sender, recipient, message_id, about, url, queued, due, attempts,"
          " server_failures, text) VALUES(?,?,?,?,?,?,?,?,?,?,?)")
      .run(mail.owed.id, mail.mail.from, mail.mail.to, mail.mail.message_id, mail.mail.about, mail.mail.url,
           mail.owed.queued, mail.owed.due, mail.owed.attempts, mail.owed.server_failures, Blob{mail.mail.text});
}

void postpone_mail(Database& database, MailId id, const NextTry& next) {
  database.prepared("UPDATE outbox SET attempts = ?, server_failures = ?, due = ? WHERE id = ?")
      .run(next.attempts, next.server_failures, next.due, id);
}

void remove_mail(Database& database, MailId id) { database.prepared("DELETE FROM outbox WHERE id = ?").run(id); }

std::optional<OutgoingMail> mail_with(Database& database, MailId id) {
  std::optional<OutgoingMail> found;
  SqlStatement& row =
      database.prepared("SELECT sender, recipient, message_id, about, url, text FROM outbox WHERE id = ?");
  for (row.query(id); row.next();) found = mail_of(row, 0);
  return found && can_be_sent(*found) ? found : std::nullopt;
}

std::vector<OwedMail> owed_mail(Database& database) {
  std::vector<OwedMail> owed;
  SqlStatement& row = database.prepared(
      "SELECT id, queued, due, attempts, server_failures, sender, recipient, message_id, about, url, '', length(text)"
      " FROM outbox ORDER BY id");
  for (row.query(); row.next();) {
    const OutgoingMail mail = mail_of(row, 5);
    if (is_id(row.number(0)) && can_be_sent(mail))
      owed.push_back(owed_of(row, mail, static_cast<std::size_t>(row.number(11))));
  }
  return owed;
}

std::vector<StoredMail> whole_outbox(Database& database) {
  std::vector<StoredMail> all;
  SqlStatement& row = database.prepared(
      "SELECT id, queued, due, attempts, server_failures, sender, recipient, message_id, about, url, text FROM outbox"
      " ORDER BY id");
  for (row.query(); row.next();) {
    OutgoingMail mail = mail_of(row, 5);
    OwedMail owed = owed_of(row, mail, mail.text.size());
    if (is_id(owed.id) && can_be_sent(mail)) all.push_back({std::move(owed), std::move(mail)});
  }
  return all;
}

}  // namespace acron
