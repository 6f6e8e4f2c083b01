#include "slow_start.hpp"

#include <chrono>
#include <iostream>
#include <system_error>
#include <utility>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr auto patience = std::chrono::seconds(10);

}  // namespace

SlowStart::SlowStart(std::string what, Say say) {
  try {
    watch_ = std::thread([over = over_.get_future(), what = std::move(what), say = std::move(say)] {
      if (over.wait_for(patience) == std::future_status::timeout) say(what);
    });
  } catch (const std::system_error&) {
  }  // too few threads, which the start says by itself
}

SlowStart::~SlowStart() {
  over_.set_value();
  if (watch_.joinable()) watch_.join();
}

void SlowStart::say_on_stderr(const std::string& what) {
  std::cerr << "acron: the start waits for " + without_controls(what) + ", which has not answered for 10 s\n"
            << std::flush;
}

}  // namespace acron
