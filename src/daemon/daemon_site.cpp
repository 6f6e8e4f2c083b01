// What may change around acron while it runs: the name and the zones of the machine, and the files of its own.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <utility>

#include "acron/core/schedule/splay.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "daemon.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

/// Each takes a trip to the pool of its own.
constexpr std::uint64_t looks_for_each_at_state = 6;
constexpr const char* kernel_host_name = "/proc/sys/kernel/hostname";
constexpr const char* usable = "its file can be used now";
constexpr const char* stays = "the rules that were read before stay in use";

struct Surroundings {
  SiteLook site;
  InstanceLock::Look lock;
  bool has_starts;
};

}  // namespace

Site Daemon::first_look_at_site() {
  const SiteLook look = site_watch_.look();
  if (*look.zone) set_log_zone(**look.zone);
  if (!look.host.warning.empty())
    log(Severity::warning, "hostname", {{"name", look.host.name}, {"reason", look.host.warning}});
  log_zones(look.zones);  // that an image of the program before used
  const Result<TimeZone>& zone = *look.zone;
  if (zone) return {look.host.name, *zone, look.host.called};
  zone_trouble_ = zone.error().message;
  log(Severity::warning, "zone", {{"zone", "UTC"}, {"reason", zone_trouble_}});
  return {look.host.name, TimeZone(), look.host.called};
}

/// A look on the way may have passed what changes now, so another follows it.
void Daemon::look_around() {
  look_again_ = true;
  next_look_.cancel();
}

/// What changes around acron, beside the tree: one trip to the pool for each poll. Whoever removes the lock file (a
/// cleaner of /tmp, a careless rm) lets another acron start beside us; and what the state file held can be saved only
/// while this process has it open. Looks at once, since that may have happened before an upgrade.
Task<> Daemon::watch_surroundings() {
  for (std::uint64_t looks = 0;; ++looks) {
    look_again_ = false;
    auto look_at = [this, in_use = zones_in_use()] {
      return Surroundings{site_watch_.look(in_use), seat_.lock.look(), starts_.is_in_place()};
    };
    const Surroundings look = co_await off_the_loop(pool_.get_executor(), std::move(look_at));
    apply(look.site);
    apply(look.lock);
    if (!look.has_starts) {
      auto make = [this] {
        keep_mark_key();
        return starts_.make_anew();
      };
      starts_.use(co_await off_the_loop(pool_.get_executor(), std::move(make)));
    }
    if (looks % looks_for_each_at_state == 0) store_.look_after_file();
    if (look_again_) continue;
    next_look_.expires_after(options_.poll);
    co_await next_look_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await leave_if_cancelled();
  }
}

void Daemon::apply(const InstanceLock::Look& look) {
  const bool is_lost = look.place == InstanceLock::Place::lost, was_lost = lock_lost_because_.has_value();
  lock_lost_because_ = is_lost ? std::optional(look.reason) : std::nullopt;
  if (look.place == InstanceLock::Place::restored)
    log(Severity::warning, "lock-restored", {{"file", look.file}, {"reason", "it was removed or replaced"}});
  if (is_lost && !was_lost)
    log(Severity::error, "lock-lost",
        {{"file", look.file}, {"reason", look.reason}, {"effect", "another acron may run the same jobs"}});
  const bool was_said = std::exchange(pid_file_trouble_, look.pid_file_trouble) == look.pid_file_trouble;
  if (!was_said && !look.pid_file_trouble.empty())
    log(Severity::warning, "pid-file", {{"reason", look.pid_file_trouble}, {"effect", "no file says acron's pid"}});
}

/// Until the tree is loaded, all that the image of the program before used may still be.
TimeZone::Names Daemon::zones_in_use() const {
  if (!ready_) return {};
  auto names = zones_of_jobs_;
  names.emplace(site_.zone.name());
  return names;
}

/// The kernel tells those who poll this file of a change (proc_sys_poll). Where it does not, as in some sandboxes, each
/// look at the tree compares the names all the same.
Task<> Daemon::watch_host_name() {
  if (!options_.hostname.empty()) co_return;
  const int descriptor = ::open(kernel_host_name, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) co_return;
  asio::posix::stream_descriptor file(loop_, descriptor);
  for (;;) {
    const auto [failed] =
        co_await file.async_wait(asio::posix::descriptor_base::wait_error, asio::as_tuple(asio::use_awaitable));
    if (failed) co_return;
    look_around();
  }
}

void Daemon::apply(const SiteLook& look) {
  apply_host(look.host);
  const bool has_other_zone = look.zone && apply_zone(*look.zone);
  const bool has_new_rules = log_zones(look.zones);
  if (look.zone || !look.zones.empty()) give_zone_to_children();  // by name, or not: which files are good?
  if (has_other_zone || has_new_rules) scheduler_.clock_changed(Duration::zero());
  const bool may_load = std::any_of(look.zones.begin(), look.zones.end(), [](const TimeZone::Reread& zone) {
    return zone.news == TimeZone::Reread::News::usable;
  });
  if (!may_load) return;
  tree_.retry_faulty();
  watcher_.look_now();
}

/// Returns whether one has new rules.
bool Daemon::log_zones(const std::vector<TimeZone::Reread>& zones) {
  using News = TimeZone::Reread::News;
  for (const TimeZone::Reread& zone : zones) {
    if (zone.news == News::trouble) {
      log(Severity::error, "zone", {{"zone", zone.zone}, {"reason", zone.trouble}, {"effect", stays}});
    } else {
      const char* reason = zone.news == News::usable ? usable : "its file has new rules";
      log(Severity::warning, "zone", {{"zone", zone.zone}, {"reason", reason}});
    }
  }
  return std::any_of(zones.begin(), zones.end(),
                     [](const TimeZone::Reread& zone) { return zone.news == News::new_rules; });
}

/// The image before may have known the machine's zone when its file was still good.
void Daemon::take_over_zone(const std::string& name) {
  const auto zone = TimeZone::known(name);
  if (zone_trouble_.empty() || !zone || *zone == site_.zone) return;
  log(Severity::error, "zone",
      {{"before", std::string(site_.zone.name())}, {"zone", name}, {"reason", zone_trouble_}, {"effect", stays}});
  set_zone(*zone);
}

void Daemon::set_zone(const TimeZone& zone) {
  site_.zone = zone;
  set_log_zone(zone);
  give_zone_to_children();
}

void Daemon::give_zone_to_children() {
  launcher_.set_zone_variable(zone_variable_for_children(site_.zone, !zone_trouble_.empty()));
}

void Daemon::apply_host(const HostName& host) {
  if (host.name == site_.host && host.called == site_.called) return;
  LogFields fields{{"before", site_.host}, {"name", host.name}};
  if (!host.warning.empty()) fields.emplace_back("reason", host.warning);
  log(Severity::warning, "hostname", fields);
  site_.host = host.name;
  site_.called = host.called;
  courier_.set_backoff(backoff_for(site_.host));
  webhooks_.set_backoff(backoff_for(site_.host));
  scheduler_.host_changed();
}

/// Hosts that lost their relay together come back one after the other.
Backoff Daemon::backoff_for(const std::string& host) {
  Backoff backoff;
  backoff.fraction = splay_fraction(host, {}, Splay::Key::host);
  return backoff;
}

/// Returns whether the machine has another zone now.
bool Daemon::apply_zone(const Result<TimeZone>& zone) {
  const std::string trouble = zone ? std::string() : zone.error().message;
  const bool is_news = trouble != std::exchange(zone_trouble_, trouble);
  const std::string before(site_.zone.name());
  if (!zone) {
    if (is_news) log(Severity::error, "zone", {{"zone", before}, {"reason", trouble}, {"effect", stays}});
    return false;
  }
  if (*zone == site_.zone) {
    if (is_news) log(Severity::warning, "zone", {{"zone", before}, {"reason", usable}});
    return false;
  }
  LogFields fields{{"before", before}, {"zone", std::string(zone->name())}};
  if (before == zone->name()) fields.emplace_back("reason", "the machine's zone has other rules than before");
  log(Severity::warning, "zone", fields);
  set_zone(*zone);
  return true;
}

}  // namespace acron
