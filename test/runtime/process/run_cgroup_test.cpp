#include "../src/runtime/process/run_cgroup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "support/temp_folder.hpp"

using namespace acron;

namespace {

/// Files as the kernel writes them, where those of a cgroup would be.
class FakeCgroup {
 public:
  FakeCgroup() : tree_(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  FakeCgroup(const FakeCgroup&) = delete;
  FakeCgroup& operator=(const FakeCgroup&) = delete;
  ~FakeCgroup() { ::close(tree_); }

  void write(const std::string& name, std::string_view text) const { folder_.write("run-1-0/" + name, text); }
  [[nodiscard]] RunCgroup group() const { return {tree_, "run-1-0"}; }

 private:
  TempFolder folder_;
  int tree_;
};

}  // namespace

TEST_CASE("a cgroup tells what its run used", "[run_cgroup]") {
  const FakeCgroup fake;
  CHECK_FALSE(fake.group().cpu_time());
  CHECK_FALSE(fake.group().peak_memory());
  fake.write("cpu.stat", "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n");
  fake.write("memory.peak", "52428800\n");
  CHECK(fake.group().cpu_time() == std::chrono::microseconds(1234567));
  CHECK(fake.group().peak_memory() == 52428800U);
}

TEST_CASE("a cgroup tells whether the kernel killed for want of memory", "[run_cgroup]") {
  const FakeCgroup fake;
  CHECK_FALSE(fake.group().ran_out_of_memory());  // no memory controller
  fake.write("memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 0\noom_group_kill 0\n");
  CHECK_FALSE(fake.group().ran_out_of_memory());
  fake.write("memory.events", "low 0\nhigh 0\nmax 93\noom 1\noom_kill 4\noom_group_kill 1\n");
  CHECK(fake.group().ran_out_of_memory());
}
