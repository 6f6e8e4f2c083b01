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
std::string in_quotes(std::string_view text) {
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
    const auto quoted = in_quotes(texts[i]);
    if (quoted.empty()) return {};
    message += (i == 0 ? "" : i + 1 == texts.size() ? " and " : ", ") + quoted;
  }
  if (texts.size() > 1) message += ", a line each";
  return message.size() <= longest_proposal ? message : std::string{};
}

std::string did_you_mean(std::string_view text) { return std::string{guess} + std::string{text} + "'?"; }

std::string without_proposal(std::string_view message) {
  return std::string{message.substr(0, std::min(message.find(write), message.find(guess)))};
}

}  // namespace acron
