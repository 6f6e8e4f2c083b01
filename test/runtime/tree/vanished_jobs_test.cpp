#include <catch2/catch.hpp>
#include <filesystem>

#include "support/job_folder.hpp"

using namespace acron;
namespace fs = std::filesystem;

namespace {

/// A tree in which `web` holds more than half of the jobs.
struct Counts : JobFolder {
  Counts() {
    for (const auto* name : {"web/a", "web/b", "web/deep/c", "d", "db/e"}) write(name, good);
    look();
  }
};

const Names all{"d", "db/e", "web/a", "web/b", "web/deep/c"};

}  // namespace

TEST_CASE("a tree that is empty all at once keeps its jobs, and says so once", "[job_tree]") {
  Counts jobs;
  fs::rename(jobs.path(), jobs.path().string() + ".away");
  fs::create_directory(jobs.path());
  const std::string there = GENERATE("nothing", "a file that is no job", "a directory");
  CAPTURE(there);
  if (there == "a file that is no job") jobs.write("not-mounted", "this is the mount point\n");
  if (there == "a directory") fs::create_directory(jobs.path("lost+found"));
  const auto look = jobs.look();
  CHECK(look.changes.removed.empty());
  REQUIRE(look.vanished.size() == 1);
  CHECK(look.vanished[0].name.empty());
  CHECK(look.vanished[0].jobs == 5);
  CHECK(look.vanished[0].kept_for == std::chrono::minutes(5));
  CHECK(look.kept.size() == 5);
  const auto again = jobs.look();
  CHECK(again.vanished.empty());
  CHECK(again.kept.size() == 5);
  CHECK(jobs.live() == all);

  SECTION("until they are back") {
    fs::remove_all(jobs.path());
    fs::rename(jobs.path().string() + ".away", jobs.path());
    const auto back = jobs.look();
    CHECK(back.changes.empty());
    CHECK(back.back == Names{""});
    CHECK(back.kept.empty());
    CHECK(jobs.look().back.empty());
  }
  SECTION("also when another job comes, but not when as many others come as are missing") {
    jobs.write("new", good);
    const auto next = jobs.look();
    CHECK(next.changes.removed.empty());
    CHECK(next.back.empty());
    CHECK(next.kept.size() == 5);
    CHECK(jobs.live().size() == 6);
    for (const auto* name : {"new2", "new3", "new4"}) jobs.write(name, good);
    CHECK(jobs.look().changes.removed.empty());
    jobs.write("new5", good);
    const auto moved = jobs.look();
    CHECK(moved.changes.removed == all);
    CHECK(moved.back == Names{""});
  }
  SECTION("also those that are not back yet when others are") {
    for (const auto* name : {"d", "web/a", "db/e", "web/b"}) {
      jobs.write(name, good);
      const auto next = jobs.look();
      CHECK(next.back.empty());
      CHECK(next.changes.removed.empty());
    }
    CHECK(jobs.live() == all);
    jobs.write("web/deep/c", good);
    CHECK(jobs.look().back == Names{""});
    CHECK(jobs.live() == all);
  }
  SECTION("until a person says that it is meant") {
    CHECK(jobs.look(true).changes.removed == all);
    CHECK(jobs.live().empty());
  }
  SECTION("over an upgrade, which says so again") {
    jobs.renew(again.kept, again.missing);
    CHECK(jobs.look().vanished.size() == 1);
    CHECK(jobs.look().vanished.empty());
    CHECK(jobs.live() == all);
  }
  fs::remove_all(jobs.path().string() + ".away");
}

TEST_CASE("a tree of one job keeps it when its file goes", "[job_tree]") {
  JobFolder jobs;
  const auto file = jobs.write("deep/er/a", good);
  jobs.look();
  fs::remove(file);
  const auto look = jobs.look();
  REQUIRE(look.vanished.size() == 1);
  CHECK(look.vanished[0].name.empty());
  CHECK(jobs.live() == Names{"deep/er/a"});
}

TEST_CASE("a directory that held more than half of the jobs keeps them when it is emptied", "[job_tree]") {
  Counts jobs;
  const std::string now = GENERATE("gone", "empty", "no directory");
  CAPTURE(now);
  fs::remove_all(jobs.path("web"));
  if (now == "empty") fs::create_directory(jobs.path("web"));
  if (now == "no directory") jobs.write("web", bad);
  const auto look = jobs.look();
  CHECK(look.changes.removed.empty());
  REQUIRE(look.vanished.size() == 1);
  CHECK(look.vanished[0].name == "web");
  CHECK(look.vanished[0].jobs == 3);

  SECTION("but jobs elsewhere come and go as ever") {
    fs::remove(jobs.path("d"));
    for (const auto* name : {"f", "g", "h", "i", "j"}) jobs.write(name, good);
    const auto next = jobs.look();
    CHECK(next.changes.loaded.size() == 5);
    CHECK(next.changes.removed == Names{"d"});
    CHECK(next.kept.size() == 3);
  }
  SECTION("also those that are not back when one is, in its new version") {
    fs::remove_all(jobs.path("web"));
    jobs.write("web/a", "every 10m\nrun back\n");
    const auto next = jobs.look();
    CHECK(next.back.empty());
    CHECK(next.kept == std::set<std::string>{"web/b", "web/deep/c"});
    CHECK(jobs.live() == all);
    CHECK(jobs.command_of("web/a") == "back");

    SECTION("over an upgrade, which does not say that nothing is left there") {
      jobs.renew(next.kept, next.missing);
      CHECK(jobs.look().vanished.empty());
      CHECK(jobs.live() == all);
    }
    SECTION("until a person says that it is meant") {
      CHECK(jobs.look(true).changes.removed == Names{"web/b", "web/deep/c"});
    }
  }
  SECTION("and the rest of the tree, when that is emptied, too") {
    for (const auto* name : {"web", "d", "db"}) fs::remove_all(jobs.path(name));
    const auto next = jobs.look();
    REQUIRE(next.vanished.size() == 1);
    CHECK(next.vanished[0].name.empty());
    CHECK(next.vanished[0].jobs == 5);
    CHECK(jobs.look().vanished.empty());
    CHECK(jobs.live() == all);
  }
  SECTION("over an upgrade") {
    jobs.renew(look.kept, look.missing);
    CHECK(jobs.look().vanished.size() == 1);
    CHECK(jobs.live() == all);
  }
  SECTION("over an upgrade, for no longer than they would have been") {
    auto missing = look.missing;
    REQUIRE(missing.size() == 1);
    missing[0].until -= std::chrono::minutes(1);
    jobs.renew(look.kept, missing);
    const auto next = jobs.look();
    REQUIRE(next.vanished.size() == 1);
    CHECK(next.vanished[0].kept_for <= std::chrono::minutes(4));
    missing[0].until -= std::chrono::minutes(4);
    jobs.renew(next.kept, missing);
    CHECK(jobs.look().changes.removed == Names{"web/a", "web/b", "web/deep/c"});
  }
}

TEST_CASE("what is deleted, moved or replaced as a matter of course counts at once", "[job_tree]") {
  Counts jobs;
  SECTION("jobs one by one, but for the last") {
    for (const auto* name : {"web/a", "web/b", "d", "db/e"}) {
      fs::remove(jobs.path(name));
      CHECK(jobs.look().changes.removed == Names{name});
    }
    CHECK(jobs.live() == Names{"web/deep/c"});
  }
  SECTION("a directory that held less") {
    fs::remove_all(jobs.path("db"));
    CHECK(jobs.look().changes.removed == Names{"db/e"});
  }
  SECTION("most of a directory") {
    for (const auto* name : {"web/a", "web/b"}) fs::remove(jobs.path(name));
    CHECK(jobs.look().changes.removed == Names{"web/a", "web/b"});
  }
  SECTION("a directory that has another name now") {
    fs::rename(jobs.path("web"), jobs.path("www"));
    CHECK(jobs.look().changes.removed == Names{"web/a", "web/b", "web/deep/c"});
    CHECK(jobs.live().size() == 5);
  }
  SECTION("a tree with other jobs") {
    for (const auto* name : {"web", "d", "db"}) fs::remove_all(jobs.path(name));
    for (const auto* name : {"1", "2", "3", "4"}) jobs.write(name, good);
    CHECK(jobs.look().changes.removed == all);
    CHECK(jobs.live() == Names{"1", "2", "3", "4"});
  }
}

TEST_CASE("jobs that vanished in bulk are given up when they have been gone for long enough", "[job_tree]") {
  const TempFolder folder;
  folder.write("a", good);
  folder.write("b", good);
  JobTree tree(folder.path().string(), Duration::zero());
  tree.keep_vanished_for(Duration::zero());
  tree.look();
  fs::remove(folder.path("a"));
  fs::remove(folder.path("b"));
  CHECK(tree.look().vanished.size() == 1);
  CHECK(!tree.unchanged());  // though nothing changes any more
  const auto look = tree.look();
  CHECK(look.changes.removed == Names{"a", "b"});
  CHECK(look.vanished.empty());
  CHECK(look.back.empty());
  CHECK(tree.look().changes.empty());
}

TEST_CASE("jobs whose files are just being put back are not given up", "[job_tree]") {
  const TempFolder folder;
  JobTree tree(folder.path().string(), std::chrono::hours(1));
  tree.keep({"a", "b"}, {});  // as loaded by an earlier tree
  CHECK(tree.look().vanished.size() == 1);
  folder.write("a", good);
  const auto look = tree.look();
  CHECK(look.unsettled);
  CHECK(look.changes.empty());
  CHECK(look.back.empty());
  CHECK(look.kept == std::set<std::string>{"a", "b"});
}
