#pragma once

#include <string_view>
#include <vector>

namespace acron {

/// What the manual says of a directive, in short.
struct DirectiveHelp {
  std::string_view keyword;
  std::string_view usage;    // `timeout D [grace D]`
  std::string_view meaning;  // what it does to the job, in one line
};

/// All directives, in the order in which a job file usually has them.
std::vector<DirectiveHelp> directive_help();

}  // namespace acron
