#include "spool.hpp"

#include <utility>

#include "acron/runtime/loop/blocking_pool.hpp"

namespace acron {
namespace {

constexpr std::size_t memory_limit = 64 * 1024;

/// Where to cut the beginning off, so that what stays begins with a line, as a rule.
std::size_t beginning_of_kept(std::string_view tail) {
  const std::size_t least = tail.size() - memory_limit;
  const std::size_t end = tail.find('\n', least);
  return end == std::string_view::npos || end + 1 == tail.size() ? least : end + 1;
}

/// How much of a text of any size goes into what is left of the memory: whole lines, as a rule.
std::size_t fitting(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();
  const std::size_t end = text.substr(0, room).rfind('\n');
  return end == std::string_view::npos ? room : end + 1;
}

}  // namespace

Spool::Spool(FileThreads& threads, SpoolState state)
    : order_(threads.new_order()),
      memory_(std::move(state.memory)),
      tail_(std::move(state.tail)),
      missing_bytes_(state.lost_bytes),
      failure_(std::move(state.failure)) {
  lines_.hold(std::move(state.held));
  if (!state.descriptors.empty() || !failure_.empty())
    overflow_ = std::make_shared<Overflow>(state.descriptors, failure_);
}

SpoolState Spool::state() const {
  return {lines_.held(), memory_,        overflow_ ? overflow_->descriptors() : std::vector<int>{},
          tail_,         missing_bytes_, failure_};
}

Task<> Spool::write(Stream stream, std::string_view bytes) {
  auto part = lines_.take(stream, bytes);
  if (!part.rest.empty()) co_await keep(std::move(part.begun.append(part.rest)));
}

Task<> Spool::keep(std::string text) {
  if (!overflow_) {
    const std::size_t first = fitting(text, memory_limit - memory_.size());
    memory_.append(text, 0, first);
    text.erase(0, first);
    if (text.empty()) co_return;
  }
  // Made before we wait: what the other stream prints meanwhile must not go to memory, ahead of this.
  if (!overflow_) overflow_ = std::make_shared<Overflow>();
  auto append = [file = overflow_, text = std::move(text)]() mutable {
    text.erase(0, file->append(text));
    return std::pair(std::move(text), file->failure());
  };
  const auto [rest, failure] = co_await off_the_loop(order_, std::move(append));
  failure_ = failure;
  keep_end(rest);
}

void Spool::keep_end(std::string_view text) {
  tail_.append(text);
  if (tail_.size() <= 2 * memory_limit) return;  // cut now and then, not with every line
  const std::size_t cut = beginning_of_kept(tail_);
  missing_bytes_ += cut;
  tail_.erase(0, cut);
}

Task<> Spool::pour_into(OutputSink& sink) {
  if (std::string unfinished = lines_.take_unfinished(); !unfinished.empty()) co_await keep(std::move(unfinished));
  co_await sink.write(Stream::out, memory_);
  if (overflow_) co_await pour_files_into(sink);
  if (missing_bytes_ > 0) {
    const std::string note =
        "\n[acron: " + std::to_string(missing_bytes_) + " bytes are missing here: " + failure_ + "]\n";
    co_await sink.write(Stream::out, note);
  }
  co_await sink.write(Stream::out, tail_);
}

Task<> Spool::pour_files_into(OutputSink& sink) {
  for (std::uint64_t offset = 0;;) {
    auto read = [file = overflow_, offset] { return file->read_at(offset); };
    const std::string block = co_await off_the_loop(order_, std::move(read));
    if (block.empty()) {
      unread_bytes_ += overflow_->size() - offset;
      break;
    }
    co_await sink.write(Stream::out, block);
    offset += block.size();
  }
}

}  // namespace acron
