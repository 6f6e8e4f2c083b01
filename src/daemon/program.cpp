#include "program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>

#include "acron/core/time.hpp"
#include "acron/runtime/clock/system_zone.hpp"
#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/file_safety.hpp"
#include "acron/runtime/files/trusted_path.hpp"
#include "acron/runtime/process/low_descriptors.hpp"
#include "handed_over.hpp"

namespace acron {
namespace {

using Steady = std::chrono::steady_clock;

std::string resolved_own_path() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).string();
}

bool is_own_file(const std::string& path) {
  struct stat it {};
  struct stat own {};
  return ::stat(path.c_str(), &it) == 0 && ::stat("/proc/self/exe", &own) == 0 && it.st_ino == own.st_ino &&
         it.st_dev == own.st_dev;
}

/// As the kernel was told (getauxval(3)); a descriptor's name would not live as long.
std::string own_path() {
  const auto* called = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (called == nullptr) return resolved_own_path();
  std::error_code failed;
  const std::string path = std::filesystem::absolute(called, failed).string();
  const bool lasts = !path.starts_with("/proc/") && !path.starts_with("/dev/") && is_own_file(path);
  return lasts ? path : resolved_own_path();
}

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Our environment, with TZ as it was given to us.
std::vector<std::string> our_environment() {
  constexpr std::string_view zone = "TZ=";
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with(zone)) all.emplace_back(*entry);
  }
  if (const auto given = given_zone_variable()) all.push_back(std::string(zone) + *given);
  return all;
}

/// How many files the program that takes our place must be allowed: what we hold, which it takes over or opens itself,
/// and a reserve for its start and for runs that begin meanwhile. Our own limit is always enough.
rlim_t needed_files() {
  constexpr rlim_t reserve = 64;
  std::error_code failed;
  const std::filesystem::directory_iterator open("/proc/self/fd", failed);
  const auto held = failed ? 0 : static_cast<rlim_t>(std::distance(begin(open), end(open)));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return std::min(limit.rlim_cur, held - std::min<rlim_t>(held, kept_low_descriptors()) + reserve);
}

/// ... and the question.
std::vector<std::string> asking_environment() {
  std::vector<std::string> all = our_environment();
  const auto set = [&all](const std::string& name, const std::string& value) {
    all.insert(all.begin(), name + "=" + value);
  };
  set(handover_variable, handover_question);
  set(handover_files_variable, std::to_string(needed_files()));
  return all;
}

/// What it prints until it closes the pipe or says enough, but not after the deadline.
std::string read_until(int pipe, Steady::time_point deadline) {
  std::string text;
  std::array<char, 512> block{};
  constexpr std::size_t enough = 64 * 1024;
  while (text.size() < enough) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
    pollfd polled{pipe, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) == 0) break;
    const ssize_t got = ::read(pipe, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// False when it had to be killed.
bool await_end(pid_t process, int& status, Steady::time_point deadline) {
  constexpr useconds_t a_moment = 10'000;
  while (::waitpid(process, &status, WNOHANG) == 0) {
    if (Steady::now() >= deadline) {
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
      return false;
    }
    ::usleep(a_moment);
  }
  return true;
}

/// Its standard output and error go to `pipe`. Returns an errno.
int spawn(const Program& program, int pipe, pid_t& process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addchdir_np(&actions, program.directory.c_str());
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, pipe, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, pipe, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const auto environment = asking_environment();
  const int failure = ::posix_spawn(&process, program.path.c_str(), &actions, &attributes,
                                    pointers_to(program.arguments).data(), pointers_to(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return failure;
}

const std::string takes_over_word = "acron takes over, version " + std::to_string(handover_version) + "\n";

const std::string pid_word = "pid ";

/// The first line of `output` that is not as in `answer`.
std::string difference_of(const std::string& output, const std::string& answer) {
  std::istringstream lines(output), wanted_lines(answer);
  std::string line, wanted;
  while (std::getline(wanted_lines, wanted)) {
    if (!std::getline(lines, line)) line.clear();
    if (line != wanted) break;
  }
  return "'" + line + "' instead of '" + wanted + "'";
}

/// Root executes nothing that another user could have put there.
std::optional<std::string> objection_to_file(const std::string& path) {
  const FileSafety safety;
  const auto end = walk_to(path, {.strict = safety.is_strict(), .follow_last = true});
  if (end.has_error() && end.error().error == 0) return end.error().reason;
  struct stat status {};
  if (end.has_error() || ::fstatat(end->directory.number(), end->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;  // whoever executes it will say why
  if (const auto objection = safety.objection_to(status)) return end->path + " " + *objection;
  return std::nullopt;
}

std::string words_of(const std::string& output) {
  std::string words = ": ";
  words.append(output, 0, output.find('\n'));
  return output.empty() ? std::string() : words;
}

}  // namespace

Program this_program(int argc, const char* const* argv) {
  std::error_code failed;
  return {own_path(), std::filesystem::current_path(failed).string(), {argv, argv + argc}};
}

std::string answer_of(const std::string& run_directory, const std::string& state_directory) {
  std::string answer(takes_over_word);
  return answer.append("run-dir ").append(run_directory).append("\nstate ").append(state_directory).append("\n");
}

std::string pid_line(pid_t process) { return pid_word + std::to_string(process) + "\n"; }

std::string objection_to(const Program& program, const std::string& answer) {
  if (auto objection = objection_to_file(program.path)) return *std::move(objection);
  auto pipe = Pipe::open();
  if (!pipe) return std::strerror(errno);
  pid_t process = -1;
  const int failure = spawn(program, pipe->write.number(), process);
  pipe->write = Descriptor();
  std::string output;
  int status = 0;
  bool ended = false;
  if (failure == 0) {
    const auto deadline = Steady::now() + longest_answer;
    output = read_until(pipe->read.number(), deadline);
    ended = await_end(process, status, deadline);
  }
  if (failure != 0) return program.path + ": " + std::strerror(failure);
  if (!ended) return program.path + " did not answer within " + format_duration(longest_answer);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return program.path + " does not start" + words_of(output);
  if (output == answer || output == answer + pid_line(process)) return {};  // older programs do not tell their pid
  if (output.starts_with(answer + pid_word))
    return program.path + " starts acron as its child; a wrapper has to use exec";
  if (!output.starts_with(takes_over_word)) return program.path + " does not know how to take over" + words_of(output);
  return "that takes a restart: " + difference_of(output, answer);
}

std::string execute(const Program& program) {
  if (::chdir(program.directory.c_str()) != 0) return program.directory + ": " + std::strerror(errno);
  const auto environment = our_environment();
  ::execve(program.path.c_str(), pointers_to(program.arguments).data(), pointers_to(environment).data());
  return program.path + ": " + std::strerror(errno);
}

}  // namespace acron
