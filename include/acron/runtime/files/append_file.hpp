#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/trusted_path.hpp"

namespace acron {

/// Opens a file to append to; one that is not there is made with mode 0640. A symlink at the end of the path is
/// refused, so is a way through procfs, and nothing hangs on a FIFO. What kind of file it is, is for the caller to look
/// at.
///
/// With root's rights (see walk_to) every directory on the way must be root's alone, and the file must have no second
/// name. In a directory that others can make entries in, /tmp say, the file must be root's. Blocks.
[[nodiscard]] boost::system::result<Descriptor, WalkFault> open_to_append(const std::string& path,
                                                                          bool with_roots_rights);

/// Whether the path is still a name of this open file: false once that was renamed, removed or replaced, if only by a
/// symlink to it. Blocks.
[[nodiscard]] bool is_name_of(const std::string& path, int descriptor);

/// Whether a regular file ends amid a line, as a disk that became full leaves it. False where nobody can tell. Blocks.
[[nodiscard]] bool ends_amid_a_line(int descriptor);

}  // namespace acron
