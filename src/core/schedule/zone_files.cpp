#include "zone_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace acron {
namespace {

namespace fs = std::filesystem;

/// The largest of tzdata has less than 4 KB.
constexpr std::size_t largest_zone_file = 256 * 1024;

constexpr std::int64_t second_in_ns = 1'000'000'000;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// A file system counts its times in ticks of some milliseconds: two writes in one of them leave the same stamp.
bool is_young(std::int64_t changed_ns) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto age = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - changed_ns;
  return age >= 0 && age < second_in_ns;
}

ZoneStamp stamp_from(const struct stat& status) {
  const auto changed_ns = status.st_ctim.tv_sec * second_in_ns + status.st_ctim.tv_nsec;
  if (is_young(changed_ns)) return {};
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size), changed_ns};
}

Error failure(int number) { return {std::string{"can't be read: "} + std::strerror(number)}; }

Error too_large(const struct stat& status) {
  return {"is too large for a time zone file: it has " + std::to_string(status.st_size) + " bytes, at most " +
          std::to_string(largest_zone_file) + " are read"};
}

ZoneFile unreadable(int number) { return {{}, number == ENOENT || number == ENOTDIR, {}, failure(number)}; }

/// All of it, or as much as no zone file has; none, and errno, where it can't be read.
std::optional<std::string> content_of(int descriptor) {
  std::string bytes;
  std::array<char, 8192> block{};
  while (bytes.size() <= largest_zone_file) {
    const auto count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    bytes.append(block.data(), static_cast<std::size_t>(count));
  }
  return bytes;
}

/// Zones begin with a capital; beside them are tables (`zone.tab`) and links to other zones (`localtime`).
bool looks_like_zone(const std::string& name) {
  return name.front() >= 'A' && name.front() <= 'Z' && name.find('.') == std::string::npos && name != "Factory" &&
         name != "SECURITY";
}

/// The third column of zone1970.tab: what tzselect(8) offers.
std::set<std::string, std::less<>> recommended_names() {
  const Descriptor file{::open((std::string{zone_directory} + "zone1970.tab").c_str(), O_RDONLY | O_CLOEXEC)};
  const auto content = file.number() < 0 ? std::nullopt : content_of(file.number());
  std::set<std::string, std::less<>> names;
  for (std::string_view text = content ? *content : std::string_view{}; !text.empty();) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto coordinates = line.find('\t');
    const auto name = coordinates == std::string_view::npos ? coordinates : line.find('\t', coordinates + 1);
    if (line.starts_with('#') || name == std::string_view::npos) continue;
    names.emplace(line.substr(name + 1, line.find('\t', name + 1) - name - 1));
  }
  return names;
}

}  // namespace

ZoneStamp stamp_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? stamp_from(status) : ZoneStamp{};
}

ZoneFile read_zone_file(const std::string& path) {
  // Without O_NONBLOCK, a pipe would keep us for ever.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (file.number() < 0) return unreadable(errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return unreadable(errno);
  if (S_ISDIR(status.st_mode)) return {{}, true, {}, failure(EISDIR)};
  if (!S_ISREG(status.st_mode)) return {{}, false, {}, Error{"is no regular file"}};
  const auto bytes = content_of(file.number());
  if (!bytes) return unreadable(errno);
  if (bytes->size() > largest_zone_file) return {stamp_from(status), false, {}, too_large(status)};
  return {stamp_from(status), false, *bytes, parse_tzif(*bytes)};
}

bool is_mounted_over(const std::string& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, 0, &status) != 0) return false;
  return (status.stx_attributes_mask & status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  std::error_code ec;
  const fs::path top{zone_directory};
  for (fs::recursive_directory_iterator entry{top, ec}, end; !ec && entry != end; entry.increment(ec)) {
    const auto name = entry->path().string().substr(zone_directory.size());
    std::error_code unknown;
    // Not `posix` and `right`, which hold all of them again.
    if (entry->is_directory(unknown) && !looks_like_zone(name)) entry.disable_recursion_pending();
    if (looks_like_zone(name) && entry->is_regular_file(unknown)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> zone_names_by_use() {
  auto names = zone_names();
  const auto recommended = recommended_names();
  std::stable_partition(names.begin(), names.end(), [&](const auto& name) { return recommended.contains(name); });
  return names;
}

}  // namespace acron
