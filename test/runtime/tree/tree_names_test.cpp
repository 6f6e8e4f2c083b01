#include <catch2/catch.hpp>

#include "support/job_folder.hpp"

using namespace acron;

TEST_CASE("a job that is renamed to rest is removed, and known as switched off until it is loaded again",
          "[tree_names]") {
  JobFolder jobs;
  jobs.write("web/a", good);
  jobs.look();
  std::filesystem::rename(jobs.path("web/a"), jobs.path("web/a.off"));
  auto look = jobs.look();
  CHECK(look.changes.removed == Names{"web/a"});
  CHECK(look.switched_off.includes("web/a"));
  CHECK(jobs.look().switched_off.includes("web/a"));
  std::filesystem::rename(jobs.path("web/a.off"), jobs.path("web/a"));
  look = jobs.look();
  CHECK(look.changes.loaded.size() == 1);
  CHECK(look.switched_off.names().empty());
}

TEST_CASE("a job that has its name again, but is not good, is known as switched off", "[tree_names]") {
  JobFolder jobs;
  jobs.write("web.disabled/a", bad);
  jobs.look();
  std::filesystem::rename(jobs.path("web.disabled"), jobs.path("web"));
  CHECK(jobs.look().switched_off.includes("web/a"));
  CHECK(jobs.look().switched_off.includes("web/a"));
  jobs.write("web/a", good);
  const auto look = jobs.look();
  CHECK(look.changes.loaded.size() == 1);
  CHECK(!look.switched_off.includes("web/a"));
}

TEST_CASE("a job whose file switches it off is removed, and known as such until it is loaded again", "[tree_names]") {
  const std::string off = GENERATE("disabled\n", "#every 10m\n#run true\n");
  JobFolder jobs;
  jobs.write("web/a", good);
  jobs.look();
  jobs.write("web/a", off);
  auto look = jobs.look();
  CHECK(look.changes.removed == Names{"web/a"});
  for (int again = 0; again < 2; ++again, look = jobs.look()) {
    CHECK(look.faults.empty());
    CHECK(look.faulty_files == 0);
    CHECK(look.switched_off.includes("web/a"));
    CHECK(look.left_out.count("web/a") == 1);
  }
  jobs.write("web/a", bad);
  look = jobs.look();
  CHECK(look.faulty_files == 1);
  CHECK(look.left_out.empty());
  CHECK(look.switched_off.includes("web/a"));
  jobs.write("web/a", good);
  look = jobs.look();
  CHECK(look.changes.loaded.size() == 1);
  CHECK(look.switched_off.names().empty());
}

TEST_CASE("a job that is switched off from the first look on is no fault", "[tree_names]") {
  JobFolder jobs;
  jobs.write("a", "disabled\n");
  jobs.write("b", good);
  const auto look = jobs.look();
  CHECK(look.switched_off.includes("a"));
  CHECK(look.faults.empty());
  CHECK(look.changes.loaded.size() == 1);
}

TEST_CASE("what an _ignore names is no job, and is one again when it does not", "[tree_names]") {
  JobFolder jobs;
  jobs.write("_ignore", "a\nlib/\n");
  for (const char* name : {"a", "b", "web/a", "lib/c", "web/lib/c"}) jobs.write(name, good);
  CHECK(jobs.look().faults.empty());
  CHECK(jobs.live() == Names{"b"});
  jobs.write("_ignore", "/a\n");
  jobs.look();
  CHECK(jobs.live() == Names{"b", "lib/c", "web/a", "web/lib/c"});
  std::filesystem::remove(jobs.path("_ignore"));
  jobs.look();
  CHECK(jobs.live() == Names{"a", "b", "lib/c", "web/a", "web/lib/c"});
}

TEST_CASE("a faulty _ignore is told once, goes on with what it said, and lets no new job in", "[tree_names]") {
  JobFolder jobs;
  jobs.write("_ignore", "notes\n");
  jobs.write("a", good);
  jobs.write("notes", bad);
  jobs.look();
  jobs.write("_ignore", "[\n");
  jobs.write("a", "every 10m\nrun edited\n");
  jobs.write("new", good);
  auto look = jobs.look();
  REQUIRE(look.faults.size() == 3);  // of _ignore, and of the edited and the new one, which wait
  CHECK(look.faults[0].file == "_ignore");
  CHECK(look.kept == std::set<std::string>{"a"});
  CHECK(jobs.look().faults.empty());
  CHECK(jobs.live() == Names{"a"});
  CHECK(jobs.command_of("a") == "true");
  jobs.write("_ignore", "notes\n");
  CHECK(jobs.look().faulty_files == 0);
  CHECK(jobs.live() == Names{"a", "new"});
  CHECK(jobs.command_of("a") == "edited");
}

TEST_CASE("an _ignore that is no file that can be read is a fault", "[tree_names]") {
  JobFolder jobs;
  jobs.write("a", good);
  SECTION("a directory") { jobs.write("_ignore/x", "a"); }
  SECTION("a symlink to nothing") { std::filesystem::create_symlink("nowhere", jobs.path("_ignore")); }
  const auto look = jobs.look();
  REQUIRE(!look.faults.empty());
  CHECK(look.faults[0].file == "_ignore");
  CHECK(jobs.live().empty());
}

TEST_CASE("an ignored directory is not entered, whatever it holds and whoever owns it", "[tree_names]") {
  JobFolder jobs;
  jobs.write("_ignore", "lib\n");
  jobs.write("lib/_defaults", bad);
  jobs.write("a", good);
  std::filesystem::permissions(jobs.path("lib"), std::filesystem::perms::all);
  std::filesystem::create_directory_symlink("nowhere", jobs.path("web.off"));
  CHECK(jobs.look().faults.empty());
  CHECK(jobs.live() == Names{"a"});
}

TEST_CASE("most jobs may be switched off or ignored at once, which is not taken for an accident", "[tree_names]") {
  JobFolder jobs;
  for (const char* name : {"web/a", "web/b", "c"}) jobs.write(name, good);
  jobs.look();
  SECTION("a directory by its name") {
    std::filesystem::rename(jobs.path("web"), jobs.path("web.disabled"));
    const auto look = jobs.look();
    CHECK(look.vanished.empty());
    CHECK(jobs.live() == Names{"c"});
  }
  SECTION("each file by its name") {
    for (const char* name : {"web/a", "web/b", "c"})
      std::filesystem::rename(jobs.path(name), jobs.path(name).append(".off"));
    CHECK(jobs.look().vanished.empty());
    CHECK(jobs.live().empty());
  }
  SECTION("a directory by an _ignore") {
    jobs.write("_ignore", "web/\n");
    CHECK(jobs.look().vanished.empty());
    CHECK(jobs.live() == Names{"c"});
  }
}

TEST_CASE("a file whose name is nearly _defaults is told once, and again when it comes back", "[tree_names]") {
  JobFolder jobs;
  jobs.write("web/_default", "disabled\n");
  jobs.write("web/a", good);
  auto look = jobs.look();
  REQUIRE(look.faults.size() == 1);
  CHECK(headline(look.faults[0]) ==
        "web/_default: warning: is left out, so nothing that it says counts; did you mean '_defaults'?");
  CHECK(look.faulty_files == 0);
  CHECK(jobs.live() == Names{"web/a"});
  CHECK(jobs.look().faults.empty());
  std::filesystem::rename(jobs.path("web/_default"), jobs.path("web/_defaults"));
  CHECK(jobs.look().faults.empty());
  std::filesystem::rename(jobs.path("web/_defaults"), jobs.path("web/_default"));
  CHECK(jobs.look().faults.size() == 1);
}
