#pragma once

#include <string>
#include <string_view>

#include "acron/core/mail/smtp_server.hpp"

namespace acron {

/// Why mail to `address` will hardly reach its reader: `root@localhost` is a mailbox of whatever machine the mail
/// server is on, which is this one only if it is named so, or as `host`. Empty where nothing is wrong.
std::string doubt_about_recipient(std::string_view address, const SmtpServer& server, std::string_view host);

}  // namespace acron
