#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Of a command, a variable that only bash sets: a sh such as dash has none. `set` names those that the job sets;
/// `way` is the one to bash.
std::optional<Error> variable_of_bash(std::string_view command, const std::set<std::string>& set,
                                      const std::string& way);

/// Of a command, a variable that nobody sets: neither acron, nor the shell, nor the job, nor the command itself.
std::optional<Error> unset_variable(std::string_view command, const std::set<std::string>& set);

}  // namespace acron
