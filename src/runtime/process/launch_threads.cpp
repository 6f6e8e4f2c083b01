#include "launch_threads.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "signals_blocked.hpp"

namespace acron {
namespace {

constexpr std::size_t most_launches_at_once = 128;
constexpr auto hopeless = std::chrono::seconds(5);

}  // namespace

struct LaunchThreads::Shared {
  explicit Shared(boost::asio::any_io_executor executor) : loop(std::move(executor)) {}

  boost::asio::any_io_executor loop;
  std::mutex mutex;  // of all below
  std::condition_variable has_work;
  bool open = true;  // there is a loop
  std::list<std::shared_ptr<ChildStart>> queue;
  std::size_t threads = 0, idle = 0;
  std::chrono::steady_clock::time_point last_turn;  // when one of the queue was begun
};

LaunchThreads::LaunchThreads(boost::asio::any_io_executor loop) : shared_(std::make_shared<Shared>(std::move(loop))) {
  add_thread(shared_);
}

LaunchThreads::~LaunchThreads() {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->open = false;
  }
  shared_->has_work.notify_all();
}

/// With the mutex, but for the first one.
void LaunchThreads::add_thread(const std::shared_ptr<Shared>& shared) {
  auto pad = std::make_unique<LaunchPad>();
  const SignalsBlocked blocked;  // the thread has them so, too
  std::thread([shared, own_pad = std::move(pad)] { work(shared, *own_pad); }).detach();
  ++shared->threads;
}

void LaunchThreads::work(const std::shared_ptr<Shared>& shared, LaunchPad& pad) {
  std::unique_lock lock(shared->mutex);
  do {
    ++shared->idle;
    shared->has_work.wait(lock, [&] { return !shared->open || !shared->queue.empty(); });
    --shared->idle;
    if (!shared->open) return;
    auto start = std::move(shared->queue.front());
    shared->queue.pop_front();
    shared->last_turn = std::chrono::steady_clock::now();
    lock.unlock();
    start->carry_out(pad);
    lock.lock();
    if (!shared->open) return;
    boost::asio::post(shared->loop, [start = std::move(start)] { start->note_over(); });
  } while (shared->idle == 0);
  --shared->threads;  // another is there to do the rest
}

void LaunchThreads::carry_out(std::shared_ptr<ChildStart> start) {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->queue.push_back(std::move(start));
  }
  shared_->has_work.notify_one();
}

std::optional<std::string> LaunchThreads::help(const ChildStart& start) {
  const std::scoped_lock lock(shared_->mutex);
  auto& queue = shared_->queue;
  const auto waiting = std::find_if(queue.begin(), queue.end(), [&](const auto& one) { return one.get() == &start; });
  const bool goes_on = shared_->idle > 0 || std::chrono::steady_clock::now() - shared_->last_turn < patience;
  if (waiting == queue.end() || goes_on) return std::nullopt;
  std::string objection = std::to_string(shared_->threads) + (shared_->threads == 1 ? " start hangs" : " starts hang");
  try {
    if (shared_->threads < most_launches_at_once) {
      add_thread(shared_);
      return std::nullopt;
    }
  } catch (const std::system_error& error) {
    objection += ", and there can be no further thread to start it on: " + error.code().message();
  }
  if (std::chrono::steady_clock::now() - shared_->last_turn < hopeless) return std::nullopt;
  queue.erase(waiting);
  return objection;
}

}  // namespace acron
