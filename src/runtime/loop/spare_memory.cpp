#include "acron/runtime/loop/spare_memory.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t block_size = 64 * 1024;
std::array<std::atomic<void*>, 32> spare_blocks{};

}  // namespace

namespace acron {

void refill_spare_memory() {
  for (auto& block : spare_blocks) {
    if (block.load() != nullptr) continue;
    void* fresh = std::malloc(block_size);  // not touched: it costs address space only
    if (fresh == nullptr) return;
    block = fresh;
  }
}

}  // namespace acron

// A sanitizer has its own.
#ifndef __SANITIZE_ADDRESS__

namespace {

constexpr useconds_t wait = 10'000;
constexpr int most_waits = 20;
constexpr std::size_t largest_small_piece = 8 * 1024;

/// False when there is none left.
bool give_up_a_block() {
  for (auto& block : spare_blocks) {
    if (void* taken = block.exchange(nullptr)) {
      std::free(taken);
      return true;
    }
  }
  return false;
}

}  // namespace

void* operator new(std::size_t size) {
  int waits = 0;
  for (;;) {
    if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
    if (size > largest_small_piece) throw std::bad_alloc();
    if (give_up_a_block()) continue;
    if (waits++ == most_waits) throw std::bad_alloc();
    ::usleep(wait);  // another thread may give some back
  }
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif
