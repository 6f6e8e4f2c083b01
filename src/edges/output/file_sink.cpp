#include "file_sink.hpp"

#include <functional>
#include <string>
#include <utility>

#include "acron/runtime/log/log.hpp"

namespace acron {
FileSink::FileSink(FileThreads& threads, RunIdentity run, std::string path, std::optional<Account> account)
    : threads_(threads),
      run_(std::move(run)),
      directory_(directory_of(path)),
      account_(std::move(account)),
      order_(threads.new_order()),
      file_(std::make_shared<LogFile>(std::move(path), account_)) {}

FileSink::FileSink(FileThreads& threads, RunIdentity run, std::string path, std::optional<Account> account,
                   const SinkState& state)
    : threads_(threads),
      run_(std::move(run)),
      directory_(directory_of(path)),
      account_(std::move(account)),
      order_(threads.new_order()),
      file_(std::make_shared<LogFile>(std::move(path), account_, state)) {
  lines_.hold(state.held);
  is_opened_ = state.descriptor >= 0 || !state.failure.empty();
  open();
}

void FileSink::open() {
  if (is_opened_ || threads_.is_silent(directory_)) return;
  is_opened_ = true;
  ++*busy_;
  threads_.begin(order_, directory_, [file = file_, busy = busy_] {
    file->open();
    --*busy;
  });
}

SinkState FileSink::state() const {
  return {lines_.held(), file_->descriptor(), file_->failure(), 0, file_->lost_bytes(), 0};
}

Task<> FileSink::write(Stream stream, std::string_view bytes) {
  auto part = lines_.take(stream, bytes);
  // A copy: the thread may need the bytes for longer than we wait.
  if (!part.rest.empty()) co_await append(std::move(part.begun.append(part.rest)));
}

Task<> FileSink::close() {
  auto unfinished = lines_.take_unfinished();
  if (!unfinished.empty()) co_await append(std::move(unfinished));
  // Behind every write of this file, so that what went wrong is known by then.
  if (!co_await threads_.carry_out(order_, directory_, [] {})) give_up(0);
  if (!file_->failure().empty()) say_failure();
}

/// What no line has told of yet.
void FileSink::say_failure() {
  const std::uint64_t lost = file_->lost_bytes();
  if (lost == told_lost_) return;
  log(Severity::error, "output-failed",
      {{"job", run_.job},
       {"run", run_.id},
       {"output", file_->path()},
       {"reason", file_->failure()},
       {"lost-bytes", std::to_string(lost - told_lost_.value_or(0))}});
  told_lost_ = lost;
}

Task<> FileSink::append(std::string text) {
  const std::size_t size = text.size();
  ++*busy_;
  std::function<void()> write = [file = file_, busy = busy_, text = std::move(text)] {
    file->append(text);
    --*busy;
  };
  if (!co_await threads_.carry_out(order_, directory_, std::move(write))) give_up(size);
}

/// Leaves the file to the thread that hangs. A new one is opened as soon as its directory answers.
void FileSink::give_up(std::size_t lost) {
  SinkState state;
  state.failure = FileThreads::silence;
  state.lost_bytes = file_->lost_bytes() + lost;
  file_ = std::make_shared<LogFile>(file_->path(), account_, state);
  order_ = threads_.new_order();
  busy_ = std::make_shared<std::atomic<int>>(0);
  if (!told_lost_) say_failure();  // the run may go on for days
}

}  // namespace acron
