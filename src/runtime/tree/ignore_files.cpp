#include "ignore_files.hpp"

#include <string_view>
#include <utility>

#include "stable_read.hpp"

namespace acron {

IgnoreFiles::Known& IgnoreFiles::meet(const std::string& name) {
  Known& known = known_[name.substr(0, name.rfind('/') + 1)];
  known.walk = walk_;
  return known;
}

IgnoreFiles::Answer IgnoreFiles::found(const FoundFile& file, bool settled, const FileSafety& safety) {
  Known& known = meet(file.name);
  const FileVersion version = version_of(file.status);
  if (known.version == version) return {known.broken ? Standing::broken : Standing::good, {}};
  const Reading reading = settled ? read_unchanged(file.place, version, safety) : Reading{};
  if (!reading.error.empty()) return refused(file.name, reading.error);
  if (!reading.text) return {Standing::unsettled, {}};
  known.version = version;
  known.refused_because.clear();
  auto patterns = parse_ignore_patterns({file.name, *reading.text});
  known.broken = patterns.has_error();
  if (known.broken) return {Standing::broken, patterns.error()};
  known.patterns = *std::move(patterns);
  return {Standing::good, {}};
}

IgnoreFiles::Answer IgnoreFiles::refused(const std::string& name, const std::string& reason) {
  Known& known = meet(name);
  known.version = {};
  known.broken = true;
  if (std::exchange(known.refused_because, reason) == reason) return {Standing::broken, {}};
  return {Standing::broken, {{name, {}, reason, {}, 0}}};
}

void IgnoreFiles::end_walk() {
  std::erase_if(known_, [this](const auto& entry) { return entry.second.walk != walk_; });
}

bool IgnoreFiles::name(const std::string& path, bool is_directory) const {
  if (known_.empty()) return false;
  for (std::size_t begin = 0;;) {
    const auto found = known_.find(path.substr(0, begin));
    const bool counts = found != known_.end() && found->second.walk == walk_;
    if (counts && found->second.patterns.name(std::string_view{path}.substr(begin), is_directory)) return true;
    const auto slash = path.find('/', begin);
    if (slash == std::string::npos) return false;
    begin = slash + 1;
  }
}

}  // namespace acron
