#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/runtime/process/launcher.hpp"
#include "test_loop.hpp"

namespace acron {

/// Starts no process: a command goes on until the test ends it, unless `answer` has an end for it at once.
class FakeLauncher final : public Launcher {
 public:
  static constexpr pid_t some_pid = 4711;

  explicit FakeLauncher(TestLoop& loop) : loop_(loop) {}

  struct Launch {
    Launch(TestLoop& loop, Command its_command) : command(std::move(its_command)), ended(loop.context()) {
      ended.expires_at(boost::asio::steady_timer::time_point::max());
    }
    /// The value of NAME in the command's environment; empty when it is not there.
    [[nodiscard]] std::string variable(std::string_view name) const {
      const std::string beginning = std::string(name) + "=";
      for (const std::string& entry : command.environment) {
        if (entry.starts_with(beginning)) return entry.substr(beginning.size());
      }
      return {};
    }

    Command command;
    std::optional<RunOutcome> outcome;
    bool asked_to_end = false;
    boost::asio::steady_timer ended;
  };

  static RunOutcome exited(int status) {
    RunOutcome outcome;
    outcome.ending = Exited{status};
    return outcome;
  }

  Task<RunOutcome> run(const Command& command, OutputReceiver& receiver) override {
    auto launch = std::make_shared<Launch>(loop_, command);
    launches.push_back(launch);
    if (command.text == "throw") throw std::runtime_error("the launcher broke");
    if (begins && command.watch != nullptr && command.watch->started) command.watch->started(some_pid);
    if (answer) launch->outcome = answer(command);
    if (!prints.empty()) co_await receiver.receive(Stream::out, prints);
    if (command.end_request != nullptr) command.end_request->listen([launch] { launch->asked_to_end = true; });
    while (!launch->outcome) {
      co_await launch->ended.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    if (command.end_request != nullptr) command.end_request->listen(nullptr);
    co_return *launch->outcome;
  }

  /// Ends the launch of that number, counted from 0.
  void end(std::size_t number, RunOutcome outcome = exited(0)) {
    launches.at(number)->outcome = std::move(outcome);
    launches.at(number)->ended.cancel();
    loop_.run_ready();
  }

  [[nodiscard]] std::size_t going_on() const {
    std::size_t count = 0;
    for (const auto& launch : launches) count += launch->outcome ? 0 : 1;
    return count;
  }

  /// The texts of all commands launched so far.
  [[nodiscard]] std::vector<std::string> commands() const {
    std::vector<std::string> texts;
    for (const auto& launch : launches) texts.push_back(launch->command.text);
    return texts;
  }

  std::vector<std::shared_ptr<Launch>> launches;
  bool begins = true;  // else it says nothing before its end
  std::function<std::optional<RunOutcome>(const Command&)> answer;
  std::string prints;

 private:
  TestLoop& loop_;
};

}  // namespace acron
