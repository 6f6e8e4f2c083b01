#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "acron/core/mail/owed_mail.hpp"

namespace acron {

/// The messages of one courier, in the order in which they are to be tried. The texts of a few are in memory, those of
/// the others are in the outbox and are read shortly before their turn. A value without a clock.
class MailQueue {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  struct Entry {
    OwedMail owed;
    MailText text;  // null: in the outbox only
    Instant arrived;
    Instant due;
    bool told = false;      // in this life, that it was put off
    bool unclear = false;   // its last try was refused in words that are not known to be final
    bool was_read = false;  // its text came from the outbox
  };

  using Test = std::function<bool(const Entry&)>;

  /// Bytes of texts in memory. The young get one half and those that are read the other: neither waits for the other.
  explicit MailQueue(std::size_t text_bytes) : text_bytes_(text_bytes) {}

  /// One that is not due, or for whose text there is no room, loses its text.
  void push(Entry entry, Instant now);
  /// The next that is due and in memory: of those that are not `held`, and the next of all where there is none such
  /// and `held_too`.
  std::optional<Entry> take(const Test& held, bool held_too);
  /// Those in memory that are `held` lose their texts, so that there is room for others.
  void set_aside(const Test& held);
  /// What is due by now is to be tried.
  void promote(Instant now);

  /// The next whose text is to be read and that is not `held`, when there is room for it.
  std::optional<MailId> begin_read(const Test& held);
  /// Gives what was to be read back; nothing when it was removed meanwhile.
  std::optional<Entry> end_read(MailId id);
  /// Of end_read, now with its text.
  void push_read(Entry entry);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool is_reading() const { return !reading_.empty(); }
  /// When there is something to do with what it holds: now (the epoch), at an instant, never (max). What is being read
  /// tells by itself, and those that are `held` wait for something else.
  [[nodiscard]] Instant next_due(const Test& held) const;

  /// Takes out those that `unwanted` names.
  std::vector<Entry> remove_if(const Test& unwanted);

 private:
  [[nodiscard]] bool has_room(std::size_t used, std::size_t bytes) const {
    return used == 0 || used + bytes <= text_bytes_ / 2;
  }
  void count_bytes();

  std::size_t text_bytes_;
  std::size_t young_bytes_ = 0;          // of ready_
  std::size_t read_bytes_ = 0;           // of ready_ and reading_
  std::deque<Entry> ready_;              // due, with text
  std::deque<Entry> unread_;             // due, without
  std::map<MailId, Entry> reading_;      // due, soon with
  std::multimap<Instant, Entry> later_;  // not due
};

}  // namespace acron
