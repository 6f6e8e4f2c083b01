#include "acron/core/job/overlap.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace acron;

TEST_CASE("what becomes of a run that is due while others are there is the policy's choice", "[overlap]") {
  using Policy = OverlapPolicy;
  using Decision = OverlapDecision;
  struct Row {
    Policy policy;
    std::size_t running, waiting;
    Decision decision;
  };
  const std::vector<Row> rows{
      {Policy::skip, 0, 0, Decision::start},    {Policy::queue, 0, 0, Decision::start},
      {Policy::replace, 0, 0, Decision::start}, {Policy::allow, 0, 0, Decision::start},
      {Policy::skip, 1, 0, Decision::skip},     {Policy::skip, 0, 1, Decision::skip},
      {Policy::queue, 1, 0, Decision::queue},   {Policy::queue, 1, 1, Decision::skip},
      {Policy::queue, 0, 1, Decision::skip},    {Policy::replace, 1, 0, Decision::replace},
      {Policy::replace, 1, 1, Decision::skip},  {Policy::allow, 1, 0, Decision::start},
      {Policy::allow, 99, 0, Decision::start},  {Policy::allow, 100, 0, Decision::skip},
      {Policy::allow, 60, 40, Decision::skip},
  };
  for (const auto& row : rows) {
    INFO(describe(row.policy) << " with " << row.running << " running and " << row.waiting << " waiting");
    CHECK(decide(row.policy, row.running, row.waiting) == row.decision);
  }
}

TEST_CASE("a run that is skipped has a reason", "[overlap]") {
  CHECK(skip_reason(OverlapPolicy::skip, 0, true) == "the previous run is still going");
  CHECK(skip_reason(OverlapPolicy::skip, 0, false) == "the previous run waits for its user or its 'if each-run'");
  CHECK(skip_reason(OverlapPolicy::skip, 1, true) == "the previous run is still waiting");
  CHECK(skip_reason(OverlapPolicy::queue, 1, true) == "a run is waiting already");
  CHECK(skip_reason(OverlapPolicy::replace, 1, true) == "a run is waiting already");
  CHECK(skip_reason(OverlapPolicy::allow, 0, true) == "100 runs of the job are still going");
}
