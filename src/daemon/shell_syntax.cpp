#include "shell_syntax.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
#include <optional>
#include <system_error>
#include <thread>

#include "acron/core/config/written_commands.hpp"
#include "acron/core/job/simple_command.hpp"
#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr const char* usual_shell = "/bin/sh";

/// Shells whose `-n` reads a command and executes nothing.
constexpr std::array<std::string_view, 10> known{"sh",  "bash",  "rbash", "dash", "ash",
                                                 "ksh", "ksh93", "mksh",  "zsh",  "yash"};
constexpr std::array<std::string_view, 3> directories{"/bin/", "/usr/bin/", "/usr/local/bin/"};

/// A job file may be anybody's, and names the program: nothing but a shell of the system is started for it.
bool may_be_asked(const std::string& shell) {
  const auto slash = shell.rfind('/') + 1;
  const auto is = [](const auto& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  if (!is(directories, std::string_view{shell}.substr(0, slash)) || !is(known, std::string_view{shell}.substr(slash)))
    return false;
  struct stat status {};
  return ::stat(shell.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0 &&
         (status.st_mode & 022) == 0;
}

/// A process that reads a command, and the pipe that it complains on.
struct Reading {
  pid_t pid = -1;
  Descriptor words{};
};

/// Holds what posix_spawn(3) is told of the descriptors.
class FileActions {
 public:
  explicit FileActions(int complaints) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, complaints, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Has a process begin a group of its own, with which all that it starts can be ended.
class OwnGroup {
 public:
  OwnGroup() {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~OwnGroup() { ::posix_spawnattr_destroy(&attributes_); }
  OwnGroup(const OwnGroup&) = delete;
  OwnGroup& operator=(const OwnGroup&) = delete;

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// Empty, with errno, where it can't be started.
std::optional<Reading> begin_reading(const std::string& shell, const std::string& command) {
  auto pipe = Pipe::open();
  if (!pipe) return {};
  std::string name = shell, no_execution = "-n", is_command = "-c", text = operand_of_shell(command);
  std::string language = "LC_ALL=C";
  std::array<char*, 5> arguments{name.data(), no_execution.data(), is_command.data(), text.data(), nullptr};
  std::array<char*, 2> environment{language.data(), nullptr};
  const FileActions actions(pipe->write.number());
  const OwnGroup group;
  Reading reading{-1, std::move(pipe->read)};
  const int failed =
      ::posix_spawn(&reading.pid, shell.c_str(), actions.get(), group.get(), arguments.data(), environment.data());
  if (failed == 0) return reading;
  errno = failed;
  return {};
}

/// What it says until it ends, as far as it is short; empty if that takes too long.
std::optional<std::string> hear(int words, SteadyTime end) {
  constexpr std::size_t most = 4096;
  std::string said;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd ready{words, POLLIN, 0};
    const int polled = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) return {};
    std::array<char, 1024> bytes{};
    const auto count = ::read(words, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return said;
    said.append(bytes.data(), std::min(static_cast<std::size_t>(count), most - std::min(most, said.size())));
  }
}

/// The words by which the shell refuses it.
ShellAnswer ask_shell(const std::string& shell, const std::string& command) {
  constexpr auto longest = std::chrono::minutes(1);  // a machine may stop for seconds
  const auto reading = begin_reading(shell, command);
  if (!reading) return {{}, shell + " can't be started: " + std::generic_category().message(errno)};
  const auto said = hear(reading->words.number(), std::chrono::steady_clock::now() + longest);
  if (!said) ::kill(-reading->pid, SIGKILL);
  int status = 0;
  while (::waitpid(reading->pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!said) return {{}, shell + " gave no answer within a minute"};
  if (!WIFEXITED(status)) return {{}, shell + " was killed"};
  const bool refuses = !said->empty() && (WEXITSTATUS(status) != 0 || is_refusal(*said));
  return {refuses ? *said : std::string{}, {}};
}

}  // namespace

std::string objection_to_shell(const std::string& shell) {
  struct stat status {};
  if (::stat(shell.c_str(), &status) != 0) {
    const bool is_unknown = errno == EACCES;  // to who asks
    return is_unknown ? "" : shell + " can't be started here: " + std::generic_category().message(errno);
  }
  const bool is_program = S_ISREG(status.st_mode) && (status.st_mode & 0111) != 0;
  return is_program ? "" : shell + " can't be started: it is no program";
}

namespace {

ShellAnswer answer_to(const ShellText& text) {
  const std::string shell = text.shell.empty() ? usual_shell : text.shell;
  if (text.shell.empty() && simple_command(text.command)) return {};  // it is started without one
  if (!may_be_asked(shell)) return {};
  auto answer = ask_shell(shell, text.command);
  if (!answer.no_answer.empty()) answer.no_answer = "the command could not be checked: " + answer.no_answer;
  if (answer.fault.empty()) return answer;
  answer.fault = shell + " refuses the command: " + words_of_shell(answer.fault);
  const std::string bash = "/bin/bash";
  if (!is_plain_sh(text.shell) || !may_be_asked(bash)) return answer;
  const auto other = ask_shell(bash, text.command);
  answer.bash_takes_it = other.fault.empty() && other.no_answer.empty();
  return answer;
}

/// Calls `work` with each number below `count`, on as many threads as are worth it: they wait for processes.
template <typename Work>
void for_each_number(std::size_t count, const Work& work) {
  const std::size_t most = 2 * std::max(1U, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next = 0;
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 1; i < std::min(most, count); ++i) threads.emplace_back(take);
  } catch (const std::system_error&) {
    // Fewer do it, too, where no more threads may be had.
  }
  take();
}

}  // namespace

std::vector<ShellAnswer> syntax_faults(const std::vector<ShellText>& texts) {
  std::map<ShellText, ShellAnswer> answers;
  for (const ShellText& text : texts) answers[text];
  std::vector<std::pair<const ShellText, ShellAnswer>*> questions;
  for (auto& answer : answers) questions.push_back(&answer);
  for_each_number(questions.size(), [&](std::size_t i) { questions[i]->second = answer_to(questions[i]->first); });
  std::vector<ShellAnswer> faults;
  for (const ShellText& text : texts) faults.push_back(answers[text]);
  return faults;
}

}  // namespace acron
