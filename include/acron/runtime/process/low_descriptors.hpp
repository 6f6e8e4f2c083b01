#pragma once

#include <cstddef>

namespace acron {

// The kernel copies the descriptors below 64 for each child, though it needs only a few of them (see LaunchPad). When
// the child closes a copy, a file system such as FUSE or NFS is asked to write out the file, and the child waits for
// the answer: one file of ours on a server that is away would hold up every start. So these numbers are kept for what
// children are given, and all other files get numbers above.

/// Takes all numbers that are free; at the beginning of the program. Takes none where fewer than 512 files may be open.
void keep_low_descriptors();
/// How many numbers are kept now; a program that takes our place finds them free.
[[nodiscard]] std::size_t kept_low_descriptors();
/// Moves what children are given to one of those that are kept, if there is one. Returns its new number.
[[nodiscard]] int to_low_descriptor(int descriptor);
/// Closes what was moved so, and keeps its number again.
void close_low_descriptor(int descriptor);

}  // namespace acron
