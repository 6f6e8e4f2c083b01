#include "acron/runtime/tree/job_tree.hpp"

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "acron/core/at_or_above.hpp"
#include "acron/core/config/job_file_names.hpp"
#include "acron/core/config/job_parser.hpp"
#include "job_reader.hpp"
#include "known_tree.hpp"
#include "stable_read.hpp"

namespace acron {
namespace {

std::string parent_of(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

Diagnostic whole_file(const std::string& name, const std::string& reason) {
  return {name.empty() ? "." : name, {}, reason, {}, 0};
}

}  // namespace

/// One look: compares what the walk finds with what is known.
class JobTree::Look final : public TreeVisitor {
 public:
  Look(State& state, bool demanded) : state_(state), now_(std::chrono::system_clock::now()), demanded_(demanded) {
    ++state_.looks;
    state_.ignores.begin_walk();
  }

  void directory(const std::string& name, int descriptor) override {
    state_.hint.watch(descriptor);
    const auto parent = name.empty() ? DefaultsHere{Defaults(state_.privileges)} : in_force(parent_of(name));
    in_force_[name] = parent;
  }

  bool accepts(const std::string& name, const std::string& objection) override {
    if (state_.untrusted == Untrusted::refused) return false;
    result_.distrusted.push_back({name, objection});
    return true;
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
    in_force_[directory].become_broken(name);
    if (is_news) result_.faults.push_back(whole_file(name, reason));
  }

  void ignore(const FoundFile& file) override {
    distrust_links(file.status);
    heed(file.name, state_.ignores.found(file, settled(file.name, file.status), state_.read_safety));
  }

  void bad_ignore(const std::string& name, const std::string& reason) override {
    heed(name, state_.ignores.refused(name, reason));
  }

  [[nodiscard]] bool ignores(const std::string& name, bool is_directory) const override {
    return state_.ignores.name(name, is_directory);
  }

  void left_out(const std::string& name, std::string_view reason) override {
    result_.left_out.emplace(name, reason);
    result_.switched_off.add(name);
    if (const auto meant = special_name_meant(name.substr(name.rfind('/') + 1)); !meant.empty()) misname(name, meant);
  }

  void job(const FoundFile& file) override {
    ++result_.job_files;
    distrust_links(file.status);
    const DefaultsHere& here = in_force(parent_of(file.name));
    Known& known = meet(file.name);
    if (!known.is_job) result_.switched_off.keep(file.name, state_.last.switched_off);
    const bool is_broken = !here.broken_by.empty();
    if (known.is_job && (is_broken || !here.settled)) result_.kept.insert(file.name);
    if (!known.rests_because.empty()) let_rest(file.name, known.rests_because);
    const FileVersion version = version_of(file.status);
    const bool as_before = known.version == version && (known.defaults == here.stamp || is_broken);
    if (as_before || !here.settled) return;
    if (is_broken) return have_wait(file.name, known, version, here);
    if (!settled(file.name, file.status)) return unsettle(file.name, known);
    reader_.add(file, here.defaults);
    read_.push_back({&known, file.name, version, here.stamp});
  }

  void fault(const std::string& name, const struct stat& status, const std::string& reason) override {
    // A directory's version changes with what it holds, and that does not make the fault a new one.
    const FileVersion version =
        S_ISREG(status.st_mode) ? version_of(status) : FileVersion{status.st_dev, status.st_ino, 0, 0, 0};
    refuse_if_news(meet(name), version, name, reason);
  }

  void duplicate(const std::string& name, const struct stat& status, const std::string& reason) override {
    if (std::exchange(meet(name).is_job, false)) result_.changes.removed.push_back(name);
    fault(name, status, reason);
  }

  void symlink() override { state_.hint.distrust(); }

  void unreadable(const std::string& name, const std::string& reason) override {
    hidden(name);
    refuse_if_news(meet(name), {}, name, "can't be read: " + reason);
  }

  void unsettled(const std::string& name) override {
    hidden(name);
    unsettle(name, meet(name));
  }

  void hidden(const std::string& name) override {
    state_.hint.distrust();
    hidden_.push_back(name);
  }

  TreeLook finish() {
    auto jobs = reader_.finish();
    for (std::size_t i = 0; i < jobs.size(); ++i) take_up(read_[i], jobs[i]);
    tell_who_waits();
    forget_resting_beside_active();
    keep_what_vanished();
    std::erase_if(state_.files, [this](const auto& entry) { return is_given_up(entry.first, entry.second); });
    state_.ignores.end_walk();
    state_.misnamed = std::move(misnamed_);
    std::erase_if(state_.defaults, [this](const auto& entry) { return entry.second.look != state_.looks; });
    std::erase_if(state_.empty, [this](const auto& entry) { return entry.second.look != state_.looks; });
    for (const auto& [name, known] : state_.files) {
      result_.faulty_files += known.faulty ? 1 : 0;
      if (known.is_job && (known.faulty || known.look != state_.looks)) result_.kept.insert(name);
    }
    result_.missing = state_.vanished.missing();
    return std::move(result_);
  }

 private:
  /// A job file that is being read.
  struct Read {
    Known* known;
    std::string name;
    FileVersion version;
    std::size_t stamp;  // of its defaults
  };

  /// While an `_ignore` is faulty or still being written, nothing below it is read, as with a `_defaults`.
  void heed(const std::string& file, const IgnoreFiles::Answer& answer) {
    DefaultsHere& here = in_force_[parent_of(file)];
    result_.faults.insert(result_.faults.end(), answer.news.begin(), answer.news.end());
    if (answer.standing == IgnoreFiles::Standing::broken) here.become_broken(file);
    if (answer.standing != IgnoreFiles::Standing::unsettled) return;
    result_.unsettled = true;
    here.become_unsettled();
  }

  void misname(const std::string& name, std::string_view meant) {
    misnamed_.insert(name);
    if (state_.misnamed.count(name) > 0) return;
    result_.faults.push_back(
        whole_file(name, "is left out, so nothing that it says counts; did you mean '" + std::string(meant) + "'?"));
    result_.faults.back().is_warning = true;
  }

  const DefaultsHere& in_force(const std::string& directory) {
    const auto found = in_force_.find(directory);
    return found != in_force_.end() ? found->second : in_force_[""];
  }

  /// A file with a second name can be written under one that is not watched.
  void distrust_links(const struct stat& status) {
    if (status.st_nlink > 1) state_.hint.distrust();
  }

  Known& meet(const std::string& name) {
    Known& known = state_.files[name.empty() ? "." : name];
    known.look = state_.looks;
    return known;
  }

  void have_wait(const std::string& name, Known& known, const FileVersion& version, const DefaultsHere& here) {
    // One that an earlier tree kept is no news: which version of its file was loaded is not known.
    if (known.is_job && known.version == FileVersion{}) {
      known.version = version;
      known.defaults = not_read;
      return;
    }
    refuse(known, version, here.stamp, {});
    waiting_[here.broken_by].push_back(name);
  }

  /// A line for each would bury the one that tells what is wrong.
  void tell_who_waits() {
    constexpr std::size_t few = 3;
    for (const auto& [defaults, jobs] : waiting_) {
      if (jobs.size() > few) {
        result_.faults.push_back(
            whole_file(defaults, std::to_string(jobs.size()) + " job files below it wait for it to be mended"));
        continue;
      }
      for (const std::string& job : jobs)
        result_.faults.push_back(whole_file(job, "waits for " + defaults + " above it to be mended"));
    }
  }

  void refuse(Known& known, const FileVersion& version, std::size_t stamp, const Diagnostics& reasons) {
    known = {version, stamp, state_.looks, known.is_job, true};
    result_.faults.insert(result_.faults.end(), reasons.begin(), reasons.end());
  }

  void take_up(const Read& read, ReadJob& job) {
    Known& known = *read.known;
    if (state_.keeps_texts && job.error.empty()) result_.texts.emplace(read.name, std::move(job.text));
    result_.left_out.erase(read.name);
    if (!job.rests_because.empty()) {
      if (known.is_job) result_.changes.removed.push_back(read.name);
      known = {read.version, read.stamp, state_.looks};
      known.rests_because = std::move(job.rests_because);
      let_rest(read.name, known.rests_because);
    } else if (job.definition) {
      known = {read.version, read.stamp, state_.looks, true};
      result_.changes.loaded.push_back(std::move(job.definition));
      result_.switched_off.forget(read.name);
    } else if (!job.error.empty()) {
      refuse_if_news(known, read.version, read.name, job.error);
    } else if (!job.faults.empty()) {
      refuse(known, read.version, read.stamp, job.faults);
    } else {
      unsettle(read.name, known);
    }
  }

  void let_rest(const std::string& name, const std::string& reason) {
    result_.left_out.insert_or_assign(name, reason);
    result_.switched_off.add(name, reason);
  }

  void unsettle(const std::string& name, const Known& known) {
    result_.unsettled = true;
    unsettled_.insert(name);
    if (known.is_job) result_.kept.insert(name);
  }

  void refuse_if_news(Known& known, const FileVersion& version, const std::string& name, const std::string& reason) {
    const std::size_t because = std::hash<std::string>{}(reason);
    if (known.faulty && known.version == version && known.because == because) return;
    refuse(known, version, not_read, {whole_file(name, reason)});
    known.because = because;
  }

  void read_defaults(const FoundFile& file, DefaultsHere& here, KnownDefaults& known) {
    const Reading reading = settled(file.name, file.status)
                                ? read_unchanged(file.place, version_of(file.status), state_.read_safety)
                                : Reading{};
    if (!reading.error.empty()) return bad_defaults(file.name, reading.error);
    if (!reading.text) {
      result_.unsettled = true;
      return here.become_unsettled();
    }
    known = {version_of(file.status), here.stamp, state_.looks, {}, {}};
    if (state_.keeps_texts) result_.texts.emplace(file.name, *reading.text);
    auto with_file = here.defaults.with({file.name, *reading.text});
    if (with_file) {
      here.defaults = std::move(*with_file);
      boost::hash_combine(here.stamp, *reading.text);
    } else {
      const Diagnostics faults = with_file.error();
      result_.faults.insert(result_.faults.end(), faults.begin(), faults.end());
      here.become_broken(file.name);
    }
    known.here = here;
  }

  /// While a file system empties a file, its size may be 0 a moment before its times tell so: nothing is believed to be
  /// empty at the first look.
  bool has_been_empty(const std::string& name, const struct stat& status) {
    Emptiness& empty = state_.empty[name];
    empty.look = state_.looks;
    return std::exchange(empty.version, version_of(status)) == version_of(status);
  }

  bool settled(const std::string& name, const struct stat& status) {
    if (state_.settle == Duration::zero()) return true;
    if (status.st_size == 0 && !has_been_empty(name, status)) return false;
    // Every write sets the ctime, and unlike the mtime nobody can set it to another time.
    const auto age = now_.time_since_epoch() - std::chrono::nanoseconds(version_of(status).changed_ns);
    // A time that lies ahead of ours (another clock's, on NFS) says nothing: such a file is taken as it is.
    return age >= state_.settle || age < -std::chrono::nanoseconds(state_.settle);
  }

  [[nodiscard]] bool is_gone(const std::string& name, const Known& known) const {
    return known.look != state_.looks && std::none_of(hidden_.begin(), hidden_.end(), [&](const std::string& part) {
             return part.empty() || name.starts_with(part + "/");
           });
  }

  /// `a.disabled` beside `a` says nothing of `a`, nor `web.off` of the jobs in `web`. What rested until now does so
  /// until it is loaded.
  void forget_resting_beside_active() {
    const auto names = result_.switched_off.names();
    for (const auto& [name, by] : names) {
      if (has_active(name, !state_.last.switched_off.includes(name))) result_.switched_off.forget(name);
    }
  }

  [[nodiscard]] bool has_active(const std::string& name, bool unloaded_too) const {
    const auto is_active = [&](const auto& entry) {
      const Known& known = entry.second;
      return known.look == state_.looks && known.rests_because.empty() && (known.is_job || unloaded_too);
    };
    const auto own = state_.files.find(name);
    if (own != state_.files.end() && is_active(*own)) return true;
    for (auto below = state_.files.lower_bound(name + "/"); below != state_.files.end(); ++below) {
      if (!is_below(below->first, name)) return false;
      if (is_active(*below)) return true;
    }
    return false;
  }

  /// Its absence is meant: its file is there, under a name that is left out.
  [[nodiscard]] bool is_left_out(const std::string& job) const {
    return result_.switched_off.includes(job) || find_at_or_above(result_.left_out, job) != result_.left_out.end();
  }

  void keep_what_vanished() {
    if (demanded_) return state_.vanished.forget();
    const bool misses_jobs = std::any_of(state_.files.begin(), state_.files.end(), [this](const auto& entry) {
      return entry.second.is_job && is_gone(entry.first, entry.second);
    });
    if (!misses_jobs && !state_.vanished.any()) return;
    Census census, settled_only;
    for (const auto& [name, known] : state_.files) {
      // What was given a name that rests, or is ignored now, is where somebody wanted it.
      // Of what vanished and is now out of sight, nothing says that it is back.
      const bool vanished_unseen = known.look != state_.looks && state_.vanished.keeps(name);
      const bool gone = (is_gone(name, known) || vanished_unseen) && !is_left_out(name);
      if (gone && known.is_job) {
        census.gone(name);
        settled_only.gone(name);
      }
      if (gone || (!known.is_job && known.faulty)) continue;
      census.there(name);
      if (known.is_job || unsettled_.count(name) == 0) settled_only.there(name);
    }
    // A file that is still being written may turn out to be no job: what it replaces stays until that is known.
    if (const auto* emptied = settled_only.emptied(); emptied != nullptr && census.emptied() == nullptr) {
      undecided_ = *emptied;
      return;
    }
    state_.vanished.update(census, std::chrono::steady_clock::now(), state_.patience, result_);
  }

  bool is_given_up(const std::string& name, const Known& known) {
    if (!is_gone(name, known)) return false;
    const bool is_kept = state_.vanished.keeps(name) || (undecided_ && is_below(name, *undecided_));
    if (known.is_job && is_kept && !is_left_out(name)) return false;
    if (known.is_job) result_.changes.removed.push_back(name);
    return true;
  }

  State& state_;
  std::chrono::system_clock::time_point now_;
  bool demanded_;
  TreeLook result_;
  std::map<std::string, DefaultsHere> in_force_;
  std::map<std::string, std::vector<std::string>> waiting_;  // new job files, by the file above that is faulty
  std::vector<std::string> hidden_;                          // of what lies below these nothing is known
  std::set<std::string> unsettled_;
  std::set<std::string> misnamed_;
  std::optional<std::string> undecided_;  // a directory that may have been emptied
  JobReader reader_{state_.read_safety, state_.keeps_texts};
  std::vector<Read> read_;  // what it reads, in the same order
};

JobTree::JobTree(std::string root, Duration settle, Privileges privileges, Untrusted untrusted)
    : state_(std::make_unique<State>()) {
  state_->root = std::move(root);
  state_->settle = settle;
  state_->privileges = std::move(privileges);
  state_->untrusted = untrusted;
  if (untrusted == Untrusted::obeyed) state_->safety = FileSafety(false);
  if (untrusted != Untrusted::refused) state_->read_safety = FileSafety(false);
}

JobTree::~JobTree() = default;

std::optional<std::string> JobTree::objection() const {
  if (auto missing = root_at(state_->root, FileSafety(false)).objection) return missing;
  if (state_->untrusted != Untrusted::refused) return std::nullopt;
  auto distrust = root_at(state_->root, state_->safety).objection;
  if (distrust) *distrust += ", or start acron with --trust-tree, which obeys whoever can write there";
  return distrust;
}

void JobTree::keep(const std::set<std::string>& jobs, const std::vector<MissingJobs>& missing) {
  for (const std::string& job : jobs) state_->files[job].is_job = true;
  state_->vanished.restore(missing);
}

void JobTree::keep_vanished_for(Duration patience) { state_->patience = patience; }

void JobTree::keep_texts() { state_->keeps_texts = true; }

void JobTree::retry_faulty() { state_->retry_faulty = true; }

TreeLook JobTree::look(bool demanded) {
  if (state_->retry_faulty.exchange(false)) state_->forget_faulty();
  state_->walked = std::chrono::steady_clock::now();
  state_->root_seen = root_at(state_->root, state_->safety);
  state_->hint.begin_walk();
  Look look(*state_, demanded);
  walk_tree(state_->root, state_->safety, look);
  TreeLook result = look.finish();
  if (result.unsettled) state_->hint.distrust();
  state_->last = {};
  state_->last.job_files = result.job_files;
  state_->last.faulty_files = result.faulty_files;
  state_->last.kept = result.kept;
  state_->last.missing = result.missing;
  state_->last.switched_off = result.switched_off;
  return result;
}

std::optional<TreeLook> JobTree::unchanged() {
  // The hint is not trusted for ever: a walk now and then finds what it might have missed.
  constexpr auto longest_trust = std::chrono::minutes(10);
  const auto now = std::chrono::steady_clock::now();
  if (now - state_->walked >= longest_trust || state_->vanished.is_due(now)) return std::nullopt;
  if (state_->retry_faulty || state_->hint.may_have_changed()) return std::nullopt;
  // No event tells of the directories above the tree.
  if (root_at(state_->root, state_->safety) != state_->root_seen) return std::nullopt;
  return state_->last;
}

}  // namespace acron
