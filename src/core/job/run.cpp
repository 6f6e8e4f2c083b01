#include "acron/core/job/run.hpp"

namespace acron {

std::string_view accounting_name(Accounting accounting) {
  switch (accounting) {
    case Accounting::process_group: return "process-group";
    case Accounting::cgroup_cpu: return "cgroup-cpu";
    case Accounting::cgroup: return "cgroup";
  }
  return {};
}

}  // namespace acron
