#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/job_folder.hpp"
#include "support/root.hpp"

using namespace acron;
namespace fs = std::filesystem;

namespace {

/// A tree, and beside it releases that links lead to. `~` in a target is the directory that holds both.
struct LinkedPlaces {
  LinkedPlaces() {
    folder.write("tree/.pool/x", good);
    folder.write("tree/web/.keep", "");
    folder.write("releases/42/x", good);
    folder.write("releases/42/deep/y", good);
    folder.write("theirs/x", good);
    folder.write("open/x", good);
    link("current", "releases/42");
    link("releases/42/relative", "deep/y");
    link("releases/42/up", "../42/x");
    fs::create_directory(folder.path("sticky"));
    link("sticky/link", "../releases/42/x");
    link("open/link", "../releases/42/x");
    link("chain40", "releases/42/x");
    for (int i = 39; i > 0; --i) link("chain" + std::to_string(i), "chain" + std::to_string(i + 1));
    if (::geteuid() != 0) return;
    REQUIRE(::chown(folder.path("theirs").c_str(), someone, someone) == 0);
    REQUIRE(::chmod(folder.path("open").c_str(), 0777) == 0);
    REQUIRE(::chmod(folder.path("sticky").c_str(), 01777) == 0);
  }
  void link(const std::string& name, std::string target) const {
    if (target.starts_with('~')) target.replace(0, 1, folder.path().string());
    fs::create_symlink(target, folder.path(name));
  }
  TempFolder folder;
};

struct Link {
  std::string name, target;
};

}  // namespace

TEST_CASE("a symlink in the tree is followed, whatever its form", "[job_tree]") {
  struct Case {
    Link link;
    std::string job;
  };
  const auto [link, job] = GENERATE(values<Case>({
      {{"tree/a", "~/releases/42/x"}, "a"},
      {{"tree/a", ".pool/x"}, "a"},
      {{"tree/a", "./.pool//./x"}, "a"},
      {{"tree/web/a", "../.pool/x"}, "web/a"},
      {{"tree/web/a", "../../releases/42/x"}, "web/a"},
      {{"tree/a", "../current/x"}, "a"},
      {{"tree/a", "~/current/deep/../x"}, "a"},
      {{"tree/a", "../releases/42/up"}, "a"},
      {{"tree/a", "../chain2"}, "a"},
      {{"tree/d", "../releases/42/deep"}, "d/y"},
      {{"tree/d", "~/releases/42/deep/"}, "d/y"},
      {{"tree/d", "../current/deep/."}, "d/y"},
  }));
  CAPTURE(link.name, link.target);
  const LinkedPlaces places;
  places.link(link.name, link.target);
  JobTree tree(places.folder.path("tree"), Duration::zero());
  const auto look = tree.look();
  CHECK(look.faults.empty());
  REQUIRE(look.changes.loaded.size() == 1);
  CHECK(look.changes.loaded[0]->name == job);
}

TEST_CASE("a link within what a link leads to is followed from there", "[job_tree]") {
  const LinkedPlaces places;
  places.link("tree/d", "../current");
  JobTree tree(places.folder.path("tree"), Duration::zero());
  Names names;
  const auto look = tree.look();
  for (const auto& job : look.changes.loaded) names.push_back(job->name);
  CHECK(names == Names{"d/x", "d/deep/y"});
  CHECK(look.faults.size() == 2);  // two more names for the same files
}

TEST_CASE("forty links in a row are followed, and no more", "[job_tree]") {
  const LinkedPlaces places;
  places.link("tree/a", "../chain1");
  JobTree tree(places.folder.path("tree"), Duration::zero());
  const auto look = tree.look();
  CHECK(look.changes.empty());
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].message == "is a symlink loop");
}

TEST_CASE("a tree behind a symlink is read, and its exchange is noticed", "[job_tree]") {
  const TempFolder folder;
  folder.write("releases/1/a", "every 10m\nrun one\n");
  folder.write("releases/2/a", "every 10m\nrun two\n");
  fs::create_symlink("releases/1", folder.path("current"));
  JobTree tree(folder.path("current"), Duration::zero());
  CHECK(!tree.objection());
  CHECK(tree.look().changes.loaded.at(0)->command == "one");
  fs::create_symlink("releases/2", folder.path("next"));
  fs::rename(folder.path("next"), folder.path("current"));
  CHECK(!tree.unchanged());
  CHECK(tree.look().changes.loaded.at(0)->command == "two");
}

TEST_CASE("root follows a symlink past nothing that a user could exchange", "[job_tree]") {
  if (!is_root("where links may lead is not tested")) return;
  struct Case {
    std::string target, objection;
  };
  const auto [target, objection] = GENERATE(values<Case>({
      {"../theirs/x", "theirs is owned by uid 1000"},
      {"../theirs/../releases/42/x", "theirs is owned by uid 1000"},
      {"~/theirs/../releases/42/deep", "theirs is owned by uid 1000"},
      {"../open/x", "open can be written by others (mode 0777)"},
      {"../open/link", "open can be written by others (mode 0777)"},
      {"../sticky/link", "sticky/link is a symlink in a directory that others can write"},
  }));
  const std::string name = GENERATE("a", "_defaults");
  CAPTURE(name, target);
  const LinkedPlaces places;
  places.link("tree/" + name, target);
  JobTree tree(places.folder.path("tree"), Duration::zero());
  const auto look = tree.look();
  CHECK(look.changes.empty());
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].file == name);
  CHECK(look.faults[0].message.find(places.folder.path(objection)) != std::string::npos);
  CHECK(tree.look().faults.empty());
}

TEST_CASE("root reads no tree that a user could exchange for another", "[job_tree]") {
  if (!is_root("where links may lead is not tested")) return;
  const std::string tree = GENERATE("theirs/../releases/42", "open/dir", "theirs/dir", "sticky/dir");
  CAPTURE(tree);
  const LinkedPlaces places;
  for (const auto* place : {"theirs", "open", "sticky"}) places.link(std::string(place) + "/dir", "../releases/42");
  CHECK(JobTree(places.folder.path(tree), Duration::zero()).objection().has_value());
  CHECK(JobTree(places.folder.path(tree), Duration::zero()).look().changes.empty());
  CHECK(!JobTree(places.folder.path("current"), Duration::zero()).objection());
}

TEST_CASE("two hard links are two jobs, and a symlink to either is none", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", good);
  fs::create_hard_link(jobs.path("a"), jobs.path("hard"));
  fs::create_symlink("hard", jobs.path("soft"));
  const auto look = jobs.look();
  CHECK(jobs.live() == Names{"a", "hard"});
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].file == "soft");
}
