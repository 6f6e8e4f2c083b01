#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/process/launcher.hpp"

namespace acron {

/// A gate that has not answered by then counts as shut.
inline constexpr TimeLimit gate_limit{std::chrono::seconds(30), std::chrono::seconds(5)};

/// Asks the `if` commands of jobs, a few at a time: a tree of ten thousand gates is not ten thousand processes.
class Gates {
 public:
  /// True when every gate passed.
  using Answer = std::function<void(bool open)>;

  struct Question {
    std::string job;
    std::vector<std::string> commands;
    SharedValue<RunSettings> settings;  // a gate is asked as the user, and in the surroundings, of the job
    Answer answer;                      // safe to call whatever became of the job meanwhile
  };

  Gates(boost::asio::any_io_executor executor, Launcher& launcher, Accounts& accounts);

  /// Answers later, on the loop, exactly once; but not when a gate is ended since acron ends, which says nothing.
  void ask(Question question);

 private:
  void start_waiting();
  Task<> ask_now(Question question);
  Task<bool> passes(const Question& question, const std::string& command);
  /// Whether a command fails to run, and did not when it was asked last: a host may lack it for good.
  bool note(const std::string& job, const std::string& command, bool fails_to_run);

  Launcher& launcher_;
  Accounts& accounts_;
  std::deque<Question> waiting_;
  std::size_t asking_ = 0;
  std::set<std::pair<std::string, std::string>> failing_;  // job and command of those that fail to run
  bool acron_ends_ = false;
  TaskGroup tasks_;
};

}  // namespace acron
