#include "acron/runtime/log/log.hpp"

#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/log/attributes/attribute_value_impl.hpp>
#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core.hpp>
#include <boost/log/sinks/async_frontend.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/bounded_fifo_queue.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/make_shared.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <future>
#include <memory>
#include <new>
#include <semaphore>
#include <thread>

#include "acron/core/text.hpp"
#include "acron/core/time.hpp"
#include "acron/runtime/log/log_socket.hpp"
#include "log_output.hpp"

namespace acron {
namespace {

namespace logging = boost::log;

constexpr std::size_t queue_length = 10'000;

std::atomic<std::uint64_t> lost_lines = 0;       // which the log has not said yet
std::atomic<std::uint64_t> unsettled_lines = 0;  // given, and neither written nor lost yet
std::atomic<std::uint64_t> given_lines = 0;
std::atomic<bool> is_open = false;
Severity lowest_severity = Severity::info;

/// Told to the thread that writes, once for all lines until it looks.
std::counting_semaphore<> news{0};
std::atomic<bool> news_told = false;

void settle(std::uint64_t lines, std::uint64_t lost) {
  lost_lines += lost;
  unsettled_lines -= lines;
}

struct CountAndDrop {
  template <typename Lock>
  static bool on_overflow(const logging::record_view&, Lock&) {
    settle(1, 1);
    return false;
  }
  static void on_queue_space_available() {}
  static void interrupt() {}
};

using Queue = logging::sinks::bounded_fifo_queue<queue_length, CountAndDrop>;

std::atomic<TimeZone> log_zone{TimeZone{}};

struct Level {
  std::string_view word, colour, journal_priority;
  int syslog_priority;
};
constexpr std::array<Level, 4> levels{{{"debug", "\x1b[2m", "<7>", LOG_DEBUG},
                                       {"info", "", "<6>", LOG_INFO},
                                       {"warning", "\x1b[33m", "<4>", LOG_WARNING},
                                       {"error", "\x1b[1;31m", "<3>", LOG_ERR}}};

const Level& level_of_loss = levels[static_cast<std::size_t>(Severity::warning)];

std::string lost_text(std::uint64_t lines) { return "event=log-lost lines=" + std::to_string(lines); }

const Level& level_of(const logging::record_view& record) {
  const auto severity = logging::extract_or_default<Severity>("Severity", record, Severity::info);
  return levels.at(static_cast<std::size_t>(severity));
}

std::string message_of(const logging::record_view& record) {
  return logging::extract_or_default<std::string>("Message", record, std::string());
}

TimePoint now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

TimePoint time_of(const logging::record_view& record) {
  return logging::extract_or_default<TimePoint>("Time", record, TimePoint());
}

/// How a line looks on each kind of target.
enum class Style : std::uint8_t { plain, coloured, journal };

Style console_style() {
  if (::getenv("JOURNAL_STREAM") != nullptr) return Style::journal;
  return ::isatty(STDERR_FILENO) == 1 ? Style::coloured : Style::plain;
}

using FlushedFeeding =
    logging::sinks::combine_requirements<logging::sinks::synchronized_feeding, logging::sinks::flushing>::type;

/// Writes the lines that have come together with one write(2); what can't be written is counted, never waited for.
class LineWriter : public logging::sinks::basic_sink_backend<FlushedFeeding> {
 public:
  explicit LineWriter(Style style) : style_(style) {}
  explicit LineWriter(std::string path) : output_(std::move(path)) {}

  void consume(const logging::record_view& record) {
    constexpr std::size_t enough = 64 * 1024;
    try {
      lines_ += line(level_of(record), time_of(record), message_of(record));
      ++count_;
    } catch (const std::bad_alloc&) {
      settle(1, 1);
    }
    if (lines_.size() >= enough) flush();
  }

  void flush() {
    if (lines_.empty()) return;
    say_what_was_lost();
    settle(count_, output_.write(lines_));
    lines_.clear();
    count_ = 0;
  }

 private:
  void say_what_was_lost() {
    // Taken off the count only once it is written: a log that stays full must not forget what it owes.
    const auto lost = lost_lines.load();
    if (lost == 0) return;
    try {
      if (output_.write(line(level_of_loss, now(), lost_text(lost))) == 0) lost_lines -= lost;
    } catch (const std::bad_alloc&) {
    }  // it will be said later
  }

  [[nodiscard]] std::string line(const Level& level, TimePoint when, const std::string& text) const {
    if (style_ == Style::journal) return std::string(level.journal_priority) + text + '\n';
    const std::string time = in_utc(when);
    if (style_ == Style::plain) return "time=" + time + " level=" + std::string(level.word) + ' ' + text + '\n';
    return "\x1b[2m" + time + "\x1b[0m " + std::string(level.colour) + text + "\x1b[0m\n";
  }

  LogOutput output_;
  Style style_ = Style::plain;
  std::string lines_;  // not yet written
  std::uint64_t count_ = 0;
};

/// Not by syslog(3), which does not say that a line was lost.
class SyslogWriter : public logging::sinks::basic_sink_backend<FlushedFeeding> {
 public:
  void consume(const logging::record_view& record) {
    bool is_written = false;
    try {
      const auto lost = lost_lines.load();
      if (lost > 0 && write(level_of_loss, now(), lost_text(lost))) lost_lines -= lost;
      is_written = write(level_of(record), time_of(record), message_of(record));
    } catch (const std::bad_alloc&) {
    }
    settle(1, is_written ? 0 : 1);
  }
  static void flush() {}

 private:
  [[nodiscard]] bool write(const Level& level, TimePoint when, const std::string& text) const {
    const auto offset = log_zone.load().period_at(when).offset;
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when + offset);
    std::tm local{};
    ::gmtime_r(&seconds, &local);
    const std::string head = syslog_head(LOG_CRON | level.syslog_priority, local);
    return socket_.send(_PATH_LOG, head + "[" + std::to_string(::getpid()) + "]: " + text) == 0;
  }

  LogSocket socket_;
};

boost::shared_ptr<LineWriter> line_writer(const LogTarget& target) {
  if (target.kind == LogTarget::Kind::file) return boost::make_shared<LineWriter>(target.path);
  return boost::make_shared<LineWriter>(console_style());
}

/// The sink that is open, with its thread.
struct OpenSink {
  boost::shared_ptr<logging::sinks::sink> sink;
  std::shared_ptr<std::atomic<bool>> ending;
  std::future<void> has_ended;
  std::thread thread;
};
OpenSink open_sink;

/// Writes at once what comes alone, and then nothing for a moment: a storm of runs costs a write for many lines, and
/// the loop no wake-up for each. The sink is never flushed: whoever logs would wait for that, however long the log
/// blocks.
template <typename Sink, typename Backend>
void write_until(const std::atomic<bool>& ending, Sink& sink, Backend& backend) {
  constexpr auto moment = std::chrono::milliseconds(2);
  for (bool last = false; !last;) {
    news.acquire();
    last = ending;
    news_told = false;
    sink.feed_records();
    backend.flush();
    if (!ending) std::this_thread::sleep_for(moment);
  }
}

template <typename Backend>
void start_sink(boost::shared_ptr<Backend> backend) {
  auto sink = boost::make_shared<logging::sinks::asynchronous_sink<Backend, Queue>>(backend, false);
  is_open = true;
  logging::core::get()->add_sink(sink);
  auto ending = std::make_shared<std::atomic<bool>>(false);
  std::promise<void> ended;
  auto has_ended = ended.get_future();
  std::thread thread([sink, backend, ending, ended = std::move(ended)]() mutable {
    write_until(*ending, *sink, *backend);
    ended.set_value();
  });
  open_sink = {sink, ending, std::move(has_ended), std::move(thread)};
}

bool needs_quotes(std::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](unsigned char c) {
           return c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f;
         });
}

void append_value(std::string& line, std::string_view value) {
  constexpr std::size_t longest_value = 2000;
  if (!needs_quotes(value)) {
    line.append(value.substr(0, longest_value));
    return;
  }
  line += '"';
  for (const char c : printable_name(value, longest_value)) {
    if (c == '"') line += '\\';
    line += c;
  }
  line += '"';
}

void write_line(Severity severity, std::string line) {
  static logging::sources::severity_logger_mt<Severity> logger;
  logging::record record = logger.open_record(logging::keywords::severity = severity);
  if (!record) return;
  if (is_open) {
    ++unsettled_lines;
    ++given_lines;
  }
  auto& values = record.attribute_values();
  values.insert("Message", logging::attributes::make_attribute_value(std::move(line)));
  values.insert("Time", logging::attributes::make_attribute_value(now()));
  logger.push_record(std::move(record));
  if (!news_told.exchange(true)) news.release();
}

}  // namespace

void open_log(const LogTarget& target, Severity lowest, std::uint64_t lost_before) {
  lowest_severity = lowest;
  lost_lines += lost_before;
  if (target.kind == LogTarget::Kind::syslog) {
    start_sink(boost::make_shared<SyslogWriter>());
  } else {
    start_sink(line_writer(target));
  }
}

void set_log_zone(const TimeZone& zone) { log_zone = zone; }

void close_log(std::chrono::milliseconds patience) {
  if (!open_sink.sink) return;
  is_open = false;
  logging::core::get()->remove_sink(open_sink.sink);
  *open_sink.ending = true;
  news.release();
  if (open_sink.has_ended.wait_for(patience) == std::future_status::ready) {
    open_sink.thread.join();
  } else {
    open_sink.thread.detach();  // its write hangs (a journal that is stuck)
  }
  open_sink = {};
}

bool log_is_written() { return unsettled_lines == 0; }

void wait_for_log(std::chrono::milliseconds patience) {
  const std::uint64_t lines = given_lines;
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto settled = [] {
    const std::uint64_t given = given_lines;
    return given - std::min<std::uint64_t>(given, unsettled_lines);
  };
  while (settled() < lines && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::microseconds(500));
}

std::uint64_t lost_log_lines() { return lost_lines + unsettled_lines; }

bool is_logged(Severity severity) { return severity >= lowest_severity; }

void log(Severity severity, std::string_view event, const LogFields& fields) {
  if (!is_logged(severity)) return;
  std::string line = "event=" + std::string(event);
  for (const auto& [key, value] : fields) {
    line.append(" ").append(key).append("=");
    append_value(line, value);
  }
  write_line(severity, std::move(line));
}

}  // namespace acron
