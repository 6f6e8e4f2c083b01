#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <vector>

#include "acron/runtime/process/launcher.hpp"

namespace acron {

/// The pipes that commands write to and we read. Used on the loop.
class ListenedPipes {
 public:
  explicit ListenedPipes(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  void watch(LastingPipes lasting) { lasting_ = std::move(lasting); }

  /// A number that is no descriptor is ignored.
  void add(int pipe);
  void remove(int pipe);
  [[nodiscard]] std::vector<int> all() const;

 private:
  enum class Age : std::uint8_t { fresh, seen, told };

  void look_later();
  void look();

  std::map<int, Age> pipes_;
  LastingPipes lasting_;
  boost::asio::steady_timer timer_;
  bool look_is_due_ = false;
};

}  // namespace acron
