#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "acron/core/mail/run_mail.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_list_id = 255;  // RFC 2919, section 2
constexpr std::size_t longest_label = 63;     // as of a domain, RFC 1035 section 2.3.4

/// FNV-1a, 64 bits: has to stay the same over restarts and versions, and guards against nothing.
std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned shift = 64; shift > 0; shift -= 4) hex += digits[hash >> (shift - 4) & 15U];
  return hex;
}

/// `text` if it can stand in a dot-atom of RFC 5322, else its fingerprint.
std::string atom(std::string_view text) {
  const auto is_atom = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
           c == '.';
  };
  const bool dots_are_right =
      !text.starts_with('.') && !text.ends_with('.') && text.find("..") == std::string_view::npos;
  const bool fits = !text.empty() && text.size() <= 200 && dots_are_right;
  return fits && std::all_of(text.begin(), text.end(), is_atom) ? std::string{text} : fingerprint(text);
}

std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }

bool is_of_label(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; }

/// The parts of a job's path as labels, the last first.
std::string labels_of(std::string_view job) {
  const auto name = lower_ascii(job);
  bool changed = name != job;
  std::string labels;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto end = std::min(name.find('/', begin), name.size());
    auto label = name.substr(begin, end - begin);
    changed |= label.empty() || label.size() > longest_label || !std::all_of(label.begin(), label.end(), is_of_label);
    std::replace_if(
        label.begin(), label.end(), [](char c) { return !is_of_label(c); }, '-');
    label.resize(std::min(label.size(), longest_label));
    if (!label.empty()) labels.insert(0, label + ".");
    begin = end + 1;
  }
  return changed ? labels + fingerprint(job) + "." : labels;
}

}  // namespace

std::string message_id_of(const RunIdentity& run, std::string_view host, std::string_view to) {
  return "acron." + atom(run.id) + "." + fingerprint(to) + "@" + atom(host);
}

std::string thread_id_of(std::string_view job, std::string_view to) {
  return "acron.thread." + fingerprint(job) + "@" + atom(domain_of(to));
}

std::string list_id_of(std::string_view job, std::string_view to) {
  const auto rest = "acron." + atom(domain_of(to));
  const auto labels = labels_of(job);
  return (labels.size() + rest.size() <= longest_list_id ? labels : fingerprint(job) + ".") + rest;
}

}  // namespace acron
