#include "background.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/errno_error.hpp"

namespace acron {
namespace {

/// 0 once the daemon says that it has started; 1 when it is gone without a word.
int outcome_of_start(int pipe) {
  char word = 0;
  ssize_t got = 0;
  while ((got = ::read(pipe, &word, 1)) < 0 && errno == EINTR) {
  }
  return got == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void put_null_device_on(std::initializer_list<int> descriptors) {
  Descriptor null_device(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null_device) throw_errno("/dev/null");
  for (const int descriptor : descriptors) ::dup2(null_device.number(), descriptor);
  if (null_device.number() <= STDERR_FILENO) static_cast<void>(null_device.release());
}

}  // namespace

Background::Background() {
  auto pipe = Pipe::open();
  if (!pipe) throw_errno("pipe");
  const pid_t first = ::fork();
  if (first < 0) throw_errno("fork");
  if (first > 0) {
    pipe->write = Descriptor();
    ::_exit(outcome_of_start(pipe->read.number()));
  }
  ::setsid();
  const pid_t second = ::fork();  // no session leader can get a terminal again by accident
  if (second < 0) throw_errno("fork");
  if (second > 0) ::_exit(EXIT_SUCCESS);
  waiting_ = std::move(pipe->write);
  if (::chdir("/") != 0) throw_errno("/");
  put_null_device_on({STDIN_FILENO, STDOUT_FILENO});
}

void Background::started() {
  put_null_device_on({STDERR_FILENO});
  const char word = '+';
  while (::write(waiting_.number(), &word, 1) < 0 && errno == EINTR) {
  }
  waiting_ = Descriptor();
}

}  // namespace acron
