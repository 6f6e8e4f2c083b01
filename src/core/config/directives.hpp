#pragma once

#include <span>
#include <string>
#include <string_view>

#include "acron/core/job/definition.hpp"
#include "acron/core/result.hpp"

namespace acron {

/// One keyword of the job language: all that is known of it.
struct Directive {
  std::string_view keyword;
  std::string_view usage;
  std::string_view meaning;
  /// What it settles. A file settles a thing once, and a nearer file settles it anew; empty: every line of it counts.
  std::string_view settles = {};
  /// For a keyword that settles several things: the part of its argument that tells which.
  std::string_view (*which)(std::string_view argument) = nullptr;
  bool is_command = false;     // for the shell: quoted as there, and continued by indented lines
  bool may_be_bare = false;    // the keyword alone says something
  bool may_be_default = true;  // may stand in a `_defaults` file
  /// Reads the argument into the definition. On error, `at` points into the argument.
  Result<void> (*apply)(std::string_view argument, JobDefinition& definition);
  /// Whether an acron of these privileges may do what was read. Null: whoever it is.
  Result<void> (*permit)(const JobDefinition& definition, const Privileges& privileges) = nullptr;
  /// For lines that a nearer file replaces as a set: drops those inherited. Null for lines that add to them.
  void (*drop_inherited)(JobDefinition& definition) = nullptr;
};

/// All directives, in the order in which a job file usually has them.
std::span<const Directive> directives();

/// Null when there is none.
const Directive* find_directive(std::string_view keyword);

/// Whether the keyword with `off` takes back what is inherited, as for `lock off`.
bool has_off(const Directive& directive);

/// The keyword that was most likely meant; empty when none is near.
std::string_view nearest_directive(std::string_view word);

/// What a line settles, `limit memory` for one; empty when it settles nothing.
std::string settled_by(const Directive& directive, std::string_view argument);

}  // namespace acron
