#include "late_sinks.hpp"

#include <new>
#include <utility>

#include "late_file.hpp"
#include "routing.hpp"
#include "stream_sink.hpp"
#include "syslog_sink.hpp"

namespace acron {
namespace {

constexpr auto between_words = std::chrono::minutes(1);

}  // namespace

LateSinks::LateSinks(FileThreads& threads, const StandardStreams& streams, const Site& site,
                     const SystemLogSockets& system_log, LateState state)
    : about_(std::move(state)) {
  const auto before = std::exchange(about_.sinks, {});
  for (const OutputRoute& route : about_.definition->outputs) {
    if (!gets_all_at_once(route)) continue;
    if (sinks_.size() == before.size()) break;
    const SinkState& begun = before[sinks_.size()];
    if (const auto* file = std::get_if<FileTarget>(&route.target)) {
      sinks_.push_back(std::make_unique<LateFile>(threads, about_.run, file->path, about_.account, begun));
    } else if (const auto* own = std::get_if<StreamTarget>(&route.target)) {
      sinks_.push_back(std::make_unique<StreamSink>(streams.writer(own->stream), own->stream, about_.run, begun));
    } else {
      sinks_.push_back(std::make_unique<SyslogSink>(system_log, site, about_.run, begun));
    }
  }
}

/// acron ends, and those who print do not.
LateSinks::~LateSinks() {
  try {
    tell_losses();
  } catch (const std::bad_alloc&) {
  }
}

Task<> LateSinks::receive(Stream stream, std::string_view bytes) {
  for (const auto& sink : sinks_) co_await sink->write(stream, bytes);
  const auto now = std::chrono::steady_clock::now();
  if (now >= tells_from_ && tell_losses()) tells_from_ = now + between_words;
}

bool LateSinks::tell_losses() {
  bool any = false;
  for (const auto& sink : sinks_) any |= sink->tell_losses();
  return any;
}

Task<> LateSinks::close() {
  for (const auto& sink : sinks_) co_await sink->close();
}

LateState LateSinks::state() const {
  LateState state = about_;
  for (const auto& sink : sinks_) state.sinks.push_back(sink->state());
  return state;
}

}  // namespace acron
