// Variables that only a cron reads.

#include <algorithm>
#include <array>

#include "acron/core/proposal.hpp"
#include "meant.hpp"

namespace acron {
namespace {

constexpr std::array<std::string_view, 3> of_cron{"CRON_TZ", "MAILFROM", "MAILTO"};

}  // namespace

std::string misread_variable(std::string_view name, std::string_view value) {
  if (std::find(of_cron.begin(), of_cron.end(), name) == of_cron.end()) return {};
  const auto line = std::string{name}.append("=").append(value);
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto meant = meant_by_line(std::string_view{line}.substr(0, end), std::string_view{line}.substr(end));
  const std::string instead =
      name == "MAILFROM" ? "; the sender of mail is that of the option --mail-from" : write_instead(meant);
  return "acron does not read '" + std::string{name} + "', which is a cron's: only the command gets it" + instead;
}

}  // namespace acron
