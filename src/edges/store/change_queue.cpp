#include "change_queue.hpp"

#include <algorithm>
#include <iterator>

namespace acron {

bool ChangeQueue::push(Change change) {
  const bool removes = std::holds_alternative<MailRemoved>(change);
  const std::lock_guard lock(mutex_);
  if (changes_.size() >= bounds_.changes && !removes) {
    ++dropped_;
    return false;
  }
  changes_.push_back(std::move(change));
  return true;
}

MailText ChangeQueue::add_mail(StoredMail mail) {
  const std::lock_guard lock(mutex_);
  if (mail_bytes_ + mail.mail.text.size() > bounds_.mail_bytes || changes_.size() >= bounds_.changes) {
    ++dropped_;
    return nullptr;
  }
  mail_bytes_ += mail.mail.text.size();
  auto stored = std::make_shared<const StoredMail>(std::move(mail));
  mails_.emplace(stored->owed.id, Waiting{stored});
  return {stored, &stored->mail};
}

bool ChangeQueue::forget_mail(MailId id) {
  const std::lock_guard lock(mutex_);
  const auto found = mails_.find(id);
  const bool may_be_written = found == mails_.end() || found->second.is_being_written;
  drop_text(id);
  return may_be_written;
}

std::shared_ptr<const StoredMail> ChangeQueue::mail(MailId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = mails_.find(id);
  return found == mails_.end() ? nullptr : found->second.mail;
}

std::shared_ptr<const StoredMail> ChangeQueue::mail_to_write(MailId id) {
  const std::lock_guard lock(mutex_);
  const auto found = mails_.find(id);
  if (found == mails_.end()) return nullptr;
  found->second.is_being_written = true;
  return found->second.mail;
}

std::vector<OwedMail> ChangeQueue::waiting_mails() const {
  const std::lock_guard lock(mutex_);
  std::vector<OwedMail> waiting;
  for (const auto& [id, waits] : mails_) waiting.push_back(waits.mail->owed);
  return waiting;
}

std::vector<std::string> ChangeQueue::waiting_ends() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> waiting;
  for (const Change& change : changes_) {
    if (const auto* ended = std::get_if<RunEnded>(&change)) waiting.push_back(ended->past.record.identity.id);
  }
  return waiting;
}

std::vector<Change> ChangeQueue::take(std::size_t at_most) {
  const std::lock_guard lock(mutex_);
  const auto end = changes_.begin() + static_cast<std::ptrdiff_t>(std::min(at_most, changes_.size()));
  std::vector<Change> taken(std::make_move_iterator(changes_.begin()), std::make_move_iterator(end));
  changes_.erase(changes_.begin(), end);
  return taken;
}

void ChangeQueue::give_back(std::vector<Change> changes) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, waits] : mails_) waits.is_being_written = false;
  changes_.insert(changes_.begin(), std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()));
}

void ChangeQueue::written(const std::vector<Change>& changes) {
  const std::lock_guard lock(mutex_);
  for (const Change& change : changes) {
    if (const auto* added = std::get_if<MailAdded>(&change)) drop_text(added->id);
    if (const auto* ended = std::get_if<RunEnded>(&change)) drop_texts(ended->mails);
    if (const auto* all = std::get_if<AllSaved>(&change)) drop_texts(all->mails);
  }
}

std::size_t ChangeQueue::size() const {
  const std::lock_guard lock(mutex_);
  return changes_.size();
}

std::uint64_t ChangeQueue::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void ChangeQueue::count_dropped(std::size_t changes) {
  const std::lock_guard lock(mutex_);
  dropped_ += changes;
}

void ChangeQueue::drop_texts(const std::vector<MailId>& ids) {
  for (const MailId id : ids) drop_text(id);
}

void ChangeQueue::drop_text(MailId id) {
  const auto found = mails_.find(id);
  if (found == mails_.end()) return;
  mail_bytes_ -= found->second.mail->mail.text.size();
  mails_.erase(found);
}

}  // namespace acron
