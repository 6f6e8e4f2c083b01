#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/job/run.hpp"
#include "acron/core/keyed_digest.hpp"

namespace acron {

/// What the environment of a run's processes tells the next acron if this one is killed before a start is on the disk.
struct RunMark {
  RunIdentity identity;
  TimePoint tick;
  std::optional<TimeLimit> time_limit;
  Duration begun{};          // of the process: time since the boot, taken just before its start
  std::int64_t user = 0;     // its user id at the start
  std::int64_t process = 0;  // the run's first process, which is the leader of its session
};

/// The name of the variable, which stands beside ACRON_JOB and ACRON_RUN_ID.
inline constexpr std::string_view mark_variable = "ACRON_MARK";

/// A mark that is complete but for the process: only the child itself knows its pid before its program starts.
class UnsignedMark {
 public:
  /// `boot` is the machine's boot id: a mark is worth nothing after the next boot. `mark.process` does not count.
  UnsignedMark(const RunMark& mark, std::string_view boot, const DigestKey& key);

  /// Puts the process in, and the digest that binds all of it. Allocates nothing.
  void sign(std::int64_t process);
  /// `ACRON_MARK=...`; stays where it is when it is signed.
  [[nodiscard]] const std::string& line() const { return line_; }
  /// The mark and its run, for whoever finds them among others, by read_marks; of a mark that is signed.
  [[nodiscard]] const std::string& entry() const { return entry_; }

 private:
  DigestKey key_;
  std::string entry_;  // boot, job, run, and the line's value, each ended by a zero byte; and one more
  std::size_t value_in_entry_ = 0;
  std::string line_;
};

/// The mark that the value of the variable tells, with those of ACRON_JOB and ACRON_RUN_ID beside it; empty when it was
/// not made with this key, in this boot, for that run.
[[nodiscard]] std::optional<RunMark> read_mark(std::string_view value, std::string_view job, std::string_view run,
                                               std::string_view boot, const DigestKey& key);

/// Those of the entries in a text that are marks, in their order. What is torn, foreign or none is left out.
[[nodiscard]] std::vector<RunMark> read_marks(std::string_view entries, std::string_view boot, const DigestKey& key);

/// Those of the entries in a text, in their order, whose run is wanted, up to so many bytes. What is torn or none is
/// left out.
[[nodiscard]] std::string entries_of(std::string_view entries, const std::function<bool(std::string_view run)>& wanted,
                                     std::size_t most_bytes);

/// An entry that stands among those of marks, behind that of its run: the run has ended, and all is told of it.
[[nodiscard]] std::string end_entry(std::string_view job, std::string_view run, std::string_view boot,
                                    const DigestKey& key);
/// The ids of the runs whose ends are in a text.
[[nodiscard]] std::set<std::string> read_ends(std::string_view entries, std::string_view boot, const DigestKey& key);

}  // namespace acron
