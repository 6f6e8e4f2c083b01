#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "acron/core/text.hpp"
#include "support/job_folder.hpp"

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("every file of the tree is a job, at any depth, and its path is its name", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", "every 10m\nrun one\n");
  jobs.write("web/b.sh", "every 10m\nrun two\n");
  jobs.write("web/deep/er/c", "every 10m\nrun three\n");
  const auto look = jobs.look();
  CHECK(look.job_files == 3);
  CHECK(look.faults.empty());
  CHECK(jobs.live() == Names{"a", "web/b.sh", "web/deep/er/c"});
  CHECK(jobs.command_of("web/deep/er/c") == "three");
}

TEST_CASE("a look that finds nothing new says nothing", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", good);
  jobs.write("b", bad);
  CHECK(jobs.look().faults.size() == 1);
  const auto look = jobs.look();
  CHECK(look.changes.empty());
  CHECK(look.faults.empty());
  CHECK(look.job_files == 2);
  CHECK(look.faulty_files == 1);
  CHECK(!look.unsettled);
}

TEST_CASE("names that editors, packages and config management leave behind are no jobs", "[job_tree]") {
  const std::string name = GENERATE(".hidden", ".hidden/job", "job~", "job.bak", "job.swp", "job.tmp", "job.orig",
                                    "job.rej", "job.dpkg-old", "job.dpkg-new", "job.dpkg-dist", "job.rpmsave",
                                    "job.rpmnew", "job.rpmorig", "#job#", "dir/.git/job", "dir/job~");
  CAPTURE(name);
  JobFolder jobs;
  jobs.write(name, good);
  const auto look = jobs.look();
  CHECK(look.changes.empty());
  CHECK(look.faults.empty());
}

TEST_CASE("names that only look like leftovers are jobs", "[job_tree]") {
  const std::string name = GENERATE("job.conf", "bak", "tmp", "#job", "job#", "a.bak.d", "dpkg-clean");
  CAPTURE(name);
  JobFolder jobs;
  jobs.write(name, good);
  jobs.look();
  CHECK(jobs.live() == Names{name});
}

TEST_CASE("a tree of more directories than files may be open is read", "[job_tree]") {
  constexpr rlim_t few = 700;  // most systems allow 1024
  constexpr std::size_t directories = 800;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit limited{std::min(few, before.rlim_cur), before.rlim_max};
  JobFolder jobs;
  for (std::size_t i = 0; i < directories; ++i) jobs.write(std::to_string(i) + "/job", good);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limited) == 0);
  const auto look = jobs.look();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(look.changes.loaded.size() == directories);
  CHECK(look.faults.empty());
  CHECK(!look.unsettled);
}

TEST_CASE("an edit is picked up however it is made", "[job_tree]") {
  JobFolder jobs;
  const TempFolder elsewhere;
  const auto before = jobs.write("a", "every 10m\nrun old\n");
  jobs.look();
  REQUIRE(jobs.command_of("a") == "old");
  SECTION("in place") { jobs.write("a", "every 10m\nrun newer\n"); }
  SECTION("in place, of the same size and with the old mtime") {
    const auto mtime = std::filesystem::last_write_time(before);
    jobs.write("a", "every 10m\nrun new\n");
    std::filesystem::last_write_time(before, mtime);
  }
  SECTION("by rename, of the same size and with the old mtime") {
    const auto fresh = elsewhere.write("x", "every 10m\nrun new\n");
    std::filesystem::last_write_time(fresh, std::filesystem::last_write_time(before));
    std::filesystem::rename(fresh, before);
  }
  const auto look = jobs.look();
  CHECK(look.changes.loaded.size() == 1);
  CHECK(look.changes.removed.empty());
  CHECK(jobs.command_of("a").starts_with("new"));
}

TEST_CASE("a symlink is followed, and its target watched", "[job_tree]") {
  JobFolder jobs;
  const TempFolder elsewhere;
  const auto one = elsewhere.write("one", "every 10m\nrun one\n");
  const auto two = elsewhere.write("two", "every 10m\nrun two\n");
  std::filesystem::create_symlink(one, jobs.path("a"));
  jobs.look();
  REQUIRE(jobs.command_of("a") == "one");
  SECTION("swapped") {
    std::filesystem::create_symlink(two, jobs.path(".new"));
    std::filesystem::rename(jobs.path(".new"), jobs.path("a"));
    jobs.look();
    CHECK(jobs.command_of("a") == "two");
  }
  SECTION("its target edited") {
    elsewhere.write("one", "every 10m\nrun edited\n");
    jobs.look();
    CHECK(jobs.command_of("a") == "edited");
  }
  SECTION("its target gone: what was good stays") {
    std::filesystem::remove(one);
    const auto look = jobs.look();
    CHECK(look.faults.size() == 1);
    CHECK(jobs.live() == Names{"a"});
  }
  SECTION("deleted") {
    jobs.write("b", good);
    std::filesystem::remove(jobs.path("a"));
    jobs.look();
    CHECK(jobs.live() == Names{"b"});
  }
}

TEST_CASE("a directory behind a symlink can be swapped", "[job_tree]") {
  JobFolder jobs;
  const TempFolder releases;
  releases.write("1/a", "every 10m\nrun one\n");
  releases.write("1/only-in-1", good);
  releases.write("2/a", "every 10m\nrun two\n");
  std::filesystem::create_symlink(releases.path("1"), jobs.path("current"));
  jobs.look();
  REQUIRE(jobs.live() == Names{"current/a", "current/only-in-1"});
  std::filesystem::create_symlink(releases.path("2"), jobs.path(".new"));
  std::filesystem::rename(jobs.path(".new"), jobs.path("current"));
  jobs.look();
  CHECK(jobs.live() == Names{"current/a"});
  CHECK(jobs.command_of("current/a") == "two");
}

TEST_CASE("a directory whose symlink leads nowhere keeps its jobs", "[job_tree]") {
  JobFolder jobs;
  const TempFolder mount;
  mount.write("disk/a", good);
  std::filesystem::create_symlink(mount.path("disk"), jobs.path("current"));
  jobs.look();
  std::filesystem::rename(mount.path("disk"), mount.path("gone"));
  CHECK(jobs.look().faults.size() == 1);
  CHECK(jobs.look().faults.empty());
  CHECK(jobs.live() == Names{"current/a"});
  std::filesystem::rename(mount.path("gone"), mount.path("disk"));
  CHECK(jobs.look().changes.empty());
}

TEST_CASE("a deleted file, and all of a deleted directory, are removed", "[job_tree]") {
  JobFolder jobs;
  for (const auto* name : {"a", "d/b", "d/c", "e", "f"}) jobs.write(name, good);
  jobs.look();
  std::filesystem::remove(jobs.path("a"));
  CHECK(jobs.look().changes.removed == Names{"a"});
  std::filesystem::remove_all(jobs.path("d"));
  CHECK(jobs.look().changes.removed == Names{"d/b", "d/c"});
}

TEST_CASE("a tree that is replaced as a whole has the same jobs", "[job_tree]") {
  const TempFolder folder;
  folder.write("tree/a", "every 10m\nrun one\n");
  folder.write("tree/b", good);
  folder.write("new/a", "every 10m\nrun other\n");
  folder.write("new/b", good);
  JobTree tree(folder.path("tree"), Duration::zero());
  CHECK(tree.look().changes.loaded.size() == 2);
  std::filesystem::rename(folder.path("tree"), folder.path("old"));
  std::filesystem::rename(folder.path("new"), folder.path("tree"));
  const auto look = tree.look();
  CHECK(look.changes.loaded.size() == 2);
  CHECK(look.changes.removed.empty());
}

TEST_CASE("a file is not read before it has been left alone", "[job_tree]") {
  const TempFolder folder;
  JobTree tree(folder.path().string(), 1h);
  const auto file = folder.write("a", "every 10m\nrun rm -rf /tm");
  SECTION("just written") {}
  SECTION("with an mtime of long ago, as cp -p gives it") {
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - 24h);
  }
  SECTION("with an mtime that is yet to come") {
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() + 24h);
  }
  const auto look = tree.look();
  CHECK(look.changes.empty());
  CHECK(look.faults.empty());
  CHECK(look.unsettled);
}

TEST_CASE("a file that was left alone is read", "[job_tree]") {
  const TempFolder folder;
  JobTree tree(folder.path().string(), 50ms);
  folder.write("a", good);
  std::size_t loaded = 0;
  for (int i = 0; i < 1000 && loaded == 0; ++i) {
    std::this_thread::sleep_for(10ms);
    loaded = tree.look().changes.loaded.size();
  }
  CHECK(loaded == 1);
  CHECK(!tree.look().unsettled);
}

namespace {

/// A tree that takes files a moment after they were written, with two jobs.
struct SettlingTree {
  SettlingTree() {
    folder.write("x/a", good);
    folder.write("x/b", good);
    std::size_t loaded = 0;
    for (int i = 0; i < 1000 && loaded < 2; ++i) {
      std::this_thread::sleep_for(settle);
      loaded += tree.look().changes.loaded.size();
    }
    REQUIRE(loaded == 2);
  }

  static constexpr auto settle = 20ms;
  TempFolder folder;
  JobTree tree{folder.path().string(), settle};
};

}  // namespace

TEST_CASE("an empty file is believed to be empty at the second look only", "[job_tree]") {
  SettlingTree on;
  const std::string name = GENERATE(as<std::string>{}, "x/a", "x/_defaults", "x/_ignore");
  on.folder.write(name, "");
  std::this_thread::sleep_for(2 * on.settle);
  const auto first = on.tree.look();
  CHECK(first.unsettled);
  CHECK(first.changes.empty());
  CHECK(first.faults.empty());
  const auto second = on.tree.look();
  CHECK(!second.unsettled);
  CHECK(second.faults.size() == (name == "x/a" ? 1 : 0));
}

TEST_CASE("a file that is still being written says nothing of the jobs that it stands in the place of", "[job_tree]") {
  SettlingTree on;
  std::filesystem::remove(on.folder.path("x/a"));
  std::filesystem::remove(on.folder.path("x/b"));
  on.folder.write("x/partial", "");
  std::this_thread::sleep_for(2 * on.settle);
  const auto first = on.tree.look();
  CHECK(first.changes.empty());
  CHECK(first.vanished.empty());
  SECTION("and once it is known to be no job, they have vanished") {
    const auto second = on.tree.look();
    CHECK(second.changes.empty());
    REQUIRE(second.vanished.size() == 1);
    CHECK(second.vanished[0].jobs == 2);
  }
  SECTION("and once it is a job, they are gone") {
    on.folder.write("x/partial", good);
    std::this_thread::sleep_for(2 * on.settle);
    const auto second = on.tree.look();
    CHECK(second.changes.loaded.size() == 1);
    CHECK(second.changes.removed == std::vector<std::string>{"x/a", "x/b"});
  }
}

TEST_CASE("a bad file is a fault, and keeps the version that was good", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", "every 10m\nrun old\n");
  jobs.write("b", good);
  jobs.look();
  jobs.write("a", bad);
  const auto broken = jobs.look();
  REQUIRE(broken.faults.size() == 1);
  CHECK(headline(broken.faults[0]).starts_with("a:1:1: error: unknown directive"));
  CHECK(broken.changes.empty());
  CHECK(broken.faulty_files == 1);
  CHECK(jobs.command_of("a") == "old");
  SECTION("until it is mended") {
    jobs.write("a", "every 10m\nrun mended\n");
    CHECK(jobs.look().faulty_files == 0);
    CHECK(jobs.command_of("a") == "mended");
  }
  SECTION("until it is restored") {
    jobs.write("a", "every 10m\nrun old\n");
    CHECK(jobs.look().faulty_files == 0);
    CHECK(jobs.command_of("a") == "old");
  }
  SECTION("until it is deleted") {
    std::filesystem::remove(jobs.path("a"));
    CHECK(jobs.look().faulty_files == 0);
    CHECK(jobs.live() == Names{"b"});
  }
}

TEST_CASE("a file over a mebibyte is a fault", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", std::string(good) + std::string(2 * 1024 * 1024, '#'));
  CHECK(jobs.look().faults.size() == 1);
  CHECK(jobs.live().empty());
}

TEST_CASE("two names for one file by symlink are one job and a fault", "[job_tree]") {
  JobFolder jobs;
  jobs.write("real", good);
  std::filesystem::create_symlink("real", jobs.path("alias"));
  const auto look = jobs.look();
  CHECK(jobs.live() == Names{"real"});
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].file == "alias");
}

TEST_CASE("one file behind many symlinks is one job at any time", "[job_tree]") {
  JobFolder jobs;
  const TempFolder elsewhere;
  const auto file = elsewhere.write("x", good);
  for (char name = 'z'; name >= 'a'; --name) {
    std::filesystem::create_symlink(file, jobs.path(std::string(1, name)));
    jobs.look();
    REQUIRE(jobs.live().size() == 1);
  }
  for (int i = 0; i < 25; ++i) {
    std::filesystem::remove(jobs.path(jobs.live().front()));
    jobs.look();
    REQUIRE(jobs.live().size() == 1);
  }
}

TEST_CASE("a hard link to a file elsewhere does not keep it from running", "[job_tree]") {
  JobFolder jobs;
  const TempFolder elsewhere;
  jobs.write("a", good);
  std::filesystem::create_hard_link(jobs.path("a"), elsewhere.path("b"));
  const auto look = jobs.look();
  CHECK(look.faults.empty());
  CHECK(jobs.live() == Names{"a"});
}

TEST_CASE("a name that is not UTF-8 is a fault that can be read", "[job_tree]") {
  JobFolder jobs;
  jobs.write("caf\xe9", good);
  jobs.write("ok", good);
  const auto look = jobs.look();
  CHECK(jobs.live() == Names{"ok"});
  REQUIRE(look.faults.size() == 1);
  CHECK(headline(look.faults[0]).starts_with("caf\\xe9: error: "));
  CHECK(jobs.look().faults.empty());
}

TEST_CASE("a fault in a file with a hostile name is one line without controls", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a\n\x1b[31mb", bad);
  const auto look = jobs.look();
  REQUIRE(look.faults.size() == 1);
  const auto line = headline(look.faults[0]);
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find('\x1b') == std::string::npos);
}

TEST_CASE("a file that turns into a directory is removed, its files are loaded", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", good);
  jobs.look();
  std::filesystem::remove(jobs.path("a"));
  jobs.write("a/b", good);
  jobs.look();
  CHECK(jobs.live() == Names{"a/b"});
}

TEST_CASE("what is kept of a job that can't be loaded any more outlives the tree that kept it", "[job_tree]") {
  JobFolder jobs;
  jobs.write("web/a", "every 10m\nrun old\n");
  jobs.write("b", good);
  CHECK(jobs.look().kept.empty());
  const bool bad_defaults = GENERATE(false, true);
  CAPTURE(bad_defaults);
  jobs.write(bad_defaults ? "web/_defaults" : "web/a", "timout 1m\n");
  for (int renewals = 0; renewals < 2; ++renewals) {
    const auto look = jobs.look();
    CHECK(look.kept == std::set<std::string>{"web/a"});
    jobs.renew(look.kept);
    CHECK(jobs.look().kept == look.kept);
    CHECK(jobs.live() == Names{"b", "web/a"});
    CHECK(jobs.command_of("web/a") == "old");
  }
  SECTION("and is mended") {
    std::filesystem::remove(jobs.path("web/_defaults"));
    jobs.write("web/a", "every 10m\nrun new\n");
    CHECK(jobs.look().kept.empty());
    CHECK(jobs.command_of("web/a") == "new");
  }
  SECTION("and goes") {
    std::filesystem::remove_all(jobs.path("web"));
    CHECK(jobs.look().kept.empty());
    CHECK(jobs.live() == Names{"b"});
  }
}
