#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace acron {

/// What a name in the tree says of a file, or of a directory and all below it.
enum class NameKind : std::uint8_t {
  job,       // nothing: it may be a job, or hold jobs
  hidden,    // `.git`
  reserved,  // `_defaults`, and what we may once give a meaning
  backup,    // what editors, package managers and config management leave beside the files that count
  document,  // for people: `README.md`
  resting,   // switched off: `cleanup.disabled`
};

/// `name` is the last part of a path.
[[nodiscard]] NameKind kind_of_name(std::string_view name);

/// Of a name of kind `reserved`, the one that acron obeys and that was most likely meant: `_defaults` of `_default`.
/// Empty for that one itself, for its backups and copies, and for any other name.
[[nodiscard]] std::string_view special_name_meant(std::string_view name);

/// What a name has that nobody would see or type: characters that can't be seen, and blanks at its ends. Empty where
/// there is none of that.
[[nodiscard]] std::string doubt_about_name(std::string_view name);

/// The name of what this one is an old or a dated copy of, where both are kept: `a` of `a.20261129` and of `a-old`,
/// `a.sh` of `a_2026-11-29.sh`. Empty for other names.
[[nodiscard]] std::string name_copied(std::string_view name);

/// The same of a name that may as well be one of its own: `db` of `db-backup`, `db_copy` and `db.example`.
[[nodiscard]] std::string name_perhaps_copied(std::string_view name);

/// The name that switches a job off, for one that only looks as if it did: `a.disabled` for `a_disabled`, `disabled_a`
/// and `a.disabled-OPS123`. Empty for other names, and where the job itself may deal with what is disabled:
/// `purge-disabled`, `disabled-users`.
[[nodiscard]] std::string resting_name_meant(std::string_view name);

/// The same of a directory: `jobs.disabled` of `disabled` and `Off`, `old.disabled` of `old`. Empty for other names.
[[nodiscard]] std::string resting_directory_meant(std::string_view name);

/// Why what has such a name is no job: `its name is a backup's`.
[[nodiscard]] std::string_view describe(NameKind kind);

/// The name that is switched off by another, `web/a` by `web/a.disabled`, of kind `resting`.
[[nodiscard]] std::string name_switched_on(std::string_view name);

}  // namespace acron
