#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "acron/core/job/overlap.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/runtime/clock/clock.hpp"
#include "acron/runtime/jobs/run_journal.hpp"
#include "acron/runtime/jobs/run_output.hpp"
#include "acron/runtime/jobs/runs_state.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/open_run.hpp"

namespace acron {

/// What every run works with. All outlive the runs.
struct RunServices {
  Clock& clock;
  Launcher& launcher;
  Accounts& accounts;
  OutputRouter& outputs;
  RunJournal& journal;
};

/// The runs that are going on, whatever happens to the jobs they belong to: a job that is edited, deleted or renamed
/// leaves alone the command that runs.
class Runs {
 public:
  Runs(boost::asio::any_io_executor executor, const RunServices& services);

  /// Starts a run, now or when its overlap and its lock allow. Returns why it does not take place; empty when it does.
  std::string_view begin(RunOrder order);

  /// Runs that still wait for another's end begin with what their job says now.
  void edited(const SharedDefinition& definition);
  /// What the job has not begun yet does not begin any more: runs that wait, further attempts. `reason` is for people.
  void withdraw(std::string_view job, const std::string& reason);
  /// Runs that still wait for another's end do not start any more.
  void stop();
  /// Ends all that runs, by SIGTERM now and SIGKILL at `kill_by`; a later call may make that earlier.
  void end_all(SteadyTime kill_by);
  /// While held no run starts that waits for its turn, so that state() comes to be told.
  void hold(bool held);
  /// All that goes on, for another image of the program; empty while something of it can't be told: a run that is just
  /// ending, output that is being written. Runs that are asked their gates count as not begun.
  [[nodiscard]] std::optional<RunsState> state() const;
  /// A run that an acron which died has left: as long as its process is alive, it counts as running and its time limit
  /// holds. How it ends, and what it prints, nobody will know; that is said where a failure would be. `definition` is
  /// what its job says now.
  void adopt(const OpenRun& run, SharedDefinition definition);
  /// Whether state() would tell it.
  [[nodiscard]] bool at_rest() const;
  /// Goes on with what another image of the program had; call it before begin(). Owns the descriptors.
  void take_over(RunsState state);
  [[nodiscard]] std::size_t size() const { return running_; }
  /// Of these, those that don't wait for their user or their gates any more.
  [[nodiscard]] std::size_t begun() const;
  /// Called whenever a run has ended and nothing of it is left to do.
  void on_end(std::function<void()> handler) { ended_ = std::move(handler); }
  /// One line for each run still going, with `more` in it: for a daemon that leaves them behind.
  void log_running(std::string_view event, const LogFields& more = {}) const;

 private:
  enum class Phase : std::uint8_t { beginning, under_way, ending, left };
  struct Running {
    RunIdentity identity;
    RunOrder order;
    EndRequest end{};
    CommandWatch watch{};
    std::optional<Account> account{};
    std::string no_account{};             // why its user could not be looked up: no attempt can start
    std::unique_ptr<RunOutput> output{};  // null until an attempt had an account: whose rights open files?
    RunProgress progress{};
    Phase phase = Phase::beginning;
    std::string withdrawn{};              // why nothing more of it begins
    std::optional<CommandState> begun{};  // by another image of the program, or an acron that died
    std::optional<TimeLimit> left_limit{};
    bool has_process = false;  // the attempt under way, as an acron that died knew
    bool is_announced = true;  // its start was logged
  };
  struct OfJob {
    std::list<Running> running;
    std::size_t waiting = 0;
  };

  using Turn = std::list<WaitingRun>::iterator;

  void enqueue(WaitingRun run);
  void enter_lock_queue(const WaitingRun& run);
  void take_over(StartedRun run);
  Task<> wait_for_turn(Turn turn);
  Task<> see_through(Running& running);
  Running& add_running(Running running);
  Task<bool> may_start(const WaitingRun& run);
  [[nodiscard]] bool lock_is_free_for(const WaitingRun& run) const;
  void leave_lock_queue(const WaitingRun& run);
  class SlowBeginning;
  void note_wait(const RunOrder& order, std::string_view what);
  Task<> carry_out(Running& running);
  Task<bool> start(Running& running);
  Task<> look_user_up(Running& running);
  static void announce(Running& running);
  void open_output(Running& running);
  Task<> finish(Running& running);
  Task<> see_left(Running& running);
  Task<std::string> refusal_of_gates(Running& running);
  Task<> attempts(Running& running);
  Task<> attempt(Running& running);
  Task<> run_command(Running& running);
  bool plan_retry(Running& running);
  Task<bool> wait_to_retry(const Running& running);
  Task<bool> prepare_retry(Running& running);
  [[nodiscard]] bool may_retry(const Running& running) const;
  [[nodiscard]] Command command_of(Running& running);
  [[nodiscard]] static bool is_at_rest(const Running& running);
  [[nodiscard]] static std::optional<StartedRun> state_of(const Running& running);
  Task<> wait_for_change(std::optional<Duration> at_most = {});
  void forget_if_idle(const std::string& job);
  void changed();
  RunIdentity identify(const RunOrder& order);

  RunServices services_;
  std::map<std::string, OfJob, std::less<>> jobs_;
  std::set<std::string, std::less<>> locks_;  // that a run holds
  std::list<WaitingRun> turns_;
  std::map<std::string, std::list<const WaitingRun*>, std::less<>> lock_queues_;  // of those that name a lock
  std::size_t running_ = 0;
  bool held_ = false;
  std::function<void()> ended_;
  std::uint32_t count_;
  bool stopped_ = false;
  boost::asio::any_io_executor executor_;
  std::list<boost::asio::steady_timer*> waiting_;  // cancelled whenever what they wait for may have come
  TaskGroup tasks_;
};

/// The variables that tell a command which run it is.
std::vector<std::string> run_environment(const RunIdentity& identity);

}  // namespace acron
