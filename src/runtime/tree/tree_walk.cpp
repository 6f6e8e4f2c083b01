#include "tree_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "acron/core/config/job_file_names.hpp"
#include "acron/core/text.hpp"
#include "acron/runtime/files/trusted_path.hpp"

namespace acron {
namespace {

constexpr const char* foreign_hard_link =
    "has a second name, and not everybody may read it: whoever can write this directory may have linked it here; it is "
    "not read";
constexpr const char* not_theirs = " to what is not that user's; it is not followed";
constexpr std::size_t deepest_directory = 64;  // directories below each other; a tree of jobs is no maze

/// A file that is no job and says something of those beside it and below.
struct Special {
  const char* name;
  void (TreeVisitor::*found)(const FoundFile& file);
  void (TreeVisitor::*bad)(const std::string& name, const std::string& reason);
};
constexpr Special specials[]{{"_ignore", &TreeVisitor::ignore, &TreeVisitor::bad_ignore},
                             {"_defaults", &TreeVisitor::defaults, &TreeVisitor::bad_defaults}};

bool is_special(std::string_view name) {
  return std::any_of(std::begin(specials), std::end(specials), [&](const Special& one) { return one.name == name; });
}

using Identity = std::pair<dev_t, ino_t>;
Identity identity_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

using SharedDirectory = std::shared_ptr<const Descriptor>;
using Listing = std::unique_ptr<DIR, int (*)(DIR*)>;

WalkRules rules_of(const FileSafety& safety) { return {.strict = safety.is_strict(), .follow_last = true}; }

class TreeWalk {
 public:
  TreeWalk(const std::string& root, const FileSafety& safety, TreeVisitor& visitor)
      : root_(root), safety_(safety), rules_(rules_of(safety)), visitor_(visitor) {}

  void run() {
    const auto root = walk("", root_, "");
    if (root.has_error() && root.error().error == 0) return refuse_all_below("", {}, root.error().reason);
    if (root.has_error()) return visitor_.unreadable("", root.error().reason);
    struct stat status {};
    if (::fstatat(root->directory.number(), root->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      if (const auto user = betrayed_by(*root, status))
        return refuse_all_below("", status, root_ + " leads through a symlink of uid " + *user + not_theirs);
    }
    enter(root->directory.number(), root->name, "", 0);
    while (!links_.empty()) {
      // By name: of two links to one file every machine must take the same, whatever its file system says first.
      const auto link = links_.extract(links_.begin());
      look_at({std::move(link.key()), link.mapped()});
    }
  }

 private:
  struct Link {
    std::string name;
    std::size_t depth;
  };

  void enter(int parent, const std::string& entry, const std::string& name, std::size_t depth) {
    const auto directory = std::make_shared<const Descriptor>(
        ::openat(parent, entry.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!*directory || ::fstat(directory->number(), &status) != 0) return can_not_enter(name, errno);
    if (const auto objection = refusal(name, safety_.objection_to(status)))
      return refuse_all_below(name, status, name.empty() ? root_ + " " + *objection : *objection);
    if (!directories_.insert(identity_of(status)).second) {
      return visitor_.fault(name, status, "is a directory that is read already under another name");
    }
    visitor_.directory(name, directory->number());
    read(directory, name, depth);
  }

  /// Something else has taken its place since it was found to be a directory, perhaps only for a moment.
  void can_not_enter(const std::string& name, int error) {
    const bool is_replaced = error == ENOENT || error == ENOTDIR || error == ELOOP;
    if (is_replaced && !name.empty()) return visitor_.unsettled(name);
    visitor_.unreadable(name, (name.empty() ? root_ + ": " : "") + std::strerror(error));
  }

  /// By the rules, or without where the visitor accepts what they object to.
  boost::system::result<WalkedPath, WalkFault> walk(const std::string& name, const std::string& path,
                                                    const std::string& objection) {
    auto end = walk_to(path, rules_);
    const bool is_distrusted = end.has_error() && end.error().error == 0;
    if (is_distrusted && visitor_.accepts(name, objection + end.error().reason))
      end = walk_to(path, rules_of(FileSafety(false)));
    return end;
  }

  /// The objection, if the visitor heeds it.
  std::optional<std::string> refusal(const std::string& name, std::optional<std::string> objection) {
    if (objection && visitor_.accepts(name, *objection)) objection.reset();
    return objection;
  }

  /// What was loaded from there while it was good stays.
  void refuse_all_below(const std::string& name, const struct stat& status, const std::string& reason) {
    visitor_.fault(name, status, reason);
    visitor_.hidden(name);
  }

  void read(const SharedDirectory& directory, const std::string& name, std::size_t depth) {
    const Listing listing(::fdopendir(::fcntl(directory->number(), F_DUPFD_CLOEXEC, 0)), ::closedir);
    if (!listing) return visitor_.unreadable(name, std::strerror(errno));
    const std::string prefix = name.empty() ? "" : name + "/";
    for (const Special& special : specials) look_for(special, directory, prefix + special.name);
    for (errno = 0; const dirent* entry = ::readdir(listing.get()); errno = 0) {
      const std::string_view entry_name = entry->d_name;
      if (is_special(entry_name) || leaves_out(prefix + entry->d_name, entry_name)) continue;
      look_at(directory, *entry, prefix + entry->d_name, depth);
    }
    if (errno != 0) visitor_.unreadable(name, std::strerror(errno));
  }

  /// By its name alone: nobody asks what it is, or whose.
  bool leaves_out(const std::string& name, std::string_view entry) {
    const NameKind kind = kind_of_name(entry);
    if (kind == NameKind::hidden) return true;
    if (kind != NameKind::job) {
      visitor_.left_out(name, describe(kind));
      return true;
    }
    return is_ignored(name, false);
  }

  bool is_ignored(const std::string& name, bool is_directory) {
    if (!visitor_.ignores(name, is_directory)) return false;
    visitor_.left_out(name, "an _ignore names it");
    return true;
  }

  /// Jobs must never run without what these would have said: only ENOENT means that there is none.
  void look_for(const Special& special, const SharedDirectory& directory, const std::string& name) {
    const auto refuse = [&](const std::string& reason) { (visitor_.*special.bad)(name, reason); };
    FoundFile file{name, {}, {directory, special.name}};
    if (::fstatat(directory->number(), special.name, &file.status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) refuse(std::string("can't be read: ") + std::strerror(errno));
      return;
    }
    if (S_ISLNK(file.status.st_mode)) {
      visitor_.symlink();
      if (const auto reason = follow(file)) return refuse(*reason);
    }
    if (!S_ISREG(file.status.st_mode)) return refuse("is not a regular file");
    if (is_foreign_hard_link(file)) return refuse(foreign_hard_link);
    if (const auto objection = refusal(name, safety_.objection_to(file.status))) return refuse(*objection);
    (visitor_.*special.found)(file);
  }

  void look_at(const SharedDirectory& directory, const dirent& entry, const std::string& name, std::size_t depth) {
    if (entry.d_type == DT_LNK) return static_cast<void>(links_.emplace(name, depth));
    FoundFile file{name, {}, {directory, entry.d_name}};
    if (::fstatat(directory->number(), entry.d_name, &file.status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) visitor_.unreadable(name, std::strerror(errno));
      return;
    }
    if (S_ISLNK(file.status.st_mode)) return static_cast<void>(links_.emplace(name, depth));
    found(file, depth);
  }

  void found(const FoundFile& file, std::size_t depth) {
    const auto& [name, status, place] = file;
    if (S_ISDIR(status.st_mode)) {
      if (is_ignored(name, true)) return;
      if (depth < deepest_directory) return enter(place.directory->number(), place.entry, name, depth + 1);
      return visitor_.fault(
          name, status,
          "lies deeper than " + std::to_string(deepest_directory) + " directories; nothing below it is read");
    }
    if (!S_ISREG(status.st_mode)) return visitor_.fault(name, status, "is not a regular file");
    if (is_foreign_hard_link(file)) return visitor_.fault(name, status, foreign_hard_link);
    if (const auto objection = refusal(name, safety_.objection_to(status)))
      return visitor_.fault(name, status, *objection);
    if (!is_utf8(name)) return visitor_.fault(name, status, "has a name that is not UTF-8; rename it");
    files_.insert(identity_of(status));
    visitor_.job(file);
  }

  void look_at(const Link& link) {
    visitor_.symlink();
    FoundFile file{link.name, {}, {}};
    if (const auto reason = follow(file)) return refuse_all_below(link.name, file.status, *reason);
    if (S_ISLNK(file.status.st_mode)) return visitor_.unsettled(link.name);
    if (S_ISREG(file.status.st_mode) && is_read_already(identity_of(file.status))) {
      return visitor_.duplicate(link.name, file.status,
                                "is a symlink to a file that is read already under another name");
    }
    found(file, link.depth);
  }

  /// From the symlink of that name to what it leads to, or why not.
  std::optional<std::string> follow(FoundFile& file) {
    constexpr const char* distrust = "is a symlink to a place that can't be trusted: ";
    auto end = walk(file.name, root_ + "/" + file.name, distrust);
    if (end.has_error() && end.error().error == 0) return distrust + end.error().reason;
    if (end.has_error() && end.error().error == ELOOP) return "is a symlink loop";
    if (end.has_error()) return std::string("is a symlink to nothing: ") + std::strerror(end.error().error);
    if (::fstatat(end->directory.number(), end->name.c_str(), &file.status, AT_SYMLINK_NOFOLLOW) != 0)
      return std::string("is a symlink to nothing: ") + std::strerror(errno);
    if (const auto user = betrayed_by(*end, file.status))
      return "is a symlink of uid " + *user + ", or leads through one," + not_theirs;
    file.place = {std::make_shared<const Descriptor>(std::move(end->directory)), end->name};
    return std::nullopt;
  }

  /// The user whose symlink led to what is somebody else's: who may make a link could have root print what only root
  /// may read.
  std::optional<std::string> betrayed_by(const WalkedPath& end, const struct stat& status) const {
    if (!safety_.is_strict()) return std::nullopt;
    const auto& owners = end.link_owners;
    const auto other = std::find_if(owners.begin(), owners.end(), [&](uid_t owner) { return owner != status.st_uid; });
    return other == owners.end() ? std::nullopt : std::optional{std::to_string(*other)};
  }

  /// Where others than root can make entries, one may be a second name of a file that they can't read: to quote a line
  /// of it would show it to them.
  bool is_foreign_hard_link(const FoundFile& file) const {
    if (!safety_.is_strict() || file.status.st_nlink < 2 || (file.status.st_mode & S_IROTH) != 0) return false;
    struct stat directory {};
    if (::fstat(file.place.directory->number(), &directory) != 0) return true;
    const bool is_of_its_owner = directory.st_uid != 0 && directory.st_uid == file.status.st_uid;
    return safety_.objection_to(directory).has_value() && !is_of_its_owner;
  }

  bool is_read_already(const Identity& file) const { return files_.find(file) != files_.end(); }

  std::string root_;
  const FileSafety& safety_;
  WalkRules rules_;
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
  TreeWalk(root, safety, visitor).run();
}

TreeRoot root_at(const std::string& path, const FileSafety& safety) {
  const auto end = walk_to(path, rules_of(safety));
  if (end.has_error()) return {0, 0, end.error().reason};
  struct stat status {};
  if (::fstatat(end->directory.number(), end->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return {0, 0, end->path + ": " + std::strerror(errno)};
  if (!S_ISDIR(status.st_mode)) return {0, 0, end->path + ": is not a directory"};
  auto objection = safety.objection_to(status);
  if (objection) objection = end->path + " " + *objection;
  return {status.st_dev, status.st_ino, std::move(objection)};
}

}  // namespace acron
