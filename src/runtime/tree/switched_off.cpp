#include "acron/runtime/tree/switched_off.hpp"

#include <string_view>

#include "acron/core/at_or_above.hpp"
#include "acron/core/config/job_file_names.hpp"

namespace acron {
void SwitchedOff::add(const std::string& path) {
  const auto last = std::string_view{path}.substr(path.rfind('/') + 1);
  if (kind_of_name(last) == NameKind::resting)
    add(name_switched_on(path), "a file or directory is named " + std::string{last});
}

void SwitchedOff::keep(const std::string& job, const SwitchedOff& before) {
  const auto found = find_at_or_above(before.names_, job);
  if (found != before.names_.end()) names_.insert_or_assign(job, found->second);
}

bool SwitchedOff::includes(const std::string& job) const { return find_at_or_above(names_, job) != names_.end(); }

}  // namespace acron
