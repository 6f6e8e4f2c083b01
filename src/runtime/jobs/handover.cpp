#include "acron/runtime/jobs/handover.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include "acron/core/config/definition_text.hpp"
#include "acron/core/config/job_parser.hpp"

namespace acron {
namespace {

namespace json = boost::json;

/// One member of a struct, and what it is called in a handover.
template <typename Struct, typename Value>
struct Field {
  const char* name;
  Value Struct::*member;
  bool is_new = false;  // the image before may not have written it
};

/// All members of a struct, in their order. One that is not here does not build.
template <typename Struct>
constexpr auto fields = nullptr;

template <>
constexpr auto fields<OutputCapture::Part> =
    std::tuple{Field{"bytes", &OutputCapture::Part::bytes}, Field{"turns", &OutputCapture::Part::turns}};
template <>
constexpr auto fields<OutputCapture::Parts> =
    std::tuple{Field{"total", &OutputCapture::Parts::total}, Field{"head", &OutputCapture::Parts::head},
               Field{"tail", &OutputCapture::Parts::tail}};
template <>
constexpr auto fields<SinkState> = std::tuple{Field{"held", &SinkState::held},
                                              Field{"descriptor", &SinkState::descriptor},
                                              Field{"failure", &SinkState::failure},
                                              Field{"error", &SinkState::error},
                                              Field{"lost_bytes", &SinkState::lost_bytes},
                                              Field{"lost_lines", &SinkState::lost_lines}};
template <>
constexpr auto fields<SpoolState> = std::tuple{Field{"held", &SpoolState::held},
                                               Field{"memory", &SpoolState::memory},
                                               Field{"descriptors", &SpoolState::descriptors},
                                               Field{"tail", &SpoolState::tail},
                                               Field{"lost_bytes", &SpoolState::lost_bytes},
                                               Field{"failure", &SpoolState::failure}};
template <>
constexpr auto fields<WaitingLines> =
    std::tuple{Field{"stream", &WaitingLines::stream}, Field{"job", &WaitingLines::job},
               Field{"run", &WaitingLines::run}, Field{"text", &WaitingLines::text}};
template <>
constexpr auto fields<OutputState> = std::tuple{
    Field{"capture", &OutputState::capture}, Field{"spool", &OutputState::spool}, Field{"sinks", &OutputState::sinks}};
template <>
constexpr auto fields<FailedAttempt> =
    std::tuple{Field{"started", &FailedAttempt::started}, Field{"duration", &FailedAttempt::duration},
               Field{"reason", &FailedAttempt::reason}};
template <>
constexpr auto fields<Usage> =
    std::tuple{Field{"cpu_time", &Usage::cpu_time}, Field{"peak_memory", &Usage::peak_memory},
               Field{"accounting", &Usage::accounting}};
template <>
constexpr auto fields<RunOutcome> = std::tuple{Field{"ending", &RunOutcome::ending},
                                               Field{"timed_out_after", &RunOutcome::timed_out_after},
                                               Field{"replaced", &RunOutcome::replaced},
                                               Field{"out_of_memory", &RunOutcome::out_of_memory},
                                               Field{"output_left_open", &RunOutcome::output_left_open},
                                               Field{"stdout_bytes", &RunOutcome::stdout_bytes},
                                               Field{"stderr_bytes", &RunOutcome::stderr_bytes},
                                               Field{"usage", &RunOutcome::usage},
                                               Field{"streams_joined", &RunOutcome::streams_joined},
                                               Field{"ended_with_acron", &RunOutcome::ended_with_acron, true},
                                               Field{"end_unseen", &RunOutcome::end_unseen, true},
                                               Field{"retry_lost", &RunOutcome::retry_lost, true},
                                               Field{"held", &RunOutcome::held, true}};
template <>
constexpr auto fields<RunIdentity> =
    std::tuple{Field{"job", &RunIdentity::job}, Field{"id", &RunIdentity::id},
               Field{"scheduled", &RunIdentity::scheduled}, Field{"started", &RunIdentity::started}};
template <>
constexpr auto fields<CommandState> = std::tuple{Field{"pid", &CommandState::pid},
                                                 Field{"exit", &CommandState::exit},
                                                 Field{"out", &CommandState::out},
                                                 Field{"err", &CommandState::err},
                                                 Field{"stdout_bytes", &CommandState::stdout_bytes},
                                                 Field{"stderr_bytes", &CommandState::stderr_bytes},
                                                 Field{"limit_ends", &CommandState::limit_ends},
                                                 Field{"kill_due", &CommandState::kill_due},
                                                 Field{"timed_out_after", &CommandState::timed_out_after},
                                                 Field{"cgroup", &CommandState::cgroup},
                                                 Field{"is_child", &CommandState::is_child},
                                                 Field{"streams_joined", &CommandState::streams_joined}};
template <>
constexpr auto fields<RunProgress> =
    std::tuple{Field{"first_begin", &RunProgress::first_begin}, Field{"begin", &RunProgress::begin},
               Field{"started", &RunProgress::started},         Field{"failed_attempts", &RunProgress::failed_attempts},
               Field{"retry_due", &RunProgress::retry_due},     Field{"outcome", &RunProgress::outcome},
               Field{"duration", &RunProgress::duration}};
template <>
constexpr auto fields<Account> =
    std::tuple{Field{"uid", &Account::uid}, Field{"gid", &Account::gid}, Field{"groups", &Account::groups},
               Field{"name", &Account::name}, Field{"home", &Account::home}};
template <>
constexpr auto fields<Occurrence> = std::tuple{Field{"tick", &Occurrence::tick}, Field{"due", &Occurrence::due}};
template <>
constexpr auto fields<RunOrder> =
    std::tuple{Field{"definition", &RunOrder::definition}, Field{"occurrence", &RunOrder::occurrence},
               Field{"next_due", &RunOrder::next_due}};
template <>
constexpr auto fields<WaitingRun> =
    std::tuple{Field{"order", &WaitingRun::order}, Field{"decision", &WaitingRun::decision},
               Field{"withdrawn", &WaitingRun::withdrawn}};
template <>
constexpr auto fields<StartedRun> =
    std::tuple{Field{"order", &StartedRun::order},       Field{"identity", &StartedRun::identity},
               Field{"progress", &StartedRun::progress}, Field{"is_to_end", &StartedRun::is_to_end},
               Field{"account", &StartedRun::account},   Field{"command", &StartedRun::command},
               Field{"output", &StartedRun::output},     Field{"withdrawn", &StartedRun::withdrawn}};
template <>
constexpr auto fields<LateState> =
    std::tuple{Field{"run", &LateState::run}, Field{"definition", &LateState::definition},
               Field{"account", &LateState::account}, Field{"sinks", &LateState::sinks}};
template <>
constexpr auto fields<LeftOutput> =
    std::tuple{Field{"out", &LeftOutput::out}, Field{"err", &LeftOutput::err}, Field{"to", &LeftOutput::to}};
template <>
constexpr auto fields<RunsState> =
    std::tuple{Field{"started", &RunsState::started}, Field{"waiting", &RunsState::waiting}};
template <>
constexpr auto fields<DueMakeUp> = std::tuple{Field{"missed", &DueMakeUp::missed}, Field{"start", &DueMakeUp::start}};
template <>
constexpr auto fields<JobState> = std::tuple{Field{"job", &JobState::job}, Field{"moment", &JobState::moment},
                                             Field{"last", &JobState::last}, Field{"make_up", &JobState::make_up}};
template <>
constexpr auto fields<TimeZone::Saved> =
    std::tuple{Field{"name", &TimeZone::Saved::name}, Field{"bytes", &TimeZone::Saved::bytes},
               Field{"is_listed", &TimeZone::Saved::is_listed}};
template <>
constexpr auto fields<MissingJobs> = std::tuple{Field{"directory", &MissingJobs::directory},
                                                Field{"jobs", &MissingJobs::jobs}, Field{"until", &MissingJobs::until}};
template <>
constexpr auto fields<Program> = std::tuple{Field{"path", &Program::path}, Field{"directory", &Program::directory},
                                            Field{"arguments", &Program::arguments}};
template <>
constexpr auto fields<rlimit> = std::tuple{Field{"soft", &rlimit::rlim_cur}, Field{"hard", &rlimit::rlim_max}};
template <>
constexpr auto fields<RecipientLimit::Recipient> =
    std::tuple{Field{"address", &RecipientLimit::Recipient::address}, Field{"sent", &RecipientLimit::Recipient::sent},
               Field{"held_back", &RecipientLimit::Recipient::held_back}};
template <>
constexpr auto fields<Handover> = std::tuple{Field{"pid", &Handover::pid},
                                             Field{"started", &Handover::started},
                                             Field{"program", &Handover::program},
                                             Field{"open_files", &Handover::open_files},
                                             Field{"zone", &Handover::zone},
                                             Field{"zones", &Handover::zones},
                                             Field{"jobs", &Handover::jobs},
                                             Field{"definitions", &Handover::definitions},
                                             Field{"runs", &Handover::runs},
                                             Field{"forsaken", &Handover::forsaken},
                                             Field{"waiting_lines", &Handover::waiting_lines},
                                             Field{"lost_log_lines", &Handover::lost_log_lines},
                                             Field{"left", &Handover::left},
                                             Field{"missing", &Handover::missing},
                                             Field{"ended", &Handover::ended},
                                             Field{"mailed", &Handover::mailed}};

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

  static json::value write(const HeldLines& held) { return json::array{held.out, held.err}; }
  static void read(const json::value& from, HeldLines& to) {
    read(from.as_array().at(0), to.out);
    read(from.as_array().at(1), to.err);
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
    const auto put = [&](const auto& field) { object[field.name] = write(value.*field.member); };
    std::apply([&](const auto&... field) { (put(field), ...); }, all_fields<Struct>());
    return object;
  }
  template <typename Struct>
  requires std::is_class_v<Struct>
  static void read(const json::value& from, Struct& to) {
    const json::object& object = from.as_object();
    const auto take = [&](const auto& field) {
      if (!field.is_new || object.contains(field.name)) read(object.at(field.name), to.*field.member);
    };
    std::apply([&](const auto&... field) { (take(field), ...); }, all_fields<Struct>());
  }

  template <typename Struct>
  static constexpr const auto& all_fields() {
    constexpr auto count = std::tuple_size_v<std::remove_cvref_t<decltype(fields<Struct>)>>;
    static_assert(count == boost::pfr::tuple_size_v<Struct>, "a member is not handed over: add it to `fields`");
    return fields<Struct>;
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
