#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acron {

/// The words of a server's reply in lower case, with one blank before and after each: ` helo command rejected `. Left
/// out is what is named and not said: addresses, host names, numbers with dots, URLs, and what is in angle brackets.
/// No more than the first 4 KiB count.
std::string reply_words(std::string_view text);

/// Whether there is an IP address among what a reply names. That of a URL, or in angle brackets, does not count.
bool names_ip_address(std::string_view text);

/// Whether there is the host of a list of addresses that send spam among them: `zen.spamhaus.org`, `rbl.example.net`.
bool names_block_list(std::string_view text);

/// Whether a reply holds this address, in any case of letters.
bool names_address(std::string_view text, std::string_view address);

/// The text with a word instead of the address; nothing where it does not hold that.
std::optional<std::string> replaced_address(std::string_view text, std::string_view address, std::string_view word);

/// `1.7` of `5.1.7 ...` or, as qmail has it, of `... (#5.1.7)`: the subject and detail of RFC 3463; else empty.
std::string_view enhanced_code(std::string_view text);

}  // namespace acron
