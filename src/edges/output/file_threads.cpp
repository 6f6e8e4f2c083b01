#include "acron/edges/output/file_threads.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <system_error>
#include <utility>

#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr Duration last_patience = std::chrono::seconds(1);
/// That work may wait for its turn before a further thread is made.
constexpr Duration longest_turn = std::chrono::milliseconds(20);
/// In pieces: a machine, or acron, may stand still for minutes, which counts as one of them.
constexpr Duration one_wait = std::chrono::seconds(1);
constexpr std::size_t most_in_directory = 4;
constexpr std::size_t most_further_threads = 256;

}  // namespace

struct FileThreads::Piece {
  explicit Piece(const asio::any_io_executor& loop) : timer(loop) {}

  asio::steady_timer timer;            // cancelled when it is over
  std::atomic<bool> is_taken = false;  // by the thread that does it, or since nobody is to do it any more
  bool is_over = false, is_given_up = false;
  std::exception_ptr failure;
};

FileThreads::FileThreads(Duration patience) : patience_(patience), pool_(usual_threads) {}

FileThreads::~FileThreads() { join(); }

void FileThreads::join() {
  pool_.join();
  for (std::thread& thread : further_) {
    if (thread.joinable()) thread.join();
  }
}

void FileThreads::lose_patience() { patience_ = std::min(patience_, last_patience); }

void FileThreads::begin(const Order& order, const std::string& directory, std::function<void()> work) {
  submit(directory, [this, order, directory, work = std::move(work)]() mutable {
    asio::post(order, [this, directory, work = std::move(work)] {
      work();
      asio::post(loop_, [this, directory] { note_over(directory); });
    });
  });
}

Task<bool> FileThreads::carry_out(Order order, std::string directory, std::function<void()> work) {
  if (is_silent(directory)) co_return false;
  const auto piece = std::make_shared<Piece>(loop_);
  submit(directory, [this, order = std::move(order), piece, directory, work = std::move(work)]() mutable {
    asio::post(order, [this, piece = std::move(piece), directory, work = std::move(work)]() mutable {
      try {
        if (!piece->is_taken.exchange(true)) work();
      } catch (...) {
        piece->failure = std::current_exception();
      }
      work = nullptr;
      asio::post(loop_, [this, piece = std::move(piece), directory] {
        if (piece->is_given_up && --silent_[directory] == 0) silent_.erase(directory);
        piece->is_over = true;
        piece->timer.cancel();
        note_over(directory);
      });
    });
  });
  ++waiting_;
  for (Duration waited{}; !piece->is_over && waited < patience_;) {
    const Duration wait = std::min(piece->is_taken ? one_wait : longest_turn, patience_ - waited);
    waited += wait;
    piece->timer.expires_after(wait);
    co_await piece->timer.async_wait(quietly);
    if (!piece->is_over && !piece->is_taken) help();
  }
  --waiting_;
  if (piece->failure) std::rethrow_exception(piece->failure);
  if (piece->is_over) co_return true;
  piece->is_taken = piece->is_given_up = true;
  ++silent_[directory];
  co_return false;
}

/// A directory that hangs holds a few threads, not all.
void FileThreads::submit(const std::string& directory, std::function<void()> post) {
  Lane& lane = lanes_[directory];
  if (lane.under_way == most_in_directory) {
    lane.waiting.push_back(std::move(post));
    return;
  }
  ++lane.under_way;
  post();
}

void FileThreads::note_over(const std::string& directory) {
  const auto lane = lanes_.find(directory);
  if (lane->second.waiting.empty()) {
    if (--lane->second.under_way == 0) lanes_.erase(lane);
    return;
  }
  const auto post = std::move(lane->second.waiting.front());
  lane->second.waiting.pop_front();
  post();
}

/// For work that has waited for its turn, perhaps for another of its own file: whether all threads hang, what anyone
/// can do at once tells.
void FileThreads::help() {
  const auto now = Clock::now();
  if (!is_asking_.exchange(true)) {
    asked_ = now;
    asio::post(pool_, [this] { is_asking_ = false; });
    return;
  }
  if (now - asked_ < longest_turn || further_.size() >= most_further_threads) return;
  try {
    further_.emplace_back([this] { pool_.attach(); });
    asked_ = now;
  } catch (const std::system_error&) {
  }  // tried again if it goes on waiting
}

}  // namespace acron
