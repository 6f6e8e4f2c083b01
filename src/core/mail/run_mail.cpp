#include "acron/core/mail/run_mail.hpp"

#include <algorithm>
#include <cstdint>

#include "acron/core/text.hpp"
#include "legible_text.hpp"

namespace acron {
namespace {

std::string describe(const Ending& ending) {
  if (const auto* exited = std::get_if<Exited>(&ending)) return "exit status " + std::to_string(exited->status);
  if (const auto* signaled = std::get_if<Signaled>(&ending)) return "killed by " + signal_name(signaled->signal);
  return "not started: " + printable(std::get<NotStarted>(ending).reason, 1000);
}

std::string fact(std::string_view name, std::string_view value) {
  return std::string{name} + ": " + std::string(11 - std::min<std::size_t>(11, name.size()), ' ') + std::string{value} +
         "\n";
}

std::string output_amount(const RunReport& report) {
  const auto& outcome = report.outcome;
  auto text =
      std::to_string(outcome.stdout_bytes) + " bytes on stdout, " + std::to_string(outcome.stderr_bytes) + " on stderr";
  const auto dropped = report.output.dropped_bytes();
  return dropped == 0 ? text : text + "; " + std::to_string(dropped) + " left out below";
}

/// In tenths of a MiB, or KiB for little.
std::string memory_amount(std::uint64_t bytes) {
  constexpr std::uint64_t mebi = 1024 * 1024;
  if (bytes < mebi) return std::to_string(bytes / 1024) + " KiB";
  const auto tenths = bytes / mebi * 10 + bytes % mebi * 10 / mebi;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
}

std::string used(const Usage& usage) {
  return format_duration(usage.cpu_time) + " of processor time, at most " + memory_amount(usage.peak_memory) +
         " of memory";
}

/// Since when the job fails, from the second failure in a row on.
std::string incident_of(const RunReport& report) {
  if (turn_of(report.before, report.verdict) != Turn::still_failing) return {};
  const auto incident = next(report.before, report.verdict, report.identity.started + report.duration);
  return fact("Failing", "since " + format_rfc3339(incident.since, report.utc_offset) + ", " +
                             std::to_string(incident.failed_runs) + " runs in a row");
}

/// A line for each attempt where there were several.
std::string attempts_of(const RunReport& report) {
  if (report.failed_attempts.empty()) return {};
  const bool has_another = !report.outcome.retry_lost;
  auto text = fact("Attempts", std::to_string(report.failed_attempts.size() + (has_another ? 1 : 0)));
  std::size_t number = 0;
  for (const auto& attempt : report.failed_attempts) {
    text += "  " + std::to_string(++number) + ". " + format_rfc3339(attempt.started, report.utc_offset) + ", " +
            format_duration(attempt.duration) + ": " + printable(attempt.reason) + "\n";
  }
  if (!has_another) return text;
  return text + "  " + std::to_string(number + 1) + ". " +
         (report.verdict.failed ? printable(report.verdict.reason) : "succeeded") + "\n";
}

std::string held_back_line(std::uint64_t held_back) {
  if (held_back == 0) return {};
  return "Before this one, " + std::to_string(held_back) + (held_back == 1 ? " mail" : " mails") + " to this address " +
         (held_back == 1 ? "was" : "were") + " held back: too many in an hour. The log has all.\n\n";
}

std::string times_of(const RunReport& report) {
  const auto& run = report.identity;
  const auto late = run.started - run.scheduled;
  return fact("Scheduled", format_rfc3339(run.scheduled, report.utc_offset)) +
         fact("Started", format_rfc3339(run.started, report.utc_offset) +
                             (late > Duration{} ? " (" + format_duration(late) + " later)" : "")) +
         fact("Duration", format_duration(report.duration));
}

std::string ended(const RunOutcome& outcome) {
  if (outcome.retry_lost) return "before its next attempt";
  return outcome.end_unseen ? "unknown" : describe(outcome.ending);
}

std::string facts_of(const RunReport& report) {
  const auto& outcome = report.outcome;
  auto text = fact("Command", printable(report.command, 4000)) + times_of(report) + fact("Ended", ended(outcome));
  if (outcome.timed_out_after) text += fact("Time limit", format_duration(*outcome.timed_out_after) + ", overrun");
  text += fact("Output", outcome.end_unseen ? "unknown" : output_amount(report));
  if (outcome.usage) text += fact("Used", used(*outcome.usage));
  if (outcome.output_left_open) {
    text += fact("Left open", "a process that the job left behind still held its output; what it prints later is lost");
  }
  return text + incident_of(report) + fact("Run", printable(report.identity.id)) + attempts_of(report);
}

std::string unseen_lines(const RunReport& report) {
  if (report.outcome.retry_lost)
    return "\nacron was interrupted while the run waited for its next attempt, which is lost. What the others printed "
           "is "
           "unknown; the command was not run again.\n";
  const auto ended = report.identity.started + report.duration;
  const std::string when = report.duration > Duration{}
                               ? "It ended at " + format_rfc3339(ended, report.utc_offset) + ", as far as was seen.\n"
                               : "When acron was back, it had ended.\n";
  return "\nacron was interrupted while the command ran. " + when +
         "Its exit status and what it printed are unknown; it was not run again.\n";
}

std::string one_word(const RunReport& report) {
  if (report.verdict.failed) return "failed";
  return report.before.going_on() ? "recovered" : "succeeded";
}

/// How to read the output.
std::string legend(bool has_err, bool has_escapes) {
  if (has_err && has_escapes)
    return " (stderr: marks its errors, \\xe4 and the like are bytes that are not UTF-8 text)";
  if (has_err) return " (stderr: marks its errors)";
  return has_escapes ? " (\\xe4 and the like are bytes that are not UTF-8 text)" : "";
}

std::string body_of(const RunReport& report) {
  auto text = printable_name(report.identity.job, 1000) + " on " + printable(report.host, 1000) + " " +
              result_of(report) + "\n\n" + facts_of(report);
  if (report.outcome.end_unseen) return text + unseen_lines(report);
  if (report.output.empty()) return text + "\nIt printed nothing.\n";
  const auto printed = report.output.marked_text();
  const auto legible = legible_text(printed);
  return text + "\nWhat it printed" + legend(report.outcome.stderr_bytes > 0, legible != printed) + ":\n\n" + legible;
}

}  // namespace

MailMessage mail_about(const RunReport& report, const MailParties& parties, std::uint64_t held_back) {
  const auto job = printable_name(report.identity.job);
  const auto host = printable(report.host, 100);
  MailMessage message;
  message.from = parties.from;
  message.from_name = "acron on " + host;
  message.to = parties.to;
  message.subject = summary_of(report);
  message.message_id = message_id_of(report.identity, report.host, parties.to);
  message.thread_id = thread_id_of(report.identity.job, parties.to);
  message.list_id = list_id_of(report.identity.job, parties.to);
  message.date = report.identity.started + report.duration;
  message.utc_offset = report.utc_offset;
  message.extra_headers = {{"X-Acron-Host", host},
                           {"X-Acron-Job", job},
                           {"X-Acron-Run", printable(report.identity.id)},
                           {"X-Acron-Result", one_word(report)}};
  message.body = held_back_line(held_back) + body_of(report);
  message.about = report.identity.job;
  return message;
}

}  // namespace acron
