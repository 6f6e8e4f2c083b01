// What must hold in every zone, at every change of its clocks.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <utility>

#include "acron/core/schedule/splay.hpp"
#include "minute_walk.hpp"
#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

using Periods = std::vector<TimeZone::Period>;

Periods periods_of(const TimeZone& zone, std::string_view from, std::string_view until) {
  Periods periods{zone.period_at(time_at(from))};
  while (periods.back().end < time_at(until)) periods.push_back(zone.period_at(periods.back().end));
  return periods;
}

struct ZoneHistory {
  TimeZone zone;
  Periods periods;  // the first has no transition that counts
};

/// One zone of each history: half of the names are only aliases.
std::vector<ZoneHistory> histories(std::string_view from, std::string_view until) {
  std::vector<ZoneHistory> histories;
  std::set<std::vector<std::pair<TimePoint, std::chrono::seconds>>> known;
  for (const auto& name : TimeZone::names()) {
    ZoneHistory history{zone_named(name), {}};
    history.periods = periods_of(history.zone, from, until);
    std::vector<std::pair<TimePoint, std::chrono::seconds>> key;
    for (const auto& period : history.periods) key.emplace_back(period.end, period.offset);
    if (known.insert(key).second) histories.push_back(std::move(history));
  }
  return histories;
}

/// Empty when all is well around the transition; else what is not.
std::string differences_from_walk(const Specimen& specimen, const TimeZone& zone, TimePoint transition) {
  const auto schedule = specimen.schedule();
  const auto from = transition - 3h, until = transition + 15h;
  auto found = from;
  for (const auto expected : ticks_by_walking(specimen, zone, from, until)) {
    const auto last = tick_at_or_before(schedule, zone, expected - 1ms);
    found = tick_after(schedule, zone, found).value_or(TimePoint::max());
    const bool same_back = found == expected && tick_at_or_before(schedule, zone, expected) == expected;
    const bool last_is_earlier = !last || *last < expected;
    if (!same_back || !last_is_earlier) {
      return std::string{specimen.directive} + " in " + std::string{zone.name()} + ": expected " +
             local_text(zone, expected) + ", found " + local_text(zone, found);
    }
  }
  const auto beyond = tick_after(schedule, zone, found);
  if (beyond && *beyond <= until)
    return std::string{specimen.directive} + ": a tick too many in " + std::string{zone.name()};
  return {};
}

/// Empty when the two searches agree around `time`; else how they don't.
std::string disagreement(const Schedule& schedule, const TimeZone& zone, TimePoint time) {
  const auto next = tick_after(schedule, zone, time);
  const auto last = tick_at_or_before(schedule, zone, time);
  const bool ordered = (!next || *next > time) && (!last || *last <= time);
  const bool joined = !last || tick_after(schedule, zone, *last) == next;
  const bool found_again = !next || tick_at_or_before(schedule, zone, *next) == next;
  const bool nothing_between = !next || tick_at_or_before(schedule, zone, *next - 1ms) == last;
  if (ordered && joined && found_again && nothing_between) return {};
  return describe(schedule) + " in " + std::string{zone.name()} + " at " + local_text(zone, time);
}

/// Times on both sides of each transition, the same in every run.
std::vector<TimePoint> times_around(const Periods& periods, std::mt19937& random) {
  std::vector<TimePoint> times;
  for (std::size_t i = 1; i < periods.size(); ++i) {
    const auto transition = periods[i].begin;
    const auto anywhere = Duration{random() % Duration{100h}.count()} - 50h;
    const auto nearby = std::chrono::minutes{random() % 360} - 3h;
    for (const auto offset : {Duration{0}, Duration{-1}, Duration{nearby}, anywhere})
      times.push_back(transition + offset);
  }
  return times;
}

}  // namespace

TEST_CASE("around every transition of every zone ticks are those that a walk over the minutes finds", "[all_zones]") {
  constexpr int forms_at_each = 2;
  std::size_t walks = 0;
  for (const auto& [zone, periods] : histories("1970-01-03T00:00:00Z", "2037-12-31T00:00:00Z")) {
    for (std::size_t i = 1; i < periods.size(); ++i) {
      if (!on_whole_minutes(periods[i - 1]) || !on_whole_minutes(periods[i])) continue;
      // A few of the forms at each, in turn, for all of them take ten seconds.
      for (int n = 0; n < forms_at_each; ++n, ++walks) {
        const auto& specimen = specimens[walks % specimens.size()];
        const auto difference = differences_from_walk(specimen, zone, periods[i].begin);
        if (!difference.empty()) FAIL_CHECK(difference);
      }
    }
  }
  CHECK(walks > 10'000);
}

TEST_CASE("the zones that break schedulers agree with the walk for every form", "[all_zones]") {
  const auto name =
      GENERATE("Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein", "America/Sao_Paulo",
               "Asia/Beirut", "America/Havana", "Europe/Dublin", "Africa/Casablanca", "Asia/Kathmandu",
               "America/St_Johns", "Africa/Cairo", "Asia/Gaza", "America/Nuuk", "Antarctica/Troll");
  const auto zone = zone_named(name);
  const auto periods = periods_of(zone, "1970-01-03T00:00:00Z", "2037-12-31T00:00:00Z");
  for (std::size_t i = 1; i < periods.size(); ++i) {
    for (const auto& specimen : specimens) {
      const auto difference = differences_from_walk(specimen, zone, periods[i].begin);
      if (!difference.empty()) FAIL_CHECK(difference);
    }
  }
  CHECK(periods.size() > 1);
}

TEST_CASE("next and last tick agree around every transition of every zone, now and in the far future", "[all_zones]") {
  const auto [from, until] = GENERATE(table<std::string_view, std::string_view>({
      {"1970-01-03T00:00:00Z", "2037-12-31T00:00:00Z"},
      {"2098-01-01T00:00:00Z", "2102-01-01T00:00:00Z"},
      {"9996-01-01T00:00:00Z", "9999-12-30T00:00:00Z"},
  }));
  std::vector<Schedule> schedules;
  for (const auto& specimen : specimens) schedules.push_back(specimen.schedule());
  std::mt19937 random{20260107};
  std::size_t asked = 0;
  for (const auto& [zone, periods] : histories(from, until)) {
    for (const auto time : times_around(periods, random)) {
      for (const auto& schedule : schedules) {
        const auto difference = disagreement(schedule, zone, time);
        if (!difference.empty()) FAIL_CHECK(difference);
        ++asked;
      }
    }
  }
  CHECK(asked > 100);
}

TEST_CASE("a daily job runs once a day through every transition of every zone", "[all_zones]") {
  const auto* const every = GENERATE("1d", "day at 02:30");
  const auto schedule = parse_every(every).value();
  std::size_t days = 0;
  for (const auto& [zone, periods] : histories("1970-01-03T00:00:00Z", "2037-12-31T00:00:00Z")) {
    for (std::size_t i = 1; i < periods.size(); ++i) {
      const auto transition = periods[i].begin;
      // Across the date line a zone skips a day whole, which is made up at the start of the next.
      if (std::chrono::abs(periods[i].offset - periods[i - 1].offset) > 20h) continue;
      auto tick = *tick_after(schedule, zone, transition - 72h);
      while (tick < transition + 48h) {
        const auto next = *tick_after(schedule, zone, tick);
        if (local_day(zone, next) != local_day(zone, tick) + std::chrono::days{1}) {
          FAIL_CHECK(every << " in " << zone.name() << ": " << local_text(zone, next));
        }
        tick = next;
        ++days;
      }
    }
  }
  CHECK(days > 50'000);
}

TEST_CASE("splayed runs keep the order of their ticks and each starts before the next tick", "[all_zones]") {
  std::mt19937 random{20260107};
  std::size_t turn = 0, runs = 0;
  for (const auto& [zone, periods] : histories("1970-01-03T00:00:00Z", "2037-12-31T00:00:00Z")) {
    for (const auto time : times_around(periods, random)) {
      const auto schedule = specimens[turn++ % specimens.size()].schedule();
      const auto fraction = static_cast<std::uint32_t>(random());
      const Splay splay{Splay::Key::host, turn % 3 == 0 ? std::optional<Duration>{5min} : std::nullopt};
      const auto first = occurrence_after(schedule, zone, splay, fraction, time);
      const auto second = occurrence_after(schedule, zone, splay, fraction, first->due);
      const auto next_tick = tick_after(schedule, zone, first->tick);
      const bool right = first->due > time && first->due >= first->tick && first->due < *next_tick &&
                         second->tick == *next_tick && second->due > first->due;
      if (!right) FAIL_CHECK(describe(schedule) << " in " << zone.name() << " at " << local_text(zone, time));
      ++runs;
    }
  }
  CHECK(runs > 100);
}
