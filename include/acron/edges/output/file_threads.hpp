#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "acron/core/time.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

/// The threads that write to the files of jobs. Such a file may lie on a file system that does not answer, as when its
/// server is away: what is done there is waited for only so long, few threads are in one directory at once, others do
/// the work of those that hang, and until it answers its directory is not tried again. For the loop, but for what says
/// otherwise.
class FileThreads {
 public:
  /// The pieces of work on one file: each begins when the one before it has ended.
  using Order = boost::asio::strand<boost::asio::thread_pool::executor_type>;

  static constexpr std::size_t usual_threads = 2;

  explicit FileThreads(Duration patience = std::chrono::seconds(30));
  FileThreads(const FileThreads&) = delete;
  FileThreads& operator=(const FileThreads&) = delete;
  /// Waits like join().
  ~FileThreads();

  [[nodiscard]] Order new_order() { return Order(pool_.get_executor()); }

  /// The loop that the callers wait on. Call it once, before there is any work.
  void answer_on(boost::asio::any_io_executor loop) { loop_ = std::move(loop); }

  /// Does `work` in its turn. Nobody waits for it; it must own all that it refers to, and must not throw.
  void begin(const Order& order, const std::string& directory, std::function<void()> work);
  /// Does `work` in its turn, and says whether the file system has answered. If it has not, `work` may still be done,
  /// and must own all that it refers to. Throws what `work` throws.
  Task<bool> carry_out(Order order, std::string directory, std::function<void()> work);
  /// Whether the directory was given up, and has not answered since.
  [[nodiscard]] bool is_silent(const std::string& directory) const { return silent_.count(directory) > 0; }
  [[nodiscard]] bool has_silent() const { return !silent_.empty(); }
  /// The reason that the log gives for what such a directory did not take.
  static constexpr const char* silence = "the file system does not answer";

  /// Somebody waits now.
  [[nodiscard]] bool is_waited_for() const { return waiting_ > 0; }
  /// From now on nobody waits for longer than a second.
  void lose_patience();
  /// Waits until all work is done, or forever.
  void join();

 private:
  using Clock = std::chrono::steady_clock;
  struct Piece;

  void submit(const std::string& directory, std::function<void()> post);
  void note_over(const std::string& directory);
  void help();

  /// The work in one directory.
  struct Lane {
    std::size_t under_way = 0;
    std::deque<std::function<void()>> waiting;  // each hands one more piece to the threads
  };

  Duration patience_;
  boost::asio::any_io_executor loop_;
  std::map<std::string, Lane> lanes_;
  std::map<std::string, int> silent_;  // directories, with how many pieces of work hang there
  int waiting_ = 0;
  std::atomic<bool> is_asking_ = false;  // the threads, until one of them answers
  Clock::time_point asked_;
  boost::asio::thread_pool pool_;
  std::vector<std::thread> further_;
};

/// A path without its last name: `/var/log/` of `/var/log/x`.
inline std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

}  // namespace acron
