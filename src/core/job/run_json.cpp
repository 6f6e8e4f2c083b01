#include "acron/core/job/run_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "acron/core/text.hpp"
#include "acron/core/utf8_cut.hpp"

namespace acron {
namespace {

namespace json = boost::json;

/// Bytes that are not UTF-8 as U+FFFD.
std::string utf8(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const auto good = utf8_prefix(text);
    clean += text.substr(0, good);
    text.remove_prefix(good);
    if (text.empty()) break;
    clean += "\xEF\xBF\xBD";
    text.remove_prefix(1);
  }
  return clean;
}

/// The last bytes, from a whole line on where one begins in them, else from a whole character on.
std::string_view tail_of(std::string_view text) {
  if (text.size() <= output_in_record) return text;
  text.remove_prefix(text.size() - output_in_record);
  const auto line = text.find('\n');
  if (line != std::string_view::npos && line + 1 < text.size()) return text.substr(line + 1);
  return text.substr(torn_at_front(text));
}

void add_ending(json::object& record, const RunOutcome& outcome) {
  if (outcome.end_unseen) record["end_unseen"] = true;
  if (const auto* exited = std::get_if<Exited>(&outcome.ending)) record["exit"] = exited->status;
  if (const auto* signaled = std::get_if<Signaled>(&outcome.ending)) record["signal"] = signal_name(signaled->signal);
  const auto* none = std::get_if<NotStarted>(&outcome.ending);
  if (none != nullptr && !outcome.end_unseen) record["not_started"] = utf8(none->reason);
  if (outcome.timed_out_after) record["timed_out_after_ms"] = outcome.timed_out_after->count();
}

void add_incident(json::object& record, const RunReport& report) {
  const auto ended = report.identity.started + report.duration;
  if (report.verdict.failed) {
    const auto incident = next(report.before, report.verdict, ended);
    record["failed_runs"] = incident.failed_runs;
    record["failing_since"] = in_utc(incident.since);
  } else if (report.before.going_on()) {
    record["failed_runs"] = report.before.failed_runs;
    record["failing_since"] = in_utc(report.before.since);
    record["recovered"] = true;
  }
}

void add_usage(json::object& record, const RunOutcome& outcome) {
  record["stdout_bytes"] = outcome.stdout_bytes;
  record["stderr_bytes"] = outcome.stderr_bytes;
  if (!outcome.usage) return;
  record["cpu_ms"] = outcome.usage->cpu_time.count();
  record["peak_memory_bytes"] = outcome.usage->peak_memory;
}

}  // namespace

std::string run_json(const RunReport& report) {
  const auto& run = report.identity;
  json::object record;
  record["text"] = summary_of(report);  // what chat servers show of a message
  record["job"] = utf8(run.job);
  record["host"] = utf8(report.host);
  record["run"] = utf8(run.id);
  record["result"] = report.verdict.failed ? "failed" : "ok";
  if (report.verdict.failed) record["reason"] = utf8(report.verdict.reason);
  record["scheduled"] = in_utc(run.scheduled);
  record["started"] = in_utc(run.started);
  record["duration_ms"] = report.duration.count();
  record["attempts"] = report.failed_attempts.size() + (report.outcome.retry_lost ? 0 : 1);
  add_ending(record, report.outcome);
  add_incident(record, report);
  add_usage(record, report.outcome);
  const auto text = report.output.marked_text();
  const auto tail = tail_of(text);
  record["output"] = utf8(tail);
  record["output_cut"] = tail.size() < text.size() || report.output.dropped_bytes() > 0;
  return json::serialize(record);
}

}  // namespace acron
