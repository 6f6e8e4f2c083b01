#include "../src/runtime/process/run_family.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "../src/runtime/process/cgroup_place.hpp"

using namespace acron;

TEST_CASE("a run's family are the leader's descendants, and our marked children with theirs", "[run_family]") {
  constexpr pid_t us = 100;
  const auto process = [](pid_t pid, pid_t parent) { return ProcessEntry{pid, parent, pid, 1, true}; };
  const std::vector<ProcessEntry> table{
      process(1, 0),     process(us, 1),    process(200, us),  process(201, 200),
      process(202, 201), process(300, us),  process(301, 300),  // an orphan of the run
      process(400, us),  process(401, 400),                     // another run
      process(500, 1),   process(501, 500),                     // nothing of ours, whatever it is marked with
      process(600, 1),
  };
  const auto pids = [&](std::set<pid_t> marked) {
    std::set<pid_t> found;
    for (const auto& each : family_of(200, us, table, [&](pid_t pid) { return marked.count(pid) > 0; }))
      found.insert(each.pid);
    return found;
  };
  CHECK(pids({}) == std::set<pid_t>{201, 202});
  CHECK(pids({200, 300}) == std::set<pid_t>{201, 202, 300, 301});
  CHECK(pids({300, 500, 501, 600, 1}) == std::set<pid_t>{201, 202, 300, 301});
}

TEST_CASE("the family of a run that a dead acron has left is all that is marked, but not we or what we started",
          "[run_family]") {
  constexpr pid_t us = 100;
  const auto process = [](pid_t pid, pid_t parent) { return ProcessEntry{pid, parent, pid, 1, true}; };
  const std::vector<ProcessEntry> table{
      process(1, 0),    process(200, 1),   process(201, 200),  // the leader, and what it started
      process(us, 201), process(300, us),  process(301, 300),  // we among it, say, and our own run
      process(400, 1),  process(401, 400),                     // an orphan
      process(500, 1),
  };
  const auto pids = [&](std::set<pid_t> marked) {
    std::set<pid_t> found;
    for (const auto& each : family_left_by(200, us, table, [&](pid_t pid) { return marked.count(pid) > 0; }))
      found.insert(each.pid);
    return found;
  };
  CHECK(pids({}) == std::set<pid_t>{201});
  CHECK(pids({200, 201, us, 400}) == std::set<pid_t>{201, 400, 401});
}

TEST_CASE("apart from the runs are those that no run accounts for", "[run_family]") {
  constexpr pid_t us = 1;
  const auto process = [](pid_t pid, pid_t parent, pid_t group, bool alive = true) {
    return ProcessEntry{pid, parent, group, 1, alive};
  };
  const std::vector<ProcessEntry> table{
      process(us, 0, us),           process(201, 200, 200), process(200, us, 200),  // a run; a child may come first
      process(202, 201, 202),       process(203, 202, 203),                         // out of its group
      process(204, us, 200),                                                        // of its group, an orphan
      process(300, us, 300),        process(301, 300, 300),                         // what another has left
      process(302, us, 302, false), process(400, 0, 400),                           // a zombie; entered from outside
  };
  const auto pids = [&](const std::set<pid_t>& leaders) {
    std::set<pid_t> found;
    for (const auto& each : apart_from(leaders, us, table)) found.insert(each.pid);
    return found;
  };
  CHECK(pids({200}) == std::set<pid_t>{300, 301, 400});
  CHECK(pids({200, 300}) == std::set<pid_t>{400});
  CHECK(pids({}) == std::set<pid_t>{200, 201, 202, 203, 204, 300, 301, 400});
}

TEST_CASE("a process is read from its stat line, whatever its name is", "[run_family]") {
  const std::string rest = " 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 99 98";
  CHECK(parse_process("42 (sh) S" + rest) == ProcessEntry{42, 7, 8, 12345, true});
  CHECK(parse_process("42 (a) Z 1 2 (x) Z" + rest) == ProcessEntry{42, 7, 8, 12345, false});
  for (const char* line : {"", "42", "42 (sh", "42 (sh) S 7", "x (sh) S 7 8 9", "(sh)"}) {
    CAPTURE(line);
    CHECK(!parse_process(line));
  }
}

TEST_CASE("the directory of a cgroup is found where its hierarchy is mounted", "[cgroup_place]") {
  struct Case {
    std::string cgroup, mounts;
    std::optional<std::string> directory;
  };
  const std::string v1 = "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids\n";
  const std::string unified = "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw\n";
  const std::string part = "30 25 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
  const auto [cgroup, mounts, directory] = GENERATE_COPY(values<Case>({
      {"0::/system.slice/acron.service\n", unified, "/sys/fs/cgroup/system.slice/acron.service"},
      {"8:pids:/x\n0::/\n", v1 + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
       "/sys/fs/cgroup/unified"},
      {"0::/a\n", v1, {}},
      {"1:name=systemd:/a\n", unified, {}},
      {"", unified, {}},
      {"0::/a\n", "", {}},
      {"0::/../other\n", unified, {}},
      {"0::/..\n", unified, {}},
      {"0::/docker/abc/run\n", part, "/sys/fs/cgroup/run"},
      {"0::/docker/abc\n", part, "/sys/fs/cgroup"},
      {"0::/docker/abcd\n", part, {}},
      {"0::/docker/abcd\n", part + unified, "/sys/fs/cgroup/docker/abcd"},
      {"0::/a\n", "30 25 0:26 / /mnt/with\\040blank rw - cgroup2 none rw\n", "/mnt/with blank/a"},
      {"0::/a\n", "30 25 0:26 / - cgroup2\n", {}},
  }));
  CAPTURE(cgroup, mounts);
  CHECK(cgroup_directory(cgroup, mounts) == directory);
}
