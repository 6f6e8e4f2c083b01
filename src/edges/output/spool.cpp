#include "spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "acron/runtime/blocking_pool.hpp"

namespace acron {
namespace {

constexpr std::size_t memory_limit = 64 * 1024;

}  // namespace

/// A file that no one else can find, gone with its descriptor (open(2), O_TMPFILE). Blocks.
class Spool::TemporaryFile {
 public:
  TemporaryFile() = default;
  explicit TemporaryFile(int descriptor) : descriptor_(descriptor) {}
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// How many bytes were taken.
  std::size_t append(std::string_view bytes) {
    if (descriptor_ < 0) descriptor_ = ::open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    std::size_t taken = 0;
    while (descriptor_ >= 0 && taken < bytes.size()) {
      const ssize_t written = ::write(descriptor_, bytes.data() + taken, bytes.size() - taken);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      taken += static_cast<std::size_t>(written);
    }
    return taken;
  }

  /// Empty at the end, and where it can't be read.
  [[nodiscard]] std::string read_at(off_t offset) const {
    std::string block(memory_limit, '\0');
    ssize_t got = -1;
    do {
      got = ::pread(descriptor_, block.data(), block.size(), offset);
    } while (got < 0 && errno == EINTR);
    block.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return block;
  }

  [[nodiscard]] std::uint64_t size_beyond(off_t offset) const {
    struct stat status {};
    const bool more = descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && status.st_size > offset;
    return more ? static_cast<std::uint64_t>(status.st_size - offset) : 0;
  }

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;  // opened by the first append, which may block
};

Spool::Spool(boost::asio::thread_pool& pool, SpoolState state)
    : order_(pool.get_executor()), memory_(std::move(state.memory)), lost_bytes_(state.lost_bytes) {
  lines_.hold(std::move(state.held));
  if (state.descriptor >= 0) overflow_ = std::make_shared<TemporaryFile>(state.descriptor);
}

SpoolState Spool::state() const {
  return {lines_.held(), memory_, overflow_ ? overflow_->descriptor() : -1, lost_bytes_};
}

Task<> Spool::write(Stream stream, std::string_view bytes) {
  auto part = lines_.take(stream, bytes);
  if (!part.rest.empty()) co_await keep(std::move(part.begun.append(part.rest)));
}

Task<> Spool::keep(std::string text) {
  const std::size_t size = text.size();
  if (!overflow_ && memory_.size() + size <= memory_limit) {
    memory_.append(text);
    co_return;
  }
  // Made before we wait: what the other stream prints meanwhile must not go to memory, ahead of this.
  if (!overflow_) overflow_ = std::make_shared<TemporaryFile>();
  auto append = [file = overflow_, text = std::move(text)] { return file->append(text); };
  const std::size_t taken = co_await off_the_loop(order_, std::move(append));
  lost_bytes_ += size - taken;
}

Task<> Spool::pour_into(OutputSink& sink) {
  if (std::string unfinished = lines_.take_unfinished(); !unfinished.empty()) co_await keep(std::move(unfinished));
  co_await sink.write(Stream::out, memory_);
  for (off_t offset = 0; overflow_;) {
    auto read = [file = overflow_, offset] { return file->read_at(offset); };
    const std::string block = co_await off_the_loop(order_, std::move(read));
    if (block.empty()) {
      auto measure = [file = overflow_, offset] { return file->size_beyond(offset); };
      lost_bytes_ += co_await off_the_loop(order_, std::move(measure));
      break;
    }
    co_await sink.write(Stream::out, block);
    offset += static_cast<off_t>(block.size());
  }
}

}  // namespace acron
