#include "overflow.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

namespace acron {
namespace {

struct Place {
  const char* directory;
  std::uint64_t room;
};
constexpr std::array<Place, 2> places{
    {{"/var/tmp", std::numeric_limits<std::uint64_t>::max()}, {"/tmp", std::uint64_t{64} * 1024 * 1024}}};
constexpr std::size_t block_size = 64 * 1024;

/// Gone with its descriptor. Not every file system knows O_TMPFILE (open(2)).
Descriptor open_nameless(const std::string& directory) {
  Descriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
  std::string name = directory + "/acron-XXXXXX";
  file = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (file) ::unlink(name.c_str());
  return file;
}

}  // namespace

Overflow::Overflow(const std::vector<int>& descriptors, std::string failure) : failure_(std::move(failure)) {
  for (const int descriptor : descriptors) {
    struct stat status {};
    const bool is_known = ::fstat(descriptor, &status) == 0;
    const auto size = is_known ? static_cast<std::uint64_t>(status.st_size) : 0;
    const auto room = places.at(std::min(next_place_++, places.size() - 1)).room;
    files_.push_back({Descriptor(descriptor), size, room - std::min(room, size)});
  }
}

std::size_t Overflow::append(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && failure_.empty()) {
    if (!files_.empty()) taken += write(files_.back(), bytes.substr(taken));
    if (taken < bytes.size() && !open_next()) failure_ = std::strerror(errno);
  }
  return taken;
}

/// Leaves the reason in errno when there is no further place.
bool Overflow::open_next() {
  if (files_.empty()) errno = ENOSPC;
  while (next_place_ < places.size()) {
    const Place& place = places.at(next_place_++);
    if (Descriptor file = open_nameless(place.directory)) {
      files_.push_back({std::move(file), 0, place.room});
      return true;
    }
  }
  return false;
}

std::size_t Overflow::write(File& file, std::string_view bytes) {
  std::size_t taken = 0;
  const std::size_t wanted = std::min<std::uint64_t>(bytes.size(), file.room);
  errno = ENOSPC;  // should there be no room
  while (taken < wanted) {
    const ssize_t written = ::write(file.descriptor.number(), bytes.data() + taken, wanted - taken);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    taken += static_cast<std::size_t>(written);
  }
  file.size += taken;
  file.room -= taken;
  return taken;
}

std::string Overflow::read_at(std::uint64_t offset) const {
  for (const File& file : files_) {
    if (offset >= file.size) {
      offset -= file.size;
      continue;
    }
    std::string block(std::min<std::uint64_t>(block_size, file.size - offset), '\0');
    ssize_t got = -1;
    do {
      got = ::pread(file.descriptor.number(), block.data(), block.size(), static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    block.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return block;
  }
  return {};
}

std::uint64_t Overflow::size() const {
  std::uint64_t size = 0;
  for (const File& file : files_) size += file.size;
  return size;
}

std::vector<int> Overflow::descriptors() const {
  std::vector<int> all;
  for (const File& file : files_) all.push_back(file.descriptor.number());
  return all;
}

}  // namespace acron
