// What the pure parts of a schedule cost: all of it is done for every run of every job.

#include <benchmark/benchmark.h>

#include <string_view>

#include "acron/core/schedule/schedule.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/core/schedule/time_zone.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

TimePoint at(std::string_view rfc3339) { return parse_rfc3339(rfc3339).value(); }
TimeZone madrid() { return TimeZone::named("Europe/Madrid").value(); }

Schedule schedule_of(std::string_view directive) {
  const auto rest = directive.substr(directive.find(' ') + 1);
  return directive.starts_with("cron") ? parse_cron(rest).value() : parse_every(rest).value();
}

/// The next runs of a schedule, one after the other, from a day in winter or from the night in which clocks are set
/// back.
void next_run(benchmark::State& state, std::string_view directive, std::string_view from, Duration span) {
  const auto schedule = schedule_of(directive);
  const auto zone = madrid();
  const auto start = at(from);
  auto time = start;
  for ([[maybe_unused]] auto _ : state) {
    time = *tick_after(schedule, zone, time);
    if (time > start + span) time = start;
  }
  benchmark::DoNotOptimize(time);
}

constexpr std::string_view winter = "2026-01-14T12:00:00Z", october_night = "2026-10-25T00:00:00Z";

BENCHMARK_CAPTURE(next_run, every_10s, "every 10s", winter, 24h);
BENCHMARK_CAPTURE(next_run, every_10m, "every 10m", winter, 24h);
BENCHMARK_CAPTURE(next_run, every_1d, "every 1d", winter, 720h);
BENCHMARK_CAPTURE(next_run, every_10m_in_a_repeated_hour, "every 10m", october_night, 2h);
BENCHMARK_CAPTURE(next_run, every_day_at, "every day at 02:30", winter, 720h);
BENCHMARK_CAPTURE(next_run, every_weekday_at, "every mon-fri at 09:00,17:30", winter, 720h);
BENCHMARK_CAPTURE(next_run, every_15m_between, "every 15m between 08:00-18:00 on mon-fri", winter, 720h);
BENCHMARK_CAPTURE(next_run, cron_every_quarter, "cron */15 8-18 * * mon-fri", winter, 720h);
BENCHMARK_CAPTURE(next_run, cron_daily, "cron @daily", winter, 720h);
BENCHMARK_CAPTURE(next_run, cron_monthly, "cron 30 4 1 * *", winter, 8760h);
BENCHMARK_CAPTURE(next_run, cron_leap_day, "cron 0 0 29 2 *", winter, 8760h);
BENCHMARK_CAPTURE(next_run, cron_in_a_repeated_hour, "cron */10 * * * *", october_night, 2h);

void splayed_run(benchmark::State& state) {
  const Schedule schedule = IntervalSchedule{10min};
  const auto zone = madrid();
  auto time = at(winter);
  for ([[maybe_unused]] auto _ : state) {
    time = occurrence_after(schedule, zone, {Splay::Key::host, {}}, 0x4c09adc8, time)->due;
  }
  benchmark::DoNotOptimize(time);
}
BENCHMARK(splayed_run);

void splay_of_a_job(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(splay_fraction("web-0001.dc1.example.com", "cleanup/disk", Splay::Key::host_and_job));
  }
}
BENCHMARK(splay_of_a_job);

void zone_period(benchmark::State& state) {
  const auto zone = madrid();
  auto time = at(winter);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(zone.period_at(time += 10min));
}
BENCHMARK(zone_period);

void read_every(benchmark::State& state, std::string_view text) {
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(parse_every(text));
}
BENCHMARK_CAPTURE(read_every, interval, "10m");
BENCHMARK_CAPTURE(read_every, window, "15m between 08:00-18:00 on mon-fri");

void read_cron(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(parse_cron("*/15 8-18 * * mon-fri"));
}
BENCHMARK(read_cron);

}  // namespace
