#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "acron/core/job/output_route.hpp"
#include "acron/core/job/run_report.hpp"
#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/core/schedule/site.hpp"
#include "acron/edges/output/file_threads.hpp"
#include "acron/edges/output/standard_streams.hpp"
#include "acron/edges/output/system_log_sockets.hpp"
#include "acron/runtime/jobs/run_output.hpp"

namespace acron {

/// Routes what runs print: to files, acron's own streams and the system log while they run; to those that wait for the
/// verdict when it is known. Then, too, it says what is owed to mail and to web servers.
class RunOutputs final : public OutputRouter {
 public:
  /// What is owed to a recipient of one report; nothing when it gets too many.
  using WriteMail = std::function<std::optional<OutgoingMail>(const RunReport& report, const std::string& recipient)>;
  /// What is owed to a web server.
  using WriteRecord = std::function<OutgoingMail(const RunReport& report, const HttpTarget& target)>;
  struct Ways {
    WriteMail mail;
    WriteRecord record;
    SystemLogSockets system_log{};
  };

  /// `default_recipient` gets the output of jobs that name none.
  RunOutputs(FileThreads& threads, const StandardStreams& streams, const Site& site, std::string default_recipient,
             Ways ways);

  std::unique_ptr<RunOutput> open(SharedDefinition definition, const RunIdentity& run, FileRights rights) override;

  std::unique_ptr<RunOutput> go_on(SharedDefinition definition, const RunIdentity& run, FileRights rights,
                                   OutputState state) override;

  std::shared_ptr<LateReceiver> go_on_late(LateState state) override;

 private:
  std::unique_ptr<RunOutput> begin(SharedDefinition definition, const RunIdentity& run, FileRights rights,
                                   OutputState* before);

  FileThreads& threads_;
  const StandardStreams& streams_;
  const Site& site_;
  std::string default_recipient_;
  Ways ways_;
};

}  // namespace acron
