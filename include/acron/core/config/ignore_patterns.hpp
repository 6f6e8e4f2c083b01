#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/config/job_parser.hpp"

namespace acron {

/// What an `_ignore` file says: which files and directories beside it and below are no affair of acron's. One pattern a
/// line, as in file names: `*`, `?`, `[a-f]`, `[!a-f]`, of which none takes a `/`. Without a `/` it names what is
/// called so at any depth, with one the path below the directory of the file; one at the end restricts it to
/// directories.
class IgnorePatterns {
 public:
  struct Pattern {
    std::vector<std::string> parts;  // of a path; the one name of a pattern that is none
    bool is_path = false;
    bool of_directories = false;
  };

  IgnorePatterns() = default;
  explicit IgnorePatterns(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {}

  /// `path` is below the directory of the file.
  [[nodiscard]] bool name(std::string_view path, bool is_directory) const;

 private:
  [[nodiscard]] static bool matches(const Pattern& pattern, std::string_view path);

  std::vector<Pattern> patterns_;
};

using ParsedIgnorePatterns = boost::system::result<IgnorePatterns, Diagnostics>;

/// Or everything that is wrong with it.
[[nodiscard]] ParsedIgnorePatterns parse_ignore_patterns(const SourceFile& file);

}  // namespace acron
