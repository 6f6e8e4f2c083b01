#include "../src/edges/output/log_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/root.hpp"
#include "support/temp_folder.hpp"

using namespace acron;

namespace {

constexpr uid_t user = 61234;
constexpr gid_t group = 61235, further_group = 61236;

std::optional<Account> stranger() { return Account{user, group, {group, further_group}, "stranger", "/"}; }

/// A directory of that owner, below one that everyone may pass.
std::string place(const TempFolder& folder, const std::string& name, uid_t owner, gid_t its_group, mode_t mode) {
  ::chmod(folder.path().c_str(), 0711);
  const auto path = folder.path(name);
  std::filesystem::create_directory(path);
  REQUIRE(::chown(path.c_str(), owner, its_group) == 0);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

/// Why a line could not be appended to the file as the account; empty when it was.
std::string append(const std::string& path, std::optional<Account> account) {
  LogFile file(path, std::move(account));
  file.open();
  file.append("a line\n");
  return file.failure();
}

}  // namespace

TEST_CASE("a log that is opened for a user is that user's", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  const auto path = place(folder, "theirs", user, group, 0700) + "/log";
  CHECK(append(path, stranger()).empty());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK(status.st_uid == user);
  CHECK(status.st_gid == group);
  CHECK((status.st_mode & 07777) == 0640);
  CHECK(folder.read("theirs/log") == "a line\n");
}

TEST_CASE("a user's log is refused where root could write but not the user", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  CHECK(append(place(folder, "roots", 0, 0, 0755) + "/log", stranger()) == "Permission denied");
  CHECK(!std::filesystem::exists(folder.path("roots/log")));
  const auto path = place(folder, "shared", 0, 0, 01777) + "/log";
  CHECK(append(path, {}).empty());
  CHECK(append(path, stranger()) == "Permission denied");
  CHECK(folder.read("shared/log") == "a line\n");
  // Nothing of it stays with the thread.
  CHECK(append(place(folder, "later", 0, 0, 0700) + "/log", {}).empty());
}

TEST_CASE("a user's further groups count for the user's log, and root's do not", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  CHECK(append(place(folder, "further", 0, further_group, 0770) + "/log", stranger()).empty());
  CHECK(append(place(folder, "root-group", 0, 0, 0770) + "/log", stranger()) == "Permission denied");
}

TEST_CASE("a user's log is not written through a symlink", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  const auto theirs = place(folder, "theirs", user, group, 0700);
  folder.write("theirs/real", "");
  std::filesystem::create_symlink("real", theirs + "/log");
  CHECK(append(theirs + "/log", stranger()) == "is a symlink, which is not followed");
  CHECK(folder.read("theirs/real").empty());
}

TEST_CASE("no log leads through procfs, which would show what is acron's", "[log_file]") {
  const TempFolder folder;
  const std::string here = std::filesystem::current_path();
  REQUIRE(::chdir(folder.path().c_str()) == 0);
  const auto way = place(folder, "way", ::geteuid(), ::getegid(), 0755);
  place(folder, "open", ::geteuid(), ::getegid(), 0755);
  REQUIRE(::chmod(folder.path("open").c_str(), is_root("opening files as another user is not tested") ? 0777 : 0755) ==
          0);
  for (const auto& [name, target] : {std::pair("cwd", "/proc/self/cwd"), std::pair("thread", "/proc/thread-self"),
                                     std::pair("root", "/proc/self/root"), std::pair("fd", "/proc/self/fd")})
    std::filesystem::create_symlink(target, way + "/" + name);
  std::vector<std::optional<Account>> accounts{std::nullopt};
  if (is_root("opening files as another user is not tested")) accounts.emplace_back(stranger());
  for (const auto& account : accounts) {
    for (const std::string& path :
         {way + "/cwd/open/log", way + "/thread/comm", way + "/root" + folder.path("open/log")}) {
      CAPTURE(path, account.has_value());
      const auto reason = append(path, account);
      CHECK(reason.starts_with("leads through procfs"));
    }
    CHECK(append(way + "/fd/0", account) != "");
  }
  CHECK(std::filesystem::is_empty(folder.path("open")));
  REQUIRE(::chdir(here.c_str()) == 0);
}

TEST_CASE("a second name of a file is refused with root's rights, also when a job asks for root", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  folder.write("precious", "");
  std::filesystem::create_hard_link(folder.path("precious"), folder.path("log"));
  const auto reason = "has a second name (a hard link), so it may be another file";
  CHECK(append(folder.path("log"), {}) == reason);
  CHECK(append(folder.path("log"), Account{0, 0, {0}, "root", "/root"}) == reason);
  CHECK(folder.read("precious").empty());
}

TEST_CASE("with root's rights no file is opened on a path that another user could lead elsewhere", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  const auto remedy = "; chown it to root, or give the job a 'user' who may write there";
  const auto theirs = place(folder, "theirs", user, group, 0755);
  const auto ours = place(folder, "ours", 0, 0, 0755);
  std::filesystem::create_symlink(ours, theirs + "/to-ours");
  const auto deeper = place(folder, "theirs/ours", 0, 0, 0755);
  for (const std::string& path : {theirs + "/log", theirs + "/to-ours/log", deeper + "/log"}) {
    CAPTURE(path);
    const auto reason = theirs + " is owned by uid 61234, who could put another file in the place of this one" + remedy;
    CHECK(append(path, {}) == reason);
    CHECK(append(path, Account{0, 0, {0}, "root", "/root"}) == reason);
  }
  CHECK(std::filesystem::is_empty(ours));
  CHECK(append(place(folder, "open", 0, 0, 0777) + "/log", {}).find("open can be written by others (mode 0777)") !=
        std::string::npos);
  // As the user whose directory it is, that user's links are that user's business.
  REQUIRE(::chown(ours.c_str(), user, group) == 0);
  CHECK(append(theirs + "/to-ours/log", stranger()).empty());
}

TEST_CASE("with root's rights a file in a directory that others can write must be root's own", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const mode_t mode = GENERATE(01777, 0775);
  const TempFolder folder;
  const auto shared = place(folder, "shared", 0, group, mode);
  folder.write("shared/theirs", "");
  REQUIRE(::chown((shared + "/theirs").c_str(), user, group) == 0);
  std::filesystem::create_symlink(folder.path(), shared + "/link");
  CHECK(append(shared + "/log", {}).empty());
  CHECK(append(shared + "/theirs", {}).find("in a directory that others can write") != std::string::npos);
  CHECK(append(shared + "/link/log", {}).find("link is a symlink in a directory that others can write") !=
        std::string::npos);
  CHECK(!std::filesystem::exists(folder.path("log")));
}

TEST_CASE("a user's log that was moved away is made anew with the user's rights", "[log_file]") {
  if (!is_root("opening files as another user is not tested")) return;
  const TempFolder folder;
  const auto path = place(folder, "theirs", user, group, 0700) + "/log";
  LogFile file(path, stranger());
  file.open();
  file.append("one\n");
  std::filesystem::rename(path, path + ".1");
  file.append("two\n");
  CHECK(::chown(folder.path("theirs").c_str(), 0, 0) == 0);
  std::filesystem::rename(path, path + ".2");
  file.append("three\n");
  CHECK(file.failure().empty());  // it is written on where it is now
  CHECK(file.lost_bytes() == 0);
  CHECK(folder.read("theirs/log.1") == "one\n");
  CHECK(folder.read("theirs/log.2") == "two\nthree\n");
  CHECK(!std::filesystem::exists(path));
}

TEST_CASE("a log that can be opened before anything is lost has not failed", "[log_file]") {
  const TempFolder folder;
  LogFile file(folder.path("later/log"), {});
  file.open();
  CHECK(file.failure() == "No such file or directory");
  std::filesystem::create_directory(folder.path("later"));
  file.append("a line\n");
  CHECK(file.failure().empty());
  CHECK(folder.read("later/log") == "a line\n");
}
