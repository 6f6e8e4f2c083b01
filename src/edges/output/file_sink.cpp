#include "file_sink.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "acron/runtime/blocking_pool.hpp"
#include "acron/runtime/log.hpp"

namespace acron {

FileSink::FileSink(boost::asio::thread_pool& pool, std::string path, std::optional<Account> account)
    : order_(pool.get_executor()), file_(std::make_shared<LogFile>(std::move(path), std::move(account))) {
  open();
}

FileSink::FileSink(boost::asio::thread_pool& pool, std::string path, std::optional<Account> account,
                   const SinkState& state)
    : order_(pool.get_executor()), file_(std::make_shared<LogFile>(std::move(path), std::move(account), state)) {
  lines_.hold(state.held);
  const bool was_opened = state.descriptor >= 0 || !state.failure.empty();
  if (!was_opened) open();
}

void FileSink::open() {
  ++*busy_;
  boost::asio::post(order_, [file = file_, busy = busy_] {
    file->open();
    --*busy;
  });
}

SinkState FileSink::state() const {
  return {lines_.held(), file_->descriptor(), file_->failure(), 0, file_->lost_bytes(), 0};
}

Task<> FileSink::write(Stream stream, std::string_view bytes) {
  auto part = lines_.take(stream, bytes);
  if (!part.rest.empty()) co_await append(std::move(part.begun), part.rest);
}

Task<> FileSink::close(const RunIdentity& identity) {
  auto unfinished = lines_.take_unfinished();
  if (!unfinished.empty()) co_await append(std::move(unfinished), {});
  // Behind every write of this file, so that what went wrong is known by then.
  co_await off_the_loop(order_, [] { return true; });
  if (file_->failure().empty()) co_return;
  log(Severity::error, "output-failed",
      {{"job", identity.job},
       {"run", identity.id},
       {"output", file_->path()},
       {"reason", file_->failure()},
       {"lost-bytes", std::to_string(file_->lost_bytes())}});
}

Task<> FileSink::append(std::string first, std::string_view second) {
  // Named before it is awaited on: g++ 12 copies the bytes of a closure that is a temporary of a co_await.
  auto write = [file = file_, first = std::move(first), second] {
    file->append(first, second);
    return true;
  };
  ++*busy_;
  co_await off_the_loop(order_, std::move(write));
  --*busy_;
}

}  // namespace acron
