#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "acron/edges/store/state_store.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron::test {

/// A directory of our own, gone at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "acron-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string state() const { return path_ + "/state"; }
  [[nodiscard]] std::string file() const { return state() + "/state.db"; }

 private:
  std::string path_;
};

/// The names in a directory that begin with `prefix`.
inline std::vector<std::string> names_in(const std::string& directory, const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::string name = entry.path().filename();
    if (name.starts_with(prefix)) names.push_back(std::move(name));
  }
  return names;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// The log lines of one test.
class LogLines {
 public:
  LogLines() { open_log({LogTarget::Kind::file, directory_.path() + "/log"}, Severity::debug); }
  ~LogLines() { close_log(); }
  LogLines(const LogLines&) = delete;
  LogLines& operator=(const LogLines&) = delete;

  /// How many lines tell of `event`. Closes the log.
  std::size_t count(const std::string& event) { return lines_with("event=" + event + " "); }
  /// How many lines have this text. Closes the log.
  std::size_t lines_with(const std::string& text) {
    close_log();
    std::ifstream file(directory_.path() + "/log");
    std::size_t found = 0;
    for (std::string line; std::getline(file, line);) {
      if ((line + " ").find(text) != std::string::npos) ++found;
    }
    return found;
  }

 private:
  TemporaryDirectory directory_;
};

/// One life of a store, with a loop and a pool of its own.
class Life {
 public:
  explicit Life(StateStoreOptions options)
      : store_(std::make_unique<StateStore>(loop_.get_executor(), pool_, std::move(options))), saved(store_->load()) {}
  explicit Life(const std::string& directory) : Life(options_for(directory)) {}
  ~Life() {
    store_.reset();
    pool_.join();
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  static StateStoreOptions options_for(const std::string& directory) {
    StateStoreOptions options;
    options.directory = directory;
    options.retry = std::chrono::milliseconds(20);
    return options;
  }

  StateStore* operator->() { return store_.get(); }

  template <typename Value>
  Value wait_for(Task<Value> task) {
    std::optional<Value> result;
    boost::asio::co_spawn(loop_, std::move(task), [&](const std::exception_ptr& failure, Value value) {
      if (failure) std::rethrow_exception(failure);
      result.emplace(std::move(value));
    });
    loop_.restart();
    while (!result) loop_.run_one();
    return std::move(*result);
  }
  bool flush() { return wait_for(store_->flush()); }
  /// Every write waits for so long first.
  void keep_pool_busy(Duration duration) {
    for (int i = 0; i < pool_threads; ++i)
      boost::asio::post(pool_, [duration] { std::this_thread::sleep_for(duration); });
  }
  /// Nothing is written until the promise is kept, which it must be.
  void block_pool(const std::shared_future<void>& promised) {
    for (int i = 0; i < pool_threads; ++i) boost::asio::post(pool_, [promised] { promised.wait(); });
  }
  /// Lets the loop run until `condition` holds, for ten seconds at most.
  template <typename Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto guard = boost::asio::make_work_guard(loop_);
    loop_.restart();
    while (!condition() && std::chrono::steady_clock::now() < end) loop_.run_one_for(std::chrono::milliseconds(20));
    return condition();
  }

 private:
  static constexpr int pool_threads = 2;

  boost::asio::io_context loop_{1};
  boost::asio::thread_pool pool_{pool_threads};
  std::unique_ptr<StateStore> store_;

 public:
  SavedState saved;
};

inline TimePoint at(std::int64_t seconds) { return TimePoint(std::chrono::seconds(seconds)); }

/// The run of `job` that began at `start` and took 250 ms.
inline RunRecord run_of(const std::string& job, const std::string& id, TimePoint start, bool failed = false) {
  RunRecord record;
  record.identity = {job, id, start - Duration(5), start};
  record.outcome.ending = Exited{failed ? 3 : 0};
  record.verdict = {failed, failed ? "exit status 3" : ""};
  record.duration = Duration(250);
  return record;
}

inline OutgoingMail mail_to(const std::string& to, const std::string& text) {
  return {"acron@host.example", to, "id-" + to, "job", text};
}

inline std::vector<OutgoingMail> one_mail(const std::string& text) { return {mail_to("a@x.example", text)}; }

inline std::vector<PastRun> history(Life& life, const std::optional<std::string>& job = std::nullopt) {
  auto runs = life.wait_for(life->recent(job, 1'000'000));
  REQUIRE(runs.has_value());
  return *runs;
}

inline std::optional<OutgoingMail> text_of(Life& life, MailId id) {
  std::optional<Result<MailText>> answer;
  life->read_mail(id, [&](Result<MailText> text) { answer.emplace(std::move(text)); });
  REQUIRE(life.run_until([&] { return answer.has_value(); }));
  REQUIRE(answer->has_value());
  return **answer == nullptr ? std::nullopt : std::optional(***answer);
}

}  // namespace acron::test
