#include "acron/runtime/files/trusted_path.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "permission_digits.hpp"

namespace acron {
namespace {

constexpr int most_links = 40;  // as the kernel, path_resolution(7)

WalkFault fault_at(const std::string& path) { return {errno, path + ": " + std::strerror(errno)}; }

class PathWalk {
 public:
  explicit PathWalk(const WalkRules& rules) : rules_(rules) {}

  boost::system::result<WalkedPath, WalkFault> to(const std::string& path) {
    put_ahead(path);
    if (auto fault = start()) return *std::move(fault);
    while (!ahead_.empty()) {
      const std::string name = std::move(ahead_.back());
      ahead_.pop_back();
      if (name == ".") continue;
      if (name == "..") {
        if (passed_.size() > 1) passed_.pop_back();
        continue;
      }
      const bool is_last = ahead_.empty();
      if (is_last && (!rules_.follow_last || !is_link(name))) return end_at(name);
      if (auto fault = enter(name)) return *std::move(fault);
    }
    return end_at(".");
  }

 private:
  /// A directory that was walked through.
  struct Step {
    Descriptor directory;
    std::string path;  // empty: the root
    bool is_shared = false;
  };

  std::optional<WalkFault> start() {
    Descriptor root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    struct stat status {};
    if (!root || ::fstat(root.number(), &status) != 0) return fault_at("/");
    // Whoever owns the root could put anything anywhere. In a user namespace that is not root, but a user without a
    // number in it.
    owner_of_root_ = status.st_uid;
    return pass(std::move(root), "");
  }

  WalkedPath end_at(const std::string& name) {
    Step& last = passed_.back();
    std::string path = name != "." ? last.path + "/" + name : last.path.empty() ? "/" : last.path;
    return {std::move(last.directory), name, std::move(path), last.is_shared, std::move(link_owners_)};
  }

  std::optional<WalkFault> enter(const std::string& name) {
    // O_DIRECTORY has an automounter mount what is to be there.
    Descriptor next(::openat(here(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    std::string path = passed_.back().path + "/" + name;
    if (next) return pass(std::move(next), std::move(path));
    if (errno != ENOTDIR && errno != ELOOP) return fault_at(path);
    return follow(name, path);
  }

  std::optional<WalkFault> pass(Descriptor directory, std::string path) {
    struct stat status {};
    if (::fstat(directory.number(), &status) != 0) return fault_at(path);
    if (!rules_.allow_procfs && is_on_procfs(directory.number())) return through_procfs();
    if (rules_.strict) {
      if (const auto objection = objection_to(status))
        return WalkFault{0, (path.empty() ? "/" : path) + " " + *objection};
    }
    passed_.push_back({std::move(directory), std::move(path), (status.st_mode & (S_IWGRP | S_IWOTH)) != 0});
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> objection_to(const struct stat& status) const {
    if (status.st_uid != 0 && status.st_uid != owner_of_root_)
      return "is owned by uid " + std::to_string(status.st_uid) +
             ", who could put another file in the place of this one; chown it to root";
    const mode_t others = rules_.allow_group ? S_IWOTH : S_IWGRP | S_IWOTH;
    if ((status.st_mode & S_ISVTX) == 0 && (status.st_mode & others) != 0)
      return "can be written by others (mode " + permission_digits(status.st_mode) + "); chmod go-w it";
    return std::nullopt;
  }

  /// The link is opened, so that its text is that of the one that was judged.
  std::optional<WalkFault> follow(const std::string& name, const std::string& path) {
    const Descriptor link(::openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!link || ::fstat(link.number(), &status) != 0) return fault_at(path);
    errno = ENOTDIR;
    if (!S_ISLNK(status.st_mode)) return fault_at(path);
    errno = ELOOP;
    if (++links_ > most_links) return fault_at(path);
    if (rules_.strict && passed_.back().is_shared)
      return WalkFault{0, path + " is a symlink in a directory that others can write; name the place it leads to"};
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(link.number(), "", target.data(), target.size());
    if (size <= 0) return fault_at(path);
    const std::string_view text(target.data(), static_cast<std::size_t>(size));
    if (text.front() == '/') passed_.resize(1);
    put_ahead(text);
    if (status.st_uid != 0 && status.st_uid != owner_of_root_) link_owners_.push_back(status.st_uid);
    return std::nullopt;
  }

  [[nodiscard]] bool is_link(const std::string& name) const {
    struct stat status {};
    return ::fstatat(here(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
  }

  [[nodiscard]] int here() const { return passed_.back().directory.number(); }

  void put_ahead(std::string_view path) {
    while (!path.empty()) {
      const std::size_t slash = path.rfind('/');
      const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
      if (!name.empty()) ahead_.emplace_back(name);
      path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
  }

  const WalkRules& rules_;
  uid_t owner_of_root_ = 0;
  std::vector<Step> passed_;        // from the root to where we are
  std::vector<std::string> ahead_;  // names still to go, the next one last
  int links_ = 0;
  std::vector<uid_t> link_owners_;
};

}  // namespace

bool is_on_procfs(int descriptor) {
  struct statfs system {};
  return ::fstatfs(descriptor, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

WalkFault through_procfs() {
  return {wrong_file, "leads through procfs (/proc), which would show files of acron itself; name the place it means"};
}

boost::system::result<WalkedPath, WalkFault> walk_to(const std::string& path, const WalkRules& rules) {
  return PathWalk(rules).to(path);
}

std::optional<std::string> objection_to_procfs(const std::string& directory) {
  const auto end = walk_to(directory, {.strict = false, .follow_last = true, .allow_procfs = false});
  if (end || end.error().error != wrong_file) return std::nullopt;
  return directory + " " + end.error().reason;
}

std::optional<std::string> objection_to_place_of(const std::string& directory) {
  if (::geteuid() != 0) return std::nullopt;
  std::error_code ec;  // the caller learns by itself what is wrong with such a name
  const std::string path = std::filesystem::absolute(directory, ec).string();
  const auto end = walk_to(path, {.follow_last = true, .allow_group = true});
  if (end || end.error().error != 0) return std::nullopt;
  return end.error().reason;
}

}  // namespace acron
