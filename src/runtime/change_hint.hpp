#pragma once

#include <sys/types.h>

#include <string>

namespace acron {

/// Whether a walk of the tree would find anything new, as far as inotify(7) can tell: a hint that spares walks, never
/// the reason for one. It is silent about what other machines do on a network file system, about what symlinks lead to
/// from elsewhere, and past its queue: then it says `may have changed`. Blocks a little; not for two threads at once.
class ChangeHint {
 public:
  ChangeHint();
  ~ChangeHint();
  ChangeHint(const ChangeHint&) = delete;
  ChangeHint& operator=(const ChangeHint&) = delete;

  /// Forgets all directories; a walk that follows names them anew. What changes from here on is told.
  void begin_walk();
  void watch(const std::string& directory);
  /// Something in the tree can change in ways that we can't see.
  void distrust() { trusted_ = false; }

  /// Whether anything may have changed since the walk began.
  [[nodiscard]] bool may_have_changed();

 private:
  void close();

  int queue_ = -1;
  bool trusted_ = false;
};

}  // namespace acron
