#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "support/job_folder.hpp"
#include "support/root.hpp"

using namespace acron;

namespace {}  // namespace

TEST_CASE("root refuses a job file that others could have written, and says what to do", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  struct Case {
    mode_t mode;
    uid_t owner;
    std::string_view remedy;
  };
  const auto [mode, owner, remedy] = GENERATE(values<Case>({{0666, 0, "chmod go-w"},
                                                            {0664, 0, "chmod go-w"},
                                                            {0646, 0, "chmod go-w"},
                                                            {04644, 0, "chmod ug-s"},
                                                            {02644, 0, "chmod ug-s"},
                                                            {0600, someone, "chown it to root"}}));
  CAPTURE(mode, owner);
  JobFolder jobs;
  const auto file = jobs.write("a", good);
  REQUIRE(::chown(file.c_str(), owner, 0) == 0);
  REQUIRE(::chmod(file.c_str(), mode) == 0);
  const auto look = jobs.look();
  CHECK(look.changes.empty());
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].message.find(remedy) != std::string::npos);
  CHECK(jobs.look().faults.empty());
  REQUIRE(::chown(file.c_str(), 0, 0) == 0);
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK(jobs.look().faulty_files == 0);
  CHECK(jobs.live() == Names{"a"});
}

TEST_CASE("a job whose file can be written by others from now on keeps its good version", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  const auto file = jobs.write("a", "every 10m\nrun safe\n");
  jobs.look();
  REQUIRE(::chmod(file.c_str(), 0666) == 0);
  jobs.write("a", "every 10m\nrun evil\n");
  CHECK(jobs.look().faults.size() == 1);
  CHECK(jobs.command_of("a") == "safe");
}

TEST_CASE("a directory that others can write keeps the jobs it had and loads no other", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  jobs.write("web/a", good);
  jobs.look();
  REQUIRE(::chmod(jobs.path("web").c_str(), 0777) == 0);
  jobs.write("web/evil", good);
  const auto look = jobs.look();
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].file == "web");
  CHECK(jobs.look().faults.empty());
  CHECK(jobs.live() == Names{"web/a"});
  REQUIRE(::chmod(jobs.path("web").c_str(), 0755) == 0);
  CHECK(jobs.look().faulty_files == 0);
  CHECK(jobs.live() == Names{"web/a", "web/evil"});
}

TEST_CASE("a _defaults file that others could have written is refused", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  jobs.write("a", good);
  jobs.look();
  const auto file = jobs.write("_defaults", "timeout 1m\n");
  REQUIRE(::chmod(file.c_str(), 0666) == 0);
  CHECK(jobs.look().faults.size() == 1);
  CHECK(!jobs.job("a").time_limit);
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  jobs.look();
  CHECK(jobs.job("a").time_limit.has_value());
}

TEST_CASE("root follows no symlink to where a user could put another file", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  const TempFolder elsewhere;
  const auto file = elsewhere.write("x", good);
  const std::string name = GENERATE("a", "_defaults");
  CAPTURE(name);
  if (name == "_defaults") {
    elsewhere.write("x", "timeout 1m\n");
    jobs.write("a", good);
  }
  std::filesystem::create_symlink(file, jobs.path(name));
  SECTION("the user's own file") { REQUIRE(::chown(file.c_str(), someone, 0) == 0); }
  SECTION("root's file in the user's directory") { REQUIRE(::chown(elsewhere.path().c_str(), someone, 0) == 0); }
  SECTION("root's file in everyone's directory") { REQUIRE(::chmod(elsewhere.path().c_str(), 0777) == 0); }
  const auto look = jobs.look();
  CHECK(jobs.live().empty());
  REQUIRE(!look.faults.empty());
  CHECK(look.faults[0].file == name);
  CHECK(jobs.look().faults.empty());
}

TEST_CASE("a job behind a symlink loads when the place it leads to is mended", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  const TempFolder elsewhere;
  std::filesystem::create_symlink(elsewhere.write("x", good), jobs.path("a"));
  REQUIRE(::chmod(elsewhere.path().c_str(), 0777) == 0);
  jobs.look();
  REQUIRE(jobs.live().empty());
  REQUIRE(::chmod(elsewhere.path().c_str(), 0755) == 0);
  CHECK(jobs.look().faulty_files == 0);
  CHECK(jobs.live() == Names{"a"});
}

TEST_CASE("a file that we may not read is a fault, said once", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  const auto file = jobs.write(GENERATE("a", "_defaults"), good);
  REQUIRE(::chown(jobs.path().c_str(), nobody, 0) == 0);
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  REQUIRE(::seteuid(nobody) == 0);
  const auto look = jobs.look();
  const auto again = jobs.look();
  REQUIRE(::seteuid(0) == 0);
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].message.find("Permission denied") != std::string::npos);
  CHECK(again.faults.empty());
}

TEST_CASE("a directory that we may not read keeps its jobs", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  jobs.write("web/a", good);
  jobs.look();
  REQUIRE(::chown(jobs.path().c_str(), nobody, 0) == 0);
  REQUIRE(::chmod(jobs.path("web").c_str(), 0700) == 0);
  REQUIRE(::seteuid(nobody) == 0);
  const auto look = jobs.look();
  const auto again = jobs.look();
  REQUIRE(::seteuid(0) == 0);
  CHECK(look.changes.empty());
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].file == "web");
  CHECK(again.faults.empty());
}

TEST_CASE("a root that vanishes keeps everything", "[job_tree]") {
  const TempFolder folder;
  folder.write("tree/a", good);
  folder.write("tree/_defaults", "timeout 1m\n");
  JobTree tree(folder.path("tree"), Duration::zero());
  REQUIRE(tree.look().changes.loaded.size() == 1);
  std::filesystem::rename(folder.path("tree"), folder.path("gone"));
  const auto look = tree.look();
  CHECK(look.changes.empty());
  CHECK(look.faults.size() == 1);
  CHECK(tree.look().faults.empty());
  std::filesystem::rename(folder.path("gone"), folder.path("tree"));
  const auto back = tree.look();
  CHECK(back.changes.empty());
  CHECK(back.faulty_files == 0);
}

TEST_CASE("what is no regular file is a fault, and nothing hangs on it", "[job_tree]") {
  JobFolder jobs;
  jobs.write("a", good);
  SECTION("a FIFO") { REQUIRE(::mkfifo(jobs.path("odd").c_str(), 0600) == 0); }
  SECTION("a FIFO behind a symlink") {
    REQUIRE(::mkfifo(jobs.path(".odd").c_str(), 0600) == 0);
    std::filesystem::create_symlink(".odd", jobs.path("odd"));
  }
  SECTION("a socket") {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, jobs.path("odd").c_str(), sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(socket);
  }
  SECTION("a device") { std::filesystem::create_symlink("/dev/zero", jobs.path("odd")); }
  SECTION("a symlink to itself") { std::filesystem::create_symlink("odd", jobs.path("odd")); }
  SECTION("a symlink to nothing") { std::filesystem::create_symlink("nowhere", jobs.path("odd")); }
  SECTION("a directory loop") { std::filesystem::create_directory_symlink(".", jobs.path("odd")); }
  const auto look = jobs.look();
  CHECK(jobs.live() == Names{"a"});
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].file == "odd");
  CHECK(jobs.look().faults.empty());
}

TEST_CASE("a tree three hundred directories deep is read down to a limit, and that is said", "[job_tree]") {
  JobFolder jobs;
  std::string name = "shallow/job";
  jobs.write(name, good);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "d/";
  jobs.write(deep + "job", good);
  const auto look = jobs.look();
  CHECK(jobs.live() == Names{name});
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].message.find("deeper") != std::string::npos);
}

TEST_CASE("a tree that can't be trusted at all is objected to before anything is read", "[job_tree]") {
  const TempFolder folder;
  const auto objection = [&](std::string_view path) {
    return JobTree(folder.path(path), Duration::zero()).objection().value_or("");
  };
  folder.write("up/tree/a", good);
  CHECK(objection("up/tree").empty());
  CHECK(objection("nowhere").find("nowhere: No such file or directory") != std::string::npos);
  CHECK(objection("up/tree/a").find("is not a directory") != std::string::npos);
  if (!is_root("who may write job files is not tested")) return;
  REQUIRE(::chmod(folder.path("up/tree").c_str(), 0777) == 0);
  CHECK(objection("up/tree").starts_with(folder.path("up/tree") + " can be written by others"));
  REQUIRE(::chmod(folder.path("up/tree").c_str(), 0755) == 0);
  REQUIRE(::chmod(folder.path("up").c_str(), 0775) == 0);
  CHECK(objection("up/tree").starts_with(folder.path("up") + " can be written by others"));
}

TEST_CASE("a directory above the tree that others can write from now on stops what is new, not what is loaded",
          "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  const TempFolder folder;
  folder.write("up/on/tree/a", good);
  JobTree tree(folder.path("up/on/tree"), Duration::zero());
  tree.look();
  REQUIRE(tree.unchanged());
  const auto chmod_up = [&](const char* name, mode_t mode) { REQUIRE(::chmod(folder.path(name).c_str(), mode) == 0); };
  chmod_up("up", 0777);
  REQUIRE(!tree.unchanged());
  folder.write("up/on/tree/b", good);
  const auto look = tree.look();
  CHECK(look.changes.empty());
  CHECK(look.kept == std::set<std::string>{"a"});
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].message == folder.path("up") + " can be written by others (mode 0777); chmod go-w it");
  CHECK(!tree.unchanged());
  CHECK(tree.look().faults.empty());

  chmod_up("up/on", 0775);
  chmod_up("up", 0755);
  const auto next = tree.look();
  REQUIRE(next.faults.size() == 1);
  CHECK(next.faults[0].message.starts_with(folder.path("up/on") + " can be written by others"));

  chmod_up("up/on", 0755);
  const auto mended = tree.look();
  CHECK(mended.faulty_files == 0);
  REQUIRE(mended.changes.loaded.size() == 1);
  CHECK(mended.changes.loaded[0]->name == "b");
  CHECK(mended.changes.removed.empty());
}

TEST_CASE("a tree that becomes another's is refused, and is one fault", "[job_tree]") {
  if (!is_root("who may write job files is not tested")) return;
  JobFolder jobs;
  jobs.write("a", good);
  jobs.look();
  REQUIRE(::chmod(jobs.path().c_str(), 0777) == 0);
  const auto look = jobs.look();
  REQUIRE(look.faults.size() == 1);
  CHECK(look.faults[0].message.starts_with(jobs.path().string() + " can be written by others"));
  CHECK(jobs.look().faults.empty());
  CHECK(jobs.live() == Names{"a"});
}
