#include "deadline.hpp"

#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace asio = boost::asio;

void Deadline::set(Instant at) {
  at_ = at;
  if (at < timer_.expiry()) timer_.cancel();  // wakes passed(), which looks again
}

Task<> Deadline::passed() {
  while (Clock::now() < at_) {
    timer_.expires_at(at_);
    co_await timer_.async_wait(quietly);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
  }
}

}  // namespace acron
