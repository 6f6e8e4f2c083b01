#include "acron/core/config/definition_text.hpp"

#include <string_view>

namespace acron {
namespace {

/// A job file that grows by one directive at a time.
class TextLines {
 public:
  void add(std::string_view keyword, std::string_view argument) {
    text_.append(keyword).append(argument.empty() ? "" : " ").append(argument).append("\n");
  }
  void add_unless_empty(std::string_view keyword, std::string_view argument) {
    if (!argument.empty()) add(keyword, argument);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string octal(std::uint32_t mode) {
  std::string digits;
  for (const unsigned shift : {6U, 3U, 0U}) digits += static_cast<char>('0' + ((mode >> shift) & 7U));
  return digits;
}

/// A value that needs quotes was read from within some, so it lacks one of the two kinds.
std::string assignment(const EnvironmentVariable& variable) {
  const std::string& value = variable.value;
  const bool needs_quotes = value.find_first_of(" \t") != std::string::npos || value.starts_with('\'') ||
                            value.starts_with('"') || value.starts_with('#');
  const std::string quote = !needs_quotes ? "" : value.find('\'') == std::string::npos ? "'" : "\"";
  return variable.name + "=" + quote + value + quote;
}

std::string target_text(const OutputTarget& target) {
  const auto* server = std::get_if<HttpTarget>(&target);
  return server != nullptr ? server->url : describe(target);
}

void add_splay(TextLines& lines, const Splay& splay) {
  if (splay.key == Splay::Key::off) return;
  std::string argument = splay.key == Splay::Key::host_and_job ? "job" : "";
  if (splay.window) argument += (argument.empty() ? "" : " ") + format_duration(*splay.window);
  lines.add("splay", argument);
}

void add_timing(TextLines& lines, const JobDefinition& definition) {
  const std::string schedule = describe(definition.schedule);
  lines.add(schedule, {});
  if (definition.zone) lines.add("timezone", definition.zone->name());
  add_splay(lines, definition.splay);
  if (const auto& catch_up = definition.catch_up)
    lines.add("catch-up", catch_up->within ? "within " + format_duration(*catch_up->within) : "");
  if (const auto& limit = definition.time_limit)
    lines.add("timeout", format_duration(limit->limit) + " grace " + format_duration(limit->grace));
}

void add_policies(TextLines& lines, const RunSettings& settings) {
  lines.add("overlap", describe(settings.overlap));
  lines.add_unless_empty("lock", settings.lock);
  if (settings.retry) {
    lines.add("retry", std::to_string(settings.retry->retries) + (settings.retry->doubles ? " backoff " : " every ") +
                           format_duration(settings.retry->delay));
  }
  if (settings.only.share) lines.add("only", describe(HostSelection{settings.only.share, {}}));
  if (!settings.only.patterns.empty()) lines.add("only", describe(HostSelection{{}, settings.only.patterns}));
  if (settings.disabled) lines.add("disabled", *settings.disabled);
  lines.add_unless_empty("description", settings.description);
}

void add_limits(TextLines& lines, const ResourceLimits& limits) {
  if (limits.memory) lines.add("limit memory", format_size(*limits.memory));
  if (limits.cpu) lines.add("limit cpu", format_duration(*limits.cpu));
  if (limits.files) lines.add("limit files", std::to_string(*limits.files));
  if (limits.processes) lines.add("limit processes", std::to_string(*limits.processes));
  if (limits.core) lines.add("limit core", format_size(*limits.core));
}

void add_surroundings(TextLines& lines, const RunSettings& settings) {
  if (settings.run_as) lines.add("user", describe(*settings.run_as));
  for (const EnvironmentVariable& variable : settings.environment) lines.add("env", assignment(variable));
  lines.add_unless_empty("cwd", settings.working_directory);
  if (settings.umask) lines.add("umask", octal(*settings.umask));
  if (settings.nice) lines.add("nice", std::to_string(*settings.nice));
  lines.add_unless_empty("shell", settings.shell);
  add_limits(lines, settings.limits);
}

void add_outputs(TextLines& lines, const JobDefinition& definition) {
  for (const OutputRoute& route : definition.outputs) {
    std::string argument(describe(route.condition));
    if (!argument.empty()) argument += ' ';
    lines.add("output", argument + target_text(route.target));
  }
  const FailurePolicy& failure = definition.failure;
  lines.add("error", failure.if_nonzero && failure.if_stderr ? "if-nonzero if-stderr"
                     : failure.if_stderr                     ? "if-stderr"
                                                             : "if-nonzero");
}

}  // namespace

std::string definition_text(const JobDefinition& definition) {
  TextLines lines;
  add_timing(lines, definition);
  add_policies(lines, *definition.settings);
  add_surroundings(lines, *definition.settings);
  add_outputs(lines, definition);
  for (const std::string& gate : definition.gates) lines.add("if", gate);
  for (const std::string& gate : definition.settings->run_gates) lines.add("if each-run", gate);
  lines.add("run", definition.command);
  return lines.take();
}

}  // namespace acron
