// How acron ends: it waits for jobs, ends those that are not to be left running, and gives mail a last chance.

#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>

#include "acron/core/mail/last_tries.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/quietly.hpp"
#include "daemon.hpp"
#include "first_process.hpp"
#include "other_acron.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;
using asio::experimental::awaitable_operators::operator||;
using asio::experimental::awaitable_operators::operator&&;

using Steady = std::chrono::steady_clock;

/// The first process of a container takes all others with it, and is killed if it takes longer than ten seconds.
/// A state that can't be written by then stays as it is.
constexpr auto longest_state_flush = std::chrono::seconds(5);
constexpr auto state_flush_in_container = std::chrono::seconds(1);
constexpr auto state_flush_at_once = std::chrono::milliseconds(500);
constexpr auto between_writes = std::chrono::milliseconds(500);
/// After SIGKILL: what still holds the pipes of a run is listened to for so long.
constexpr auto longest_death = std::chrono::milliseconds(1200);
/// For what is being written to the files of jobs.
constexpr auto longest_file = std::chrono::milliseconds(1500);
constexpr auto between_looks = std::chrono::milliseconds(50);

}  // namespace

Task<> Daemon::end_in_order() {
  const auto begin = Steady::now();
  service_manager_.stopping();
  watching_.cancel();
  scheduler_.stop();
  runs_.stop();
  co_await wait_for_runs(begin + options_.drain);
  co_await give_up_files();
  if (options_.stop_jobs) co_await stop_jobs();
  const bool in_container = is_first_process() || options_.stop_jobs;
  const EndOfJobs jobs{std::chrono::ceil<Duration>(Steady::now() - begin),
                       options_.drain + options_.stop_jobs.value_or(Duration::zero()), !store_.counters().in_trouble,
                       in_container};
  const auto until = Steady::now() + (hurried_ ? Duration::zero() : time_for_last_tries(jobs));
  co_await (courier_.flush(until) && webhooks_.flush(until));
  const auto patience = in_container ? state_flush_in_container : longest_state_flush;
  bool is_written = co_await write_state(patience);
  while (!is_written && Steady::now() < until && !hurried_) {
    asio::steady_timer pause(loop_, between_writes);
    co_await pause.async_wait(quietly);
    is_written = co_await write_state(patience);
  }
  end_now(is_written);
}

struct Daemon::LastWrite {
  LastWrite(asio::io_context& loop, Duration at_most) : patience(loop, at_most) {}
  asio::steady_timer patience;
  std::optional<bool> is_written;
};

/// A disk that hangs is left to its thread.
Task<bool> Daemon::write_state(Duration at_most) {
  const auto write = std::make_shared<LastWrite>(loop_, at_most);
  tasks_.start("state", flush_state(write));
  if (!write->is_written) co_await write->patience.async_wait(quietly);
  state_hangs_ = !write->is_written;
  co_return write->is_written.value_or(false);
}

Task<> Daemon::flush_state(std::shared_ptr<LastWrite> write) {
  write->is_written = co_await store_.flush();
  write->patience.cancel();
}

/// At a further signal. A state that could not be written may be able to take all by now, and nobody has looked since.
Task<> Daemon::end_behind_last_write() { end_now(co_await write_state(state_flush_at_once)); }

/// Two that schedule with one state would run everything twice: who has the file goes on.
void Daemon::give_way_to(pid_t other) {
  if (ending_ || (other > 0 && !is_acron(other))) return;
  ending_ = gives_way_ = true;
  log(Severity::error, "state-taken",
      {{"directory", options_.state_directory},
       {"pid", other > 0 ? std::to_string(other) : "unknown"},
       {"reason", "the state file was moved or removed, and another acron uses the one in its place"},
       {"effect", "acron starts no more runs and ends, as by SIGTERM"}});
  tasks_.start("end", end_in_order());
}

Task<> Daemon::wait_for_runs(SteadyTime until) {
  while (runs_.size() > 0 && Steady::now() < until && !hurried_) {
    run_ended_.expires_at(until);
    co_await run_ended_.async_wait(quietly);
  }
}

/// A run that has ended is told of, though one of its files hangs.
Task<> Daemon::give_up_files() {
  file_threads_.lose_patience();
  const auto until = Steady::now() + longest_file;
  asio::steady_timer timer(loop_);
  while (file_threads_.is_waited_for() && Steady::now() < until && !hurried_) {
    timer.expires_after(between_looks);
    co_await timer.async_wait(quietly);
  }
}

/// The first process of a container is the parent of what its jobs have left behind, and ends that, too.
Task<> Daemon::stop_jobs() {
  const bool with_others = is_first_process();
  const auto grace = hurried_ ? Duration::zero() : *options_.stop_jobs;
  auto kill_by = Steady::now() + grace;
  if (runs_.size() > 0)
    log(Severity::warning, "stop-jobs",
        {{"running", std::to_string(runs_.size())}, {"kill-after", format_duration(grace)}});
  const auto end_all = [&] {
    runs_.end_all(kill_by);
    launcher_.end_all(kill_by);
  };
  end_all();
  if (with_others) launcher_.terminate_others();
  const auto goes_on = [&] {
    if (hurried_) kill_by = std::min(kill_by, Steady::now());
    const auto now = Steady::now();
    const bool busy = runs_.size() > 0 || launcher_.is_starting() || !launcher_.processes().empty();  // with a gate
    return (busy && now < kill_by + longest_death) || (with_others && now < kill_by && launcher_.has_others());
  };
  for (bool was_hurried = hurried_; goes_on();) {
    if (!std::exchange(was_hurried, hurried_) && hurried_) end_all();
    run_ended_.expires_after(between_looks);
    co_await run_ended_.async_wait(quietly);
  }
}

void Daemon::say_left_mail(bool state_is_written) {
  auto left = courier_.leave();
  std::ranges::move(webhooks_.leave(), std::back_inserter(left));
  std::size_t mails = 0, records = 0;
  for (const OwedMail& owed : left) {
    if (state_is_written ? store_.has_text_of(owed.id) : store_.keeps(owed.id)) {
      ++(owed.webhook ? records : mails);
      continue;
    }
    const char* reason = state_is_written ? "its text was lost with the state file"
                         : gives_way_     ? "acron ends, and the state file that may have it was moved or removed"
                                          : "acron ends, and the state can't be written";
    log(Severity::error, owed.webhook ? "webhook-lost" : "mail-lost",
        {{"job", owed.about}, {"to", owed.to}, {"message-id", owed.message_id}, {"reason", reason}});
  }
  if (mails > 0) log(Severity::warning, "mail-kept", {{"count", std::to_string(mails)}});
  if (records > 0) log(Severity::warning, "webhook-kept", {{"count", std::to_string(records)}});
}

/// Jobs are not ours to kill unless --stop-jobs says so: what still runs is left to itself, and logged.
void Daemon::end_now(bool state_is_written) {
  say_left_mail(state_is_written);
  if (store_.at_rest()) clear_starts();
  if (!store_.at_rest()) store_.tell_all();
  LogFields more;
  if (is_first_process()) more.emplace_back("effect", "the kernel kills it, since acron is process 1");
  runs_.log_running("left-running", more);
  if (!is_first_process()) launcher_.leave_running();
  loop_.stop();
}

/// Without one of its essential tasks acron would be there, and schedule nothing or not end. Whoever watches over it
/// starts another one, which adopts what runs.
void Daemon::give_up() {
  gave_up_ = true;
  loop_.stop();
  const std::string of_jobs = is_first_process() ? "the kernel kills its jobs, since acron is process 1" : "jobs go on";
  log(Severity::error, "giving-up",
      {{"reason", "acron is of no use without that task"}, {"effect", "acron ends; " + of_jobs}});
  if (!is_first_process()) launcher_.leave_running();
}

}  // namespace acron
