#include "acron/runtime/jobs/handover.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "acron/core/config/definition_text.hpp"
#include "acron/core/config/job_parser.hpp"

namespace acron {
namespace {

namespace json = boost::json;

/// Writes and reads each type that a handover is made of; what is not there is null. Functions of one class, since
/// those see each other in whatever order they stand.
struct Format {
  template <typename Number>
  static constexpr bool is_number = std::is_integral_v<Number> || std::is_enum_v<Number>;

  template <typename Number>
  requires is_number<Number>
  static json::value write(Number number) {
    if constexpr (std::is_enum_v<Number>) {
      return static_cast<int>(number);
    } else {
      return number;
    }
  }
  template <typename Number>
  requires is_number<Number>
  static void read(const json::value& from, Number& to) {
    if constexpr (std::is_same_v<Number, bool>) {
      to = from.as_bool();
    } else if constexpr (std::is_enum_v<Number>) {
      to = static_cast<Number>(from.to_number<std::underlying_type_t<Number>>());
    } else {
      to = from.to_number<Number>();
    }
  }

  static json::value write(const std::string& text) { return json::string(text); }
  static void read(const json::value& from, std::string& to) { to = std::string(from.as_string()); }

  static json::value write(Duration duration) { return duration.count(); }
  static void read(const json::value& from, Duration& to) { to = Duration(from.to_number<std::int64_t>()); }

  static json::value write(TimePoint time) { return time.time_since_epoch().count(); }
  static void read(const json::value& from, TimePoint& to) { to = TimePoint(Duration(from.to_number<std::int64_t>())); }

  static json::value write(SteadyTime time) { return std::chrono::nanoseconds(time.time_since_epoch()).count(); }
  static void read(const json::value& from, SteadyTime& to) {
    to = SteadyTime(std::chrono::nanoseconds(from.to_number<std::int64_t>()));
  }

  template <typename Value>
  static json::value write(const std::optional<Value>& value) {
    return value ? write(*value) : json::value();
  }
  template <typename Value>
  static void read(const json::value& from, std::optional<Value>& to) {
    if (!from.is_null()) read(from, to.emplace());
  }

  template <typename Value>
  static json::value write(const std::vector<Value>& values) {
    json::array all;
    all.reserve(values.size());
    for (const Value& value : values) all.push_back(write(value));
    return all;
  }
  template <typename Value>
  static void read(const json::value& from, std::vector<Value>& to) {
    for (const json::value& one : from.as_array()) read(one, to.emplace_back());
  }

  static json::value write(const HeldLines& held) { return write(std::vector(held.begin(), held.end())); }
  static void read(const json::value& from, HeldLines& to) {
    read(from.as_array().at(0), to.at(0));
    read(from.as_array().at(1), to.at(1));
  }

  static json::value write(const OutputCapture& capture) { return write(capture.parts()); }
  static void read(const json::value& from, OutputCapture& to) {
    OutputCapture::Parts parts;
    read(from, parts);
    to = OutputCapture::of(parts);
  }

  static json::value write(const Ending& ending) {
    if (const auto* exited = std::get_if<Exited>(&ending)) return json::object{{"exit", exited->status}};
    if (const auto* signaled = std::get_if<Signaled>(&ending)) return json::object{{"signal", signaled->signal}};
    return json::object{{"reason", std::get<NotStarted>(ending).reason}};
  }
  static void read(const json::value& from, Ending& to) {
    const json::object& object = from.as_object();
    if (const auto* status = object.if_contains("exit")) {
      to = Exited{status->to_number<int>()};
    } else if (const auto* signal = object.if_contains("signal")) {
      to = Signaled{signal->to_number<int>()};
    } else {
      to = NotStarted{std::string(object.at("reason").as_string())};
    }
  }

  static json::value write(const SharedDefinition& definition) {
    return json::object{{"name", definition->name}, {"text", definition_text(*definition)}};
  }
  static void read(const json::value& from, SharedDefinition& to) {
    SourceFile file;
    read(from.at("name"), file.name);
    read(from.at("text"), file.text);
    const auto parsed = parse_job(file);
    if (parsed.has_error()) throw std::runtime_error(headline(parsed.error().front()));
    to = std::make_shared<const JobDefinition>(*parsed);
  }

  template <typename Struct>
  requires std::is_class_v<Struct>
  static json::value write(const Struct& value) {
    json::object object;
    const auto visit = [&object](const char* name, const auto& member) { object[name] = write(member); };
    members(const_cast<Struct&>(value), visit);
    return object;
  }
  template <typename Struct>
  requires std::is_class_v<Struct>
  static void read(const json::value& from, Struct& to) {
    const json::object& object = from.as_object();
    members(to, [&object](const char* name, auto& member) { read(object.at(name), member); });
  }

  template <typename Visit>
  static void members(OutputCapture::Part& of, Visit visit) {
    visit("bytes", of.bytes);
    visit("turns", of.turns);
  }
  template <typename Visit>
  static void members(OutputCapture::Parts& of, Visit visit) {
    visit("total", of.total);
    visit("head", of.head);
    visit("tail", of.tail);
  }
  template <typename Visit>
  static void members(SinkState& of, Visit visit) {
    visit("held", of.held);
    visit("descriptor", of.descriptor);
    visit("failure", of.failure);
    visit("error", of.error);
    visit("lost_bytes", of.lost_bytes);
    visit("lost_lines", of.lost_lines);
  }
  template <typename Visit>
  static void members(SpoolState& of, Visit visit) {
    visit("held", of.held);
    visit("memory", of.memory);
    visit("descriptors", of.descriptors);
    visit("tail", of.tail);
    visit("lost_bytes", of.lost_bytes);
    visit("failure", of.failure);
  }
  template <typename Visit>
  static void members(WaitingLines& of, Visit visit) {
    visit("stream", of.stream);
    visit("job", of.job);
    visit("run", of.run);
    visit("text", of.text);
  }
  template <typename Visit>
  static void members(OutputState& of, Visit visit) {
    visit("capture", of.capture);
    visit("spool", of.spool);
    visit("sinks", of.sinks);
  }
  template <typename Visit>
  static void members(FailedAttempt& of, Visit visit) {
    visit("started", of.started);
    visit("duration", of.duration);
    visit("reason", of.reason);
  }
  template <typename Visit>
  static void members(Usage& of, Visit visit) {
    visit("cpu_time", of.cpu_time);
    visit("peak_memory", of.peak_memory);
    visit("accounting", of.accounting);
  }
  template <typename Visit>
  static void members(RunOutcome& of, Visit visit) {
    visit("ending", of.ending);
    visit("timed_out_after", of.timed_out_after);
    visit("replaced", of.replaced);
    visit("out_of_memory", of.out_of_memory);
    visit("output_left_open", of.output_left_open);
    visit("stdout_bytes", of.stdout_bytes);
    visit("stderr_bytes", of.stderr_bytes);
    visit("usage", of.usage);
    visit("streams_joined", of.streams_joined);
  }
  template <typename Visit>
  static void members(RunIdentity& of, Visit visit) {
    visit("job", of.job);
    visit("id", of.id);
    visit("scheduled", of.scheduled);
    visit("started", of.started);
  }
  template <typename Visit>
  static void members(CommandState& of, Visit visit) {
    visit("pid", of.pid);
    visit("exit", of.exit);
    visit("out", of.out);
    visit("err", of.err);
    visit("stdout_bytes", of.stdout_bytes);
    visit("stderr_bytes", of.stderr_bytes);
    visit("limit_ends", of.limit_ends);
    visit("kill_due", of.kill_due);
    visit("timed_out_after", of.timed_out_after);
    visit("cgroup", of.cgroup);
    visit("is_child", of.is_child);
    visit("streams_joined", of.streams_joined);
  }
  template <typename Visit>
  static void members(RunProgress& of, Visit visit) {
    visit("first_begin", of.first_begin);
    visit("begin", of.begin);
    visit("started", of.started);
    visit("failed_attempts", of.failed_attempts);
    visit("retry_due", of.retry_due);
    visit("outcome", of.outcome);
    visit("duration", of.duration);
  }
  template <typename Visit>
  static void members(Account& of, Visit visit) {
    visit("uid", of.uid);
    visit("gid", of.gid);
    visit("groups", of.groups);
    visit("name", of.name);
    visit("home", of.home);
  }
  template <typename Visit>
  static void members(Occurrence& of, Visit visit) {
    visit("tick", of.tick);
    visit("due", of.due);
  }
  template <typename Visit>
  static void members(RunOrder& of, Visit visit) {
    visit("definition", of.definition);
    visit("occurrence", of.occurrence);
    visit("next_due", of.next_due);
  }
  template <typename Visit>
  static void members(WaitingRun& of, Visit visit) {
    visit("order", of.order);
    visit("decision", of.decision);
    visit("withdrawn", of.withdrawn);
  }
  template <typename Visit>
  static void members(StartedRun& of, Visit visit) {
    visit("order", of.order);
    visit("identity", of.identity);
    visit("progress", of.progress);
    visit("is_to_end", of.is_to_end);
    visit("account", of.account);
    visit("command", of.command);
    visit("output", of.output);
    visit("withdrawn", of.withdrawn);
  }
  template <typename Visit>
  static void members(LateState& of, Visit visit) {
    visit("run", of.run);
    visit("definition", of.definition);
    visit("account", of.account);
    visit("sinks", of.sinks);
  }
  template <typename Visit>
  static void members(LeftOutput& of, Visit visit) {
    visit("out", of.out);
    visit("err", of.err);
    visit("to", of.to);
  }
  template <typename Visit>
  static void members(RunsState& of, Visit visit) {
    visit("started", of.started);
    visit("waiting", of.waiting);
  }
  template <typename Visit>
  static void members(DueMakeUp& of, Visit visit) {
    visit("missed", of.missed);
    visit("start", of.start);
  }
  template <typename Visit>
  static void members(JobState& of, Visit visit) {
    visit("job", of.job);
    visit("moment", of.moment);
    visit("last", of.last);
    visit("make_up", of.make_up);
  }
  template <typename Visit>
  static void members(TimeZone::Saved& of, Visit visit) {
    visit("name", of.name);
    visit("bytes", of.bytes);
    visit("is_listed", of.is_listed);
  }
  template <typename Visit>
  static void members(MissingJobs& of, Visit visit) {
    visit("directory", of.directory);
    visit("jobs", of.jobs);
    visit("until", of.until);
  }
  template <typename Visit>
  static void members(Program& of, Visit visit) {
    visit("path", of.path);
    visit("directory", of.directory);
    visit("arguments", of.arguments);
  }
  template <typename Visit>
  static void members(rlimit& of, Visit visit) {
    visit("soft", of.rlim_cur);
    visit("hard", of.rlim_max);
  }
  template <typename Visit>
  static void members(RecipientLimit::Recipient& of, Visit visit) {
    visit("address", of.address);
    visit("sent", of.sent);
    visit("held_back", of.held_back);
  }
  template <typename Visit>
  static void members(Handover& of, Visit visit) {
    visit("pid", of.pid);
    visit("started", of.started);
    visit("program", of.program);
    visit("open_files", of.open_files);
    visit("zone", of.zone);
    visit("zones", of.zones);
    visit("jobs", of.jobs);
    visit("definitions", of.definitions);
    visit("runs", of.runs);
    visit("forsaken", of.forsaken);
    visit("waiting_lines", of.waiting_lines);
    visit("lost_log_lines", of.lost_log_lines);
    visit("left", of.left);
    visit("missing", of.missing);
    visit("ended", of.ended);
    visit("mailed", of.mailed);
  }
};

}  // namespace

std::string handover_text(const Handover& handover) {
  json::value value = Format::write(handover);
  value.as_object()["version"] = handover_version;
  return json::serialize(value);
}

Result<Handover> handover_from(std::string_view text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // jobs print what they like
  try {
    const json::value value = json::parse({text.data(), text.size()}, {}, options);
    const int version = value.at("version").to_number<int>();
    if (version != handover_version) return Error{"it is of version " + std::to_string(version)};
    // First, since definitions name them.
    std::vector<TimeZone::Saved> zones;
    Format::read(value.at("zones"), zones);
    TimeZone::restore(zones);
    Handover handover;
    Format::read(value, handover);
    return handover;
  } catch (const std::exception& error) {
    return Error{error.what()};
  }
}

std::vector<int> descriptors_of(const Handover& handover) {
  std::vector<int> all;
  const auto add = [&all](int descriptor) {
    if (descriptor >= 0) all.push_back(descriptor);
  };
  for (const StartedRun& run : handover.runs.started) {
    if (run.command) {
      for (const int descriptor : {run.command->exit, run.command->out, run.command->err}) add(descriptor);
    }
    if (!run.output) continue;
    if (run.output->spool)
      std::for_each(run.output->spool->descriptors.begin(), run.output->spool->descriptors.end(), add);
    for (const SinkState& sink : run.output->sinks) add(sink.descriptor);
  }
  for (const LeftOutput& left : handover.left) {
    for (const int descriptor : {left.out, left.err}) add(descriptor);
  }
  return all;
}

}  // namespace acron
