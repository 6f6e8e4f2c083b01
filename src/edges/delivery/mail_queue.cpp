#include "acron/edges/delivery/mail_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace acron {
namespace {

constexpr std::size_t most_reads = 8;

void move_unwanted(std::deque<MailQueue::Entry>& from, const std::function<bool(const MailQueue::Entry&)>& unwanted,
                   std::vector<MailQueue::Entry>& to) {
  const auto end =
      std::stable_partition(from.begin(), from.end(), [&](const MailQueue::Entry& entry) { return !unwanted(entry); });
  to.insert(to.end(), std::make_move_iterator(end), std::make_move_iterator(from.end()));
  from.erase(end, from.end());
}

void move_unwanted(auto& from, const std::function<bool(const MailQueue::Entry&)>& unwanted,
                   std::vector<MailQueue::Entry>& to) {
  for (auto item = from.begin(); item != from.end();) {
    const bool goes = unwanted(item->second);
    if (goes) to.push_back(std::move(item->second));
    item = goes ? from.erase(item) : std::next(item);
  }
}

}  // namespace

void MailQueue::push(Entry entry, Instant now) {
  entry.was_read = false;
  if (entry.due <= now && entry.text && has_room(young_bytes_, entry.owed.bytes)) {
    young_bytes_ += entry.owed.bytes;
    ready_.push_back(std::move(entry));
    return;
  }
  entry.text.reset();
  if (entry.due <= now) {
    unread_.push_back(std::move(entry));
  } else {
    const Instant due = entry.due;
    later_.emplace(due, std::move(entry));
  }
}

void MailQueue::push_read(Entry entry) {
  entry.was_read = true;
  read_bytes_ += entry.owed.bytes;
  ready_.push_back(std::move(entry));
}

std::optional<MailQueue::Entry> MailQueue::take(const Test& held, bool held_too) {
  auto found = std::find_if_not(ready_.begin(), ready_.end(), held);
  if (found == ready_.end() && held_too) found = ready_.begin();
  if (found == ready_.end()) return std::nullopt;
  std::optional<Entry> next(std::move(*found));
  ready_.erase(found);
  (next->was_read ? read_bytes_ : young_bytes_) -= next->owed.bytes;
  return next;
}

void MailQueue::set_aside(const Test& held) {
  std::vector<Entry> aside;
  move_unwanted(ready_, held, aside);
  for (auto entry = aside.rbegin(); entry != aside.rend(); ++entry) {
    entry->text.reset();
    unread_.push_front(std::move(*entry));
  }
  if (!aside.empty()) count_bytes();
}

void MailQueue::promote(Instant now) {
  const auto end = later_.upper_bound(now);
  for (auto item = later_.begin(); item != end; ++item) unread_.push_back(std::move(item->second));
  later_.erase(later_.begin(), end);
}

std::optional<MailId> MailQueue::begin_read(const Test& held) {
  if (reading_.size() >= most_reads) return std::nullopt;
  const auto next = std::find_if_not(unread_.begin(), unread_.end(), held);
  if (next == unread_.end() || !has_room(read_bytes_, next->owed.bytes)) return std::nullopt;
  const MailId id = next->owed.id;
  read_bytes_ += next->owed.bytes;
  reading_.emplace(id, std::move(*next));
  unread_.erase(next);
  return id;
}

std::optional<MailQueue::Entry> MailQueue::end_read(MailId id) {
  auto found = reading_.extract(id);
  if (found.empty()) return std::nullopt;
  read_bytes_ -= found.mapped().owed.bytes;
  return std::move(found.mapped());
}

std::size_t MailQueue::size() const { return ready_.size() + unread_.size() + reading_.size() + later_.size(); }

MailQueue::Instant MailQueue::next_due(const Test& held) const {
  // There will be room: were it taken by what is not held, that were due now.
  const bool can_read = reading_.empty() && !std::all_of(unread_.begin(), unread_.end(), held);
  if (can_read || !std::all_of(ready_.begin(), ready_.end(), held)) return {};
  return later_.empty() ? Instant::max() : later_.begin()->first;
}

std::vector<MailQueue::Entry> MailQueue::remove_if(const Test& unwanted) {
  std::vector<Entry> removed;
  move_unwanted(ready_, unwanted, removed);
  move_unwanted(unread_, unwanted, removed);
  move_unwanted(reading_, unwanted, removed);
  move_unwanted(later_, unwanted, removed);
  count_bytes();
  return removed;
}

void MailQueue::count_bytes() {
  young_bytes_ = read_bytes_ = 0;
  for (const Entry& entry : ready_) (entry.was_read ? read_bytes_ : young_bytes_) += entry.owed.bytes;
  for (const auto& [id, entry] : reading_) read_bytes_ += entry.owed.bytes;
}

}  // namespace acron
