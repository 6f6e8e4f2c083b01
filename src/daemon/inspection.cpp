#include "inspection.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "acron/core/at_or_above.hpp"
#include "acron/core/config/effective_directives.hpp"
#include "acron/core/config/job_file_names.hpp"
#include "acron/core/config/job_parser.hpp"
#include "acron/core/config/literal.hpp"
#include "acron/core/mail/local_recipient.hpp"
#include "acron/core/plan/crowd.hpp"
#include "acron/core/plan/upcoming.hpp"
#include "acron/core/text.hpp"
#include "acron/edges/delivery/login_file.hpp"
#include "acron/runtime/clock/system_zone.hpp"
#include "acron/runtime/files/trusted_path.hpp"
#include "acron/runtime/process/process_launcher.hpp"
#include "acron/runtime/tree/job_tree.hpp"
#include "host_name.hpp"
#include "job_named.hpp"
#include "patient_looks.hpp"
#include "second_look.hpp"

namespace acron {
namespace {

void complain(const std::string& text) { std::cerr << "acron: " << without_controls(text) << '\n'; }

/// What was read of the tree, by name: nothing is read twice.
using Texts = std::map<std::string, std::string>;

/// All jobs of the tree, by name; every fault has been printed.
struct InspectedTree {
  std::vector<SharedDefinition> jobs;
  std::map<std::string, std::string> left_out;
  Texts texts;
  bool faulty = false;
};

/// A tree is often checked by another user than the one that obeys it.
const Privileges of_root{.is_root = true, .user = {}, .group = {}};

JobTree tree_of(const Options& options) {
  return {options.tree, Duration::zero(), of_root, options.trust_tree ? Untrusted::obeyed : Untrusted::reported};
}

/// `_defaults` and `_ignore` are none.
bool is_job_file(const std::string& name) { return name[name.rfind('/') + 1] != '_'; }

bool counts(const Diagnostic& fault, const Options& options) { return options.strict || !fault.is_warning; }

/// A path that is wrong, or where nothing is mounted, would else look like a tree without a fault.
bool warn_of_emptiness(const Options& options, const TreeLook& look) {
  const bool is_known = std::all_of(look.faults.begin(), look.faults.end(), [](const auto& f) { return f.is_warning; });
  const bool is_empty = look.job_files == 0 && is_known && !look.unsettled;
  if (is_empty) complain("warning: there is no job file below " + options.tree);
  return is_empty;
}

/// Adds what only a check asks to the faults; returns what is told to those who ask for more, and never counted.
Diagnostics look_closer(const Options& options, TreeLook& look) {
  if (options.mode != Options::Mode::check) return {};
  std::set<std::string> jobs;
  for (const SharedDefinition& job : look.changes.loaded) jobs.insert(job->name);
  for (const Diagnostic& fault : look.faults) {
    // Of a fault of the whole file, the file may be none that can be read.
    if (fault.where.line > 0 && is_job_file(fault.file)) jobs.insert(fault.file);
  }
  SecondLook second = look_again(look.texts, {jobs.begin(), jobs.end()});
  const Diagnostics names = warnings_of_names(look.changes.loaded);
  for (const Diagnostics& more : {second.faults, names})
    look.faults.insert(look.faults.end(), more.begin(), more.end());
  return options.verbose ? std::move(second.advice) : Diagnostics{};
}

InspectedTree inspect(const Options& options) {
  JobTree tree = tree_of(options);
  InspectedTree inspected;
  if (const auto objection = tree.objection()) {
    std::error_code ignored;
    const bool is_file = std::filesystem::is_regular_file(options.tree, ignored);
    complain(*objection + (is_file ? "; give the directory of the tree that the file belongs to" : ""));
    inspected.faulty = true;
    return inspected;
  }
  tree.keep_texts();
  TreeLook look = tree.look();
  const bool is_empty = warn_of_emptiness(options, look);
  const Diagnostics distrust = trust_warnings(std::move(look.distrusted));
  look.faults.insert(look.faults.end(), distrust.begin(), distrust.end());
  const Diagnostics advice = look_closer(options, look);
  inspected.faulty = look.unsettled || (is_empty && options.strict) ||
                     std::any_of(look.faults.begin(), look.faults.end(),
                                 [&](const Diagnostic& fault) { return counts(fault, options); });
  look.faults.insert(look.faults.end(), advice.begin(), advice.end());
  std::sort(look.faults.begin(), look.faults.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.file, a.where.line, a.where.column) < std::tie(b.file, b.where.line, b.where.column);
  });
  for (const Diagnostic& fault : look.faults) std::cerr << render(fault) << '\n';
  if (look.unsettled) complain("a file changed while it was read; try again");
  inspected.jobs = std::move(look.changes.loaded);
  inspected.left_out = std::move(look.left_out);
  inspected.texts = std::move(look.texts);
  std::sort(inspected.jobs.begin(), inspected.jobs.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  return inspected;
}

TimeZone machine_zone() {
  const auto zone = system_zone();
  if (!zone) complain(zone.error().message + "; times are in UTC");
  return zone ? *zone : TimeZone();
}

std::string local(TimePoint time, const TimeZone& zone) { return format_rfc3339(time, zone.period_at(time).offset); }

boost::json::object as_json(const UpcomingRun& run) {
  return {{"time", local(run.occurrence.due, run.zone)},
          {"job", run.job},
          {"tick", local(run.occurrence.tick, run.zone)},
          {"offset_ms", (run.occurrence.due - run.occurrence.tick).count()}};
}

void print_json(const std::vector<UpcomingRun>& runs) {
  std::cout << '[';
  for (std::size_t i = 0; i < runs.size(); ++i) std::cout << (i == 0 ? "\n" : ",\n") << as_json(runs[i]);
  std::cout << "\n]\n";
}

void print_lines(const std::vector<UpcomingRun>& runs, bool verbose) {
  for (const UpcomingRun& run : runs) {
    std::cout << local(run.occurrence.due, run.zone) << '\t' << printable_name(run.job, largest_job_file);
    if (verbose) {
      std::cout << "\ttick " << local(run.occurrence.tick, run.zone) << "\toffset "
                << format_duration(run.occurrence.due - run.occurrence.tick);
    }
    std::cout << '\n';
  }
}

/// The `_defaults` files that a job inherits from, from the root down.
std::vector<SourceFile> defaults_above(const Texts& texts, const std::string& job) {
  std::vector<SourceFile> found;
  for (std::size_t end = 0; end != std::string::npos; end = job.find('/', end + 1)) {
    const std::string name = job.substr(0, end) + (end == 0 ? "" : "/") + "_defaults";
    if (const auto text = texts.find(name); text != texts.end()) found.push_back({name, text->second});
  }
  return found;
}

/// ` disabled: REASON` behind a tab, where a job is scheduled on no host; empty for others.
std::string state_column(const RunSettings& settings) {
  if (!is_switched_off(settings)) return {};
  if (!settings.disabled) return "\tnowhere: only " + describe(settings.only);
  return settings.disabled->empty() ? "\tdisabled" : "\tdisabled: " + without_controls(*settings.disabled);
}

/// `a, b, c and 4 more`.
std::string few_of(const std::set<std::string>& jobs) {
  constexpr std::size_t named = 3;
  std::string names;
  std::size_t count = 0;
  for (const std::string& job : jobs) {
    if (++count <= named) names += (count == 1 ? "" : ", ") + printable_name(job);
  }
  return count > named ? names + " and " + std::to_string(count - named) + " more" : names;
}

/// So that nobody looks for their runs.
void name_switched_off(const InspectedTree& tree) {
  std::set<std::string> names;
  for (const SharedDefinition& job : tree.jobs) {
    if (is_switched_off(*job->settings)) names.insert(job->name);
  }
  // What is left out for its name is not read.
  for (const auto& [name, reason] : tree.left_out) {
    if (tree.texts.contains(name)) names.insert(name);
  }
  if (!names.empty()) complain("no runs, since disabled: " + few_of(names));
}

/// That the tree needs root is no fault of it.
void advise_on_root(const std::vector<SharedDefinition>& jobs) {
  const Privileges ours = privileges_of_this_user();
  std::set<std::string> names;
  for (const SharedDefinition& job : jobs) {
    if (asks_for_more(*job->settings, ours)) names.insert(job->name);
  }
  if (names.empty()) return;
  complain("advice: " + std::to_string(names.size()) + (names.size() == 1 ? " job needs" : " jobs need") +
           " an acron that root runs (user, nice): " + few_of(names));
}

TimePoint now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

/// No warning: which runs are the next ones hangs on the hour, and a tree must not be good by day and bad by night.
void advise_on_crowd(const std::vector<UpcomingRun>& runs) {
  if (const auto crowd = largest_crowd(runs)) complain("advice: " + describe(*crowd));
}

/// In the configuration file no shell has read it. True when there was something to warn of, as with what follows.
bool warn_of_literal(const std::string& path) {
  const auto found = literal_in_path(path);
  const auto home = path.find("/~");
  if (!found && home == std::string::npos) return false;
  complain("warning: '" + std::string(found ? found->text : "~") + "' in '" + printable(path) +
           "' is taken as it is written: nothing is expanded in a path");
  return true;
}

/// Of whom the options name, and the jobs; each once.
bool warn_of_recipients(const Options& options, const std::vector<SharedDefinition>& jobs, const std::string& host) {
  std::set<std::string> doubts{doubt_about_recipient(options.mail_to, options.smtp, host)};
  for (const SharedDefinition& job : jobs) {
    for (const OutputRoute& route : job->outputs) {
      if (const auto* mail = std::get_if<MailTarget>(&route.target))
        doubts.insert(doubt_about_recipient(mail->address, options.smtp, host));
    }
  }
  doubts.erase("");
  for (const std::string& doubt : doubts) complain("warning: " + doubt);
  return !doubts.empty();
}

std::string doubt_about_login(const std::string& file) {
  if (file.empty()) return {};
  const auto login = read_login(file);
  return login ? std::string() : login.error().message;
}

std::string doubt_about_log(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (path.empty() || std::filesystem::is_directory(directory, ignored)) return {};
  return "--log: there is no directory '" + printable(directory.string()) + "' here";
}

std::string doubt_about_procfs(const std::string& directory) {
  return printable(objection_to_procfs(directory).value_or(""));
}

bool warn_of_places(const Options& options) {
  struct Place {
    std::string (*doubt_about)(const std::string& path);
    std::string path;
  };
  PatientLooks looks;
  bool warned = false;
  for (const Place& place :
       {Place{doubt_about_login, options.smtp_login}, Place{doubt_about_log, options.log.path},
        Place{doubt_about_procfs, options.state_directory}, Place{doubt_about_procfs, options.run_directory}}) {
    auto doubt = looks.ask([place] { return place.doubt_about(place.path); }).value_or("");
    if (looks.take_silence()) doubt = printable(place.path) + ": " + no_answer;
    if (!doubt.empty()) complain("warning: " + doubt);
    warned |= !doubt.empty();
  }
  return warned;
}

/// No more than warnings: a tree is often checked where it is not run, and no mail is sent.
bool warn_of_options(const Options& options, const std::vector<SharedDefinition>& jobs, const std::string& host) {
  bool warned = warn_of_recipients(options, jobs, host);
  warned |= warn_of_places(options);
  for (const std::string& path : {options.log.path, options.state_directory, options.run_directory})
    warned |= warn_of_literal(path);
  return warned;
}

/// Each effective directive of a job, behind the file and line that it comes from.
void print_directives(const SourceFile& file, const std::vector<SourceFile>& defaults, std::string_view indent) {
  for (const EffectiveDirective& directive : effective_directives(file, defaults)) {
    std::cout << indent << printable_name(directive.file, largest_job_file) << ':' << directive.line << '\t'
              << without_controls(directive.text) << '\n';
  }
}

bool is_at_or_below(const std::string& job, const std::string& name) {
  return name.empty() || job == name || job.starts_with(name + "/");
}

/// Whether a job hangs on what is called so: itself, a directory above it, or a `_defaults` or `_ignore` there.
bool concerns(const std::string& name, const std::string& job) {
  const auto last = name.substr(name.rfind('/') + 1);
  if (last != "_defaults" && last != "_ignore") return is_at_or_below(job, name);
  return is_at_or_below(job, name.substr(0, name.size() - std::min(name.size(), last.size() + 1)));
}

bool is_hidden(const std::string& job) {
  const std::filesystem::path path(job);
  return std::any_of(path.begin(), path.end(),
                     [](const auto& part) { return kind_of_name(part.string()) == NameKind::hidden; });
}

std::optional<std::string> why_no_job(const Options& options, const TreeLook& look) {
  const std::string name = "'" + printable_name(options.job) + "'", is_none = name + " is no job: ";
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(options.tree + "/" + options.job, error);
  if (!is_file && error != std::errc::permission_denied) {
    const bool is_off = look.switched_off.includes(options.job);
    return "there is no job file " + name + " below " + options.tree +
           (is_off ? "; a name that ends in .disabled or .off switches it off" : "");
  }
  if (std::filesystem::path(options.job).filename() == "_defaults")
    return is_none + "a job below it shows what it has from there";
  if (is_hidden(options.job)) return is_none + std::string(describe(NameKind::hidden));
  const auto found = find_at_or_above(look.left_out, options.job);
  if (found != look.left_out.end())
    return is_none + found->second + (found->first == options.job ? "" : " (" + printable_name(found->first) + ")");
  return std::nullopt;
}

/// Of a job whose file could not be read, or was not since something above it is faulty.
int tell_why_unread(const TreeLook& look, const std::string& job) {
  for (const Diagnostic& fault : look.faults) {
    if (concerns(fault.file == "." ? "" : fault.file, job)) std::cerr << render(fault) << '\n';
  }
  if (look.unsettled) complain("a file changed while it was read; try again");
  return 1;
}

/// A job that is missing because of its name is among them.
void tell_left_out(const InspectedTree& tree, bool by_name) {
  const std::size_t count = tree.left_out.size();
  if (!by_name && count > 0)
    complain("left out: " + std::to_string(count) + (count == 1 ? " name" : " names") + " (see --check -v)");
  if (!by_name) return;
  for (const auto& [name, reason] : tree.left_out)
    std::cout << printable_name(name, largest_job_file) << "\tleft out: " << reason << '\n';
}

}  // namespace

int check_tree(const Options& options) {
  const InspectedTree tree = inspect(options);
  const HostName host = host_name(options.hostname);
  const bool warned = warn_of_options(options, tree.jobs, host.name);
  const TimeZone zone = machine_zone();
  constexpr std::size_t runs_of_each = 6;
  if (options.verbose)
    advise_on_crowd(upcoming_runs(tree.jobs, {host.name, zone, now(), runs_of_each, true, host.called}));
  for (const auto& job : tree.jobs) {
    std::cout << printable_name(job->name, largest_job_file) << '\t' << describe(job->schedule)
              << state_column(*job->settings) << '\n';
    if (options.verbose)
      print_directives({job->name, tree.texts.at(job->name)}, defaults_above(tree.texts, job->name), "\t");
  }
  tell_left_out(tree, options.verbose);
  advise_on_root(tree.jobs);
  return tree.faulty || (warned && options.strict) ? 1 : 0;
}

int print_next_runs(const Options& options) {
  const auto from = options.from ? parse_rfc3339(*options.from) : Result<TimePoint>(now());
  if (!from) {
    complain("--from: " + from.error().message);
    return 1;
  }
  const HostName host = host_name(options.hostname);
  if (!host.warning.empty()) complain(host.warning);
  const InspectedTree tree = inspect(options);
  const auto runs =
      upcoming_runs(tree.jobs, {host.name, machine_zone(), *from, options.count, options.per_job, host.called});
  advise_on_crowd(runs);
  name_switched_off(tree);
  if (options.json) {
    print_json(runs);
  } else {
    print_lines(runs, options.verbose);
  }
  return tree.faulty ? 1 : 0;
}

namespace {

/// As a path below the tree, or from where we are, as a shell completes it.
Result<std::string> job_shown(const Options& given) {
  auto named = job_named(given.job, given.tree);
  std::error_code ignored;
  const auto path = std::filesystem::absolute(given.job, ignored);
  if (named && std::filesystem::exists(given.tree + "/" + *named, ignored)) return named;
  if (ignored || !std::filesystem::exists(path, ignored)) return named;
  auto from_here = job_named(path.string(), given.tree);
  return from_here ? from_here : named;
}

}  // namespace

int show_job(const Options& given) {
  const auto named = job_shown(given);
  if (!named) {
    complain(named.error().message);
    return 1;
  }
  Options options = given;
  options.job = *named;
  JobTree tree = tree_of(options);
  tree.keep_texts();
  TreeLook look = tree.look();
  if (const auto reason = why_no_job(options, look)) {
    complain(*reason);
    return 1;
  }
  std::erase_if(look.distrusted, [&](const Distrusted& one) { return !concerns(one.name, options.job); });
  for (const Diagnostic& warning : trust_warnings(std::move(look.distrusted))) std::cerr << render(warning) << '\n';
  const auto text = look.texts.find(options.job);
  if (text == look.texts.end()) return tell_why_unread(look, options.job);
  const SourceFile file{options.job, text->second};
  const auto defaults = defaults_above(look.texts, options.job);
  const ParsedJob job = parse_job(file, defaults, of_root);
  if (!job) {
    for (const Diagnostic& fault : job.error()) std::cerr << render(fault) << '\n';
    return 1;
  }
  print_directives(file, defaults, {});
  return 0;
}

}  // namespace acron
