#include <fcntl.h>
#include <sys/mman.h>

#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/tree/tree_watcher.hpp"
#include "support/temp_folder.hpp"
#include "support/test_loop.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

struct Watch {
  explicit Watch(Duration poll, Duration settle = Duration::zero())
      : tree(folder.path().string(), settle), watcher(loop.executor(), pool, tree, poll), tasks(loop.executor()) {
    tasks.start("watch", watcher.run([this](const TreeLook& look) {
      ++looks;
      loaded += look.changes.loaded.size();
    }));
  }
  bool run_until_looks(int count) {
    return loop.run_until([&] { return looks >= count; });
  }

  TempFolder folder;
  boost::asio::thread_pool pool{1};
  TestLoop loop;
  JobTree tree;
  TreeWatcher watcher;
  int looks = 0;
  std::size_t loaded = 0;
  TaskGroup tasks;
};

}  // namespace

TEST_CASE("the tree is looked at at once, and then at every poll", "[tree_watcher]") {
  Watch watch(10ms);
  CHECK(watch.run_until_looks(3));
}

TEST_CASE("a look that is asked for does not wait for the poll, and sees what changed", "[tree_watcher]") {
  Watch watch(24h);
  REQUIRE(watch.run_until_looks(1));
  watch.folder.write("a", "every 10m\nrun true\n");
  watch.watcher.look_now();
  REQUIRE(watch.run_until_looks(2));
  CHECK(watch.loaded == 1);
}

TEST_CASE("a look that is asked for is one, even if the kernel told of no change", "[tree_watcher]") {
  Watch watch(24h);
  const auto file = watch.folder.write("a", "every 10m\nrun true\n");
  REQUIRE(watch.run_until_looks(1));
  REQUIRE(watch.loaded == 1);
  {  // inotify(7) tells nothing of what is written through a mapping
    const Descriptor opened(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    auto* text = static_cast<char*>(::mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, opened.number(), 0));
    REQUIRE(text != MAP_FAILED);
    text[6] = '2';
    ::msync(text, 8, MS_SYNC);
    ::munmap(text, 8);
  }
  watch.watcher.look_now();
  REQUIRE(watch.run_until_looks(2));
  CHECK(watch.loaded == 2);
}

TEST_CASE("any number of looks asked for during a look make one more", "[tree_watcher]") {
  Watch watch(24h);
  for (int i = 0; i < 1000; ++i) watch.watcher.look_now();
  REQUIRE(watch.run_until_looks(2));
  for (int i = 0; i < 20; ++i) watch.loop.context().run_one_for(5ms);
  CHECK(watch.looks == 2);
}

TEST_CASE("a file that may still be being written is looked at again soon, whatever the poll", "[tree_watcher]") {
  Watch watch(24h, settle_time);
  watch.folder.write("a", "every 10m\nrun true\n");
  CHECK(watch.loop.run_until([&] { return watch.loaded == 1; }));
}

TEST_CASE("a watch that is cancelled looks no more", "[tree_watcher]") {
  Watch watch(1ms);
  REQUIRE(watch.run_until_looks(2));
  watch.tasks.cancel();
  REQUIRE(watch.loop.run_until([&] { return watch.tasks.size() == 0; }));
}
