#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "acron/core/config/source.hpp"
#include "acron/core/job/definition.hpp"

namespace acron {

/// A job file may not be larger: a file of a megabyte is not a job but an accident.
inline constexpr std::size_t largest_job_file = 1024 * 1024;

/// In the order of their lines; those of the whole file come last. At most 50 and one that counts the rest.
using Diagnostics = std::vector<Diagnostic>;

[[noreturn]] void throw_exception_from_error(const Diagnostics& diagnostics, const boost::source_location&);

class Defaults;
using ParsedDefaults = boost::system::result<Defaults, Diagnostics>;

/// What the `_defaults` files above a job say, read once for all jobs of a directory. A value; by itself it says
/// nothing.
class Defaults {
 public:
  Defaults() = default;
  /// Those of an acron that may do only so much: files that ask for more are refused.
  explicit Defaults(Privileges privileges) : privileges_(std::move(privileges)) {}

  /// With one more file, nearer to the jobs than those before: what it settles replaces what they settled, its `if`
  /// lines add to theirs, its `output` lines replace theirs as a set. `run` may not stand in it.
  [[nodiscard]] ParsedDefaults with(const SourceFile& file) const;

  /// What a job starts from; has neither a name nor a command.
  [[nodiscard]] const JobDefinition& definition() const { return definition_; }
  /// Whether the definition's schedule was given by one of the files.
  [[nodiscard]] bool has_schedule() const { return has_schedule_; }
  [[nodiscard]] const Privileges& privileges() const { return privileges_; }

 private:
  Privileges privileges_;
  JobDefinition definition_;
  bool has_schedule_ = false;
};

/// What is wrong with a `_defaults` file, wherever it stands; empty when it is good.
[[nodiscard]] Diagnostics check_defaults(const SourceFile& file, const Privileges& privileges = {});

/// The job that a file describes, or everything that is wrong with it.
using ParsedJob = boost::system::result<JobDefinition, Diagnostics>;

/// `file.name` becomes the job's name.
[[nodiscard]] ParsedJob parse_job(const SourceFile& file, const Defaults& defaults = {});

/// Why a file that is no job has nothing wrong with it: it is `disabled` and lacks no more than a schedule or a
/// command, or somebody made comments of all its lines. Empty for any other file.
[[nodiscard]] std::string why_at_rest(const SourceFile& file, const Defaults& defaults = {});

/// The same as the first with the texts of the `_defaults` files above it, from the root down. When one of them is
/// wrong, so is the job: its diagnostics are then those of the `_defaults` files alone.
[[nodiscard]] ParsedJob parse_job(const SourceFile& file, std::span<const SourceFile> defaults,
                                  const Privileges& privileges = {});

}  // namespace acron
