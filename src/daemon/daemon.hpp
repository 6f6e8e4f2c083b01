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
#include "acron/edges/delivery/courier.hpp"
#include "acron/edges/delivery/own_name.hpp"
#include "acron/edges/delivery/smtp_client.hpp"
#include "acron/edges/delivery/webhooks.hpp"
#include "acron/edges/output/run_outputs.hpp"
#include "acron/edges/store/state_store.hpp"
#include "acron/runtime/gates.hpp"
#include "acron/runtime/job_tree.hpp"
#include "acron/runtime/process_launcher.hpp"
#include "acron/runtime/runs.hpp"
#include "acron/runtime/scheduler.hpp"
#include "acron/runtime/site.hpp"
#include "acron/runtime/system_clock.hpp"
#include "acron/runtime/system_zone.hpp"
#include "acron/runtime/task_group.hpp"
#include "acron/runtime/tree_watcher.hpp"
#include "handed_over.hpp"
#include "host_name.hpp"
#include "options.hpp"
#include "program.hpp"
#include "service_manager.hpp"

namespace acron {

/// What a program keeps that takes our place.
struct Seat {
  Program program;
  int lock = -1;  // the descriptor of the instance lock
};

/// The whole of acron. Its members are the wiring diagram: each uses only those above it.
class Daemon {
 public:
  /// Throws std::exception when something that it can't do without is missing.
  Daemon(const Options& options, const ChildSurroundings& surroundings, Seat seat);
  ~Daemon();

  /// Schedules until SIGTERM or SIGINT, then waits for running jobs and mail. Returns the exit status.
  /// `handed`: what the image of acron before left, to go on with.
  int run(std::optional<HandedOver> handed);

 private:
  void apply(const TreeLook& look);
  void say_ready(const TreeLook& look);
  [[nodiscard]] std::string status_line(const TreeLook& look) const;
  Courier::NewTransport smtp_clients();
  RunOutputs::Ways ways_of_output();
  std::optional<OutgoingMail> write_mail(const RunReport& report, const std::string& recipient);
  void take_up(SavedState saved);
  void adopt_left_runs();
  void deliver(OwedMail owed, MailText text);
  void run_loop();

  Task<> remember_loaded_jobs();
  Task<> reread_zone();
  Task<> try_login_file();
  Task<> handle_signals();
  Task<> end_in_order();
  Task<> keep_watchdog_calm();
  void say_left_mail(bool state_is_written);
  void end_now(bool state_is_written);

  // daemon_upgrade.cpp
  void take_over(HandedOver handed);
  void keep(const std::vector<SharedDefinition>& jobs);
  void begin_upgrade();
  Task<> upgrade();
  Task<std::string> ask_program();
  Task<> wait_for_couriers();
  Task<std::string> hand_over();
  Task<bool> come_to_rest(std::chrono::steady_clock::time_point deadline);
  std::optional<Handover> all_that_goes_on();
  std::string execute_with(const Handover& handover);

  Options options_;
  Seat seat_;
  rlimit open_files_of_children_;
  boost::asio::thread_pool pool_;    // for what blocks; ends last: runs that are cut off still hold strands of it
  boost::asio::io_context loop_{1};  // one thread
  ServiceManager service_manager_;
  ZoneHint zone_hint_;  // before the zone is read
  Site site_;
  StateStore store_;
  SystemClock clock_;
  ProcessLauncher launcher_;
  Accounts accounts_;
  OwnName own_name_;
  Courier courier_;
  RecipientLimit recipient_limit_;
  Webhooks webhooks_;
  RunOutputs outputs_;
  Runs runs_;
  Gates gates_;
  Scheduler scheduler_;
  JobTree tree_;
  TreeWatcher watcher_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer run_ended_;  // cancelled whenever a run ends
  std::vector<OpenRun> left_runs_;       // by an acron that died, until the tree has been read
  std::set<std::string> kept_jobs_;      // whose files could not be loaded at the last look
  bool ready_ = false;
  int unready_looks_ = 0;
  bool ending_ = false;
  bool upgrading_ = false;
  TaskGroup watching_, tasks_;
};

}  // namespace acron
