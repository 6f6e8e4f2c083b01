#include <catch2/catch.hpp>
#include <thread>

#include "support/job_folder.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

std::optional<Duration> limit_of(const JobFolder& jobs, const std::string& name) {
  const auto& limit = jobs.job(name).time_limit;
  return limit ? std::optional(limit->limit) : std::nullopt;
}

}  // namespace

TEST_CASE("a _defaults file counts for all jobs at and below it, also when it comes, changes and goes", "[job_tree]") {
  JobFolder jobs;
  for (const auto* name : {"top", "web/a", "web/deep/b"}) jobs.write(name, good);
  jobs.look();
  CHECK(!limit_of(jobs, "web/a"));

  jobs.write("web/_defaults", "timeout 1m\n");
  CHECK(jobs.look().changes.loaded.size() == 2);
  CHECK(!limit_of(jobs, "top"));
  CHECK(limit_of(jobs, "web/a") == 1min);
  CHECK(limit_of(jobs, "web/deep/b") == 1min);

  jobs.write("web/_defaults", "timeout 2m\n");
  jobs.write("web/deep/_defaults", "splay\n");
  CHECK(jobs.look().changes.loaded.size() == 2);
  CHECK(limit_of(jobs, "web/deep/b") == 2min);
  CHECK(jobs.job("web/deep/b").splay.key == Splay::Key::host);

  std::filesystem::remove(jobs.path("web/_defaults"));
  CHECK(jobs.look().changes.loaded.size() == 2);
  CHECK(!limit_of(jobs, "web/a"));
  CHECK(jobs.job("web/deep/b").splay.key == Splay::Key::host);
  CHECK(jobs.look().changes.empty());
}

TEST_CASE("a _defaults file that breaks leaves every job below it as it was", "[job_tree]") {
  JobFolder jobs;
  jobs.write("web/_defaults", "timeout 1m\n");
  jobs.write("web/a", good);
  jobs.write("b", good);
  jobs.look();
  jobs.write("web/_defaults", "timout 2m\n");
  const auto broken = jobs.look();
  REQUIRE(broken.faults.size() == 1);
  CHECK(broken.faults[0].file == "web/_defaults");
  CHECK(broken.changes.empty());
  CHECK(jobs.look().faults.empty());

  // What is edited or new meanwhile waits, and says so.
  jobs.write("web/a", "every 10m\nrun edited\n");
  jobs.write("web/new", good);
  const auto waiting = jobs.look();
  CHECK(waiting.changes.empty());
  CHECK(waiting.faults.size() == 2);
  CHECK(jobs.look().faults.empty());

  SECTION("until it is mended") {
    jobs.write("web/_defaults", "timeout 2m\n");
    CHECK(jobs.look().faulty_files == 0);
    CHECK(limit_of(jobs, "web/new") == 2min);
  }
  SECTION("until it is restored") {
    jobs.write("web/_defaults", "timeout 1m\n");
    CHECK(jobs.look().faulty_files == 0);
    CHECK(limit_of(jobs, "web/new") == 1min);
  }
  SECTION("until it is deleted") {
    std::filesystem::remove(jobs.path("web/_defaults"));
    CHECK(jobs.look().faulty_files == 0);
    CHECK(!limit_of(jobs, "web/new"));
  }
  CHECK(jobs.live() == Names{"b", "web/a", "web/new"});
  CHECK(jobs.command_of("web/a") == "edited");
}

TEST_CASE("a faulty _defaults is one line for all jobs that an earlier tree kept, and one for all that are new",
          "[job_tree]") {
  JobFolder jobs;
  for (const auto* name : {"web/a", "web/b", "web/c", "web/d", "web/e", "f"}) jobs.write(name, good);
  jobs.look();
  jobs.write("web/_defaults", "timout 2m\n");
  jobs.renew(jobs.look().kept);
  const auto upgraded = jobs.look();
  REQUIRE(upgraded.faults.size() == 1);
  CHECK(upgraded.faults[0].file == "web/_defaults");
  CHECK(upgraded.kept.size() == 5);
  CHECK(jobs.look().faults.empty());

  jobs.write("web/a", "every 10m\nrun edited\n");
  const auto edited = jobs.look();
  REQUIRE(edited.faults.size() == 1);
  CHECK(edited.faults[0].file == "web/a");
  CHECK(edited.faults[0].message == "waits for web/_defaults above it to be mended");

  for (const auto* name : {"web/1", "web/2", "web/3", "web/4"}) jobs.write(name, good);
  const auto many = jobs.look();
  REQUIRE(many.faults.size() == 1);
  CHECK(many.faults[0].file == "web/_defaults");
  CHECK(many.faults[0].message == "4 job files below it wait for it to be mended");

  jobs.write("web/_defaults", "timeout 2m\n");
  CHECK(jobs.look().faulty_files == 0);
  CHECK(jobs.live().size() == 10);
  for (const auto* name : {"web/a", "web/b", "web/1"}) CHECK(limit_of(jobs, name) == 2min);
  CHECK(jobs.command_of("web/a") == "edited");
}

TEST_CASE("jobs under a _defaults file that was broken from the start load when it is deleted", "[job_tree]") {
  JobFolder jobs;
  jobs.write("_defaults", "timout 1m\n");
  jobs.write("sub/_defaults", "timeout 2m\n");
  jobs.write("a", good);
  jobs.write("sub/b", good);
  jobs.look();
  CHECK(jobs.live().empty());
  std::filesystem::remove(jobs.path("_defaults"));
  CHECK(jobs.look().faulty_files == 0);
  CHECK(jobs.live() == Names{"a", "sub/b"});
}

TEST_CASE("a _defaults file that is deleted while it was still being written holds nothing up", "[job_tree]") {
  const TempFolder folder;
  JobTree tree(folder.path().string(), 300ms);
  folder.write("sub/_defaults", "timeout 2m\n");
  folder.write("sub/a", good);
  const auto look_until_settled = [&] {
    std::size_t loaded = 0;
    for (int i = 0; i < 1000; ++i) {
      const auto look = tree.look();
      loaded += look.changes.loaded.size();
      if (!look.unsettled) break;
      std::this_thread::sleep_for(10ms);
    }
    return loaded;
  };
  REQUIRE(look_until_settled() == 1);
  folder.write("_defaults", "timeout 1m\n");
  CHECK(tree.look().unsettled);
  std::filesystem::remove(folder.path("_defaults"));
  folder.write("sub/b", good);
  CHECK(look_until_settled() >= 1);
}

TEST_CASE("a _defaults file that can't be read is never taken for none", "[job_tree]") {
  JobFolder jobs;
  jobs.write("real", "if false\n");
  std::filesystem::rename(jobs.path("real"), jobs.path(".real"));
  SECTION("a symlink to nothing") { std::filesystem::create_symlink("nowhere", jobs.path("_defaults")); }
  SECTION("a directory") { std::filesystem::create_directory(jobs.path("_defaults")); }
  jobs.write("a", good);
  const auto look = jobs.look();
  CHECK(jobs.live().empty());
  REQUIRE(look.faults.size() == 2);
  CHECK(look.faults[0].file == "_defaults");
  CHECK(jobs.look().faults.empty());
  std::filesystem::remove(jobs.path("_defaults"));
  jobs.look();
  CHECK(jobs.live() == Names{"a"});
}
