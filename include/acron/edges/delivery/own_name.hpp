#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "acron/core/time.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

/// What acron calls itself to mail servers: the name it was given, else the machine's full name, as its host name is or
/// as the system's look-up of it says (/etc/hosts, DNS). The look-up is bounded and does not hold the loop; its answer
/// is kept as long as the host name is the same, and asked for again, at most once a minute, while there is none.
class OwnName {
 public:
  /// `given`: by the person who runs it; empty: by nobody. `host` is asked each time, since it may change.
  OwnName(boost::asio::any_io_executor executor, std::string given, std::function<std::string()> host);
  ~OwnName();
  OwnName(const OwnName&) = delete;
  OwnName& operator=(const OwnName&) = delete;

  /// Empty when no full name is known.
  Task<std::string> find();

 private:
  struct LookUp;
  using Instant = std::chrono::steady_clock::time_point;

  void take_answer();
  void begin_look_up();

  boost::asio::any_io_executor executor_;
  std::string given_;
  std::function<std::string()> host_;
  std::string looked_up_;  // the host name that the next two are about
  std::string found_;
  Instant next_look_up_{};
  std::shared_ptr<LookUp> look_up_;
};

}  // namespace acron
