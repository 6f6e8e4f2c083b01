#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "acron/core/mail/recipient_limit.hpp"
#include "acron/core/schedule/site.hpp"
#include "acron/edges/delivery/courier.hpp"
#include "acron/edges/delivery/own_name.hpp"
#include "acron/edges/delivery/smtp_client.hpp"
#include "acron/edges/delivery/webhooks.hpp"
#include "acron/edges/output/file_threads.hpp"
#include "acron/edges/output/run_outputs.hpp"
#include "acron/edges/output/standard_streams.hpp"
#include "acron/edges/store/state_store.hpp"
#include "acron/runtime/clock/system_clock.hpp"
#include "acron/runtime/jobs/gates.hpp"
#include "acron/runtime/jobs/runs.hpp"
#include "acron/runtime/jobs/scheduler.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/process/process_launcher.hpp"
#include "acron/runtime/process/start_record.hpp"
#include "acron/runtime/tree/job_tree.hpp"
#include "acron/runtime/tree/tree_watcher.hpp"
#include "handed_over.hpp"
#include "instance_lock.hpp"
#include "options.hpp"
#include "program.hpp"
#include "recipient_doubts.hpp"
#include "service_manager.hpp"
#include "site_watch.hpp"

namespace acron {

/// What a program keeps that takes our place.
struct Seat {
  Program program;
  const InstanceLock& lock;
};

/// The whole of acron. Its members are the wiring diagram: each uses only those above it.
class Daemon {
 public:
  static constexpr std::size_t pool_threads = 4;

  /// Throws std::exception when something that it can't do without is missing.
  Daemon(const Options& options, const ChildSurroundings& surroundings, Seat seat);
  ~Daemon();

  /// Schedules until SIGTERM or SIGINT, then waits for running jobs and mail. Returns the exit status.
  /// `handed`: what the image of acron before left, to go on with.
  int run(std::optional<HandedOver> handed);
  /// Whether a thread still waits for a file of a job, which may never answer.
  [[nodiscard]] bool has_hanging_files() const { return state_hangs_ || file_threads_.has_silent(); }

 private:
  /// So many jobs that are loaded at once are one event, not a line each.
  static constexpr std::size_t many_jobs = 1000;

  void apply(const TreeLook& look);
  void say_ready(const TreeLook& look);
  [[nodiscard]] std::string status_line(const TreeLook& look) const;
  Courier::NewTransport smtp_clients();
  RunOutputs::Ways ways_of_output();
  std::optional<OutgoingMail> write_mail(const RunReport& report, const std::string& recipient);
  void take_up(SavedState saved);
  void say_lost(const std::vector<OpenRun>& begun);
  Task<> watch_tree(bool runs_may_be_left);
  Task<std::vector<OpenRun>> find_marked_runs();
  void clear_starts();
  void keep_mark_key() const;
  void note_end(const RunIdentity& run);
  void forget_ended();
  void adopt_left_runs();
  void deliver(OwedMail owed, MailText text);
  SavedState load_state();
  void run_loop();
  void give_up();

  Task<> remember_loaded_jobs();
  Task<> try_login_file();
  Task<> handle_signals();
  void end_on(int signal);
  // daemon_end.cpp
  Task<> end_in_order();
  Task<> wait_for_runs(SteadyTime until);
  Task<> give_up_files();
  Task<> stop_jobs();
  struct LastWrite;
  Task<bool> write_state(Duration at_most);
  Task<> flush_state(std::shared_ptr<LastWrite> write);
  Task<> end_behind_last_write();
  void give_way_to(pid_t other);
  void say_left_mail(bool state_is_written);
  void end_now(bool state_is_written);

  Task<> keep_watchdog_calm();
  // daemon_site.cpp
  Site first_look_at_site();
  void look_around();
  [[nodiscard]] TimeZone::Names zones_in_use() const;
  Task<> watch_surroundings();
  Task<> watch_host_name();
  void apply(const SiteLook& look);
  void apply(const InstanceLock::Look& look);
  void apply_host(const HostName& host);
  bool apply_zone(const Result<TimeZone>& zone);
  void set_zone(const TimeZone& zone);
  void give_zone_to_children();
  static bool log_zones(const std::vector<TimeZone::Reread>& zones);
  void take_over_zone(const std::string& name);
  static Backoff backoff_for(const std::string& host);

  // daemon_upgrade.cpp
  void take_over(HandedOver handed);
  void go_on_with(const std::vector<SharedDefinition>& jobs, std::vector<MissingJobs> missing);
  void begin_upgrade();
  Task<> upgrade();
  Task<std::string> try_to_upgrade();
  Task<std::string> try_state();
  [[nodiscard]] bool mail_would_be_lost() const;
  Task<std::string> ask_program();
  Task<> wait_for_couriers();
  Task<bool> wait_for_log();
  Task<std::string> hand_over(bool log_blocks);
  Task<std::optional<std::string>> hold_and_hand_over(std::chrono::steady_clock::time_point until, bool log_blocks);
  Task<bool> come_to_rest(std::chrono::steady_clock::time_point until);
  std::optional<Handover> all_that_goes_on();
  std::string execute_with(Handover handover, bool log_blocks);

  Options options_;
  Seat seat_;
  rlimit open_files_of_children_;
  // These end last: runs that are cut off still hold strands of them.
  boost::asio::thread_pool pool_;    // for what blocks
  FileThreads file_threads_;         // for the files of jobs, and what waits to go there
  boost::asio::io_context loop_{1};  // one thread
  ServiceManager service_manager_;
  SiteWatch site_watch_;
  bool look_again_ = false;
  std::set<std::string, std::less<>> zones_of_jobs_;
  std::string zone_trouble_;  // why the machine's zone is still what it was
  Site site_;
  StateStore store_;
  StartRecord starts_;
  SystemClock clock_;
  ProcessLauncher launcher_;
  Accounts accounts_;
  OwnName own_name_;
  Courier courier_;
  RecipientLimit recipient_limit_;
  RecipientDoubts recipient_doubts_;
  Webhooks webhooks_;
  StandardStreams streams_;
  RunOutputs outputs_;
  Runs runs_;
  Gates gates_;
  Scheduler scheduler_;
  JobTree tree_;
  TreeWatcher watcher_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer run_ended_;    // cancelled whenever a run ends
  boost::asio::steady_timer next_look_;    // at what is around acron; cancelled to look at once
  std::string left_starts_;                // what the acron before noted of runs that its state did not take
  std::set<std::string> left_ends_;        // by id, of runs that its state may hold for open
  std::vector<OpenRun> left_runs_;         // by an acron that died, until the tree has been read
  std::vector<QueuedRun> left_queued_;     // of that acron, until it is known which of them have begun
  bool left_starts_are_known_ = false;     // to the state, so that their record may go
  std::vector<MissingJobs> missing_jobs_;  // that vanished, and are waited for
  bool ready_ = false;
  int unready_looks_ = 0;
  std::optional<std::string> lock_lost_because_;
  std::string pid_file_trouble_;
  bool ending_ = false;
  SteadyTime end_ordered_;  // when the first signal said so
  bool gives_way_ = false;  // to the acron that has the state
  bool state_hangs_ = false;
  bool hurried_ = false;  // a second signal: nothing is waited for any more
  bool ends_at_once_ = false;
  bool upgrading_ = false;
  bool upgrade_again_ = false;  // wished meanwhile, or before acron was ready: the program may be another by now
  bool gave_up_ = false;        // the exit status says so
  TaskGroup watching_, tasks_;
};

}  // namespace acron
