#pragma once

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// Whether a walk of the tree would find anything new, as far as inotify(7) and the table of mounts can tell: a hint
/// that spares walks, never the reason for one. It is silent about what other machines do on a network file system,
/// about what symlinks lead to from elsewhere, and past its queue: then it says `may have changed`. Blocks a little;
/// not for two threads at once.
class ChangeHint {
 public:
  /// Forgets all directories; a walk that follows names them anew. What changes from here on is told.
  void begin_walk();
  /// The directory that is open as this descriptor.
  void watch(int directory);
  /// Something in the tree can change in ways that we can't see.
  void distrust() { trusted_ = false; }

  /// Whether anything may have changed since the walk began.
  [[nodiscard]] bool may_have_changed();

 private:
  bool mounts_changed();

  Descriptor queue_;
  Descriptor mounts_;  // the kernel tells who polls it of each mount and unmount
  bool trusted_ = false;
};

}  // namespace acron
