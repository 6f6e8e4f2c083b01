#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "acron/runtime/jobs/scheduler.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_journal.hpp"
#include "support/fake_launcher.hpp"
#include "support/recorded_log.hpp"
#include "support/recording_outputs.hpp"
#include "support/test_loop.hpp"
#include "support/times.hpp"

namespace acron {

/// A scheduler on a clock and a launcher that the test commands. Starts at 12:00:30 UTC of a day without any event.
struct Bench {
  /// A job as its file says it. Throws on a file with a fault.
  static SharedDefinition job(std::string_view name, std::string_view text) {
    return std::make_shared<const JobDefinition>(parse_job({std::string(name), std::string(text)}).value());
  }

  void load(std::string_view name, std::string_view text) {
    scheduler.apply({{job(name, text)}, {}});
    loop.run_ready();
  }
  void remove(std::string_view name) {
    scheduler.apply({{}, {std::string(name)}});
    loop.run_ready();
  }

  /// Today at hour:minute:second.
  static TimePoint at(std::string_view time_of_day) { return time_at("2026-03-10T" + std::string(time_of_day) + "Z"); }
  void advance_to(std::string_view time_of_day) { clock.advance_to(at(time_of_day)); }
  /// The wall clock is set, and that is noticed at once.
  void set_clock(std::string_view time_of_day) {
    const Duration step = at(time_of_day) - clock.now();
    clock.jump_to(at(time_of_day));
    scheduler.clock_changed(step);
    clock.ring_due();
  }

  /// When the runs so far were scheduled, as hour:minute:second.
  std::vector<std::string> runs_of(std::string_view name) {
    std::vector<std::string> times;
    for (std::size_t i = 0; i < launcher.launches.size(); ++i) {
      const auto launch = launcher.launches[i];
      const std::string scheduled = launch->variable("ACRON_SCHEDULED");
      if (launch->variable("ACRON_JOB") == name && !scheduled.empty()) times.push_back(scheduled.substr(11, 8));
    }
    return times;
  }

  /// Begins a run that is due now, as far as it gets at once. Returns why it does not take place.
  std::string begin(std::string_view name, std::string_view text, std::optional<TimePoint> next_due = {}) {
    const std::string_view obstacle = runs.begin({job(name, text), {clock.now(), clock.now()}, next_due});
    loop.run_ready();
    return std::string(obstacle);
  }
  [[nodiscard]] bool is_running(std::string_view name) const {
    const RecordedLog said;
    runs.log_running("running");
    return said.count("event=running job=" + std::string(name) + " ") > 0;
  }

  /// Every command ends at once, with success.
  void let_all_succeed() {
    launcher.answer = [](const Command&) { return FakeLauncher::exited(0); };
  }
  /// Every command goes on until the test ends it.
  void let_all_go_on() { launcher.answer = nullptr; }

  RecordedLog log;
  TestLoop loop;
  FakeClock clock{loop, at("12:00:30")};
  FakeLauncher launcher{loop};
  Accounts accounts{loop.executor()};
  RecordingOutputs outputs;
  Site site{"web1.example.com", TimeZone()};
  FakeJournal journal;
  Runs runs{loop.executor(), {clock, launcher, accounts, outputs, journal}};
  Gates gates{loop.executor(), launcher, accounts};
  Scheduler scheduler{{clock, gates, runs, journal, site, std::chrono::minutes(5)}};
};

using Strings = std::vector<std::string>;

}  // namespace acron
