#include "acron/edges/output/run_outputs.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/log/log.hpp"
#include "file_sink.hpp"
#include "late_sinks.hpp"
#include "routing.hpp"
#include "spool.hpp"
#include "stream_sink.hpp"
#include "syslog_sink.hpp"

namespace acron {
namespace {

/// The outputs of one run.
class OneRun final : public RunOutput {
 public:
  OneRun(FileThreads& threads, const StandardStreams& streams, const Site& site, const RunOutputs::Ways& ways,
         SharedDefinition definition, RunIdentity run, FileRights rights)
      : threads_(threads),
        streams_(streams),
        site_(site),
        ways_(ways),
        definition_(std::move(definition)),
        run_(std::move(run)),
        rights_(std::move(rights)) {}

  void prepare(std::vector<OutputRoute> routes, OutputState* before) {
    routes_ = std::move(routes);
    for (const OutputRoute& route : routes_) prepare(route, before);
  }

  void begun() override {
    for (const auto& sink : always_) sink->open();
  }

  Task<> receive(Stream stream, std::string_view bytes) override {
    ++receiving_;
    if (capture_) capture_->append(stream, bytes);
    if (spool_) co_await spool_->write(stream, bytes);
    for (const auto& sink : always_) co_await sink->write(stream, bytes);
    --receiving_;
  }

  [[nodiscard]] bool at_rest() const override {
    return receiving_ == 0 &&
           std::all_of(always_.begin(), always_.end(), [](const auto& sink) { return sink->at_rest(); });
  }

  [[nodiscard]] OutputState state() const override {
    OutputState state;
    state.capture = capture_;
    if (spool_) state.spool = spool_->state();
    for (const auto& sink : always_) state.sinks.push_back(sink->state());
    return state;
  }

  std::shared_ptr<LateReceiver> late(const std::vector<Stream>& streams) override {
    if (always_.empty()) return nullptr;
    LateState state{run_, definition_, rights_.account, {}};
    for (const auto& sink : always_) state.sinks.push_back({sink->take_begun(streams), -1, {}, 0, 0, 0});
    return std::make_shared<LateSinks>(threads_, streams_, site_, ways_.system_log, std::move(state));
  }

  std::vector<OutgoingMail> owed(const RunRecord& record) override {
    return capture_ ? messages_about(report_of(record)) : std::vector<OutgoingMail>{};
  }

  Task<> close(const RunRecord& record) override {
    for (const auto& sink : always_) co_await sink->close();
    if (spool_) co_await release_spool(record);
  }

 private:
  void prepare(const OutputRoute& route, OutputState* before) {
    if (is_told(route.target)) {
      if (!capture_) capture_ = before != nullptr && before->capture ? *before->capture : OutputCapture();
    } else if (is_null_device(route.target) || (!rights_.any && std::holds_alternative<FileTarget>(route.target))) {
      return;
    } else if (route.condition == RouteCondition::always) {
      const bool goes_on = before != nullptr && always_.size() < before->sinks.size();
      always_.push_back(goes_on ? sink_of(route.target, before->sinks[always_.size()]) : sink_of(route.target));
    } else {
      if (!spool_ && before != nullptr && before->spool) spool_.emplace(threads_, std::move(*before->spool));
      if (!spool_) spool_.emplace(threads_);
      conditional_.push_back(route);
    }
  }

  [[nodiscard]] std::unique_ptr<OutputSink> sink_of(const OutputTarget& target) const {
    if (const auto* file = std::get_if<FileTarget>(&target))
      return std::make_unique<FileSink>(threads_, run_, file->path, rights_.account);
    if (const auto* own = std::get_if<StreamTarget>(&target))
      return std::make_unique<StreamSink>(streams_.writer(own->stream), own->stream, run_);
    return std::make_unique<SyslogSink>(ways_.system_log, site_, run_);
  }

  [[nodiscard]] std::unique_ptr<OutputSink> sink_of(const OutputTarget& target, const SinkState& before) const {
    if (const auto* file = std::get_if<FileTarget>(&target))
      return std::make_unique<FileSink>(threads_, run_, file->path, rights_.account, before);
    if (const auto* own = std::get_if<StreamTarget>(&target))
      return std::make_unique<StreamSink>(streams_.writer(own->stream), own->stream, run_, before);
    return std::make_unique<SyslogSink>(ways_.system_log, site_, run_, before);
  }

  Task<> release_spool(const RunRecord& record) {
    const RunIdentity& identity = record.identity;
    bool released = false;
    for (const OutputRoute& route : conditional_) {
      if (!applies(route.condition, record.verdict, record.before)) continue;
      released = true;
      const auto sink = sink_of(route.target);
      const bool has_begun = !std::holds_alternative<NotStarted>(record.outcome.ending);
      if (has_begun || !record.failed_attempts.empty()) sink->open();
      co_await spool_->pour_into(*sink);
      co_await sink->close();
    }
    if (released && spool_->lost_bytes() > 0) {
      log(Severity::error, "output-failed",
          {{"job", identity.job},
           {"run", identity.id},
           {"reason", "/var/tmp and /tmp could not hold back all of the output" +
                          (spool_->failure().empty() ? "" : ": " + spool_->failure())},
           {"lost-bytes", std::to_string(spool_->lost_bytes())}});
    }
  }

  RunReport report_of(const RunRecord& record) {
    const auto offset = site_.zone.period_at(record.identity.started).offset;
    return {record.identity, site_.host, definition_->command, record.outcome, record.verdict,
            record.duration, offset,     std::move(*capture_), record.before,  record.failed_attempts};
  }

  [[nodiscard]] std::vector<OutgoingMail> messages_about(const RunReport& report) const {
    std::vector<OutgoingMail> messages;
    const bool printed = !report.output.empty();
    for (const OutputRoute& route : routes_) {
      if (const auto* server = std::get_if<HttpTarget>(&route.target)) {
        if (applies(route.condition, report.verdict, report.before)) messages.push_back(ways_.record(report, *server));
      } else if (const auto* recipient = std::get_if<MailTarget>(&route.target)) {
        if (!is_mailed(route.condition, report.verdict, report.before, printed)) continue;
        if (auto mail = ways_.mail(report, recipient->address)) messages.push_back(std::move(*mail));
      }
    }
    return messages;
  }

  FileThreads& threads_;
  const StandardStreams& streams_;
  const Site& site_;
  const RunOutputs::Ways& ways_;
  SharedDefinition definition_;
  RunIdentity run_;
  FileRights rights_;
  std::vector<OutputRoute> routes_;
  std::optional<OutputCapture> capture_;             // for whom is told of the run
  std::optional<Spool> spool_;                       // for sinks that wait for the verdict
  std::vector<std::unique_ptr<OutputSink>> always_;  // open while the job runs
  std::vector<OutputRoute> conditional_;
  int receiving_ = 0;
};

}  // namespace

RunOutputs::RunOutputs(FileThreads& threads, const StandardStreams& streams, const Site& site,
                       std::string default_recipient, Ways ways)
    : threads_(threads),
      streams_(streams),
      site_(site),
      default_recipient_(std::move(default_recipient)),
      ways_(std::move(ways)) {}

std::unique_ptr<RunOutput> RunOutputs::open(SharedDefinition definition, const RunIdentity& run, FileRights rights) {
  return begin(std::move(definition), run, std::move(rights), nullptr);
}

std::unique_ptr<RunOutput> RunOutputs::go_on(SharedDefinition definition, const RunIdentity& run, FileRights rights,
                                             OutputState state) {
  return begin(std::move(definition), run, std::move(rights), &state);
}

std::shared_ptr<LateReceiver> RunOutputs::go_on_late(LateState state) {
  return std::make_shared<LateSinks>(threads_, streams_, site_, ways_.system_log, std::move(state));
}

std::unique_ptr<RunOutput> RunOutputs::begin(SharedDefinition definition, const RunIdentity& run, FileRights rights,
                                             OutputState* before) {
  auto routes = definition->outputs;
  if (routes.empty()) routes.push_back({MailTarget{default_recipient_}});
  auto output =
      std::make_unique<OneRun>(threads_, streams_, site_, ways_, std::move(definition), run, std::move(rights));
  output->prepare(std::move(routes), before);
  return output;
}

}  // namespace acron
