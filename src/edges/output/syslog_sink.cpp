#include "syslog_sink.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>

#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr Duration pause_of_a_full_log = std::chrono::milliseconds(2);

bool is_full(int failure) { return failure == EAGAIN || failure == ENOBUFS; }

}  // namespace

SyslogSink::~SyslogSink() {
  if (unsent_lines_ > 0 && lost_lines_ == 0) failure_ = EAGAIN;
  lost_lines_ += unsent_lines_;
  lost_bytes_ += unsent_bytes_;
  try {
    tell_losses();
  } catch (const std::bad_alloc&) {
  }
}

Task<> SyslogSink::write(Stream stream, std::string_view bytes) { co_await send(lines_.take(stream, bytes)); }

Task<> SyslogSink::close() {
  co_await send(lines_.take_unfinished());
  tell_losses();
}

bool SyslogSink::tell_losses() {
  patience_ = longest_patience;
  if (lost_lines_ == 0) return false;
  log(Severity::error, "output-failed",
      {{"job", run_.job},
       {"run", run_.id},
       {"output", "syslog"},
       {"reason", log_.path() + ": " + std::strerror(failure_)},
       {"lost-lines", std::to_string(lost_lines_)},
       {"lost-bytes", std::to_string(lost_bytes_)}});
  lost_lines_ = lost_bytes_ = 0;
  return true;
}

Task<> SyslogSink::send(std::vector<CutLines::Line> lines) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (const CutLines::Line& line : lines) {
    ++unsent_lines_;
    unsent_bytes_ += line.second.size();
  }
  for (const CutLines::Line& line : lines) {
    const std::string bytes = datagram(line);
    int failure = log_.send(bytes);
    while (is_full(failure) && patience_ > Duration::zero()) {
      const auto begin = std::chrono::steady_clock::now();
      timer.expires_after(pause_of_a_full_log);
      co_await timer.async_wait(asio::use_awaitable);
      patience_ -= std::chrono::floor<Duration>(std::chrono::steady_clock::now() - begin);
      failure = log_.send(bytes);
    }
    --unsent_lines_;
    unsent_bytes_ -= line.second.size();
    if (failure == 0) {
      patience_ = longest_patience;
      continue;
    }
    if (lost_lines_++ == 0) failure_ = failure;
    lost_bytes_ += line.second.size();
  }
}

std::string SyslogSink::datagram(const CutLines::Line& line) const {
  const SystemLogLine one{run_, line.first, line.second};
  if (log_.is_journal()) return journal_datagram(one);
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  return syslog_datagram(one, now + site_.zone.period_at(now).offset);
}

}  // namespace acron
