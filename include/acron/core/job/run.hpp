#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "acron/core/time.hpp"

namespace acron {

struct Exited {
  int status = 0;
  bool operator==(const Exited&) const = default;
};
struct Signaled {
  int signal = 0;
  bool operator==(const Signaled&) const = default;
};
struct NotStarted {
  std::string reason;
  bool operator==(const NotStarted&) const = default;
};
using Ending = std::variant<Exited, Signaled, NotStarted>;

/// Who has counted what a run used: a cgroup counts all of its processes together; else it is the command and the
/// processes that it has itself waited for, and the memory is that of the largest.
enum class Accounting : std::uint8_t {
  process_group,
  cgroup_cpu,  // the cpu time by a cgroup, the memory not
  cgroup,
};

/// `process-group`, `cgroup-cpu`, `cgroup`.
std::string_view accounting_name(Accounting accounting);

/// What a run used.
struct Usage {
  Duration cpu_time{};            // of user and kernel
  std::uint64_t peak_memory = 0;  // bytes
  Accounting accounting = Accounting::process_group;
  bool operator==(const Usage&) const = default;
};

/// What one process did; no opinion on whether that was good.
struct RunOutcome {
  Ending ending;
  std::optional<Duration> timed_out_after;  // the limit that it overran
  bool replaced = false;                    // acron ended it, since the next run was due
  bool ended_with_acron = false;            // acron ended it, since it ended itself
  bool out_of_memory = false;               // the kernel killed it for want of memory; only its cgroup tells
  bool end_unseen = false;                  // acron was interrupted: neither ending nor output are known
  bool retry_lost = false;                  // with it: the run waited for its next attempt then
  bool output_left_open = false;            // a grandchild still held a pipe when we stopped listening
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
  std::optional<Usage> usage;   // empty when nothing was started
  bool streams_joined = false;  // both were one pipe: stdout_bytes counts everything, and stderr_bytes says nothing
  Duration held{};              // from its end on, reading was held for so long: no time of the run
};

/// An attempt that failed and was followed by another.
struct FailedAttempt {
  TimePoint started;
  Duration duration{};
  std::string reason;  // of its verdict
};

/// Who a run is: the same in its log lines, its environment and its mail.
struct RunIdentity {
  std::string job;
  std::string id;       // unique on this host
  TimePoint scheduled;  // the tick and its splay: the instant it was due
  TimePoint started;
};

}  // namespace acron
