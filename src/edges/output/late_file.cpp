#include "late_file.hpp"

#include <functional>
#include <memory>
#include <utility>

#include "acron/runtime/log/log.hpp"
#include "log_file.hpp"

namespace acron {

Task<> LateFile::write(Stream stream, std::string_view bytes) {
  auto part = lines_.take(stream, bytes);
  if (!part.rest.empty()) co_await append(std::move(part.begun.append(part.rest)));
}

Task<> LateFile::close() {
  auto unfinished = lines_.take_unfinished();
  if (!unfinished.empty()) co_await append(std::move(unfinished));
  if (lost_bytes_ > 0) say_lost();
}

Task<> LateFile::append(std::string text) {
  const std::size_t size = text.size();
  const auto written = std::make_shared<Written>();
  std::function<void()> write = [path = path_, account = account_, text = std::move(text), written] {
    LogFile file(path, account);
    file.append(text);
    *written = {file.failure(), file.lost_bytes()};
  };
  const bool has_answered = co_await threads_.carry_out(order_, directory_of(path_), std::move(write));
  note(has_answered ? *written : Written{FileThreads::silence, size});
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
