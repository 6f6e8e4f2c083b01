#pragma once

#include "acron/core/job/output_route.hpp"

namespace acron {

inline bool is_null_device(const OutputTarget& target) { return target == OutputTarget{FileTarget{"/dev/null"}}; }

/// After the run, all at once.
inline bool is_told(const OutputTarget& target) {
  return std::holds_alternative<MailTarget>(target) || std::holds_alternative<HttpTarget>(target);
}

/// While the run goes on, whatever becomes of it.
inline bool gets_all_at_once(const OutputRoute& route) {
  return route.condition == RouteCondition::always && !is_told(route.target) && !is_null_device(route.target);
}

}  // namespace acron
