#include "acron/core/mail/outgoing_mail.hpp"

#include <algorithm>

#include "body_encoding.hpp"

namespace acron {
namespace {

constexpr std::size_t spare_bytes = 8;  // so much more may the last line of base64 have than by itself

void add_line(std::string& content, std::string_view line) {
  if (line.starts_with('.')) content += '.';
  content.append(line).append("\r\n");
}

void add_lines_between_crs(std::string& content, std::string_view text) {
  for (auto cr = text.find('\r'); cr != std::string_view::npos; cr = text.find('\r')) {
    add_line(content, text.substr(0, cr));
    text.remove_prefix(cr + 1);
  }
  add_line(content, text);
}

std::string_view transfer_encoding(std::string_view header) {
  constexpr std::string_view name = "\r\nContent-Transfer-Encoding: ";
  const auto at = header.find(name);
  if (at == std::string_view::npos) return "7bit";
  const auto value = header.substr(at + name.size());
  return value.substr(0, value.find('\r'));
}

}  // namespace

bool is_safe_in_envelope(std::string_view address) {
  const auto safe = [](char c) { return c > ' ' && c <= '~' && c != '<' && c != '>'; };
  return !address.empty() && address.size() <= 254 && std::all_of(address.begin(), address.end(), safe);
}

OutgoingMail with_sender(OutgoingMail mail, std::string_view address) {
  const auto header_end = mail.text.find("\r\n\r\n");
  const auto old_address = "<" + mail.from + ">";
  const auto at = mail.text.find(old_address, mail.text.find("\r\nFrom: "));
  if (at < header_end) mail.text.replace(at + 1, mail.from.size(), address);
  mail.from = address;
  return mail;
}

std::string smtp_content(std::string_view text) {
  std::string content;
  content.reserve(text.size() + text.size() / 64 + 5);
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto piece = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (piece.ends_with('\r')) piece.remove_suffix(1);
    add_lines_between_crs(content, piece);
  }
  return content += ".\r\n";
}

std::optional<std::string> shortened(std::string_view text, std::size_t limit, std::string_view reason) {
  if (text.size() <= limit) return std::string{text};
  const auto header_end = text.find("\r\n\r\n");
  if (header_end == std::string_view::npos) return std::nullopt;
  const auto encoding = transfer_encoding(text.substr(0, header_end + 2));
  const auto why =
      reason.empty() ? "the mail server takes no more than " + std::to_string(limit) + " bytes" : std::string{reason};
  const auto notice = "[... cut here: " + why + " ...]";
  const auto size = encode_last_line(notice, encoding).size() + spare_bytes;
  if (header_end + 4 + size > limit) return std::nullopt;
  auto kept = text.substr(0, limit - size);
  kept = kept.substr(0, std::max(kept.rfind("\r\n"), header_end + 2) + 2);
  return end_encoded(kept, notice, encoding);
}

}  // namespace acron
