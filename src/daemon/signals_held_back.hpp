#pragma once

#include <csignal>
#include <initializer_list>

namespace acron {

/// Keeps the signals that acron handles waiting over execve(2): until the new image handles them, they would end it.
class SignalsHeldBack {
 public:
  SignalsHeldBack() { mask(SIG_BLOCK, all); }
  SignalsHeldBack(const SignalsHeldBack&) = delete;
  SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;
  ~SignalsHeldBack() { let_go(); }

  /// For the new image, in the thread that handles them.
  static void let_go() { mask(SIG_UNBLOCK, all); }

  /// At a first start: who finds the pid file may send those that don't end acron. The others end it as any program.
  static void hold_back_requests() { mask(SIG_BLOCK, {SIGHUP, SIGUSR2}); }

 private:
  static constexpr std::initializer_list<int> all = {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR2};

  static void mask(int how, std::initializer_list<int> which) {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : which) ::sigaddset(&signals, signal);
    ::pthread_sigmask(how, &signals, nullptr);
  }
};

}  // namespace acron
