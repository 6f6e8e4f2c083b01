#pragma once

#include <cstddef>

namespace acron {

/// The descriptors below 64. The kernel copies them for each child, whatever it needs of them (dup_fd, and see
/// LaunchPad), and when the child closes a copy, some file systems are asked to bring away what was written: a child
/// would wait for any file of ours on one that does not answer. So they are kept for what children are given, and all
/// else lies above.

/// Takes all that are free; for the beginning of the program. Nothing where only few files may be open.
void keep_low_descriptors();
/// How many are kept now, and free for whoever takes our place.
[[nodiscard]] std::size_t kept_low_descriptors();
/// Moves what children are given to one of those that are kept, if there is one. Returns its new number.
[[nodiscard]] int to_low_descriptor(int descriptor);
/// Closes what was moved so, and keeps its number again.
void close_low_descriptor(int descriptor);

}  // namespace acron
