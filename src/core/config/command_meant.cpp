#include "command_meant.hpp"

#include <algorithm>
#include <array>

#include "acron/core/proposal.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {

bool is_flag(std::string_view word) {
  const bool is_short = word.size() == 2 && word[0] == '-';
  return is_short && ((word[1] >= 'a' && word[1] <= 'z') || (word[1] >= 'A' && word[1] <= 'Z'));
}

bool is_flag_of_test(std::string_view word) {
  constexpr std::string_view flags = "bcdefghkLnprsStuwxzGON";
  return is_flag(word) && flags.find(word[1]) != std::string_view::npos;
}

bool is_sign_of_comparison(std::string_view word) {
  constexpr std::array<std::string_view, 11> signs{"=",   "==",  "!=",  "=~",  "-eq", "-ne",
                                                   "-lt", "-le", "-gt", "-ge", "is"};
  return std::find(signs.begin(), signs.end(), word) != signs.end();
}

bool is_program_of_system(std::string_view word) {
  constexpr std::array<std::string_view, 6> directories{"/bin/",      "/sbin/",          "/usr/bin/",
                                                        "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"};
  const auto end = word.rfind('/') + 1;
  return end < word.size() &&
         std::find(directories.begin(), directories.end(), word.substr(0, end)) != directories.end();
}

std::string taken_for_command(std::string_view word) { return "the shell takes " + in_quotes(word) + " for a command"; }

std::string proposal_of_command(const std::string& line, const std::string& command) {
  const auto whole = line + command;
  // A long one is not shown, and judging it asks for proposals for each of its other faults in turn.
  if (command.empty() || whole.size() > longest_mended || !is_proposable(whole)) return {};
  return write_instead({whole});
}

}  // namespace acron
