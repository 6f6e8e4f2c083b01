#include "launch_pad.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sanitizer/asan_interface.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>

#include "acron/runtime/files/errno_error.hpp"
#include "acron/runtime/process/low_descriptors.hpp"

namespace acron {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t stack_size = 64 * 1024;

/// With a page below it that ends whoever overruns it.
void* new_stack() {
  void* stack =
      ::mmap(nullptr, page + stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) throw_errno("mmap");
  ::mprotect(stack, page, PROT_NONE);
  return stack;
}

/// clone3(2), for which the C library has no function that takes another stack. -1, and errno.
long clone_into_cgroup(clone_args& arguments, int (*child)(void*), void* argument) {
  [[maybe_unused]] long result = -ENOSYS;
#if defined(__x86_64__)
  register int (*function)(void*) asm("r12") = child;
  register void* its_argument asm("r13") = argument;
  result = SYS_clone3;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"  // the outermost frame
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "hlt\n"
      "1:"
      : "+a"(result)
      : "D"(&arguments), "S"(sizeof arguments), "r"(function), "r"(its_argument)
      : "rcx", "r11", "cc", "memory");
#elif defined(__aarch64__)
  register long number asm("x8") = SYS_clone3;
  register long in_and_out asm("x0") = reinterpret_cast<long>(&arguments);
  register long size asm("x1") = sizeof arguments;
  register int (*function)(void*) asm("x20") = child;
  register void* its_argument asm("x21") = argument;
  asm volatile(
      "svc 0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, x21\n\t"
      "blr x20\n\t"
      "brk 1\n"
      "1:"
      : "+r"(in_and_out)
      : "r"(number), "r"(size), "r"(function), "r"(its_argument)
      : "cc", "memory");
  result = in_and_out;
#endif
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

}  // namespace

LaunchPad::LaunchPad() : null_device_(::open("/dev/null", O_RDWR | O_CLOEXEC)) {
  if (null_device_ < 0) throw_errno("/dev/null");
  null_device_ = to_low_descriptor(null_device_);
  for (int* copy : {&out_, &err_}) {
    *copy = ::fcntl(null_device_, F_DUPFD_CLOEXEC, 0);
    if (*copy < 0) throw_errno("dup");
    *copy = to_low_descriptor(*copy);
  }
  stack_ = new_stack();
}

LaunchPad::~LaunchPad() {
  ::munmap(stack_, page + stack_size);
  for (const int descriptor : {null_device_, out_, err_}) close_low_descriptor(descriptor);
}

bool LaunchPad::take_files() const {
  // The kernel copies only what lies below the range that is closed at once.
  const int first_not_copied = std::max({null_device_, out_, err_}) + 1;
  return ::syscall(SYS_close_range, first_not_copied, ~0U, CLOSE_RANGE_UNSHARE) == 0;
}

pid_t LaunchPad::clone(int out, int err, int cgroup, int& exited, int (*child)(void*), void* argument) {
  ::dup3(out, out_, O_CLOEXEC);
  ::dup3(err, err_, O_CLOEXEC);
  pid_t pid = -1;
  // A child that executes its program never returns from its frames: the sanitizer would take them for live ones.
  ASAN_UNPOISON_MEMORY_REGION(static_cast<char*>(stack_) + page, stack_size);
  constexpr int flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PIDFD;
  char* const stack = static_cast<char*>(stack_) + page;
  if (cgroup < 0) {
    pid = ::clone(child, stack + stack_size, flags | SIGCHLD, argument, &exited);
  } else {
    clone_args arguments{};
    arguments.flags = flags | CLONE_INTO_CGROUP;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(&exited);
    arguments.exit_signal = SIGCHLD;
    arguments.stack = reinterpret_cast<std::uint64_t>(stack);
    arguments.stack_size = stack_size;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup);
    pid = static_cast<pid_t>(clone_into_cgroup(arguments, child, argument));
  }
  const int failure = errno;
  // A pipe would not end as long as its writing end lay here.
  ::dup3(null_device_, out_, O_CLOEXEC);
  ::dup3(null_device_, err_, O_CLOEXEC);
  errno = failure;
  return pid;
}

}  // namespace acron
