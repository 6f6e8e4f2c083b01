#include "inspection.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <tuple>

#include "acron/core/config/effective_directives.hpp"
#include "acron/core/config/job_parser.hpp"
#include "acron/core/mail/local_recipient.hpp"
#include "acron/core/plan/crowd.hpp"
#include "acron/core/plan/upcoming.hpp"
#include "acron/core/text.hpp"
#include "acron/edges/delivery/login_file.hpp"
#include "acron/runtime/job_tree.hpp"
#include "acron/runtime/process_launcher.hpp"
#include "acron/runtime/system_zone.hpp"
#include "host_name.hpp"

namespace acron {
namespace {

void complain(const std::string& text) { std::cerr << "acron: " << text << '\n'; }

/// All jobs of the tree, by name; every fault has been printed.
struct InspectedTree {
  std::vector<SharedDefinition> jobs;
  bool faulty = false;
};

bool counts(const Diagnostic& fault, const Options& options) { return options.strict || !fault.is_warning; }

InspectedTree inspect(const Options& options) {
  JobTree tree(options.tree, Duration::zero(), privileges_of_this_user());
  InspectedTree inspected;
  if (const auto objection = tree.objection()) {
    complain(*objection);
    inspected.faulty = true;
    return inspected;
  }
  TreeLook look = tree.look();
  std::sort(look.faults.begin(), look.faults.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.file, a.where.line, a.where.column) < std::tie(b.file, b.where.line, b.where.column);
  });
  for (const Diagnostic& fault : look.faults) std::cerr << render(fault) << '\n';
  inspected.faulty = look.unsettled || std::any_of(look.faults.begin(), look.faults.end(),
                                                   [&](const Diagnostic& fault) { return counts(fault, options); });
  if (look.unsettled) complain("a file changed while it was read; try again");
  inspected.jobs = std::move(look.changes.loaded);
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
    std::cout << local(run.occurrence.due, run.zone) << '\t' << printable(run.job, largest_job_file);
    if (verbose) {
      std::cout << "\ttick " << local(run.occurrence.tick, run.zone) << "\toffset "
                << format_duration(run.occurrence.due - run.occurrence.tick);
    }
    std::cout << '\n';
  }
}

SourceFile read_file(const Options& options, const std::string& name) {
  std::ifstream file(options.tree + "/" + name, std::ios::binary);
  return {name, {std::istreambuf_iterator<char>(file), {}}};
}

/// The `_defaults` files that a job inherits from, from the root down.
std::vector<SourceFile> defaults_above(const Options& options, const std::string& job) {
  std::vector<SourceFile> found;
  for (std::size_t end = 0; end != std::string::npos; end = job.find('/', end + 1)) {
    const std::string name = job.substr(0, end) + (end == 0 ? "" : "/") + "_defaults";
    if (std::filesystem::is_regular_file(options.tree + "/" + name)) found.push_back(read_file(options, name));
  }
  return found;
}

TimePoint now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

void warn_of_crowd(const std::vector<UpcomingRun>& runs) {
  if (const auto crowd = largest_crowd(runs)) complain("warning: " + describe(*crowd));
}

/// No more than warnings: a tree is often checked where no mail is sent. True when there was one.
bool warn_of_mail(const Options& options, const std::string& host) {
  const auto doubt = doubt_about_recipient(options.mail_to, options.smtp, host);
  if (!doubt.empty()) complain("warning: " + doubt);
  if (options.smtp_login.empty()) return !doubt.empty();
  const auto login = read_login(options.smtp_login);
  if (!login) complain("warning: " + login.error().message);
  return !doubt.empty() || !login;
}

/// Each effective directive of a job, behind the file and line that it comes from.
void print_directives(const SourceFile& file, const std::vector<SourceFile>& defaults, std::string_view indent) {
  for (const EffectiveDirective& directive : effective_directives(file, defaults)) {
    std::cout << indent << printable(directive.file, largest_job_file) << ':' << directive.line << '\t'
              << without_controls(directive.text) << '\n';
  }
}

}  // namespace

int check_tree(const Options& options) {
  const InspectedTree tree = inspect(options);
  const auto host = host_name(options.hostname).name;
  const bool warned = warn_of_mail(options, host);
  constexpr std::size_t runs_of_each = 6;
  const auto runs = upcoming_runs(tree.jobs, {host, machine_zone(), now(), runs_of_each, true});
  warn_of_crowd(runs);
  for (const auto& job : tree.jobs) {
    std::cout << printable(job->name, largest_job_file) << '\t' << describe(job->schedule) << '\n';
    if (options.verbose) print_directives(read_file(options, job->name), defaults_above(options, job->name), "\t");
  }
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
  const auto runs = upcoming_runs(tree.jobs, {host.name, machine_zone(), *from, options.count, options.per_job});
  warn_of_crowd(runs);
  if (options.json) {
    print_json(runs);
  } else {
    print_lines(runs, options.verbose);
  }
  return tree.faulty ? 1 : 0;
}

int show_job(const Options& options) {
  if (!std::filesystem::is_regular_file(options.tree + "/" + options.job)) {
    complain("there is no job file '" + printable(options.job) + "' below " + options.tree);
    return 1;
  }
  if (std::filesystem::path(options.job).filename() == "_defaults") {
    complain("'" + printable(options.job) + "' is no job: a job below it shows what it has from there");
    return 1;
  }
  const SourceFile file = read_file(options, options.job);
  const auto defaults = defaults_above(options, options.job);
  const ParsedJob job = parse_job(file, defaults, privileges_of_this_user());
  if (!job) {
    for (const Diagnostic& fault : job.error()) std::cerr << render(fault) << '\n';
    return 1;
  }
  print_directives(file, defaults, {});
  return 0;
}

}  // namespace acron
