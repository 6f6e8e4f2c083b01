#include "late_file.hpp"

#include <utility>

#include "acron/runtime/blocking_pool.hpp"
#include "acron/runtime/log.hpp"
#include "log_file.hpp"

namespace acron {

Task<> LateFile::write(Stream stream, std::string_view bytes) {
  auto part = lines_.take(stream, bytes);
  if (!part.rest.empty()) co_await append(std::move(part.begun), part.rest);
}

Task<> LateFile::close(const RunIdentity&) {
  auto unfinished = lines_.take_unfinished();
  if (!unfinished.empty()) co_await append(std::move(unfinished), {});
  if (lost_bytes_ > 0) say_lost();
}

Task<> LateFile::append(std::string first, std::string_view second) {
  // Named before it is awaited on: g++ 12 copies the bytes of a closure that is a temporary of a co_await.
  auto write = [path = path_, account = account_, first = std::move(first), second] {
    LogFile file(path, account);
    file.append(first, second);
    return Written{file.failure(), file.lost_bytes()};
  };
  note(co_await off_the_loop(order_, std::move(write)));
}

/// A failure is said when it begins; what it costs until it ends, or until there is nothing more to write, is added up.
void LateFile::note(const Written& written) {
  const bool begins = failure_.empty() && !written.failure.empty();
  const bool ends = !failure_.empty() && written.failure.empty();
  if (ends && lost_bytes_ > 0) say_lost();
  if (ends) lost_bytes_ = 0;
  failure_ = written.failure;
  lost_bytes_ += written.lost_bytes;
  if (!begins) return;
  say_lost();
  lost_bytes_ = 0;
}

void LateFile::say_lost() const {
  log(Severity::error, "output-failed",
      {{"job", run_.job},
       {"run", run_.id},
       {"output", path_},
       {"reason", failure_},
       {"lost-bytes", std::to_string(lost_bytes_)}});
}

}  // namespace acron
