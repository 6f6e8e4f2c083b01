#pragma once

#include <sys/types.h>

#include <type_traits>

namespace acron {

/// Where children start from. Like that of vfork(2), a child runs in our memory until it executes its program, while
/// the thread that started it waits. Unlike vfork(2), it does not begin with a copy of all that we have open, three
/// descriptors for each run that is going on, but with our own table, of which it copies the lowest entries: those of
/// the pad. So a start costs the same however many runs there are. Linux 5.9 or later. Not for two threads at once.
class LaunchPad {
 public:
  /// Throws std::system_error when /dev/null can't be opened or there is no room for the rest.
  LaunchPad();
  LaunchPad(const LaunchPad&) = delete;
  LaunchPad& operator=(const LaunchPad&) = delete;
  ~LaunchPad();

  /// What the child finds its three standard streams behind. All are closed by execve(2).
  [[nodiscard]] int null_device() const { return null_device_; }
  [[nodiscard]] int out() const { return out_; }
  [[nodiscard]] int err() const { return err_; }

  /// Whether a child can be born in another cgroup than ours: that takes a line of assembly for each kind of machine.
#if defined(__x86_64__) || defined(__aarch64__)
  static constexpr bool enters_cgroups = true;
#else
  static constexpr bool enters_cgroups = false;
#endif

  /// Runs `child` in a new process, which has `out` and `err` on the pad. `cgroup` is the directory of the group
  /// (cgroup v2) that it is born in, -1 for ours. The child must not return, may only make system calls on what was
  /// prepared before (also no allocation, no lock), and must take_files before it opens or closes one. Signals have to
  /// be blocked. Returns once the child has executed its program or ended: its pid, or -1, and errno, when there was
  /// none. `exited` is, before the child does anything, a pidfd, which the caller closes: readable once it has ended.
  template <typename Child>
  pid_t start(int out, int err, int cgroup, int& exited, Child& child) {
    static_assert(std::is_void_v<decltype(child())>);
    // AddressSanitizer knows nothing of this stack, and would take what the child leaves of it for a fault.
    const auto enter = [](void* argument) __attribute__((no_sanitize("address"))) {
      (*static_cast<Child*>(argument))();
      return 127;
    };
    return clone(out, err, cgroup, exited, enter, &child);
  }

  /// In the child, before it opens or closes a descriptor: makes the files that it has open its own. False, and errno,
  /// when that failed, so that they are still ours.
  [[nodiscard]] bool take_files() const;

 private:
  pid_t clone(int out, int err, int cgroup, int& exited, int (*child)(void*), void* argument);

  int null_device_;
  int out_ = -1;
  int err_ = -1;
  void* stack_;
};

}  // namespace acron
