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

/// Whether it sets a variable, as a crontab and a shell have them: `NAME=VALUE` in capitals, whatever a directive is
/// called, but for the settings that a cron itself reads.
bool is_variable(const Assignment& assignment);

/// The beginning of a line that a key becomes; empty when it is none.
std::string_view line_for(const Assignment& assignment);

/// What switches a job on or off elsewhere, and whether it runs where that is true.
struct Switch {
  std::string_view name;
  bool runs;
};

const Switch* find_switch(const Assignment& assignment);

bool is_upper(std::string_view name);

/// A key as systemd writes them: `OnBootSec`.
bool is_camel_case(std::string_view name);

/// Whether a word may be the first of a crontab's times; fcron has `%` and `&`, Jenkins `H`, others `~`.
bool begins_times(std::string_view word);

/// The scheduler that a name before a `=` seems to be a setting of, `systemd` or `cron`, where no directive is meant by
/// it; a variable of the environment is not either. Empty for any other.
std::string_view setting_of(std::string_view name);

/// Whether it may set a variable of the environment: other settings have names in small letters, or are known.
bool may_be_variable(const Assignment& assignment);

/// The directive that a key of another scheduler's files stands for; null where there is none.
const Directive* directive_for(const Assignment& assignment);

}  // namespace acron
