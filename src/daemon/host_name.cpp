#include "host_name.hpp"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "acron/core/schedule/splay.hpp"

namespace acron {
namespace {

/// Empty where it says nothing of this machine alone: images are made with the word `uninitialized`, or with zeros.
std::string machine_id() {
  std::ifstream file("/etc/machine-id");
  std::string id;
  file >> id;
  const bool is_number = id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_number && id.find_first_not_of('0') != std::string::npos ? id : std::string();
}

}  // namespace

HostName host_name(const std::string& given) {
  std::array<char, 256> buffer{};
  if (given.empty()) ::gethostname(buffer.data(), buffer.size() - 1);
  const std::string name = splay_host(given.empty() ? buffer.data() : given);
  if (identifies_host(name)) return {name, name, {}};
  const std::string problem = "the host name '" + name + "' is no name of this machine alone";
  if (const std::string id = machine_id(); !id.empty()) return {id, name, problem + "; splay uses /etc/machine-id"};
  return {
      name, name,
      problem +
          ", and /etc/machine-id is missing or names none: every such machine gets the same splay; give --hostname"};
}

}  // namespace acron
