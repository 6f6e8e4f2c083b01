#pragma once

#include <functional>
#include <future>
#include <string>
#include <thread>

namespace acron {

/// While it lives, the start waits for a place whose file system may not answer. When that takes long, it is said once.
class SlowStart {
 public:
  using Say = std::function<void(const std::string& what)>;

  /// `what` names the place for people: `the tree /etc/acron/conf.d`. `say` is called on another thread.
  explicit SlowStart(std::string what, Say say = say_on_stderr);
  ~SlowStart();
  SlowStart(const SlowStart&) = delete;
  SlowStart& operator=(const SlowStart&) = delete;

 private:
  static void say_on_stderr(const std::string& what);

  std::promise<void> over_;
  std::thread watch_;
};

}  // namespace acron
