#pragma once

#include <csignal>

namespace acron {

/// Keeps the signals that acron handles waiting over execve(2): until the new image handles them, they would end it.
class SignalsHeldBack {
 public:
  SignalsHeldBack() { mask(SIG_BLOCK); }
  SignalsHeldBack(const SignalsHeldBack&) = delete;
  SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;
  ~SignalsHeldBack() { let_go(); }

  /// For the new image, in the thread that handles them.
  static void let_go() { mask(SIG_UNBLOCK); }

 private:
  static void mask(int how) {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) ::sigaddset(&signals, signal);
    ::pthread_sigmask(how, &signals, nullptr);
  }
};

}  // namespace acron
