#include "left_pipes.hpp"

#include <sys/ioctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <string>
#include <utility>

#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/quietly.hpp"
#include "acron/runtime/process/left_reader.hpp"
#include "reading_rest.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr std::size_t spare_size = 64 * 1024;
constexpr std::size_t own_size = 8 * 1024;  // a thousand of them may wait for a disk that hangs

/// The others are for runs.
std::size_t most_pipes() {
  constexpr std::size_t most = 1000, share = 4;
  rlimit open_files{};
  if (::getrlimit(RLIMIT_NOFILE, &open_files) != 0) return most;
  return std::min<std::size_t>(most, open_files.rlim_cur / share);
}

}  // namespace

void close_pipe(asio::posix::stream_descriptor& pipe, ListenedPipes& listened) {
  if (!pipe.is_open()) return;
  listened.remove(pipe.native_handle());  // before another can have its number
  pipe.close();
}

void LeftPipes::take(asio::posix::stream_descriptor out, asio::posix::stream_descriptor err,
                     std::shared_ptr<LateReceiver> receiver) {
  const Place left = left_.insert(left_.end(), Left{{std::move(out), std::move(err)}, std::move(receiver)});
  for (const Stream stream : {Stream::out, Stream::err}) {
    if (!left->pipes.at(static_cast<std::size_t>(stream)).is_open()) continue;
    ++left->readers;
    tasks_.start("late-output", read_on(left, stream));
  }
  make_room();
}

Task<> LeftPipes::read_on(Place left, Stream stream) {
  auto& pipe = left->pipes.at(static_cast<std::size_t>(stream));
  for (bool goes_on = true; goes_on;) {
    const auto [failed] = co_await pipe.async_wait(asio::posix::descriptor_base::wait_read, quietly);
    co_await leave_if_cancelled();
    co_await wait_while_held();
    const auto before = cpu_time_used();
    goes_on = !failed && co_await read_block(*left, stream);
    if (goes_on) co_await pause(rest_after(cpu_time_used() - before));
  }
  close_pipe(pipe, listened_);
  if (--left->readers > 0) co_return;
  if (left->receiver) {
    ++receiving_;
    co_await left->receiver->close();
    --receiving_;
  }
  left_.erase(left);
}

/// False at the end of the file.
Task<bool> LeftPipes::read_block(Left& left, Stream stream) {
  auto& pipe = left.pipes.at(static_cast<std::size_t>(stream));
  const std::size_t size = left.receiver ? own_size : spare_size;
  ReadBlock own;
  ReadBlock& block = left.receiver ? own : spare_;  // of what is thrown away nothing waits
  if (!block) block = std::make_unique_for_overwrite<char[]>(size);
  boost::system::error_code failed;
  const std::size_t count = pipe.read_some(asio::buffer(block.get(), size), failed);
  if (failed) co_return failed == asio::error::would_block || failed == asio::error::interrupted;
  if (left.receiver) {
    ++receiving_;
    co_await left.receiver->receive(stream, {block.get(), count});
    --receiving_;
  }
  co_return true;
}

Task<> LeftPipes::wait_while_held() {
  constexpr auto a_moment = std::chrono::milliseconds(5);
  while (held_) co_await pause(a_moment);
}

Task<> LeftPipes::pause(std::chrono::nanoseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(quietly);
  co_await leave_if_cancelled();
}

/// Half of them go at once, so that there is a process for each five hundred, not for each.
void LeftPipes::make_room() {
  const std::size_t most = most_pipes();
  auto pipes = open_pipes();
  if (pipes.size() <= most) return;
  pipes.resize(pipes.size() - most / 2);
  std::vector<int> numbers;
  for (auto* pipe : pipes) numbers.push_back(pipe->native_handle());
  if (!leave_reader_of(numbers)) return;  // they stay with us
  log(Severity::warning, "late-output-dropped",
      {{"pipes", std::to_string(numbers.size())},
       {"reason", "processes that jobs left behind hold more than " + std::to_string(most) +
                      " pipes: acron-reader throws away what the oldest of them print from now on"}});
  for (auto* pipe : pipes) close_pipe(*pipe, listened_);  // whose readers then end
}

/// Those that have been left for longest first.
std::vector<asio::posix::stream_descriptor*> LeftPipes::open_pipes() {
  std::vector<asio::posix::stream_descriptor*> pipes;
  for (Left& left : left_) {
    for (auto& pipe : left.pipes) {
      if (pipe.is_open()) pipes.push_back(&pipe);
    }
  }
  return pipes;
}

std::map<std::string, LeftPipes::Dropped> LeftPipes::dropped() {
  std::map<std::string, Dropped> of_jobs;
  for (Left& left : left_) {
    for (auto& pipe : left.pipes) {
      if (!left.receiver || !pipe.is_open()) continue;
      Dropped& of_job = of_jobs[left.receiver->job()];
      int unread = 0;
      ++of_job.pipes;
      if (::ioctl(pipe.native_handle(), FIONREAD, &unread) == 0) of_job.unread_bytes += static_cast<unsigned>(unread);
    }
  }
  return of_jobs;
}

void LeftPipes::log_dropped(const std::map<std::string, Dropped>& dropped, const std::string& reason) {
  for (const auto& [job, what] : dropped) {
    log(Severity::warning, "late-output-dropped",
        {{"job", job},
         {"pipes", std::to_string(what.pipes)},
         {"reason", reason},
         {"lost-bytes", std::to_string(what.unread_bytes)}});
  }
}

std::vector<LeftOutput> LeftPipes::state() {
  std::vector<LeftOutput> all;
  for (Left& left : left_) {
    const auto number = [](auto& pipe) { return pipe.is_open() ? pipe.native_handle() : -1; };
    LeftOutput one{number(left.pipes[0]), number(left.pipes[1]), {}};
    if (left.receiver) one.to = left.receiver->state();
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace acron
