#include "tree_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/container_hash/hash.hpp>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <unordered_set>
#include <utility>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t deepest = 64;  // directories below each other; a tree of jobs is no maze
constexpr std::string_view defaults_name = "_defaults";

using Identity = std::pair<dev_t, ino_t>;
Identity identity_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

class Walk {
 public:
  Walk(const std::string& root, const FileSafety& safety, TreeVisitor& visitor)
      : root_(root), safety_(safety), visitor_(visitor) {}

  void run() {
    enter(AT_FDCWD, root_.c_str(), "", 0);
    while (!links_.empty()) {
      // By name: of two links to one file every machine must take the same, whatever its file system says first.
      const auto link = links_.extract(links_.begin());
      follow({std::move(link.key()), link.mapped()});
    }
  }

 private:
  struct Link {
    std::string name;
    std::size_t depth;
  };

  void enter(int parent, const char* entry, const std::string& name, std::size_t depth) {
    const int descriptor = ::openat(parent, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
      if (errno != ENOENT || name.empty()) visitor_.unreadable(name, std::strerror(errno));
      return;
    }
    const Directory directory(::fdopendir(descriptor), ::closedir);
    struct stat status {};
    ::fstat(descriptor, &status);
    if (const auto objection = safety_.objection_to(status)) return refuse_all_below(name, status, *objection);
    if (!directories_.insert(identity_of(status)).second) {
      return visitor_.fault(name, status, "is a directory that is read already under another name");
    }
    visitor_.directory(name);
    read(directory.get(), name, depth);
  }

  /// What was loaded from there while it was good stays.
  void refuse_all_below(const std::string& name, const struct stat& status, const std::string& reason) {
    visitor_.fault(name, status, reason);
    visitor_.unreadable(name, reason);
  }

  void read(DIR* directory, const std::string& name, std::size_t depth) {
    const std::string prefix = name.empty() ? "" : name + "/";
    const int descriptor = ::dirfd(directory);
    look_for_defaults(descriptor, prefix + std::string(defaults_name));
    for (errno = 0; const dirent* entry = ::readdir(directory); errno = 0) {
      const std::string_view entry_name = entry->d_name;
      if (entry_name == defaults_name || is_ignored_name(entry_name)) continue;
      look_at(descriptor, *entry, prefix + entry->d_name, depth);
    }
    if (errno != 0) visitor_.unreadable(name, std::strerror(errno));
  }

  /// Jobs must never run without what their `_defaults` would have said: only ENOENT means that there is none.
  void look_for_defaults(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, defaults_name.data(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) visitor_.bad_defaults(name, std::string("can't be read: ") + std::strerror(errno));
      return;
    }
    if (S_ISLNK(status.st_mode)) {
      visitor_.symlink();
      if (::fstatat(directory, defaults_name.data(), &status, 0) != 0) {
        return visitor_.bad_defaults(name, std::string("is a symlink to nothing: ") + std::strerror(errno));
      }
      if (const auto objection = safety_.objection_to_parents_of(root_ + "/" + name)) {
        return visitor_.bad_defaults(name, "is a symlink to a place that can't be trusted: " + *objection);
      }
    }
    if (!S_ISREG(status.st_mode)) return visitor_.bad_defaults(name, "is not a regular file");
    if (const auto objection = safety_.objection_to(status)) return visitor_.bad_defaults(name, *objection);
    visitor_.defaults({name, status});
  }

  void look_at(int directory, const dirent& entry, const std::string& name, std::size_t depth) {
    if (entry.d_type == DT_LNK) return static_cast<void>(links_.emplace(name, depth));
    struct stat status {};
    if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) visitor_.unreadable(name, std::strerror(errno));
      return;
    }
    if (S_ISLNK(status.st_mode)) return static_cast<void>(links_.emplace(name, depth));
    found(directory, entry.d_name, name, status, depth);
  }

  void found(int directory, const char* entry, const std::string& name, const struct stat& status, std::size_t depth) {
    if (S_ISDIR(status.st_mode)) {
      if (depth < deepest) return enter(directory, entry, name, depth + 1);
      return visitor_.fault(name, status,
                            "lies deeper than " + std::to_string(deepest) + " directories; nothing below it is read");
    }
    if (!S_ISREG(status.st_mode)) return visitor_.fault(name, status, "is not a regular file");
    if (const auto objection = safety_.objection_to(status)) return visitor_.fault(name, status, *objection);
    if (!is_utf8(name)) return visitor_.fault(name, status, "has a name that is not UTF-8; rename it");
    files_.insert(identity_of(status));
    visitor_.job({name, status});
  }

  void follow(const Link& link) {
    visitor_.symlink();
    const std::string path = root_ + "/" + link.name;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      const std::string reason =
          errno == ELOOP ? "is a symlink loop" : std::string("is a symlink to nothing: ") + std::strerror(errno);
      return refuse_all_below(link.name, status, reason);
    }
    if (const auto objection = safety_.objection_to_parents_of(path)) {
      return refuse_all_below(link.name, status, "is a symlink to a place that can't be trusted: " + *objection);
    }
    if (S_ISREG(status.st_mode) && is_read_already(identity_of(status))) {
      return visitor_.duplicate(link.name, status, "is a symlink to a file that is read already under another name");
    }
    found(AT_FDCWD, path.c_str(), link.name, status, link.depth);
  }

  bool is_read_already(const Identity& file) const { return files_.find(file) != files_.end(); }

  std::string root_;
  const FileSafety& safety_;
  TreeVisitor& visitor_;
  std::map<std::string, std::size_t> links_;  // names and depths, still to be followed
  std::set<Identity> directories_;
  std::unordered_set<Identity, boost::hash<Identity>> files_;
};

}  // namespace

FileVersion version_of(const struct stat& status) {
  constexpr std::int64_t second = 1'000'000'000;
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec * second + status.st_mtim.tv_nsec,
          status.st_ctim.tv_sec * second + status.st_ctim.tv_nsec};
}

void walk_tree(const std::string& root, const FileSafety& safety, TreeVisitor& visitor) {
  Walk(root, safety, visitor).run();
}

bool is_ignored_name(std::string_view name) {
  using namespace std::string_view_literals;
  static constexpr std::array endings{"~"sv,    ".bak"sv,     ".swp"sv,    ".tmp"sv,    ".orig"sv,
                                      ".rej"sv, ".rpmsave"sv, ".rpmnew"sv, ".rpmorig"sv};
  if (name.starts_with('.') || (name.size() > 1 && name.starts_with('#') && name.ends_with('#'))) return true;
  if (name.find(".dpkg-") != std::string_view::npos) return true;
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace acron
