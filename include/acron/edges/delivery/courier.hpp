#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/mail/backoff.hpp"
#include "acron/core/mail/owed_mail.hpp"
#include "acron/core/severity.hpp"
#include "acron/edges/delivery/mail_queue.hpp"
#include "acron/edges/delivery/mail_transport.hpp"
#include "acron/edges/delivery/server_news.hpp"
#include "acron/edges/delivery/suspects.hpp"
#include "acron/edges/outbox.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/task_group.hpp"

namespace acron {

/// How mail is kept while it waits, and for how long.
struct CourierLimits {
  std::size_t texts = std::size_t{4} * 1024 * 1024;    // bytes in memory; all other texts are in the outbox only
  Duration longest_stay = std::chrono::hours{5 * 24};  // RFC 5321, section 4.5.4.1
  Duration unclear_stay = std::chrono::hours{24};      // of what is refused in words that are not known to be final
  Duration first_hour = std::chrono::hours{1};         // of a life, in which nothing is too old: who was off tries anew
  Duration idle = std::chrono::seconds{5};             // until the connection is closed
  Duration stall = std::chrono::seconds{10};           // a delivery that takes longer does not hold the others
  Duration stall_of_one = std::chrono::seconds{2};     // after which it may be its recipient's, where others are known
  Duration stall_at_stop = std::chrono::seconds{1};    // nor one that takes longer than this while acron ends
  std::size_t most_lanes = 4;                          // deliveries to one server at a time,
  std::size_t spare_lanes = 2;                         // and beside them to recipients who have no other under way
  std::size_t kept_lanes = 1;                          // of these, for recipients who were answered before
  std::size_t most_unheard = 2;                        // tries at a time of a server that is down and says nothing
  std::size_t others = 5;  // recipients to try at once after one amid whose message all mail seems refused
  Duration calm = std::chrono::minutes{1};  // that a server which was down has to be well, to count as steady
};

/// Brings what is in the outbox to one server, one message after the other, and removes it from there. While each
/// delivery under way takes longer than it should, the next message goes beside them, over a transport of its own,
/// first one to a recipient who has none under way; a server that is quick never sees two. Recipients amid whose
/// messages the connection went wrong have one transport together, for which no other waits. A message refused for good
/// is given up, and what may be so once it has waited for a day; all other trouble is tried again, of one message
/// without holding the others, of the whole server with one try at a time, and where that takes long, with one to
/// another recipient beside it; a refusal or a broken connection that may be about one recipient is followed by tries
/// of a few others. Those who were answered before come first then, and while a delivery hangs; they wait for no
/// other's that does. When the next try is due is told to the outbox, so that a restart does not hurry it. Every
/// message that is given up is logged and counted; that the server is in trouble is logged once, and its end.
class Courier {
 public:
  using Log = std::function<void(Severity, std::string_view event, const LogFields&)>;
  using Instant = MailQueue::Instant;
  /// Makes a transport to the courier's server.
  using NewTransport = std::function<std::unique_ptr<MailTransport>()>;
  struct Counters {
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;
  };

  /// The outbox outlives it. What it logs is named after `kind`, a literal: `mail-sent`, `mail-server-down`.
  Courier(const boost::asio::any_io_executor& executor, NewTransport new_transport, Outbox& outbox, Backoff backoff,
          Log log, CourierLimits limits = {}, std::string_view kind = "mail");
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// From the next failure on.
  void set_backoff(Backoff backoff) { backoff_ = backoff; }

  /// A message that is in the outbox: a new one, which is due at once, with its text, or one that an earlier life left.
  void take(OwedMail owed, MailText text = nullptr);

  /// Brings the mail away until cancelled or flushed. Run once, by the owner's TaskGroup.
  Task<> run();

  /// For the end of the program: tries what waits at once, and a server that is down again, but not after `until`.
  /// Returns when nothing can be done before that. run(), which does the work, ends when nothing is left.
  Task<> flush(Instant until);

  /// Lets go of all that waits: it stays in the outbox. Returns it.
  std::vector<OwedMail> leave();

  [[nodiscard]] std::size_t waiting() const { return queue_.size() + in_hand(); }
  [[nodiscard]] Counters counters() const { return counters_; }

 private:
  using Entry = MailQueue::Entry;
  struct Lane;

  void say(Severity severity, std::string_view event, const LogFields& fields) const;
  void lose(const Entry& entry, std::string_view reason);
  void give_up_outdated(Instant now);

  void read_ahead(const MailQueue::Test& held);
  void settle_read(MailId id, const Result<MailText>& text);

  Task<> bring_all();
  [[nodiscard]] std::size_t in_hand() const;
  [[nodiscard]] std::size_t busy_lanes() const;
  [[nodiscard]] bool is_try(const Lane& lane) const;
  [[nodiscard]] bool only_spare_lanes() const;
  [[nodiscard]] bool is_on_its_way(const Entry& entry) const;
  [[nodiscard]] bool is_suspect(const Entry& entry) const;
  [[nodiscard]] bool was_refused(const Entry& entry) const;
  [[nodiscard]] bool refused_under_way() const;
  [[nodiscard]] bool suspect_under_way() const;
  [[nodiscard]] bool is_proven(const Entry& entry) const;
  /// Whom a delivery may go to: all, or only those who were answered before.
  enum class To : std::uint8_t { all, proven };
  [[nodiscard]] MailQueue::Test held_in_pause(To whom) const;
  [[nodiscard]] MailQueue::Test held(To whom) const;
  [[nodiscard]] Duration stall() const;
  [[nodiscard]] bool is_stalled(const Lane& lane, Instant now) const;
  [[nodiscard]] bool any_stalled() const;
  void note_stalls(Instant now);
  [[nodiscard]] Duration wait_beside(const Lane& lane, To whom, bool stalled) const;
  [[nodiscard]] Instant next_lane(To whom) const;
  [[nodiscard]] std::optional<Entry> next_in_turn(Instant now);
  [[nodiscard]] std::optional<Entry> next_in_pause(To whom);
  [[nodiscard]] std::optional<Entry> next_not_held(To whom);
  [[nodiscard]] std::optional<Entry> next_proven(const MailQueue::Test& held);
  Lane& idle_lane();
  void begin(Lane& lane, Entry entry);
  Task<> work(Lane& lane);
  Task<> deliver(Lane& lane);

  [[nodiscard]] Delivery::Scope blame(const Lane& lane, const std::string& target, const Delivery& delivery);
  void settle(Lane& lane, const Delivery& delivery);
  [[nodiscard]] Duration longest_stay(const Delivery& delivery) const;
  [[nodiscard]] bool may_give_up(Instant now) const { return now - began_ >= limits_.first_hour; }
  void postpone(Entry entry, Delivery::Scope scope, const Delivery& delivery);
  void say_postponed(const Entry& entry, const Delivery& delivery, bool news, Duration delay) const;
  void note_trouble(const Lane& lane, const Delivery& delivery);
  void note_server_failure(const std::string& reason);
  void note_server_success();
  void tell_if_up(Instant now);

  Task<> sleep();
  [[nodiscard]] Instant next_idle_end() const;
  Task<> close_idle_lanes();
  [[nodiscard]] Instant next_try() const;
  [[nodiscard]] Instant next_try(To whom) const;
  [[nodiscard]] bool can_do_something_before(Instant until) const;

  NewTransport new_transport_;
  Outbox& outbox_;
  Backoff backoff_;
  Log log_;
  CourierLimits limits_;
  const Instant began_ = Instant::clock::now();
  std::string_view kind_;

  MailQueue queue_;
  std::vector<std::unique_ptr<Lane>> lanes_;

  Instant server_due_{};         // no try before, save
  std::size_t others_left_ = 0;  // of so many other recipients, where the trouble is perhaps one recipient's
  unsigned server_failures_ = 0;
  unsigned flush_failures_ = 0;  // of the server, since the flush began
  bool server_down_ = false;     // as far as tries go; what is told of it is news_
  ServerNews news_;
  Suspects suspects_;
  Instant last_success_{};    // when the server last took or refused a message
  Instant last_failure_{};    // when it last was in trouble
  bool outbox_down_ = false;  // it can't be read
  bool flushing_ = false;
  boost::asio::steady_timer wake_;
  boost::asio::steady_timer drained_;
  Counters counters_;
  std::shared_ptr<Courier*> self_;  // for what is read after our end
  TaskGroup tasks_;                 // the work of the lanes
};

}  // namespace acron
