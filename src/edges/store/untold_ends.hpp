#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "acron/core/job/run.hpp"
#include "acron/edges/outbox.hpp"

namespace acron {

/// The runs whose ends may not be on the disk, each until it is taken: the next acron would say that they are lost,
/// unless it learns elsewhere that all is told of them.
class UntoldEnds {
 public:
  void add(const RunIdentity& run, const std::vector<MailId>& owed);
  /// A server has taken it or refused it for good, or it is lost, as the log says.
  void remove_mail(MailId id);
  /// Those that owe nothing any more.
  [[nodiscard]] std::vector<RunIdentity> take_told();
  [[nodiscard]] std::vector<RunIdentity> take_all();
  /// All ends are on the disk.
  void clear();

 private:
  struct End {
    RunIdentity run;
    std::size_t owed = 0;
  };

  std::vector<RunIdentity> told_;
  std::map<std::string, End> owing_;      // by run
  std::map<MailId, std::string> run_of_;  // of those
};

}  // namespace acron
