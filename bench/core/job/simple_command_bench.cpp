// What it costs to see that a command needs no shell: done for every run, and worth it if it is little beside a start.

#include "acron/core/job/simple_command.hpp"

#include <benchmark/benchmark.h>

using namespace acron;

namespace {

void words_of(benchmark::State& state, std::string_view command) {
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(simple_command(command));
}
BENCHMARK_CAPTURE(words_of, plain, "/usr/local/bin/something.py --with-some-args --and-args 17");
BENCHMARK_CAPTURE(words_of, for_the_shell, "/usr/local/bin/report --since yesterday | gzip >/srv/report.gz");

}  // namespace
