// What keeping a run's output costs: the whole of what a noisy job prints goes through it.

#include "acron/core/job/output_capture.hpp"

#include <benchmark/benchmark.h>

using namespace acron;

namespace {

void capture_blocks(benchmark::State& state) {
  const std::string block(64 * 1024, 'x');
  OutputCapture capture;
  for ([[maybe_unused]] auto _ : state) capture.append(Stream::out, block);
  benchmark::DoNotOptimize(capture.total_bytes());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(block.size()));
}
BENCHMARK(capture_blocks);

/// The worst that a job can do: each byte on the other stream.
void capture_alternating_bytes(benchmark::State& state) {
  OutputCapture capture;
  for ([[maybe_unused]] auto _ : state) {
    capture.append(Stream::out, "o");
    capture.append(Stream::err, "e");
  }
  benchmark::DoNotOptimize(capture.total_bytes());
  state.SetBytesProcessed(state.iterations() * 2);
}
BENCHMARK(capture_alternating_bytes);

void captured_text(benchmark::State& state) {
  OutputCapture capture;
  for (int i = 0; i < 10'000; ++i)
    capture.append(i % 8 == 0 ? Stream::err : Stream::out, "a line of thirty-one characters\n");
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(capture.marked_text());
}
BENCHMARK(captured_text);

}  // namespace
