#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>

#include "acron/core/config/effective_directives.hpp"
#include "acron/core/config/job_parser.hpp"
#include "documents.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

/// The `_defaults` files above a file of the tree, from the root down.
std::vector<SourceFile> defaults_above(const std::string& name, const std::map<std::string, std::string>& tree) {
  std::vector<SourceFile> defaults;
  for (std::size_t end = 0; end != std::string::npos; end = name.find('/', end + 1)) {
    const auto path = end == 0 ? "_defaults" : name.substr(0, end) + "/_defaults";
    if (tree.contains(path)) defaults.push_back({path, tree.at(path)});
  }
  return defaults;
}

}  // namespace

TEST_CASE("every job of the example tree is a good one", "[example_tree]") {
  const auto tree = example_tree();
  std::set<std::string> jobs;
  for (const auto& [name, text] : tree) {
    INFO(name);
    if (name.ends_with("_defaults")) {
      CHECK(check_defaults({name, text}).empty());
      continue;
    }
    const auto job = parse_job({name, text}, defaults_above(name, tree));
    if (job.has_error()) FAIL(render(job.error().front()));
    CHECK(job->name == name);
    jobs.insert(name);
  }
  CHECK(jobs.size() >= 5);
}

TEST_CASE("the example of defaults gives its jobs what its comments say", "[example_tree]") {
  const auto tree = example_tree();
  const auto job = [&](const std::string& name) {
    return parse_job({name, tree.at(name)}, defaults_above(name, tree)).value();
  };
  const auto inventory = job("fleet/inventory");
  CHECK(inventory.schedule == Schedule{IntervalSchedule{1h}});
  CHECK(inventory.splay == Splay{Splay::Key::host_and_job, 20min});
  CHECK(inventory.outputs == std::vector<OutputRoute>{{FileTarget{"/tmp/acron-example-fleet.log"}}});
  const auto heartbeat = job("fleet/heartbeat");
  CHECK(heartbeat.schedule == Schedule{IntervalSchedule{1min}});
  CHECK(heartbeat.splay == Splay{Splay::Key::host_and_job, {}});
  CHECK(heartbeat.time_limit == inventory.time_limit);
  CHECK(heartbeat.gates == inventory.gates);
  CHECK(heartbeat.outputs.size() == 2);
}
