#include "acron/runtime/process/low_descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bitset>
#include <mutex>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

constexpr int first = STDERR_FILENO + 1;
constexpr int end = 64;
constexpr rlim_t few_files = 512;

struct Kept {
  std::mutex mutex;
  std::bitset<end> numbers;
};

Kept& kept() {
  static Kept all;
  return all;
}

/// Which costs a child least to close.
int open_place_holder() { return ::open("/", O_PATH | O_CLOEXEC); }

}  // namespace

void keep_low_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < few_files) return;
  const std::scoped_lock lock(kept().mutex);
  for (int number = open_place_holder(); number >= 0; number = ::fcntl(number, F_DUPFD_CLOEXEC, first)) {
    if (number >= end) {
      ::close(number);
      return;
    }
    kept().numbers.set(static_cast<std::size_t>(number));
  }
}

std::size_t kept_low_descriptors() {
  const std::scoped_lock lock(kept().mutex);
  return kept().numbers.count();
}

int to_low_descriptor(int descriptor) {
  const std::scoped_lock lock(kept().mutex);
  auto& numbers = kept().numbers;
  for (int number = first; number < end; ++number) {
    if (!numbers.test(static_cast<std::size_t>(number))) continue;
    if (::dup3(descriptor, number, O_CLOEXEC) < 0) break;
    numbers.reset(static_cast<std::size_t>(number));
    ::close(descriptor);
    return number;
  }
  return descriptor;
}

void close_low_descriptor(int descriptor) {
  const Descriptor holder(open_place_holder());
  const std::scoped_lock lock(kept().mutex);
  const bool was_kept = descriptor >= first && descriptor < end && kept().numbers.any();
  if (!was_kept || ::dup3(holder.number(), descriptor, O_CLOEXEC) < 0)
    ::close(descriptor);
  else
    kept().numbers.set(static_cast<std::size_t>(descriptor));
}

}  // namespace acron
