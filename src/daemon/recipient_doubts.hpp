#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/mail/smtp_server.hpp"
#include "acron/runtime/jobs/run_output.hpp"

namespace acron {

/// Logs each recipient whom mail will hardly reach, once.
class RecipientDoubts {
 public:
  explicit RecipientDoubts(SmtpServer server) : server_(std::move(server)) {}

  /// `host` is what this machine is called, `job` who names the recipient, if a job does.
  void log_about(const std::string& recipient, const std::string& host, const std::string& job = "");
  void log_about(const std::vector<SharedDefinition>& jobs, const std::string& host);

 private:
  SmtpServer server_;
  std::set<std::string> known_;
};

}  // namespace acron
