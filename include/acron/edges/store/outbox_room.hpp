#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "acron/core/mail/owed_mail.hpp"

namespace acron {

/// What is in the outbox, and whether there is room for more. A web server that is down for long takes no room from
/// others, nor from mail.
class OutboxRoom {
 public:
  struct Bound {
    std::size_t messages;
    std::size_t bytes;
  };
  struct Bounds {
    Bound mail{10'000, std::size_t{64} * 1024 * 1024};
    Bound webhooks{10'000, std::size_t{32} * 1024 * 1024};
    Bound webhooks_of_one_server{1'000, std::size_t{8} * 1024 * 1024};
  };
  struct Use {
    std::size_t messages = 0;
    std::size_t bytes = 0;
    bool was_refused = false;  // since it last had a quarter to spare
  };
  enum class Answer : std::uint8_t { has_room, first_refusal, refused };

  explicit OutboxRoom(const Bounds& bounds) : bounds_(bounds) {}

  /// Whether there is room, and if not, whether that is news.
  Answer ask(const OwedMail& mail);
  /// Also where there is no room: what an earlier life left is not turned away. Nothing for one that is there.
  void add(const OwedMail& mail);
  /// False when it was not there.
  bool remove(MailId id);
  [[nodiscard]] bool contains(MailId id) const { return items_.count(id) > 0; }
  [[nodiscard]] std::size_t count_if(const std::function<bool(MailId)>& wanted) const;
  [[nodiscard]] std::size_t messages() const { return items_.size(); }
  [[nodiscard]] std::size_t bytes() const { return mail_.bytes + webhooks_.bytes; }

 private:
  struct Item {
    std::size_t bytes;
    std::string server;  // empty: mail
  };

  void free(Use& use, const Bound& bound, std::size_t bytes);

  Bounds bounds_;
  std::map<MailId, Item> items_;
  Use mail_, webhooks_;
  std::map<std::string, Use> servers_;
};

}  // namespace acron
