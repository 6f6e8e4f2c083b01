#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "acron/core/time.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

/// Runs what may never return, each piece on a thread of its own that nobody waits for in the end: a few hang, and
/// nothing else does.
class OwnThread {
 public:
  OwnThread(boost::asio::any_io_executor loop, std::size_t most_at_once)
      : loop_(std::move(loop)), door_(std::make_shared<Door>()), most_at_once_(most_at_once) {}
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;
  /// What is still being worked on is forgotten.
  ~OwnThread() {
    const std::scoped_lock lock(door_->mutex);
    door_->open = false;
  }

  /// What `work` returned; empty when that took longer than `patience`, or when too much hangs already. `work` must not
  /// throw, and must own all that it refers to. It is by value, and named by its caller (g++ 12).
  template <typename Work>
  Task<std::optional<std::invoke_result_t<Work>>> run(Work work, Duration patience) {
    using Answer = std::invoke_result_t<Work>;
    struct Question {
      Question(const boost::asio::any_io_executor& loop, Duration patience) : answered(loop, patience) {}
      boost::asio::steady_timer answered;
      std::optional<Answer> answer;
    };
    const auto question = std::make_shared<Question>(loop_, patience);
    // The thread may outlive the loop, which the timer must not: it only knows of the question.
    auto whole = [asked = std::weak_ptr(question), work = std::move(work), door = door_, loop = loop_] {
      auto answer = work();
      const std::scoped_lock lock(door->mutex);
      --door->waiting;
      if (!door->open) return;
      boost::asio::post(loop, [asked, answer = std::move(answer)] {
        const auto still_asked = asked.lock();
        if (!still_asked) return;
        still_asked->answer = answer;
        still_asked->answered.cancel();
      });
    };
    if (!start(std::move(whole))) co_return std::nullopt;
    co_await question->answered.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return std::move(question->answer);
  }

 private:
  struct Door {
    std::mutex mutex;
    bool open = true;
    std::size_t waiting = 0;
  };

  template <typename Whole>
  bool start(Whole whole) {
    const std::scoped_lock lock(door_->mutex);
    if (door_->waiting >= most_at_once_) return false;
    try {
      std::thread(std::move(whole)).detach();
    } catch (const std::system_error&) {
      return false;
    }
    ++door_->waiting;
    return true;
  }

  boost::asio::any_io_executor loop_;
  std::shared_ptr<Door> door_;
  std::size_t most_at_once_;
};

}  // namespace acron
