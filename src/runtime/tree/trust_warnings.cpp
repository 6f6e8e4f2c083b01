#include "acron/runtime/tree/trust_warnings.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace acron {
namespace {

/// What is said of one name, and how often the same would be said of what lies below.
struct Said {
  std::string name;
  std::string reason;
  std::size_t below = 0;
};

using Key = std::pair<std::string, std::string>;  // name and reason

Diagnostic warning(const Said& said) {
  std::string message = said.reason + " (as it is, root's acron refuses it";
  if (said.below > 0) message += ", and " + std::to_string(said.below) + " more below it for the same reason,";
  message += " unless started with --trust-tree)";
  return {said.name.empty() ? "." : said.name, {}, message, {}, 0, true};
}

}  // namespace

Diagnostics trust_warnings(std::vector<Distrusted> found) {
  std::sort(found.begin(), found.end(), [](const Distrusted& a, const Distrusted& b) {
    return std::tie(a.name, a.reason) < std::tie(b.name, b.reason);  // a directory comes before what lies below it
  });
  std::map<Key, Said> said;
  const auto above = [&](const Distrusted& one) {
    for (std::string name = one.name; !name.empty();) {
      const auto slash = name.rfind('/');
      name.resize(slash == std::string::npos ? 0 : slash);
      const auto known = said.find({name, one.reason});
      if (known != said.end()) return known;
    }
    return said.end();
  };
  for (const Distrusted& one : found) {
    const auto known = above(one);
    if (known != said.end()) {
      ++known->second.below;
    } else {
      said.emplace(Key{one.name, one.reason}, Said{one.name, one.reason});
    }
  }
  Diagnostics warnings;
  for (const auto& [key, one] : said) warnings.push_back(warning(one));
  return warnings;
}

}  // namespace acron
