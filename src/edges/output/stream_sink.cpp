#include "stream_sink.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr auto between_looks_at_printed = std::chrono::milliseconds(5);

}  // namespace

StreamSink::StreamSink(StreamWriter& writer, Stream stream, const RunIdentity& run)
    : writer_(writer), printed_(std::make_shared<PrintedByRun>(stream, run.job, run.id)) {}

StreamSink::StreamSink(StreamWriter& writer, Stream stream, const RunIdentity& run, const SinkState& state)
    : StreamSink(writer, stream, run) {
  lines_.hold(state.held);
  if (state.lost_bytes > 0) printed_->lose(state.lost_bytes, state.failure);
}

Task<> StreamSink::write(Stream stream, std::string_view bytes) { co_await send(lines_.take(stream, bytes)); }

Task<> StreamSink::close() {
  co_await send(lines_.take_unfinished());
  printed_->tell();
}

bool StreamSink::tell_losses() {
  const bool any = printed_->lost_bytes() > 0;
  printed_->tell();
  return any;
}

SinkState StreamSink::state() const { return {lines_.held(), -1, printed_->failure(), 0, printed_->lost_bytes(), 0}; }

Task<> StreamSink::send(const std::vector<CutLines::Line>& lines) {
  std::string text;
  for (const CutLines::Line& line : lines) text.append(line.second).append("\n");
  if (text.empty()) co_return;
  is_waiting_ = true;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!writer_.has_room() && !writer_.is_stuck()) {
    timer.expires_after(between_looks_at_printed);
    co_await timer.async_wait(asio::use_awaitable);
  }
  is_waiting_ = false;
  writer_.write(printed_, std::move(text));
}

}  // namespace acron
