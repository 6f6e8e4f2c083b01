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

std::optional<MailQueue::Entry> MailQueue::take() {
  if (ready_.empty()) return std::nullopt;
  std::optional<Entry> next(std::move(ready_.front()));
  ready_.pop_front();
  (next->was_read ? read_bytes_ : young_bytes_) -= next->owed.bytes;
  return next;
}

void MailQueue::promote(Instant now) {
  const auto end = later_.upper_bound(now);
  for (auto item = later_.begin(); item != end; ++item) unread_.push_back(std::move(item->second));
  later_.erase(later_.begin(), end);
}

std::optional<MailId> MailQueue::begin_read() {
  if (unread_.empty() || reading_.size() >= most_reads) return std::nullopt;
  const OwedMail& next = unread_.front().owed;
  if (!has_room(read_bytes_, next.bytes)) return std::nullopt;
  const MailId id = next.id;
  read_bytes_ += next.bytes;
  reading_.emplace(id, std::move(unread_.front()));
  unread_.pop_front();
  return id;
}

std::optional<MailQueue::Entry> MailQueue::end_read(MailId id) {
  auto found = reading_.extract(id);
  if (found.empty()) return std::nullopt;
  read_bytes_ -= found.mapped().owed.bytes;
  return std::move(found.mapped());
}

std::size_t MailQueue::size() const { return ready_.size() + unread_.size() + reading_.size() + later_.size(); }

MailQueue::Instant MailQueue::next_due() const {
  if (!ready_.empty() || (!unread_.empty() && reading_.empty())) return {};
  return later_.empty() ? Instant::max() : later_.begin()->first;
}

std::vector<MailQueue::Entry> MailQueue::remove_if(const std::function<bool(const Entry&)>& unwanted) {
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
