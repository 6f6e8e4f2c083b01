#include "acron/edges/output/file_threads.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <system_error>
#include <utility>

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr Duration last_patience = std::chrono::seconds(1);
/// That work may wait for its turn before a further thread is made.
constexpr Duration longest_turn = std::chrono::milliseconds(20);
/// In pieces: a machine, or acron, may stand still for minutes, which counts as one of them.
constexpr Duration one_wait = std::chrono::seconds(1);
constexpr std::size_t most_further_threads = 64;

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

Task<bool> FileThreads::carry_out(Order order, std::string directory, std::function<void()> work) {
  if (is_silent(directory)) co_return false;
  const auto loop = co_await asio::this_coro::executor;
  const auto piece = std::make_shared<Piece>(loop);
  asio::post(order, [this, loop, piece, directory, work = std::move(work)]() mutable {
    try {
      if (!piece->is_taken.exchange(true)) work();
    } catch (...) {
      piece->failure = std::current_exception();
    }
    work = nullptr;
    asio::post(loop, [this, piece = std::move(piece), directory] { note_over(*piece, directory); });
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

void FileThreads::note_over(Piece& piece, const std::string& directory) {
  piece.is_over = true;
  piece.timer.cancel();
  if (!piece.is_given_up) return;
  const auto silent = silent_.find(directory);
  if (--silent->second == 0) silent_.erase(silent);
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
