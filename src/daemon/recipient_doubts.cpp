#include "recipient_doubts.hpp"

#include <variant>

#include "acron/core/mail/local_recipient.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {

void RecipientDoubts::log_about(const std::string& recipient, const std::string& host, const std::string& job) {
  const auto doubt = doubt_about_recipient(recipient, server_, host);
  if (doubt.empty() || !known_.insert(recipient).second) return;
  LogFields fields{{"to", recipient}, {"reason", doubt}};
  if (!job.empty()) fields.emplace(fields.begin(), "job", job);
  log(Severity::warning, "mailto", fields);
}

void RecipientDoubts::log_about(const std::vector<SharedDefinition>& jobs, const std::string& host) {
  for (const SharedDefinition& job : jobs) {
    for (const OutputRoute& route : job->outputs) {
      if (const auto* mail = std::get_if<MailTarget>(&route.target)) log_about(mail->address, host, job->name);
    }
  }
}

}  // namespace acron
