#include "pump.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_of_one_turn = 1024 * 1024;  // before others have their turn
constexpr int many_full_blocks = 8;
constexpr std::size_t large_block = 256 * 1024;
constexpr int large_pipe = 1024 * 1024;  // what any user may have (pipe(7), pipe-max-size)

std::size_t capacity_of(int pipe) {
  constexpr std::size_t usual = 64 * 1024;
  const int capacity = ::fcntl(pipe, F_GETPIPE_SZ);
  return capacity > 0 ? static_cast<std::size_t>(capacity) : usual;
}

}  // namespace

Task<> Pump::run() {
  ended_ = !pipe_.is_open();
  if (ended_) co_return;
  while (!child_.stop_listening) {
    auto [waited] = co_await pipe_.async_wait(asio::posix::descriptor_base::wait_read, quietly);
    co_await wait_while_held();
    if (waited || !co_await read_on()) break;
  }
  co_await wait_while_held();
  if (child_.stop_listening) co_await read_rest();
  ended_ = true;
  --child_.open_pipes;
  child_.timer.cancel();  // whoever waits for the end looks again
}

Task<> Pump::wait_while_held() {
  constexpr auto a_moment = std::chrono::milliseconds(5);
  while (held_) {
    asio::steady_timer timer(pipe_.get_executor(), a_moment);
    co_await timer.async_wait(quietly);
  }
}

/// As long as the child fills block after block, but not so long that others wait. False at the end of the file.
Task<bool> Pump::read_on() {
  for (std::size_t taken = 0; taken < most_of_one_turn; taken += block_size_) {
    const Got got = co_await read_block();
    if (got == Got::end) co_return false;
    if (got != Got::full_block || child_.stop_listening || held_) break;
  }
  co_return true;
}

/// And the end behind it.
Task<> Pump::read_rest() {
  for (std::size_t taken = 0, all = capacity_of(pipe_.native_handle()); taken <= all; taken += block_size_) {
    const Got got = co_await read_block();
    if (got == Got::end || got == Got::nothing) break;
  }
}

Task<Pump::Got> Pump::read_block() {
  ReadBlock& kept = block_size_ == usual_block ? spare_ : own_;
  ReadBlock block = kept ? std::move(kept) : std::make_unique_for_overwrite<char[]>(block_size_);
  boost::system::error_code failed;
  std::size_t count = 0;
  do {
    count = pipe_.read_some(asio::buffer(block.get(), block_size_), failed);
  } while (failed == asio::error::interrupted);
  if (!failed) {
    total_ += count;
    at_rest_ = false;
    co_await receiver_.receive(stream_, {block.get(), count});
    at_rest_ = true;
  }
  kept = std::move(block);
  end_seen_ = failed && failed != asio::error::would_block;
  if (failed) co_return failed == asio::error::would_block ? Got::nothing : Got::end;
  const bool full = count == block_size_;
  note(full);
  co_return full ? Got::full_block : Got::some;
}

void Pump::note(bool full_block) {
  full_blocks_ = full_block ? full_blocks_ + 1 : 0;
  if (full_blocks_ != many_full_blocks || block_size_ == large_block) return;
  // Past its user's share of memory for pipes the kernel refuses; then the pipe stays as it is.
  if (::fcntl(pipe_.native_handle(), F_SETPIPE_SZ, large_pipe) > 0) block_size_ = large_block;
}

}  // namespace acron
