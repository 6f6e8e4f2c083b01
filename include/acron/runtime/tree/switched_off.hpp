#pragma once

#include <map>
#include <string>

namespace acron {

/// Jobs that names in the tree switch off: `web/a` by a file `web/a.disabled`, all below `web` by a directory
/// `web.off`; and those whose files do so themselves.
class SwitchedOff {
 public:
  /// Takes note of a name in the tree, if it is such a one.
  void add(const std::string& path);
  void add(const std::string& job, const std::string& reason) { names_.insert_or_assign(job, reason); }
  /// Takes over that `job` was switched off, if it was.
  void keep(const std::string& job, const SwitchedOff& before);
  /// It has its name again.
  void forget(const std::string& job) { names_.erase(job); }

  [[nodiscard]] bool includes(const std::string& job) const;
  /// What is switched off, and why.
  [[nodiscard]] const std::map<std::string, std::string>& names() const { return names_; }

 private:
  std::map<std::string, std::string> names_;
};

}  // namespace acron
