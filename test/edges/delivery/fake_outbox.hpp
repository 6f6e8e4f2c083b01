#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "acron/edges/outbox.hpp"

namespace acron::test {

/// Keeps messages for as long as the test lives.
class FakeOutbox final : public Outbox {
 public:
  explicit FakeOutbox(boost::asio::io_context& loop) : loop_(loop) {}

  void read_mail(MailId id, std::function<void(Result<MailText>)> then) override {
    reads.push_back(id);
    if (hangs) return;
    const auto found = texts.find(id);
    const MailText text = found == texts.end() ? nullptr : found->second;
    boost::asio::post(loop_,
                      [this, then = std::move(then), text] { unreadable ? then(Error{"disk on fire"}) : then(text); });
  }
  void postpone_mail(MailId id, const NextTry& next) override { next_tries[id] = next; }
  void remove_mail(MailId id) override { texts.erase(id); }

  /// A new message, due at once.
  std::pair<OwedMail, MailText> add(const OutgoingMail& mail) {
    OwedMail owed;
    owed.id = ++last_;
    owed.to = mail.to;
    owed.message_id = mail.message_id;
    owed.about = mail.about;
    owed.bytes = mail.text.size();
    owed.queued = owed.due = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    owed.webhook = !mail.url.empty();
    const auto text = std::make_shared<const OutgoingMail>(mail);
    texts[owed.id] = text;
    return {owed, text};
  }

  bool hangs = false;
  bool unreadable = false;
  std::map<MailId, MailText> texts;
  std::map<MailId, NextTry> next_tries;
  std::vector<MailId> reads;

 private:
  boost::asio::io_context& loop_;
  MailId last_ = 0;
};

}  // namespace acron::test
