#include "reply_words.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t most_bytes = 4096;  // the peer may be anyone, and say 100 lines
constexpr std::string_view reply_blanks = " \t\r\n";
constexpr std::string_view of_words = "abcdefghijklmnopqrstuvwxyz0123456789_-.@'+";

std::string without_angle_brackets(std::string text) {
  for (auto open = text.find('<'); open != std::string::npos; open = text.find('<', open + 1)) {
    const auto close = text.find_first_of(std::string{"<>"}.append(reply_blanks), open + 1);
    if (close != std::string::npos && text[close] == '>') text.replace(open, close + 1 - open, 1, ' ');
  }
  return text;
}

void add_word(std::string_view word, std::string& words) {
  constexpr std::string_view at_ends = ".-'+";
  const auto begin = std::min(word.find_first_not_of(at_ends), word.size());
  word = word.substr(begin, word.find_last_not_of(at_ends) + 1 - begin);
  if (!word.empty() && word.find_first_of("@.") == std::string_view::npos) words.append(word) += ' ';
}

/// What has no blank in it: `(helo=w.example.com`, `HELO/EHLO`.
void add_words(std::string_view chunk, std::string& words) {
  if (chunk.find("://") != std::string_view::npos) return;
  while (!chunk.empty()) {
    const auto size = std::min(chunk.find_first_not_of(of_words), chunk.size());
    add_word(chunk.substr(0, size), words);
    chunk.remove_prefix(std::min(size + 1, chunk.size()));
  }
}

bool is_ip_address(std::string_view word) {
  const std::string text(word);
  in6_addr address{};
  return text.find('\0') == std::string::npos &&
         (::inet_pton(AF_INET, text.c_str(), &address) == 1 || ::inet_pton(AF_INET6, text.c_str(), &address) == 1);
}

bool is_ip_address_or_tagged(std::string_view word) {
  while (word.ends_with('.') || word.ends_with(':')) word.remove_suffix(1);
  return is_ip_address(word) || is_ip_address(word.substr(word.find(':') + 1));
}

bool is_block_list(std::string_view word) {
  constexpr std::string_view owners[] = {".spamhaus.org", ".spamcop.net",    ".barracudacentral.org",
                                         ".sorbs.net",    ".uceprotect.net", ".mailspike.net",
                                         ".abuseat.org",  ".surriel.com",    ".manitu.net"};
  constexpr std::string_view labels[] = {"bl.", "rbl.", "dnsbl.", "blacklist.", "blocklist."};
  while (word.ends_with('.') || word.ends_with(':')) word.remove_suffix(1);
  if (word.find('@') != std::string_view::npos) return false;
  return std::any_of(std::begin(owners), std::end(owners), [&](auto owner) { return word.ends_with(owner); }) ||
         std::any_of(std::begin(labels), std::end(labels), [&](auto label) { return word.starts_with(label); });
}

/// Of what has no blank in it: `(ip=192.0.2.7)`, `[IPv6:2001:db8::7]:`.
bool any_in_chunk(std::string_view chunk, bool (*test)(std::string_view)) {
  if (chunk.find("://") != std::string_view::npos) return false;
  while (!chunk.empty()) {
    const auto size = std::min(chunk.find_first_of("[](){},;='\"/"), chunk.size());
    if (test(chunk.substr(0, size))) return true;
    chunk.remove_prefix(std::min(size + 1, chunk.size()));
  }
  return false;
}

/// URLs, and what is in angle brackets, do not count.
bool any_named(std::string_view text, bool (*test)(std::string_view)) {
  const auto plain = without_angle_brackets(lower_ascii(text.substr(0, most_bytes)));
  for (std::string_view rest = plain; !rest.empty();) {
    const auto size = std::min(rest.find_first_of(reply_blanks), rest.size());
    if (any_in_chunk(rest.substr(0, size), test)) return true;
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return false;
}

/// Where an address begins in a text in lower case, and is not a part of a longer one. Dots may follow it.
std::size_t find_address(std::string_view text, std::string_view address) {
  constexpr std::string_view inside = "abcdefghijklmnopqrstuvwxyz0123456789_-.+@";
  const bool is_one = address.find('@') != std::string_view::npos;  // `root` is but a word
  auto at = is_one ? text.find(address) : std::string_view::npos;
  for (; at != std::string_view::npos; at = text.find(address, at + 1)) {
    const bool begins = at == 0 || inside.find(text[at - 1]) == std::string_view::npos;
    auto rest = text.substr(at + address.size());
    rest.remove_prefix(std::min(rest.find_first_not_of('.'), rest.size()));
    if (begins && (rest.empty() || inside.find(rest.front()) == std::string_view::npos)) break;
  }
  return at;
}

}  // namespace

bool names_address(std::string_view text, std::string_view address) {
  return find_address(lower_ascii(text.substr(0, most_bytes)), lower_ascii(address)) != std::string::npos;
}

std::optional<std::string> replaced_address(std::string_view text, std::string_view address, std::string_view word) {
  if (!names_address(text, address)) return std::nullopt;
  auto replaced = lower_ascii(text.substr(0, most_bytes));
  const auto searched = lower_ascii(address);
  for (auto at = find_address(replaced, searched); at != std::string::npos; at = find_address(replaced, searched)) {
    const bool bracketed = at > 0 && replaced[at - 1] == '<' && replaced.substr(at + address.size(), 1) == ">";
    replaced.replace(at - (bracketed ? 1 : 0), address.size() + (bracketed ? 2 : 0), word);
  }
  return replaced;
}

std::string reply_words(std::string_view text) {
  const auto plain = without_angle_brackets(lower_ascii(text.substr(0, most_bytes)));
  std::string words = " ";
  for (std::string_view rest = plain; !rest.empty();) {
    const auto size = std::min(rest.find_first_of(reply_blanks), rest.size());
    add_words(rest.substr(0, size), words);
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return words;
}

bool names_ip_address(std::string_view text) { return any_named(text, is_ip_address_or_tagged); }

bool names_block_list(std::string_view text) { return any_named(text, is_block_list); }

std::string_view enhanced_code(std::string_view text) {
  if (const auto mark = text.find("(#"); mark != std::string_view::npos) text.remove_prefix(mark + 2);
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  return end > 2 && text[1] == '.' && (text[0] == '4' || text[0] == '5') ? text.substr(2, end - 2) : std::string_view{};
}

}  // namespace acron
