#pragma once

namespace acron {

/// Puts 2 MiB of memory by, as far as they were used up. Once the system gives no more, small pieces come from there
/// (operator new is ours), so that what is short of memory can fail in order: its error be logged, its run be ended.
/// Large pieces, of outputs and messages, fail at once. Until this was called, nothing is put by.
void refill_spare_memory();

}  // namespace acron
