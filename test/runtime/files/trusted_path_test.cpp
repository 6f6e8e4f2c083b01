#include "acron/runtime/files/trusted_path.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "support/root.hpp"
#include "support/temp_folder.hpp"

using namespace acron;
namespace fs = std::filesystem;

namespace {

/// A folder with directories of many kinds in it: `mine`, `sticky`, `group`, `all` and `theirs` have an entry `in`
/// each, and so has `theirs_below/theirs`.
struct Places {
  Places() {
    make("mine", 0755, 0);
    make("sticky", 01777, 0);
    make("group", 0775, 0);
    make("all", 0777, 0);
    make("theirs", 0755, someone);
    make("sticky/theirs", 0755, someone);
    make("sticky/mine", 0755, 0);
    make("sticky_of_theirs", 01777, someone);
    link("absolute", folder.path("mine"));
    link("relative", "mine");
    link("mine/up", "../mine/../mine/.");
    link("twice", "relative");
    link("loop", "loop");
    link("to_theirs", "theirs");
    link("sticky/link", folder.path("mine"));
    link("group/link", folder.path("mine"));
    link("dangling", "nowhere");
    link("mine/to_file", folder.path("mine/in"));
  }
  void make(const std::string& name, mode_t mode, uid_t owner) const {
    fs::create_directory(folder.path(name));
    folder.write(name + "/in", "text");
    REQUIRE(::chmod(folder.path(name).c_str(), mode) == 0);
    if (::geteuid() == 0) REQUIRE(::chown(folder.path(name).c_str(), owner, owner) == 0);
  }
  void link(const std::string& name, const std::string& target) const { fs::create_symlink(target, folder.path(name)); }
  TempFolder folder;
};

}  // namespace

TEST_CASE("a path is walked as the kernel walks it", "[trusted_path]") {
  struct Case {
    std::string path, leads_to;
  };
  const auto [path, leads_to] = GENERATE(values<Case>({{"mine/in", "mine/in"},
                                                       {"mine//./in", "mine/in"},
                                                       {"mine/../mine/in", "mine/in"},
                                                       {"absolute/in", "mine/in"},
                                                       {"relative/in", "mine/in"},
                                                       {"twice/in", "mine/in"},
                                                       {"mine/up/in", "mine/in"},
                                                       {"twice/../mine/in", "mine/in"},
                                                       {"mine/not there", "mine/not there"},
                                                       {"mine/to_file", "mine/to_file"},
                                                       {"mine/..", ""},
                                                       {"mine/.", "mine"}}));
  CAPTURE(path);
  const bool strict = GENERATE(true, false);
  const Places places;
  const auto end = walk_to(places.folder.path(path), {.strict = strict});
  REQUIRE(end.has_value());
  CHECK(end->path == (leads_to.empty() ? places.folder.path().string() : places.folder.path(leads_to)));
  CHECK(!end->is_shared);
  struct stat by_walk {
  }, by_kernel{};
  CHECK(::fstatat(end->directory.number(), end->name.c_str(), &by_walk, AT_SYMLINK_NOFOLLOW) ==
        ::lstat(places.folder.path(path).c_str(), &by_kernel));
  CHECK(by_walk.st_ino == by_kernel.st_ino);
}

TEST_CASE("the end of a walk may be the root, and a link at the end is followed on demand", "[trusted_path]") {
  const Places places;
  CHECK(walk_to("/", {})->path == "/");
  CHECK(walk_to("/../..", {})->path == "/");
  CHECK(walk_to("/x", {})->path == "/x");
  CHECK(walk_to(places.folder.path("mine/to_file"), {.follow_last = true})->path == places.folder.path("mine/in"));
  CHECK(walk_to(places.folder.path("twice"), {.follow_last = true})->path == places.folder.path("mine"));
}

TEST_CASE("a walk that can't be gone to its end says where it stopped", "[trusted_path]") {
  struct Case {
    std::string path, stopped_at;
    int error;
  };
  const auto [path, stopped_at, error] = GENERATE(values<Case>({{"gone/in", "gone", ENOENT},
                                                                {"dangling/in", "nowhere", ENOENT},
                                                                {"mine/in/in", "mine/in", ENOTDIR},
                                                                {"loop/in", "loop", ELOOP}}));
  CAPTURE(path);
  const Places places;
  const auto end = walk_to(places.folder.path(path), {});
  REQUIRE(end.has_error());
  CHECK(end.error().error == error);
  CHECK(end.error().reason.starts_with(places.folder.path(stopped_at) + ": "));
}

TEST_CASE("with root's rights no directory on the way may be another's", "[trusted_path]") {
  if (!is_root("the rules for root are not tested")) return;
  struct Case {
    std::string path, objection;
  };
  const auto [path, objection] = GENERATE(values<Case>({
      {"theirs/in", "theirs is owned by uid 1000"},
      {"to_theirs/in", "theirs is owned by uid 1000"},
      {"theirs/../mine/in", "theirs is owned by uid 1000"},
      {"all/in", "all can be written by others (mode 0777); chmod go-w it"},
      {"group/in", "group can be written by others (mode 0775); chmod go-w it"},
      {"sticky/theirs/in", "sticky/theirs is owned by uid 1000"},
      {"sticky_of_theirs/in", "sticky_of_theirs is owned by uid 1000"},
      {"sticky/link/in", "sticky/link is a symlink in a directory that others can write"},
  }));
  CAPTURE(path);
  const Places places;
  const auto end = walk_to(places.folder.path(path), {});
  REQUIRE(end.has_error());
  CHECK(end.error().error == 0);
  CHECK(end.error().reason.starts_with(places.folder.path(objection)));
  CHECK(walk_to(places.folder.path(path), {.strict = false}).has_value());
}

TEST_CASE("a directory that others can write may be shared, but no link in it is followed", "[trusted_path]") {
  if (!is_root("the rules for root are not tested")) return;
  const Places places;
  const auto walk = [&](std::string_view path) {
    return walk_to(places.folder.path(path), {.follow_last = true, .allow_group = true});
  };
  CHECK(walk("sticky/in")->is_shared);
  CHECK(!walk("sticky/mine/in")->is_shared);
  CHECK(walk("group/in")->is_shared);
  for (const std::string_view link : {"sticky/link", "group/link", "group/link/in"}) {
    CAPTURE(link);
    const auto end = walk(link);
    REQUIRE(end.has_error());
    CHECK(end.error().reason.find("link is a symlink in a directory that others can write") != std::string::npos);
  }
  CHECK(walk("all/in").has_error());
}
