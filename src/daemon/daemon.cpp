#include "daemon.hpp"

#include <malloc.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "acron/core/mail/run_mail.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/edges/delivery/login_file.hpp"
#include "acron/runtime/blocking_pool.hpp"
#include "acron/runtime/file_pages.hpp"
#include "acron/runtime/log.hpp"
#include "acron/runtime/spare_memory.hpp"
#include "acron/runtime/system_zone.hpp"
#include "signals_held_back.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;
using asio::experimental::awaitable_operators::operator||;
using asio::experimental::awaitable_operators::operator&&;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t pool_threads = 4;
constexpr int most_unready_looks = 3;
/// So many jobs that are loaded at once are one event, not a line each.
constexpr std::size_t many_jobs = 1000;
/// A mail server that answers takes everything by then; one that does not must not hold up a restart.
constexpr auto longest_flush = std::chrono::seconds(15);
/// A state that can't be written by then stays as it is.
constexpr auto longest_state_flush = std::chrono::seconds(5);

Site this_site(const Options& options) {
  const HostName host = host_name(options.hostname);
  if (!host.warning.empty()) log(Severity::warning, "hostname", {{"name", host.name}, {"reason", host.warning}});
  const auto zone = system_zone();
  if (!zone) log(Severity::warning, "zone", {{"zone", "UTC"}, {"reason", zone.error().message}});
  return {host.name, zone ? *zone : TimeZone()};
}

std::string sender(const Options& options, const std::string& host) {
  return options.mail_from.empty() ? "acron@" + host : options.mail_from;
}

/// Hosts that lost their relay together come back one after the other.
Backoff backoff_of(const std::string& host) {
  Backoff backoff;
  backoff.fraction = splay_fraction(host, {}, Splay::Key::host);
  return backoff;
}

void log_fault(const Diagnostic& fault) {
  LogFields fields{{"file", fault.file}};
  if (fault.where.line > 0) {
    fields.emplace_back("line", std::to_string(fault.where.line));
    fields.emplace_back("column", std::to_string(fault.where.column));
  }
  fields.emplace_back("error", fault.message);
  log(Severity::error, "bad-file", fields);
}

}  // namespace

Daemon::Daemon(const Options& options, const ChildSurroundings& surroundings, Seat seat)
    : options_(options),
      seat_(std::move(seat)),
      open_files_of_children_(surroundings.open_files),
      pool_(pool_threads),
      site_(this_site(options)),
      store_(loop_.get_executor(), pool_, {.directory = options.state_directory}),
      clock_(loop_),
      launcher_(loop_.get_executor(), surroundings),
      accounts_(loop_.get_executor()),
      smtp_client_(loop_.get_executor(), options.smtp, site_.host, {},
                   {.pool = pool_.get_executor(), .login_file = options.smtp_login, .log = log}),
      courier_(loop_.get_executor(), smtp_client_, store_, backoff_of(site_.host), log),
      recipient_limit_(options.mail_limit),
      webhooks_(loop_.get_executor(), pool_.get_executor(), store_, backoff_of(site_.host), log),
      streams_(options.foreground),
      outputs_(pool_, streams_, site_, options.mail_to, ways_of_output()),
      runs_(loop_.get_executor(), {clock_, launcher_, accounts_, outputs_, store_}),
      gates_(loop_.get_executor(), launcher_, accounts_),
      scheduler_({clock_, gates_, runs_, store_, site_, options.gate_interval}),
      tree_(options.tree, settle_time, privileges_of_this_user()),
      watcher_(loop_.get_executor(), pool_, tree_, options.poll),
      signals_(loop_, SIGTERM, SIGINT, SIGHUP),
      run_ended_(loop_),
      watching_(loop_.get_executor()),
      tasks_(loop_.get_executor()) {
  signals_.add(SIGUSR2);
}

/// What the pool still does refers to runs, which the loop has until it ends.
Daemon::~Daemon() { pool_.join(); }

int Daemon::run(std::optional<HandedOver> handed) {
  SignalsHeldBack::let_go();  // of the image before; from here on they are ours to handle
  log(Severity::info, "hello",
      {{"version", ACRON_VERSION},
       {"tree", options_.tree},
       {"host", site_.host},
       {"zone", std::string(site_.zone.name())}});
  store_.on_mail([this](OwedMail owed, MailText text) { deliver(std::move(owed), std::move(text)); });
  store_.on_late_load([this](SavedState saved) { take_up(std::move(saved)); });
  take_up(store_.load());
  clock_.on_step([this](Duration step) {
    log(Severity::warning, "clock-set", {{"step", format_duration(step)}});
    scheduler_.clock_changed(step);
  });
  if (service_manager_.is_there())
    launcher_.watch_pipes(
        {[this](int pipe) { service_manager_.keep(pipe); }, [this](int pipe) { service_manager_.let_go(pipe); }});
  runs_.on_end([this] {
    refill_spare_memory();  // what the run had is free again
    run_ended_.cancel();
  });
  if (handed) take_over(*std::move(handed));
  watching_.start("remember", remember_loaded_jobs());
  watching_.start("watch", watcher_.run([this](const TreeLook& look) { apply(look); }));
  tasks_.start("mail", courier_.run());
  tasks_.start("login", try_login_file());
  tasks_.start("signals", handle_signals());
  if (service_manager_.watchdog_interval()) tasks_.start("watchdog", keep_watchdog_calm());
  run_loop();
  log(Severity::info, "goodbye");
  return EXIT_SUCCESS;
}

/// A handler that throws ends alone: the loop goes on, and the fault is said.
void Daemon::run_loop() {
  for (;;) {
    try {
      loop_.run();
      return;
    } catch (const std::exception& error) {
      log(Severity::error, "fault", {{"reason", error.what()}});
    }
  }
}

void Daemon::apply(const TreeLook& look) {
  clock_.check_step();
  refill_spare_memory();
  if (zone_hint_.changed()) watching_.start("zone", reread_zone());
  for (const Diagnostic& fault : look.faults) log_fault(fault);
  const bool many = look.changes.loaded.size() >= many_jobs;
  kept_jobs_ = look.kept;
  scheduler_.apply(look.changes, many ? Severity::debug : Severity::info);
  if (many) ::malloc_trim(0);  // reading them took more memory than they need
  adopt_left_runs();           // before any of these jobs can start
  // Files that config management has just written settle first: a start with half of the jobs is not ready.
  if (!ready_ && look.unsettled && ++unready_looks_ < most_unready_looks) return;
  if (!ready_) return say_ready(look);
  if (!look.changes.empty() || !look.faults.empty()) service_manager_.status(status_line(look));
}

void Daemon::say_ready(const TreeLook& look) {
  ready_ = true;
  scheduler_.forget_taken_over();
  adopt_left_runs();
  service_manager_.ready(status_line(look));
  log(Severity::info, "ready",
      {{"jobs", std::to_string(scheduler_.size())}, {"faulty-files", std::to_string(look.faulty_files)}});
  give_back_file_pages();  // more than half of them was for the start alone
}

std::string Daemon::status_line(const TreeLook& look) const {
  std::string line = std::to_string(scheduler_.size()) + " jobs";
  if (look.faulty_files > 0) line += ", " + std::to_string(look.faulty_files) + " faulty files";
  return line;
}

/// So that what is kept of jobs that are gone for good does not grow for ever, nor stand for years what was noted under
/// a wrong clock: one that is wrong now has been set before the first hour is over.
Task<> Daemon::remember_loaded_jobs() {
  asio::steady_timer timer(loop_);
  for (;;) {
    timer.expires_after(std::chrono::hours(1));
    co_await timer.async_wait(asio::use_awaitable);
    store_.note_loaded(scheduler_.names(), clock_.now());
  }
}

Task<> Daemon::reread_zone() {
  const auto zone = co_await off_the_loop(pool_.get_executor(), system_zone);
  if (!zone || *zone == site_.zone) co_return;
  log(Severity::warning, "zone", {{"before", std::string(site_.zone.name())}, {"zone", std::string(zone->name())}});
  site_.zone = *zone;
  scheduler_.clock_changed(Duration::zero());
}

/// It is read for each connection; but who has just written it should not learn of a mistake from mail that is missing.
Task<> Daemon::try_login_file() {
  if (options_.smtp_login.empty()) co_return;
  auto read = [path = options_.smtp_login] { return read_login(path); };
  const auto login = co_await off_the_loop(pool_.get_executor(), std::move(read));
  if (!login) log(Severity::error, "mail-login", {{"reason", login.error().message}});
}

RunOutputs::Ways Daemon::ways_of_output() {
  return {
      .mail = [this](const RunReport& report, const std::string& recipient) { return write_mail(report, recipient); },
      .record = webhook_about,
  };
}

std::optional<OutgoingMail> Daemon::write_mail(const RunReport& report, const std::string& recipient) {
  const auto answer = recipient_limit_.admit(recipient, std::chrono::steady_clock::now());
  if (answer.may_go) {
    const auto message = mail_about(report, {sender(options_, site_.host), recipient}, answer.held_back);
    return compose(message);
  }
  log(Severity::warning, "mail-held-back",
      {{"job", report.identity.job},
       {"run", report.identity.id},
       {"to", recipient},
       {"reason", "too many mails to this address in an hour"}});
  return std::nullopt;
}

/// What an earlier life owes.
void Daemon::take_up(SavedState saved) {
  if (!saved.outbox.empty()) log(Severity::info, "outbox", {{"waiting", std::to_string(saved.outbox.size())}});
  for (OwedMail& owed : saved.outbox) deliver(std::move(owed), nullptr);
  left_runs_ = std::move(saved.open_runs);
  if (ready_) adopt_left_runs();
}

void Daemon::deliver(OwedMail owed, MailText text) {
  if (owed.webhook) return webhooks_.take(std::move(owed), std::move(text));
  courier_.take(std::move(owed), std::move(text));
}

Task<> Daemon::handle_signals() {
  for (;;) {
    const int signal = co_await signals_.async_wait(asio::use_awaitable);
    if (signal == SIGHUP) {
      log(Severity::info, "rescan");
      watcher_.look_now();
    } else if (signal == SIGUSR2) {
      begin_upgrade();
    } else if (!ending_) {
      ending_ = true;
      log(Severity::info, "stopping",
          {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}, {"running", std::to_string(runs_.size())}});
      tasks_.start("end", end_in_order());
    } else {
      log(Severity::warning, "end-now");
      co_return end_now(!store_.counters().in_trouble);
    }
  }
}

Task<> Daemon::end_in_order() {
  service_manager_.stopping();
  watching_.cancel();
  scheduler_.stop();
  runs_.stop();
  const auto deadline = std::chrono::steady_clock::now() + options_.drain;
  while (runs_.size() > 0 && std::chrono::steady_clock::now() < deadline) {
    run_ended_.expires_at(deadline);
    co_await run_ended_.async_wait(quietly);
  }
  const auto until = std::chrono::steady_clock::now() + longest_flush;
  co_await (courier_.flush(until) && webhooks_.flush(until));
  asio::steady_timer patience(loop_, longest_state_flush);
  const auto written = co_await (store_.flush() || patience.async_wait(asio::use_awaitable));
  end_now(written.index() == 0 && std::get<0>(written));
}

void Daemon::say_left_mail(bool state_is_written) {
  std::size_t mails = courier_.leave(), records = webhooks_.leave();
  if (!state_is_written) {
    for (const OwedMail& owed : store_.unwritten_mail()) {
      std::size_t& kept = owed.webhook ? records : mails;
      if (kept > 0) --kept;
      log(Severity::error, owed.webhook ? "webhook-lost" : "mail-lost",
          {{"job", owed.about},
           {"to", owed.to},
           {"message-id", owed.message_id},
           {"reason", "acron ends, and the state can't be written"}});
    }
  }
  if (mails > 0) log(Severity::warning, "mail-kept", {{"count", std::to_string(mails)}});
  if (records > 0) log(Severity::warning, "webhook-kept", {{"count", std::to_string(records)}});
}

/// Jobs are not ours to kill: what still runs is left to itself, and said.
void Daemon::end_now(bool state_is_written) {
  say_left_mail(state_is_written);
  runs_.log_running("left-running");
  launcher_.leave_running();
  loop_.stop();
}

Task<> Daemon::keep_watchdog_calm() {
  asio::steady_timer timer(loop_);
  for (;;) {
    service_manager_.alive();
    timer.expires_after(*service_manager_.watchdog_interval());
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace acron
