#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "acron/core/mail/smtp_server.hpp"
#include "acron/core/result.hpp"
#include "acron/core/time.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {

/// What acron was asked to do, by its command line first and its configuration file second.
struct Options {
  enum class Mode : std::uint8_t { schedule, check, next, show, help, version };

  Mode mode = Mode::schedule;
  std::string tree;
  bool trust_tree = false;  // whoever could have written it
  bool foreground = false;
  bool verbose = false;
  std::string mail_to = "root@localhost";
  std::string mail_from;        // empty: acron@HOST
  std::size_t mail_limit = 60;  // for each recipient and hour; 0: any number
  SmtpServer smtp;
  std::string smtp_login;  // the file that has it; empty: none
  std::string smtp_name;   // what EHLO says; empty: the machine's full name
  Duration poll = std::chrono::seconds(10);
  Duration gate_interval = std::chrono::minutes(5);
  Duration drain = std::chrono::seconds(60);
  std::optional<Duration> stop_jobs;  // between SIGTERM and SIGKILL for those that still run then; empty: left running
  std::string hostname;               // empty: gethostname(2)
  std::string run_directory;
  std::string state_directory;
  LogTarget log;

  bool strict = false;              // --check: a warning is an error
  std::optional<std::string> from;  // --next: not read yet, since a time without an offset needs the zone
  std::size_t count = 10;
  bool per_job = false;
  bool json = false;
  std::string job;  // --show
};

/// Errors are for the person at the command line and end in a hint at --help.
[[nodiscard]] Result<Options> read_options(int argc, const char* const* argv);

/// What `acron --help` prints.
std::string usage();

}  // namespace acron
