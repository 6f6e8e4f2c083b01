#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "child_start.hpp"

namespace acron {

/// The threads on which children are started, one after the other: one thread, and others while a start hangs, in a
/// directory or a program on a disk that does not answer, or since the user whose it is has stopped it. No start holds
/// up another for longer than `patience`.
class LaunchThreads {
 public:
  static constexpr auto patience = std::chrono::milliseconds(20);

  /// Throws std::system_error when there is no thread or no file to be had.
  explicit LaunchThreads(boost::asio::any_io_executor loop);
  LaunchThreads(const LaunchThreads&) = delete;
  LaunchThreads& operator=(const LaunchThreads&) = delete;
  /// Starts that still hang are forgotten.
  ~LaunchThreads();

  /// In its turn; note_over() is called on the loop.
  void carry_out(std::shared_ptr<ChildStart> start);
  /// For a start that has waited for its turn for as long as `patience`: makes a further thread where all hang. Returns
  /// why there can be none; the start is not carried out then.
  [[nodiscard]] std::optional<std::string> help(const ChildStart& start);

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared, LaunchPad& pad);
  static void add_thread(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;  // a thread that hangs may outlive us
};

}  // namespace acron
