#pragma once

#include <string>

#include "acron/core/mail/smtp_login.hpp"

namespace acron {

/// The login that a file has. It must be a regular file of ours or of root that nobody else can read or write; a
/// symbolic link to one will do, and for root, every directory on the way must be root's alone. Errors name the file
/// and the remedy, nothing of the login. Blocks.
[[nodiscard]] Result<SmtpLogin> read_login(const std::string& path);

}  // namespace acron
