#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/output_route.hpp"
#include "acron/core/job/run_settings.hpp"
#include "acron/core/job/shared_value.hpp"
#include "acron/core/job/verdict.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// How long a run may take before SIGTERM, and how much longer before SIGKILL.
struct TimeLimit {
  Duration limit{};
  Duration grace{};
  bool operator==(const TimeLimit&) const = default;
};

/// A run that was missed while the machine or the daemon was down is made up once, at start.
struct CatchUp {
  std::optional<Duration> within;  // empty: however long ago it was due
  bool operator==(const CatchUp&) const = default;
};

/// Everything one job file says. A value: compared on reload, never changed.
struct JobDefinition {
  std::string name;  // the file's path below the tree
  Schedule schedule;
  std::optional<TimeZone> zone;  // empty: the machine's
  Splay splay;
  std::optional<CatchUp> catch_up;
  std::string command;             // `run`, for the shell
  std::vector<std::string> gates;  // `if`: all must pass
  std::optional<TimeLimit> time_limit;
  std::vector<OutputRoute> outputs;  // empty: any output is mailed to the default recipient
  FailurePolicy failure;
  SharedValue<RunSettings> settings;  // apart: most jobs say nothing of it, and of a fleet many say the same
  bool operator==(const JobDefinition&) const = default;
};

/// A run keeps the definition it started with, whatever a reload brings meanwhile.
using SharedDefinition = std::shared_ptr<const JobDefinition>;

}  // namespace acron
