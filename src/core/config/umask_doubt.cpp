#include <algorithm>
#include <array>
#include <string>

#include "acron/core/proposal.hpp"
#include "doubts.hpp"

namespace acron {

std::string doubt_about_umask(std::string_view mask) {
  const auto begin = std::min(mask.find_first_not_of('0'), mask.size());
  const auto digits = mask.substr(begin);
  // A mask that takes reading and writing from the owner would leave files of no use.
  if (digits.size() != 3 || (digits[0] != '6' && digits[0] != '7')) return {};
  std::string meant = "umask ";
  for (const char digit : digits) {
    const auto kept = static_cast<unsigned>(digit - '0');
    const auto with_search = kept | (kept >> 2U);  // who may read may also enter a directory
    meant += static_cast<char>('0' + (7U & ~with_search));
  }
  return "a mask says what new files lack, and this one takes reading and writing from their owner" +
         write_instead({meant});
}

}  // namespace acron
