#pragma once

namespace acron {

/// Takes the pages of program and libraries that nobody has written to out of our memory. What is needed again comes
/// back from the kernel's cache page by page; what only the start needed does not (madvise(2), MADV_DONTNEED).
void give_back_file_pages();

}  // namespace acron
