#include "daemon.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "acron/core/job/run_mark.hpp"
#include "acron/core/job/verdict.hpp"
#include "acron/core/mail/run_mail.hpp"
#include "acron/edges/delivery/login_file.hpp"
#include "acron/runtime/files/file_pages.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "acron/runtime/loop/spare_memory.hpp"
#include "acron/runtime/process/mark_key_file.hpp"
#include "first_process.hpp"
#include "signals_held_back.hpp"
#include "slow_start.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr int most_unready_looks = 3;
/// timeout(1) and some init programs signal a process, and its group a moment later.
constexpr auto one_order = std::chrono::milliseconds(100);

/// A kernel takes any bytes for its host name; those that no mail address may have are `-` here.
std::string sender(const Options& options, const std::string& host) {
  if (!options.mail_from.empty()) return options.mail_from;
  std::string domain = host;
  const auto may_stand = [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '-'); };
  std::replace_if(
      domain.begin(), domain.end(), [&](char c) { return !may_stand(static_cast<unsigned char>(c)); }, '-');
  return "acron@" + domain;
}

void log_trust(const std::string& tree) {
  const std::string effect = "whoever can write there decides what acron runs as ";
  log(Severity::warning, "tree-trusted",
      {{"tree", tree}, {"reason", "trust-tree is set"}, {"effect", effect + (::geteuid() == 0 ? "root" : "its user")}});
}

/// What becomes of the jobs of a file or a directory that is faulty.
std::string effect_of(const std::string& name, const TreeLook& look) {
  const std::string last = name.substr(name.rfind('/') + 1), below = name == "." ? "" : name + "/";
  if (last == "_defaults" || last == "_ignore") return "the jobs below keep what they had, and new ones wait";
  if (look.kept.contains(name)) return "its last good version stays";
  const auto first = look.kept.lower_bound(below);
  const bool holds_jobs = first != look.kept.end() && first->starts_with(below);
  return holds_jobs ? "what was loaded from it stays" : "nothing of it is loaded until it is mended";
}

void log_fault(const Diagnostic& fault, const TreeLook& look) {
  if (fault.is_warning) return log(Severity::warning, "misnamed", {{"file", fault.file}, {"reason", fault.message}});
  LogFields fields{{"file", fault.file}};
  if (fault.where.line > 0) {
    fields.emplace_back("line", std::to_string(fault.where.line));
    fields.emplace_back("column", std::to_string(fault.where.column));
  }
  fields.emplace_back("error", fault.message);
  fields.emplace_back("effect", effect_of(fault.file, look));
  log(Severity::error, "bad-file", fields);
}

void append(LogFields& fields, const WaitForClock& wait) {
  fields.emplace_back("jobs", std::to_string(wait.jobs));
  fields.emplace_back("first", wait.first);
  fields.emplace_back("until", in_utc(wait.until));
  fields.emplace_back("effect", "these jobs wait, until then at the longest: no tick runs twice");
}

void log_wait_for_clock(const WaitForClock& wait) {
  LogFields fields;
  append(fields, wait);
  fields.emplace_back("reason", "the last runs lie in the future; was the clock ahead, or is it behind?");
  log(Severity::warning, "clock-behind", fields);
}

void log_emptied(const TreeLook& look, const std::string& tree, TimePoint now) {
  const auto path = [&](const std::string& directory) { return directory.empty() ? tree : tree + "/" + directory; };
  for (const EmptiedDirectory& emptied : look.vanished) {
    log(Severity::error, "jobs-vanished",
        {{"directory", path(emptied.name)},
         {"jobs", std::to_string(emptied.jobs)},
         {"until", in_utc(now + emptied.kept_for)},
         {"reason", "no job file is left there; is something not mounted?"},
         {"effect", "its jobs continue until then, or until SIGHUP says that it is meant"}});
  }
  for (const std::string& directory : look.back) log(Severity::info, "jobs-back", {{"directory", path(directory)}});
}

}  // namespace

Daemon::Daemon(const Options& options, const ChildSurroundings& surroundings, Seat seat)
    : options_(options),
      seat_(std::move(seat)),
      open_files_of_children_(surroundings.open_files),
      pool_(pool_threads),
      site_watch_(options.hostname),
      site_(first_look_at_site()),
      store_(loop_.get_executor(), pool_, {.directory = options.state_directory}),
      starts_(options.run_directory),
      clock_(loop_),
      launcher_(loop_.get_executor(), surroundings),
      accounts_(loop_.get_executor()),
      own_name_(loop_.get_executor(), options.smtp_name, [this] { return site_.host; }),
      courier_(loop_.get_executor(), smtp_clients(), store_, backoff_for(site_.host), log),
      recipient_limit_(options.mail_limit),
      recipient_doubts_(options.smtp),
      webhooks_(loop_.get_executor(), pool_.get_executor(), store_, backoff_for(site_.host), log),
      streams_(options.foreground),
      outputs_(file_threads_, streams_, site_, options.mail_to, ways_of_output()),
      runs_(loop_.get_executor(), {clock_, launcher_, accounts_, outputs_, store_}),
      gates_(loop_.get_executor(), launcher_, accounts_),
      scheduler_({clock_, gates_, runs_, store_, site_, options.gate_interval}),
      tree_(options.tree, settle_time, privileges_of_this_user(),
            options.trust_tree ? Untrusted::obeyed : Untrusted::refused),
      watcher_(loop_.get_executor(), pool_, tree_, options.poll),
      signals_(loop_, SIGTERM, SIGINT, SIGHUP),
      run_ended_(loop_),
      next_look_(loop_),
      watching_(loop_.get_executor()),
      tasks_(loop_.get_executor()) {
  file_threads_.answer_on(loop_.get_executor());
  signals_.add(SIGUSR2);
  // The STOPSIGNAL of some images. For process 1 it has no effect of its own, elsewhere it asks for a core dump.
  if (is_first_process()) signals_.add(SIGQUIT);
  give_zone_to_children();
}

/// What the threads still do refers to runs, which the loop has until it ends.
Daemon::~Daemon() {
  file_threads_.join();
  pool_.join();
}

int Daemon::run(std::optional<HandedOver> handed) {
  SignalsHeldBack::let_go();  // of the image before; from here on they are ours to handle
  log(Severity::info, "hello",
      {{"version", ACRON_VERSION},
       {"tree", options_.tree},
       {"host", site_.host},
       {"zone", std::string(site_.zone.name())}});
  if (options_.trust_tree) log_trust(options_.tree);
  recipient_doubts_.log_about(options_.mail_to, site_.host);
  store_.on_mail([this](OwedMail owed, MailText text) { deliver(std::move(owed), std::move(text)); });
  store_.on_late_load([this](SavedState saved) { take_up(std::move(saved)); });
  store_.on_other_user([this](pid_t other) { give_way_to(other); });
  SavedState saved = load_state();
  if (handed && handed->state) saved.queued_runs.clear();  // they still wait
  left_starts_ = starts_.take_left();
  keep_mark_key();
  take_up(std::move(saved));
  launcher_.mark_with(store_.mark_key(), starts_);
  store_.on_rest([this] { clear_starts(); });
  store_.on_told([this](const RunIdentity& run) { note_end(run); });
  const bool is_new_process = !handed;
  clock_.on_step([this](Duration step) {
    LogFields fields{{"step", format_duration(step)}};
    if (const auto wait = scheduler_.wait_for_clock(clock_.now())) append(fields, *wait);
    log(Severity::warning, "clock-set", fields);
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
  watching_.start("watch", watch_tree(is_new_process), [this] { give_up(); });
  watching_.start("hostname", watch_host_name());
  watching_.start("surroundings", watch_surroundings());
  tasks_.start("mail", courier_.run());
  tasks_.start("login", try_login_file());
  tasks_.start("signals", handle_signals(), [this] { give_up(); });
  if (service_manager_.watchdog_interval()) tasks_.start("watchdog", keep_watchdog_calm());
  run_loop();
  log(Severity::info, "goodbye");
  return gives_way_ || gave_up_ ? EXIT_FAILURE : EXIT_SUCCESS;
}

SavedState Daemon::load_state() {
  const SlowStart slow("the state directory " + options_.state_directory, [](const std::string& what) {
    log(Severity::error, "start-waits", {{"reason", what + " has not answered for 10 s"}});
  });
  return store_.load(read_mark_key(options_.run_directory));
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
  for (const Diagnostic& fault : look.faults) log_fault(fault, look);
  log_emptied(look, options_.tree, clock_.now());
  const bool many = look.changes.loaded.size() >= many_jobs;
  missing_jobs_ = look.missing;
  scheduler_.apply(look.changes, many ? Severity::debug : Severity::info);
  recipient_doubts_.log_about(look.changes.loaded, site_.host);
  scheduler_.rest(look.switched_off, many ? Severity::debug : Severity::info);
  if (!ready_ || !look.changes.empty()) zones_of_jobs_ = scheduler_.zones();  // too much to ask with each poll
  if (many) ::malloc_trim(0);  // reading them took more memory than they need
  adopt_left_runs();           // before any of these jobs can start
  // Files that config management has just written settle first: a start with half of the jobs is not ready.
  if (!ready_ && look.unsettled && ++unready_looks_ < most_unready_looks) return;
  if (!ready_) return say_ready(look);
  if (!look.changes.empty() || !look.faults.empty()) service_manager_.status(status_line(look));
}

void Daemon::say_ready(const TreeLook& look) {
  ready_ = true;
  look_around();  // from now on it is known which zones are in use
  scheduler_.forget_taken_over();
  adopt_left_runs();
  service_manager_.ready(status_line(look));
  log(Severity::info, "ready",
      {{"jobs", std::to_string(scheduler_.size())},
       {"disabled", std::to_string(scheduler_.disabled())},
       {"faulty-files", std::to_string(look.faulty_files)},
       {"left-out", std::to_string(look.left_out.size())}});
  if (const auto wait = scheduler_.wait_for_clock(clock_.now())) log_wait_for_clock(*wait);
  if (look.job_files == 0 && scheduler_.size() == 0 && store_.known_jobs() > 0)
    log(Severity::warning, "tree-empty",
        {{"tree", options_.tree},
         {"known-jobs", std::to_string(store_.known_jobs())},
         {"reason", "no job file is there, though the state knows of jobs; is something not mounted?"}});
  give_back_file_pages();  // more than half of them was for the start alone
  if (upgrade_again_) begin_upgrade();
}

std::string Daemon::status_line(const TreeLook& look) const {
  std::string line = std::to_string(scheduler_.size()) + " jobs";
  if (const std::size_t disabled = scheduler_.disabled(); disabled > 0)
    line += ", " + std::to_string(disabled) + " disabled";
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
    scheduler_.note_rests();
    store_.note_loaded(scheduler_.names(), clock_.now());
  }
}

/// It is read for each connection; but who has just written it should not learn of a mistake from mail that is missing.
Task<> Daemon::try_login_file() {
  if (options_.smtp_login.empty()) co_return;
  auto read = [path = options_.smtp_login] { return read_login(path); };
  const auto login = co_await off_the_loop(pool_.get_executor(), std::move(read));
  if (!login) log(Severity::error, "mail-login", {{"reason", login.error().message}});
}

Courier::NewTransport Daemon::smtp_clients() {
  SmtpSurroundings surroundings{.pool = pool_.get_executor(), .login_file = options_.smtp_login, .log = log};
  surroundings.sender = options_.mail_from;
  surroundings.own_name = [this] { return own_name_.find(); };
  return [this, surroundings] {
    return std::make_unique<SmtpClient>(loop_.get_executor(), options_.smtp, "", SmtpTimeLimits{}, surroundings);
  };
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
  left_runs_.insert(left_runs_.end(), saved.open_runs.begin(), saved.open_runs.end());
  left_queued_.insert(left_queued_.end(), saved.queued_runs.begin(), saved.queued_runs.end());
  left_ends_.merge(read_ends(left_starts_, this_boot(), store_.mark_key()));
  forget_ended();
  if (left_starts_are_known_) say_lost({});
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
      look_around();
    } else if (signal == SIGUSR2) {
      begin_upgrade();
    } else {
      end_on(signal);
    }
  }
}

/// The first signal begins the end, a second one means now: jobs that are not to be left running still get theirs.
void Daemon::end_on(int signal) {
  if (!std::exchange(ending_, true)) {
    end_ordered_ = std::chrono::steady_clock::now();
    log(Severity::info, "stopping", {{"signal", signal_name(signal)}, {"running", std::to_string(runs_.size())}});
    return tasks_.start("end", end_in_order(), [this] { give_up(); });
  }
  if (std::chrono::steady_clock::now() < end_ordered_ + one_order) return;
  log(Severity::warning, "end-now");
  const bool jobs_are_stopped = options_.stop_jobs && runs_.size() > 0;
  if (!std::exchange(hurried_, true) && jobs_are_stopped) {
    run_ended_.cancel();
    return;
  }
  const bool in_trouble = store_.counters().in_trouble;
  if (std::exchange(ends_at_once_, true) || !in_trouble) return end_now(!in_trouble);
  tasks_.start("end-at-once", end_behind_last_write());
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
