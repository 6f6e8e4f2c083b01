// The part of StateStore that is its outbox.

#include <boost/asio/post.hpp>
#include <new>
#include <utility>

#include "acron/runtime/log/log.hpp"
#include "state_store_core.hpp"
#include "untold_ends.hpp"

namespace acron {

std::optional<MailId> StateStore::add_mail(OutgoingMail mail, TimePoint now) {
  auto taken = take_in(std::move(mail), now);
  if (!taken) return std::nullopt;
  const MailId id = taken->owed.id;
  core_->queue.push(MailAdded{id});
  write_soon();
  hand_on(std::move(*taken));
  return id;
}

std::optional<StateStore::NewMail> StateStore::take_in(OutgoingMail mail, TimePoint now) {
  const OwedMail owed = owed_as(mail, next_mail_, now);
  const auto answer = room_.ask(owed);
  const MailText text =
      answer == OutboxRoom::Answer::has_room ? core_->queue.add_mail({owed, std::move(mail)}) : nullptr;
  if (!text) {
    refuse(owed, answer);
    return std::nullopt;
  }
  ++next_mail_;
  room_.add(owed);
  return NewMail{owed, text};
}

void StateStore::refuse(const OwedMail& mail, OutboxRoom::Answer answer) {
  ++refused_mails_;
  const bool full = answer != OutboxRoom::Answer::has_room;
  if (answer == OutboxRoom::Answer::first_refusal) {
    log(Severity::error, "outbox-full",
        {{"of", mail.webhook ? mail.to : "mail"},
         {"messages", std::to_string(room_.messages())},
         {"bytes", std::to_string(room_.bytes())},
         {"effect", "what is new is refused until the server has taken some"}});
  }
  log(Severity::error, mail.webhook ? "webhook-lost" : "mail-lost",
      {{"job", mail.about},
       {"to", mail.to},
       {"message-id", mail.message_id},
       {"reason", full ? "the outbox is full" : "the state can't be written and too much waits"}});
}

void StateStore::hand_on(NewMail mail) {
  if (new_mail_) new_mail_(std::move(mail.owed), std::move(mail.text));
}

void StateStore::read_mail(MailId id, std::function<void(Result<MailText>)> then) {
  const auto waiting = core_->queue.mail(id);
  if (waiting || !room_.contains(id)) {
    const MailText text = waiting ? MailText{waiting, &waiting->mail} : nullptr;
    return boost::asio::post(loop_, [then = std::move(then), text] { then(text); });
  }
  boost::asio::post(core_->order, [core = core_, loop = loop_, id, then = std::move(then)]() mutable {
    auto read = [&]() -> decltype(core->writer.mail(id)) {
      try {
        return core->writer.mail(id);
      } catch (const std::bad_alloc&) {
        return Error{"no memory"};
      }
    }();
    boost::asio::post(loop, [then = std::move(then), read = std::move(read)]() mutable {
      if (!read) return then(read.error());
      then(*read ? std::make_shared<const OutgoingMail>(std::move(**read)) : MailText{});
    });
  });
}

void StateStore::postpone_mail(MailId id, const NextTry& next) {
  if (!room_.contains(id)) return;
  core_->queue.push(MailPostponed{id, next});
  write_soon();
}

void StateStore::remove_mail(MailId id) {
  if (!room_.remove(id)) return;
  untold_->remove_mail(id);
  note_told();
  if (!core_->queue.forget_mail(id)) return;
  core_->queue.push(MailRemoved{id});
  write_at_once();
}

bool StateStore::keeps(MailId id) const { return core_->writer.keeps(id); }

bool StateStore::has_text_of(MailId id) const { return core_->queue.mail(id) != nullptr || keeps(id); }

std::size_t StateStore::unkept_mails() const {
  return room_.count_if([this](MailId id) { return !keeps(id); });
}

}  // namespace acron
