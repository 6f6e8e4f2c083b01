#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/process/late_output.hpp"
#include "listened_pipes.hpp"
#include "pump.hpp"

namespace acron {

/// Of both books; nothing happens when it is not open.
void close_pipe(boost::asio::posix::stream_descriptor& pipe, ListenedPipes& listened);

/// The pipes of commands that have ended while processes that they left behind still hold them. Each is read until its
/// last writer closes it: a process without a reader would be ended by its next word (SIGPIPE, pipe(7)). It is read
/// slowly, since some never stop. There are at most 1,000, and a quarter of the open files that we may have; beyond
/// that the older half goes to a process of its own, which throws away what comes.
class LeftPipes {
 public:
  /// All that is referred to outlives the object. `spare` is a block to read into; while `held` nothing is read.
  LeftPipes(const boost::asio::any_io_executor& executor, ListenedPipes& listened, ReadBlock& spare, const bool& held)
      : listened_(listened), spare_(spare), held_(held), tasks_(executor) {}

  /// One of the two may be closed. A null receiver: what comes is thrown away.
  void take(boost::asio::posix::stream_descriptor out, boost::asio::posix::stream_descriptor err,
            std::shared_ptr<LateReceiver> receiver);

  /// Nothing that was read waits to be taken by a receiver.
  [[nodiscard]] bool at_rest() const { return receiving_ == 0; }
  /// When at rest.
  [[nodiscard]] std::vector<LeftOutput> state();

  /// What a job's processes print goes nowhere from now on.
  struct Dropped {
    std::size_t pipes = 0;
    std::uint64_t unread_bytes = 0;  // were printed before
  };
  /// By job. That of others, who have no receiver, went nowhere before.
  [[nodiscard]] std::map<std::string, Dropped> dropped();
  static void log_dropped(const std::map<std::string, Dropped>& dropped, const std::string& reason);

 private:
  /// Of one command.
  struct Left {
    std::array<boost::asio::posix::stream_descriptor, 2> pipes;  // by stream
    std::shared_ptr<LateReceiver> receiver;
    int readers = 0;
  };
  using Place = std::list<Left>::iterator;

  Task<> read_on(Place left, Stream stream);
  Task<bool> read_block(Left& left, Stream stream);
  Task<> wait_while_held();
  static Task<> pause(std::chrono::nanoseconds time);
  void make_room();
  [[nodiscard]] std::vector<boost::asio::posix::stream_descriptor*> open_pipes();

  ListenedPipes& listened_;
  ReadBlock& spare_;
  const bool& held_;
  std::list<Left> left_;  // the oldest first
  int receiving_ = 0;
  TaskGroup tasks_;
};

}  // namespace acron
