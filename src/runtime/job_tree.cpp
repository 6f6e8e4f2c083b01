#include "acron/runtime/job_tree.hpp"

#include <atomic>
#include <boost/container_hash/hash.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "acron/core/config/job_parser.hpp"
#include "acron/runtime/file_safety.hpp"
#include "change_hint.hpp"
#include "job_reader.hpp"
#include "stable_read.hpp"
#include "tree_walk.hpp"

namespace acron {
namespace {

/// The stamp of a file that was never read: the same as no other.
constexpr std::size_t not_read = ~std::size_t{0};

/// What a name in the tree stood for when it was last looked at.
struct Known {
  FileVersion version;
  std::size_t defaults = 0;  // stamp of the `_defaults` files it was read with
  std::uint32_t look = 0;
  bool is_job = false;  // a good version is loaded
  bool faulty = false;
};

/// A job file that is being read.
struct Read {
  Known* known;
  std::string name;
  FileVersion version;
  std::size_t stamp;  // of its defaults
};

/// The `_defaults` that hold in one directory.
struct DefaultsHere {
  Defaults defaults;
  std::size_t stamp = 0;
  bool broken = false;  // one of them is faulty: nothing new below is read
  bool settled = true;  // none is still being written: else what lies below must not be read without it

  // Both states have stamps that no good text has, so that what was read in them is read again after them.
  void become_broken() {
    broken = true;
    boost::hash_combine(stamp, std::string("broken"));
  }
  void become_unsettled() {
    settled = false;
    boost::hash_combine(stamp, std::string("unsettled"));
  }
};

/// The `_defaults` file of one directory, as it was last read.
struct KnownDefaults {
  FileVersion version;
  std::size_t inherited = 0;
  std::uint32_t look = 0;
  DefaultsHere here;
  std::string bad_because;  // why it could not be read
};

std::string parent_of(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

Diagnostic whole_file(const std::string& name, const std::string& reason) {
  return {name.empty() ? "." : name, {}, reason, {}, 0};
}

/// Which directory a path leads to; without its times, which change with what it holds.
FileVersion version_of_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? FileVersion{status.st_dev, status.st_ino, 0, 0, 0} : FileVersion{};
}

}  // namespace

struct JobTree::State {
  std::string root;
  Duration settle{};
  Privileges privileges;
  FileSafety safety;
  ChangeHint hint;
  FileVersion root_seen;
  std::chrono::steady_clock::time_point walked;
  TreeLook last;  // without its news
  std::uint32_t looks = 0;
  std::map<std::string, Known> files;
  std::map<std::string, KnownDefaults> defaults;  // by directory
  std::atomic<bool> retry_faulty{false};

  void forget_faulty() {
    for (auto& [name, known] : files) {
      if (known.faulty) known.version = {};
    }
    for (auto& [directory, known] : defaults) {
      if (known.here.broken) known.version = {};
    }
  }
};

/// One look: compares what the walk finds with what is known.
class JobTree::Look final : public TreeVisitor {
 public:
  explicit Look(State& state) : state_(state), now_(std::chrono::system_clock::now()) { ++state_.looks; }

  void directory(const std::string& name) override {
    state_.hint.watch(state_.root + "/" + name);
    const auto parent = name.empty() ? DefaultsHere{Defaults(state_.privileges)} : in_force(parent_of(name));
    in_force_[name] = parent;
  }

  void defaults(const FoundFile& file) override {
    distrust_links(file.status);
    const std::string directory = parent_of(file.name);
    DefaultsHere& here = in_force_[directory];
    KnownDefaults& known = state_.defaults[directory];
    known.look = state_.looks;
    const FileVersion version = version_of(file.status);
    if (known.version == version && known.inherited == here.stamp) {
      here = known.here;
      return;
    }
    read_defaults(file, here, known);
  }

  void bad_defaults(const std::string& name, const std::string& reason) override {
    const std::string directory = parent_of(name);
    KnownDefaults& known = state_.defaults[directory];
    const bool is_news = known.bad_because != reason;
    known = {};
    known.look = state_.looks;
    known.bad_because = reason;
    in_force_[directory].become_broken();
    if (is_news) result_.faults.push_back(whole_file(name, reason));
  }

  void job(const FoundFile& file) override {
    ++result_.job_files;
    distrust_links(file.status);
    const DefaultsHere& here = in_force(parent_of(file.name));
    Known& known = meet(file.name);
    if (known.is_job && (here.broken || !here.settled)) result_.kept.insert(file.name);
    const FileVersion version = version_of(file.status);
    const bool as_before = known.version == version && (known.defaults == here.stamp || here.broken);
    if (as_before || !here.settled) return;
    if (here.broken)
      return refuse(known, version, here.stamp,
                    {whole_file(file.name, "waits for the _defaults above it to be mended")});
    if (!settled(file.status)) return unsettle(file.name, known);
    reader_.add(file.name, version, here.defaults);
    read_.push_back({&known, file.name, version, here.stamp});
  }

  void fault(const std::string& name, const struct stat& status, const std::string& reason) override {
    Known& known = meet(name);
    // A directory's version changes with what it holds, and that does not make the fault a new one.
    const FileVersion version =
        S_ISREG(status.st_mode) ? version_of(status) : FileVersion{status.st_dev, status.st_ino, 0, 0, 0};
    refuse_if_news(known, version, name, reason);
  }

  void duplicate(const std::string& name, const struct stat& status, const std::string& reason) override {
    if (std::exchange(meet(name).is_job, false)) result_.changes.removed.push_back(name);
    fault(name, status, reason);
  }

  void symlink() override { state_.hint.distrust(); }

  void unreadable(const std::string& name, const std::string& reason) override {
    state_.hint.distrust();
    unreadable_.push_back(name);
    Known& known = meet(name.empty() ? "." : name);
    if (!known.faulty)
      refuse(known, {}, not_read, {whole_file(name, "can't be read: " + reason + "; what was loaded from it stays")});
  }

  TreeLook finish() {
    auto jobs = reader_.finish();
    for (std::size_t i = 0; i < jobs.size(); ++i) take_up(read_[i], jobs[i]);
    std::erase_if(state_.files, [this](const auto& entry) { return is_gone(entry.first, entry.second); });
    std::erase_if(state_.defaults, [this](const auto& entry) { return entry.second.look != state_.looks; });
    for (const auto& [name, known] : state_.files) {
      result_.faulty_files += known.faulty ? 1 : 0;
      if (known.is_job && (known.faulty || known.look != state_.looks)) result_.kept.insert(name);
    }
    return std::move(result_);
  }

 private:
  const DefaultsHere& in_force(const std::string& directory) {
    const auto found = in_force_.find(directory);
    return found != in_force_.end() ? found->second : in_force_[""];
  }

  /// A file with a second name can be written under one that is not watched.
  void distrust_links(const struct stat& status) {
    if (status.st_nlink > 1) state_.hint.distrust();
  }

  Known& meet(const std::string& name) {
    Known& known = state_.files[name];
    known.look = state_.looks;
    return known;
  }

  void refuse(Known& known, const FileVersion& version, std::size_t stamp, const Diagnostics& reasons) {
    known = {version, stamp, state_.looks, known.is_job, true};
    result_.faults.insert(result_.faults.end(), reasons.begin(), reasons.end());
  }

  void take_up(const Read& read, ReadJob& job) {
    Known& known = *read.known;
    if (job.definition) {
      known = {read.version, read.stamp, state_.looks, true, false};
      result_.changes.loaded.push_back(std::move(job.definition));
    } else if (!job.error.empty()) {
      refuse_if_news(known, read.version, read.name, job.error);
    } else if (!job.faults.empty()) {
      refuse(known, read.version, read.stamp, job.faults);
    } else {
      unsettle(read.name, known);
    }
  }

  void unsettle(const std::string& name, const Known& known) {
    result_.unsettled = true;
    if (known.is_job) result_.kept.insert(name);
  }

  void refuse_if_news(Known& known, const FileVersion& version, const std::string& name, const std::string& reason) {
    if (!known.faulty || known.version != version) refuse(known, version, not_read, {whole_file(name, reason)});
  }

  void read_defaults(const FoundFile& file, DefaultsHere& here, KnownDefaults& known) {
    const Reading reading =
        settled(file.status) ? read_unchanged(state_.root + "/" + file.name, version_of(file.status)) : Reading{};
    if (!reading.error.empty()) return bad_defaults(file.name, reading.error);
    if (!reading.text) {
      result_.unsettled = true;
      return here.become_unsettled();
    }
    known = {version_of(file.status), here.stamp, state_.looks, {}, {}};
    auto with_file = here.defaults.with({file.name, *reading.text});
    if (with_file) {
      here.defaults = std::move(*with_file);
      boost::hash_combine(here.stamp, *reading.text);
    } else {
      const Diagnostics faults = with_file.error();
      result_.faults.insert(result_.faults.end(), faults.begin(), faults.end());
      here.become_broken();
    }
    known.here = here;
  }

  bool settled(const struct stat& status) {
    if (state_.settle == Duration::zero()) return true;
    // Every write sets the ctime, and unlike the mtime nobody can set it to another time.
    const auto age = now_.time_since_epoch() - std::chrono::nanoseconds(version_of(status).changed_ns);
    // A time that lies ahead of ours (another clock's, on NFS) says nothing: such a file is taken as it is.
    return age >= state_.settle || age < -std::chrono::nanoseconds(state_.settle);
  }

  bool is_gone(const std::string& name, const Known& known) {
    if (known.look == state_.looks) return false;
    for (const std::string& part : unreadable_) {
      if (part.empty() || name.starts_with(part + "/")) return false;
    }
    if (known.is_job) result_.changes.removed.push_back(name);
    return true;
  }

  State& state_;
  std::chrono::system_clock::time_point now_;
  TreeLook result_;
  std::map<std::string, DefaultsHere> in_force_;
  std::vector<std::string> unreadable_;
  JobReader reader_{state_.root};
  std::vector<Read> read_;  // what it reads, in the same order
};

JobTree::JobTree(std::string root, Duration settle, Privileges privileges) : state_(std::make_unique<State>()) {
  state_->root = std::move(root);
  state_->settle = settle;
  state_->privileges = std::move(privileges);
}

JobTree::~JobTree() = default;

std::optional<std::string> JobTree::objection() const {
  struct stat status {};
  if (::stat(state_->root.c_str(), &status) != 0) return state_->root + ": " + std::strerror(errno);
  if (!S_ISDIR(status.st_mode)) return state_->root + ": is not a directory";
  if (const auto reason = state_->safety.objection_to(status)) return state_->root + " " + *reason;
  return state_->safety.objection_to_parents_of(state_->root);
}

void JobTree::keep(const std::set<std::string>& jobs) {
  for (const std::string& job : jobs) state_->files[job].is_job = true;
}

void JobTree::retry_faulty() { state_->retry_faulty = true; }

TreeLook JobTree::look() {
  if (state_->retry_faulty.exchange(false)) state_->forget_faulty();
  state_->walked = std::chrono::steady_clock::now();
  state_->root_seen = version_of_directory(state_->root);
  state_->hint.begin_walk();
  Look look(*state_);
  walk_tree(state_->root, state_->safety, look);
  TreeLook result = look.finish();
  if (result.unsettled) state_->hint.distrust();
  state_->last = {{}, {}, false, result.job_files, result.faulty_files, result.kept};
  return result;
}

std::optional<TreeLook> JobTree::unchanged() {
  // The hint is not trusted for ever: a walk now and then finds what it might have missed.
  constexpr auto longest_trust = std::chrono::minutes(10);
  const bool trusted = std::chrono::steady_clock::now() - state_->walked < longest_trust;
  if (!trusted || state_->retry_faulty || state_->hint.may_have_changed()) return std::nullopt;
  if (version_of_directory(state_->root) != state_->root_seen) return std::nullopt;
  return state_->last;
}

}  // namespace acron
