#include "handed_over.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/process/open_run.hpp"

namespace acron {
namespace {

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  const std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

std::optional<std::pair<int, int>> numbers_in(const std::string& text) {
  const char* const end = text.data() + text.size();
  int first = -1, second = -1;
  const auto [colon, failed] = std::from_chars(text.data(), end, first);
  if (failed != std::errc() || colon == end || *colon != ':') return std::nullopt;
  const auto [rest, failed_again] = std::from_chars(colon + 1, end, second);
  if (failed_again != std::errc() || rest != end) return std::nullopt;
  return std::pair(first, second);
}

bool is_sealed_and_ours(int descriptor) {
  struct stat status {};
  return ::fcntl(descriptor, F_GET_SEALS) == all_seals && ::fstat(descriptor, &status) == 0 &&
         status.st_uid == ::geteuid();
}

std::string content_of(int descriptor) {
  std::string text;
  std::array<char, 64 * 1024> block{};
  for (ssize_t got = 0; (got = ::pread(descriptor, block.data(), block.size(), static_cast<off_t>(text.size()))) > 0;)
    text.append(block.data(), static_cast<std::size_t>(got));
  return text;
}

bool is_of_kind(int descriptor, mode_t kind) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

/// A pidfd of a child of ours that has not been reaped, and of that pid.
bool watches(int descriptor, pid_t process) {
  siginfo_t info{};
  constexpr int look = WEXITED | WNOHANG | WNOWAIT;
  if (::waitid(P_PIDFD, static_cast<id_t>(descriptor), &info, look) != 0) return false;
  std::ifstream file("/proc/self/fdinfo/" + std::to_string(descriptor));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Pid:")) return std::atoi(line.c_str() + std::strlen("Pid:")) == process;
  }
  return false;
}

bool is_pipe(int descriptor) { return descriptor < 0 || is_of_kind(descriptor, S_IFIFO); }

bool is_as_told(const StartedRun& run) {
  const auto is_file = [](int descriptor) { return descriptor < 0 || is_of_kind(descriptor, S_IFREG); };
  const auto& command = run.command;
  const bool command_is = !command || (command->is_child && watches(command->exit, command->pid) &&
                                       is_pipe(command->out) && is_pipe(command->err));
  if (!run.output) return command_is;
  const auto& spool = run.output->spool;
  const auto& sinks = run.output->sinks;
  return command_is && (!spool || std::all_of(spool->descriptors.begin(), spool->descriptors.end(), is_file)) &&
         std::all_of(sinks.begin(), sinks.end(), [&](const SinkState& sink) { return is_file(sink.descriptor); });
}

void close_all_but(std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned first = STDERR_FILENO + 1;
  for (const int descriptor : kept) {
    const auto number = static_cast<unsigned>(descriptor);
    if (number > first) ::close_range(first, number - 1, 0);
    first = std::max(first, number + 1);
  }
  ::close_range(first, ~0U, 0);
}

void let_be_inherited(int descriptor, bool inherited) { ::fcntl(descriptor, F_SETFD, inherited ? 0 : FD_CLOEXEC); }

Result<Handover> read_state(int descriptor) {
  if (!is_sealed_and_ours(descriptor)) return Error{"it is not sealed"};
  auto state = handover_from(content_of(descriptor));
  if (!state) return state;
  const auto self = identify_process(::getpid());
  if (!self || state->pid != self->pid || state->started != self->started) return Error{"it is another's"};
  const auto wrong = std::remove_if(state->runs.started.begin(), state->runs.started.end(),
                                    [](const StartedRun& run) { return !is_as_told(run); });
  state->runs.started.erase(wrong, state->runs.started.end());
  std::erase_if(state->left, [](const LeftOutput& left) { return !is_pipe(left.out) || !is_pipe(left.err); });
  return state;
}

}  // namespace

std::optional<HandoverQuestion> take_handover_question() {
  const std::string files = take_variable(handover_files_variable);
  const char* value = std::getenv(handover_variable);
  if (value == nullptr || std::strcmp(value, handover_question) != 0) return std::nullopt;
  ::unsetenv(handover_variable);
  HandoverQuestion question;
  std::size_t number = 0;
  const char* const end = files.data() + files.size();
  const auto [rest, failed] = std::from_chars(files.data(), end, number);
  if (failed == std::errc() && rest == end) question.files = number;
  return question;
}

std::optional<HandedOver> take_handed_over() {
  const auto numbers = numbers_in(take_variable(handover_variable));
  // What is not sealed was not made by us, and nothing of it counts: anyone can set a variable.
  if (!numbers || !is_sealed_and_ours(numbers->first)) return std::nullopt;
  HandedOver handed;
  handed.lock = numbers->second;
  auto state = read_state(numbers->first);
  std::vector<int> kept;
  if (state) {
    kept = descriptors_of(*state);
    handed.state = *std::move(state);
  } else {
    handed.trouble = state.error().message;
  }
  if (handed.lock > STDERR_FILENO) kept.push_back(handed.lock);
  close_all_but(kept);
  for (const int descriptor : kept) let_be_inherited(descriptor, false);
  return handed;
}

HandingOver::HandingOver(const Handover& handover, int lock) : descriptors_(descriptors_of(handover)) {
  const std::string text = handover_text(handover);
  memory_ = Descriptor(::memfd_create("acron-handover", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  std::size_t written = 0;
  while (memory_ && written < text.size()) {
    const ssize_t count = ::write(memory_.number(), text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  if (written < text.size() || ::fcntl(memory_.number(), F_ADD_SEALS, all_seals) != 0) {
    trouble_ = std::string("no memory for what goes on: ") + std::strerror(errno);
    return;
  }
  descriptors_.push_back(memory_.number());
  descriptors_.push_back(lock);
  for (const int descriptor : descriptors_) let_be_inherited(descriptor, true);
  ::setenv(handover_variable, (std::to_string(memory_.number()) + ":" + std::to_string(lock)).c_str(), 1);
}

HandingOver::~HandingOver() {
  ::unsetenv(handover_variable);
  for (const int descriptor : descriptors_) let_be_inherited(descriptor, false);
}

}  // namespace acron
