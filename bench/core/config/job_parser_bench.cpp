// What reading a job file costs: done for each of ten thousand files when acron starts.

#include "acron/core/config/job_parser.hpp"

#include <benchmark/benchmark.h>

using namespace acron;

namespace {

const std::string twelve_lines = R"(# Keeps the cache of the web servers small.
every 10m
splay
timeout 1m               # SIGTERM after a minute, SIGKILL after another
output if-error ops@example.com
output /var/log/acron/cleanup.log
error if-nonzero if-stderr

if /usr/local/bin/machine_in_group web
run find /var/cache/web -type f -mtime +7
        -not -name '*.lock'
        -delete
)";

void parse_job_of(benchmark::State& state, const std::string& text) {
  const SourceFile file{"web/cleanup", text};
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(parse_job(file));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(parse_job_of, two_lines, "every 10m\nrun /usr/local/bin/mycommand\n");
BENCHMARK_CAPTURE(parse_job_of, twelve_lines, twelve_lines);
BENCHMARK_CAPTURE(parse_job_of, twelve_lines_with_a_mistake, "timout 1m\n" + twelve_lines);

void parse_job_below_defaults(benchmark::State& state) {
  const auto defaults = Defaults().with({"_defaults", "every 10m\nsplay job\noutput if-error ops@example.com\n"});
  const SourceFile file{"web/cleanup", "run /usr/local/bin/mycommand\n"};
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(parse_job(file, *defaults));
}
BENCHMARK(parse_job_below_defaults);

}  // namespace
