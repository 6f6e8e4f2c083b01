#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "acron/runtime/launcher.hpp"
#include "acron/runtime/task_group.hpp"

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

  Launcher& launcher_;
  Accounts& accounts_;
  std::deque<Question> waiting_;
  std::size_t asking_ = 0;
  bool acron_ends_ = false;
  TaskGroup tasks_;
};

}  // namespace acron
