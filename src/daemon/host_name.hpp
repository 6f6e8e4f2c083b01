#pragma once

#include <string>

namespace acron {

/// What this machine is called, in the spelling that the splay hashes.
struct HostName {
  std::string name;
  std::string called;   // what the machine is called itself; the same if that names this machine alone
  std::string warning;  // not empty when the name is a stand-in
};

/// `given` (--hostname) if not empty, else gethostname(2); a name that many machines share (`localhost`, none at all)
/// gives way to /etc/machine-id (machine-id(5)).
HostName host_name(const std::string& given);

}  // namespace acron
