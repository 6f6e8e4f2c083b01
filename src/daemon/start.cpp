#include "start.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "acron/core/text.hpp"
#include "acron/edges/store/state_user.hpp"
#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/errno_error.hpp"
#include "acron/runtime/files/trusted_path.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/spare_memory.hpp"
#include "acron/runtime/process/left_reader.hpp"
#include "acron/runtime/process/low_descriptors.hpp"
#include "background.hpp"
#include "daemon.hpp"
#include "instance_lock.hpp"
#include "other_acron.hpp"
#include "service_manager.hpp"
#include "signals_held_back.hpp"
#include "slow_start.hpp"

namespace acron {
namespace {

int refuse(const std::string& reason) {
  std::cerr << "acron: " << without_controls(reason) << '\n';
  return EXIT_FAILURE;
}

/// Three descriptors a run: a thousand jobs due at once need more than the usual 1,024.
void raise_open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// The soft limit counts: the asker has raised its own, and we need files before we could raise ours.
std::optional<std::string> objection_to_open_files(std::size_t needed) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return std::nullopt;
  return std::to_string(limit.rlim_cur) + " files may be open, and it needs " + std::to_string(needed) +
         "; raise the limit (ulimit -n, LimitNOFILE=)";
}

/// With fewer, not even the tree could be read for sure.
std::optional<std::string> objection_to_few_files() {
  constexpr rlim_t least = 40;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max >= least) return std::nullopt;
  return "no more than " + std::to_string(limit.rlim_max) + " files may be open, and it needs " +
         std::to_string(least) + "; raise the limit (ulimit -Hn, LimitNOFILE=)";
}

/// A file of ours that got one of their numbers would be read and written by everyone. For reading only, so that what
/// is written there counts as lost.
void open_missing_standard_descriptors() {
  int descriptor = -1;
  do {
    descriptor = ::open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  ::close(descriptor);
}

/// Signals that would end acron without a word, and that nobody sends to say so. Its children have them as they were.
void ignore_what_nobody_means() {
  for (const int number : {SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGSTKFLT, SIGPWR}) ::signal(number, SIG_IGN);
  for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) ::signal(number, SIG_IGN);
}

void prepare_process() {
  open_missing_standard_descriptors();
  ::mallopt(M_ARENA_MAX, 2);   // a few threads do not need an arena each
  ::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of the write
  ::signal(SIGXFSZ, SIG_IGN);  // so is a file that must not grow
  ::signal(SIGUSR1, SIG_IGN);  // it has other daemons open their logs again, which acron does by itself
  ignore_what_nobody_means();
}

std::optional<std::string> objection_to_places(const Options& options) {
  const SlowStart slow("the tree " + options.tree);
  for (const std::string& own : {options.run_directory, options.state_directory}) {
    if (auto objection = objection_to_procfs(own)) return objection;
  }
  const auto untrusted = options.trust_tree ? Untrusted::obeyed : Untrusted::refused;
  return JobTree(options.tree, settle_time, {}, untrusted).objection();
}

/// Or errno says why not.
bool has_address_space(std::size_t size) {
  void* space = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (space == MAP_FAILED) return false;
  ::munmap(space, size);
  return true;
}

/// Throws std::system_error where a limit leaves hardly more than the start itself takes: jobs, name look-ups and mail
/// need some, too, and where there is none from the beginning no reserve helps. Address space only: none of it is used.
void require_address_space() {
  constexpr std::size_t least = std::size_t{16} * 1024 * 1024;  // two stacks, for one
  if (!has_address_space(least))
    throw_errno("there is too little address space to run jobs in; raise the limit (ulimit -v, LimitAS=)");
}

/// Of pthread_create(3), for which there is but one error.
std::string why_no_thread() {
  pthread_attr_t usual;
  std::size_t stack = 0;
  if (::pthread_getattr_default_np(&usual) == 0) {
    ::pthread_attr_getstacksize(&usual, &stack);
    ::pthread_attr_destroy(&usual);
  }
  const std::string what = "can't start the threads that it needs: ";
  if (!has_address_space(stack))
    return what + "there is too little address space for their stacks (ulimit -v, LimitAS=)";
  return what + "a limit on processes or threads (ulimit -u, TasksMax=), or on memory, forbids it";
}

/// Throws std::system_error where so many threads can't be had at a time: the pool of Asio (1.81) that gets but some of
/// its threads waits for their end for ever.
void require_threads(std::size_t count, bool with_space_beside) {
  std::vector<std::jthread> threads;
  std::promise<void> over;  // goes before the threads, which end with it
  const std::shared_future<void> end(over.get_future());
  try {
    while (threads.size() < count) threads.emplace_back([end] { end.wait(); });
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), why_no_thread());
  }
  if (with_space_beside) require_address_space();  // while they have theirs
}

// With the log's and one that starts children.
constexpr std::size_t threads_of_daemon = Daemon::pool_threads + FileThreads::usual_threads + 3;

constexpr std::chrono::milliseconds longest_end = std::chrono::seconds(5), soon = std::chrono::milliseconds(300);

/// A thread that hangs in a dead disk must not keep us from ending. As long as it hangs, what is left of us holds all
/// that we had: so the lock is given back before.
void end_at_the_latest(int status, int lock, std::chrono::milliseconds patience) {
  try {
    std::thread([status, lock, patience] {
      std::this_thread::sleep_for(patience);
      ::flock(lock, LOCK_UN);
      ::_exit(status);
    }).detach();
  } catch (const std::system_error&) {
  }  // no memory for a thread
}

}  // namespace

int answer_whether_to_take_over(const Options& options, const HandoverQuestion& question) {
  if (const auto objection = objection_to_open_files(question.files.value_or(0))) return refuse(*objection);
  if (const auto objection = objection_to_places(options)) return refuse(*objection);
  require_threads(threads_of_daemon, true);
  open_log(options.log, Severity::error);  // throws when the file can't be opened
  close_log();
  std::cout << answer_of(options.run_directory, options.state_directory);
  if (question.files) std::cout << pid_line(::getpid());
  return EXIT_SUCCESS;
}

namespace {

Result<std::optional<InstanceLock>> take_lock(const Options& options, const std::optional<HandedOver>& handed) {
  const SlowStart slow("the run directory " + options.run_directory);
  if (handed) {
    if (auto held = InstanceLock::held(options.run_directory, handed->lock)) return held;
  }
  return InstanceLock::take(options.run_directory);
}

/// One whose state was removed while it runs: it will make the file again, so it has the directory.
std::optional<pid_t> user_of_removed_state(const std::string& directory) {
  std::error_code failed;
  const auto real = std::filesystem::weakly_canonical(directory, failed);
  if (failed || std::filesystem::exists(real / "state.db", failed)) return std::nullopt;
  auto existing = real;
  while (!std::filesystem::exists(existing, failed) && existing.has_relative_path()) existing = existing.parent_path();
  const Descriptor place(::open(existing.c_str(), O_PATH | O_CLOEXEC));
  return acron_with_removed((real / "state.db").string(), place.number());
}

std::optional<pid_t> user_of(const std::string& state_directory) {
  const auto user = user_of_state(state_directory);
  return user ? user : user_of_removed_state(state_directory);
}

/// The same command line, in the same mounts, means the same run directory, though somebody has moved that away.
bool was_started_alike(pid_t other, const Program& program) {
  const std::string process = "/proc/" + std::to_string(other);
  std::error_code failed;
  const auto mounts = std::filesystem::read_symlink(process + "/ns/mnt", failed);
  if (failed || mounts != std::filesystem::read_symlink("/proc/self/ns/mnt", failed)) return false;
  std::ifstream file(process + "/cmdline", std::ios::binary);
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) arguments.push_back(argument);
  const auto& ours = program.arguments;
  return !arguments.empty() && !ours.empty() &&
         std::equal(arguments.begin() + 1, arguments.end(), ours.begin() + 1, ours.end());
}

/// Who uses the state, and not only until one that was killed lets go. An acron whose file was removed lets go of it
/// for a moment, too, when it makes it anew, and still has it.
std::optional<pid_t> lasting_user_of(const std::string& state_directory) {
  constexpr int looks = 50;
  constexpr useconds_t between_looks = 20'000;
  std::optional<pid_t> other = user_of(state_directory);
  const pid_t first = other.value_or(0);
  for (int look = 0; look < looks && (other || (first > 0 && is_acron(first))); ++look) {
    ::usleep(between_looks);
    other = user_of(state_directory);
  }
  return other;
}

/// The second line, where the lock was removed or has another directory: two acrons on one state would each run what
/// the other has run. The exit status, when there is another; that is no trouble where it has the same run directory.
std::optional<int> give_way(const Options& options, const InstanceLock& lock, const Program& program) {
  const SlowStart slow("the state directory " + options.state_directory);
  const std::optional<pid_t> other = lasting_user_of(options.state_directory);
  const bool is_known = other && *other > 0;
  if (!other || (is_known && !is_acron(*other))) return std::nullopt;
  if (is_known && (lock.noted_pid() == *other || was_started_alike(*other, program))) return EXIT_SUCCESS;
  const std::string who = is_known ? "another acron (pid " + std::to_string(*other) + ")" : "an acron elsewhere";
  return refuse(who + " uses the state directory " + options.state_directory +
                "; each acron needs one of its own: name another with --state");
}

ChildSurroundings surroundings_of_children(const std::optional<HandedOver>& handed) {
  ChildSurroundings surroundings = surroundings_of_this_user();
  if (handed && handed->state) surroundings.open_files = handed->state->open_files;
  return surroundings;
}

/// What the jobs of an acron that died still print is thrown away, but it does not end them.
void read_away_what_was_kept(const std::vector<int>& pipes) {
  leave_reader_of(pipes);
  for (const int pipe : pipes) ::close(pipe);
}

void log_read_away(const std::vector<int>& pipes) {
  if (pipes.empty()) return;
  log(Severity::warning, "late-output-dropped",
      {{"pipes", std::to_string(pipes.size())},
       {"reason",
        "the service manager has kept them since an earlier acron ended: acron-reader throws away what comes"}});
}

/// However the program ends, the log's thread ends before.
class LogWhileHere {
 public:
  LogWhileHere(const Options& options, std::uint64_t lost_lines) {
    open_log(options.log, options.verbose ? Severity::debug : Severity::info, lost_lines);
  }
  ~LogWhileHere() { close_log(); }
  LogWhileHere(const LogWhileHere&) = delete;
  LogWhileHere& operator=(const LogWhileHere&) = delete;
};

/// Once more what it was before execve(2).
void stay_in_background() {
  if (::chdir("/") != 0) throw_errno("/");
}

}  // namespace

int start(const Options& options, const Program& program, std::optional<HandedOver> handed) {
  // What the caller left open (an ssh session's pipe) would keep it waiting for us.
  if (!options.foreground && !handed) ::close_range(STDERR_FILENO + 1, ~0U, 0);
  const std::vector<int> kept = take_kept_descriptors();
  prepare_process();
  if (const auto objection = objection_to_few_files(); objection && !handed) return refuse(*objection);
  keep_low_descriptors();
  const auto lock = take_lock(options, handed);
  if (!lock) return refuse(lock.error().message);
  if (!*lock) return EXIT_SUCCESS;
  if (!handed) {
    if (const auto status = give_way(options, **lock, program)) return *status;
  }
  const auto objection = objection_to_places(options);
  if (objection && !handed) return refuse(*objection);

  std::optional<Background> background;
  if (!options.foreground && !handed) background.emplace();
  if (!options.foreground && handed) stay_in_background();
  read_away_what_was_kept(kept);
  SignalsHeldBack::hold_back_requests();
  (*lock)->claim();
  (*lock)->write_pid_file();
  const std::uint64_t lost_lines = handed && handed->state ? handed->state->lost_log_lines : 0;
  require_threads(threads_of_daemon, !handed);  // one that goes on with jobs does not end for space
  const LogWhileHere log_while_here(options, lost_lines);
  log_read_away(kept);
  const ChildSurroundings surroundings = surroundings_of_children(handed);
  raise_open_files_limit();
  refill_spare_memory();
  int status = EXIT_FAILURE;
  {
    const Program& next = handed && handed->state ? handed->state->program : program;
    Daemon daemon(options, surroundings, {next, **lock});
    if (background) background->started();
    status = daemon.run(std::move(handed));
    // Nobody waits any more for a file that hangs: that was said.
    end_at_the_latest(status, (*lock)->descriptor(), daemon.has_hanging_files() ? soon : longest_end);
  }
  (*lock)->remove_pid_file();
  return status;
}

}  // namespace acron
