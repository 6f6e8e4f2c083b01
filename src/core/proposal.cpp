#include "acron/core/proposal.hpp"

#include <algorithm>

#include "acron/core/look_alikes.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

// A message of 400 bytes holds it beside the reason.
constexpr std::size_t longest_proposal = 280;

constexpr std::string_view write = "; write ";
constexpr std::string_view guess = "; did you mean '";

/// Empty where no kind of quotes can hold the text.
std::string in_fitting_quotes(std::string_view text) {
  if (without_controls(text) != text || with_code_points(text) != text) return {};
  const std::string quote = text.find('\'') == std::string_view::npos ? "'" : "`";
  if (text.find(quote) != std::string_view::npos) return {};
  return quote + std::string{text} + quote;
}

}  // namespace

std::string write_instead(const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string message{write};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto quoted = in_fitting_quotes(texts[i]);
    if (quoted.empty()) return {};
    message += (i == 0 ? "" : i + 1 == texts.size() ? " and " : ", ") + quoted;
  }
  if (texts.size() > 1) message += ", a line each";
  return message.size() <= longest_proposal ? message : std::string{};
}

std::string did_you_mean(std::string_view text) { return std::string{guess} + std::string{text} + "'?"; }

std::vector<std::string> proposals_in(std::string_view message) {
  std::vector<std::string> proposals;
  auto at = std::min(message.find(write), message.find(guess));
  while (at < message.size() && (at = message.find_first_of("'`", at)) != std::string_view::npos) {
    const auto end = message.find(message[at], at + 1);
    if (end == std::string_view::npos) break;
    proposals.emplace_back(message.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return proposals;
}

std::string with_proposals_behind(std::string_view before, std::string_view message) {
  auto at = std::min({message.find(write), message.find(guess), message.size()});
  std::string text{message.substr(0, at)};
  while (at < message.size()) {
    const auto open = std::min(message.find_first_of("'`", at), message.size());
    const auto end = open == message.size() ? open : message.find(message[open], open + 1);
    text.append(message.substr(at, open - at));
    if (end >= message.size()) return text.append(message.substr(open));
    text.append(message.substr(open, 1)).append(before).append(message.substr(open + 1, end - open));
    at = end + 1;
  }
  return text;
}

std::vector<std::string> with_proposals(std::string_view text, std::size_t at, std::string_view message) {
  const auto open = message.find('\'');
  if (open == std::string_view::npos) return {};
  const auto wrong = message.substr(open + 1, message.find('\'', open + 1) - open - 1);
  const auto found = wrong.empty() ? std::string_view::npos : text.rfind(wrong, at);
  if (found == std::string_view::npos || found + wrong.size() < at) return {};
  std::vector<std::string> texts;
  for (const auto& proposal : proposals_in(message)) {
    texts.push_back(std::string{text.substr(0, found)} + proposal + std::string{text.substr(found + wrong.size())});
  }
  return texts;
}

std::string without_proposal(std::string_view message) {
  return std::string{message.substr(0, std::min(message.find(write), message.find(guess)))};
}

}  // namespace acron
