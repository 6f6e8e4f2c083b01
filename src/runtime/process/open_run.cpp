#include "acron/runtime/process/open_run.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

/// Of a file that the kernel makes up, and gives out in one piece. Each run asks, so there is no stream.
std::string made_up_by_kernel(const char* path) {
  std::array<char, 1024> block{};
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  const ssize_t size = ::read(file.number(), block.data(), block.size());
  return {block.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

}  // namespace

const std::string& this_boot() {
  static const std::string id = [] {
    std::string text = made_up_by_kernel("/proc/sys/kernel/random/boot_id");
    return text.substr(0, text.find('\n'));
  }();
  return id;
}

std::optional<ProcessIdentity> identify_process(pid_t pid) {
  const std::string line = made_up_by_kernel(("/proc/" + std::to_string(pid) + "/stat").c_str());
  auto at = line.rfind(')');  // the name may hold anything
  constexpr int blanks_before = 20;
  for (int blank = 0; blank < blanks_before && at != std::string::npos; ++blank) at = line.find(' ', at + 1);
  if (at == std::string::npos || this_boot().empty()) return std::nullopt;
  return ProcessIdentity{pid, std::strtoull(line.c_str() + at, nullptr, 10), this_boot()};
}

Duration time_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::floor<Duration>(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

Duration begin_of(std::uint64_t started) {
  const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return Duration(static_cast<Duration::rep>(started * 1000 / ticks));
}

Duration age_of(const ProcessIdentity& process) { return time_since_boot() - begin_of(process.started); }

}  // namespace acron
