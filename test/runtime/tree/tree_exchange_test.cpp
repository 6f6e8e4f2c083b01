#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "support/job_folder.hpp"

using namespace acron;
namespace fs = std::filesystem;

namespace {

constexpr int files = 100;  // each is a chance
constexpr int looks = 25;

/// Exchanges two paths, again and again.
class Exchanges {
 public:
  Exchanges(std::string one, std::string other)
      : thread_([this, one = std::move(one), other = std::move(other)] {
          while (!enough_) {
            if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) ++count_;
          }
        }) {}
  ~Exchanges() {
    enough_ = true;
    thread_.join();
  }
  [[nodiscard]] int count() const { return count_; }

 private:
  std::atomic<bool> enough_ = false;
  std::atomic<int> count_ = 0;
  std::thread thread_;
};

/// Whether nothing but what is good is in trees that are read while that happens, until each has been seen. Each is a
/// new one, since what is known is not read again.
bool is_only_good(const std::string& tree, const Exchanges& exchanges) {
  int good = 0;
  for (int i = 0; i < looks || exchanges.count() < looks || good == 0; ++i) {
    for (const auto& job : JobTree(tree, Duration::zero()).look().changes.loaded) {
      if (job->command != "good" || job->time_limit) return false;
      ++good;
    }
  }
  return true;
}

struct ExchangedPlaces {
  ExchangedPlaces() {
    fill("tree/web", "good");
    fill("good", "good");
    fill("evil", "evil");
    folder.write("good/_defaults", "splay\n");
    folder.write("evil/_defaults", "timeout 1m\n");
    REQUIRE(::chmod(folder.path("evil").c_str(), 0777) == 0);
  }
  void fill(const std::string& directory, const std::string& command) const {
    for (int i = 0; i < files; ++i)
      folder.write(directory + "/" + std::to_string(i), "every 10m\nrun " + command + "\n");
  }
  TempFolder folder;
};

}  // namespace

TEST_CASE("nothing is loaded that was exchanged for what was judged", "[job_tree]") {
  if (::geteuid() != 0) {
    WARN("not root: exchanges are not tested");
    return;
  }
  const ExchangedPlaces places;
  const TempFolder& folder = places.folder;
  std::string one = "good", other = "evil", tree = "tree";
  SECTION("a directory of the tree for one that others can write") { one = "tree/web"; }
  SECTION("a directory of the tree for a symlink to there") {
    one = "tree/web";
    other = "link";
    fs::create_symlink(folder.path("evil"), folder.path("link"));
  }
  SECTION("a file of the tree for a user's") {
    one = "tree/web/7";
    other = "evil/7";
    REQUIRE(::chown(folder.path(other).c_str(), 1000, 0) == 0);
  }
  SECTION("a file of the tree for a symlink to one that others can exchange") {
    one = "tree/web/7";
    other = "link";
    fs::create_symlink(folder.path("evil/7"), folder.path("link"));
  }
  SECTION("the place that symlinks to files lead to") {
    for (int i = 0; i < files; ++i)
      fs::create_symlink("../good/" + std::to_string(i), folder.path("tree/" + std::to_string(i)));
  }
  SECTION("the place that a symlink to a directory leads to") { fs::create_symlink("../good", folder.path("tree/b")); }
  SECTION("the place that a _defaults leads to") {
    fs::create_symlink("../good/_defaults", folder.path("tree/_defaults"));
  }
  SECTION("the tree itself") { tree = "good"; }
  SECTION("a directory above the tree") {
    tree = "good/tree";
    places.fill("good/tree", "good");
    places.fill("evil/tree", "evil");
  }
  const Exchanges exchanges(folder.path(one), folder.path(other));
  CHECK(is_only_good(folder.path(tree), exchanges));
}
