#pragma once

#include <string_view>

namespace acron {

struct Directive;

// The keys and variables of other schedulers' files, and what they are here.

/// `NAME = VALUE` in any of the notations.
struct Assignment {
  std::string_view name;
  char sign = ' ';
  std::string_view value;
};

Assignment assignment_in(std::string_view line);

/// The beginning of a line that a key becomes; empty when it is none.
std::string_view line_for(const Assignment& assignment);

/// What switches a job on or off elsewhere, and whether it runs where that is true.
struct Switch {
  std::string_view name;
  bool runs;
};

const Switch* find_switch(std::string_view name);

bool is_upper(std::string_view name);

/// A key as systemd writes them: `OnBootSec`.
bool is_camel_case(std::string_view name);

/// Whether a word may be the first of a crontab's times; fcron has `%` and `&`, Jenkins `H`, others `~`.
bool begins_times(std::string_view word);

/// The scheduler that a name before a `=` seems to be a setting of, `systemd` or `cron`, where no directive is meant by
/// it; a variable of the environment is not either. Empty for any other.
std::string_view setting_of(std::string_view name);

/// Whether a name is a setting elsewhere by which a job is switched on or off.
bool is_switch(std::string_view name);

/// Whether a variable of the environment may be called so: other settings have names in small letters, or are known.
bool may_be_variable(std::string_view name);

/// The directive that a name of another scheduler's files stands for; null where there is none.
const Directive* directive_for(std::string_view name);

}  // namespace acron
