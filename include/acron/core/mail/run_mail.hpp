#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "acron/core/job/run_report.hpp"
#include "acron/core/mail/mail_message.hpp"

namespace acron {

/// Both are addresses that parse_mail_address takes.
struct MailParties {
  std::string from;
  std::string to;
};

/// What a person who answers for the job wants to know. The command and the output are in the body only; names that
/// may hold anything are made printable and bounded. `held_back` are the mails to this recipient that a limit kept back
/// before it. All mails about the job of that name are one thread and one list, whatever host they come from.
MailMessage mail_about(const RunReport& report, const MailParties& parties, std::uint64_t held_back = 0);

/// The same run, host and recipient always have the same one, and no others do.
std::string message_id_of(const RunIdentity& run, std::string_view host, std::string_view to);

/// The same for all hosts: of the job's name and the recipient's domain, since the sender's may be the host's own.
std::string thread_id_of(std::string_view job, std::string_view to);

/// `cleanup.web.acron.example.com` for the job `web/cleanup` and a recipient at example.com, at most 255 bytes. Ends in
/// a fingerprint where the name has characters that can't stand in it.
std::string list_id_of(std::string_view job, std::string_view to);

}  // namespace acron
