// Who a run is and what surrounds it: the functions of these directives' rows.

#include <algorithm>
#include <array>

#include "acron/core/job/absolute_path.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

// Far more variables than any job has a use for.
constexpr std::size_t most_variables = 100;
constexpr std::string_view limit_usage = "limit memory|cpu|files|processes|core AMOUNT|off";

/// Reads an absolute path that is the only word of an argument. Its `text` stays as long as the argument.
Result<std::string_view> read_path(std::string_view argument, std::string_view usage) {
  if (auto cut = path_with_blank(words_of(argument), 0)) return *std::move(cut);
  const auto word = only_word(argument, usage);
  if (!word) return word.error();
  if (const auto checked = check_absolute_path(word->text); !checked) return in_word(*word, checked.error());
  return word->text;
}

Result<void> limit_memory(const Word& amount, ResourceLimits& limits) {
  constexpr std::uint64_t least = 1024 * 1024;
  const auto size = parse_size(amount.text);
  if (!size) return in_word(amount, size.error());
  if (*size < least)
    return Error{in_quotes(amount.text) + " of memory is too little for any program: 1M at least", amount.at};
  limits.memory = *size;
  return {};
}

Result<void> limit_cpu(const Word& amount, ResourceLimits& limits) {
  const auto time = read_duration({amount}, 0);
  if (!time) return time.error();
  limits.cpu = std::chrono::duration_cast<std::chrono::seconds>(*time);
  return {};
}

Result<void> limit_files(const Word& amount, ResourceLimits& limits) {
  const auto count = read_number(amount, 8, 1 << 30, "a limit of open files");
  if (!count) return count.error();
  limits.files = static_cast<std::uint64_t>(*count);
  return {};
}

Result<void> limit_processes(const Word& amount, ResourceLimits& limits) {
  const auto count = read_number(amount, 1, 1 << 22, "a limit of processes");
  if (!count) return count.error();
  limits.processes = static_cast<std::uint64_t>(*count);
  return {};
}

Result<void> limit_core(const Word& amount, ResourceLimits& limits) {
  const auto size = parse_size(amount.text);
  if (!size) return in_word(amount, size.error());
  limits.core = *size;
  return {};
}

/// One thing that can be limited.
struct LimitKind {
  std::string_view name;
  Result<void> (*read)(const Word& amount, ResourceLimits& limits);
  void (*lift)(ResourceLimits& limits);
};

constexpr std::array kinds{
    LimitKind{"memory", limit_memory, [](ResourceLimits& limits) { limits.memory.reset(); }},
    LimitKind{"cpu", limit_cpu, [](ResourceLimits& limits) { limits.cpu.reset(); }},
    LimitKind{"files", limit_files, [](ResourceLimits& limits) { limits.files.reset(); }},
    LimitKind{"processes", limit_processes, [](ResourceLimits& limits) { limits.processes.reset(); }},
    LimitKind{"core", limit_core, [](ResourceLimits& limits) { limits.core.reset(); }},
};

Result<LimitKind> read_kind(const Word& word) {
  const auto* kind = std::find_if(kinds.begin(), kinds.end(), [&](const LimitKind& k) { return k.name == word.text; });
  if (kind != kinds.end()) return *kind;
  if (word.text == "time") {
    return Error{"'time' is not known here: 'limit cpu' bounds the time of the processor, 'timeout' that of the run",
                 word.at};
  }
  std::array<std::string_view, kinds.size()> known;
  std::transform(kinds.begin(), kinds.end(), known.begin(), [](const LimitKind& k) { return k.name; });
  return unknown_word(word, known);
}

}  // namespace

Result<void> apply_user(std::string_view argument, JobDefinition& definition) {
  const auto word = only_word(argument, "user NAME[:GROUP]");
  if (!word) return word.error();
  const auto run_as = parse_run_as(word->text);
  if (!run_as) return in_word(*word, run_as.error());
  definition.settings.edit([&](RunSettings& settings) { settings.run_as = *run_as; });
  return {};
}

Result<void> permit_user(const JobDefinition& definition, const Privileges& privileges) {
  const auto& run_as = *definition.settings->run_as;
  if (may_run_as(run_as, privileges)) return {};
  return Error{
      "only root may run a job as " + in_quotes(describe(run_as)) + "; this acron is " + in_quotes(privileges.user), 0};
}

std::string_view which_variable(std::string_view argument) { return argument.substr(0, argument.find('=')); }

Result<void> apply_env(std::string_view argument, JobDefinition& definition) {
  const auto variable = parse_environment_variable(argument);
  if (!variable) return variable.error();
  const auto& known = definition.settings->environment;
  const auto place =
      std::lower_bound(known.begin(), known.end(), variable->name,
                       [](const EnvironmentVariable& other, const std::string& name) { return other.name < name; });
  const auto at = place - known.begin();
  const bool is_known = place != known.end() && place->name == variable->name;
  if (!is_known && known.size() >= most_variables) return Error{"more than 100 variables", 0};
  auto environment = known;
  if (is_known) {
    environment[static_cast<std::size_t>(at)].value = variable->value;
  } else {
    environment.insert(environment.begin() + at, *variable);
  }
  definition.settings.edit([&](RunSettings& settings) { settings.environment = std::move(environment); });
  return {};
}

Result<void> apply_cwd(std::string_view argument, JobDefinition& definition) {
  const auto path = read_path(argument, "cwd DIRECTORY");
  if (!path) return path.error();
  definition.settings.edit([&](RunSettings& settings) { settings.working_directory = *path; });
  return {};
}

Result<void> apply_umask(std::string_view argument, JobDefinition& definition) {
  const auto word = only_word(argument, "umask MODE");
  if (!word) return word.error();
  const auto digits = word->text;
  const bool is_octal = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '7'; });
  std::uint32_t mask = 0;
  if (is_octal && digits.size() <= 4) {
    for (const char digit : digits) mask = mask * 8 + static_cast<std::uint32_t>(digit - '0');
  }
  if (!is_octal || digits.size() > 4 || mask > 0777) {
    return Error{in_quotes(digits) + " is no mask of permissions, three octal digits such as 027", word->at};
  }
  definition.settings.edit([&](RunSettings& settings) { settings.umask = mask; });
  return {};
}

Result<void> apply_nice(std::string_view argument, JobDefinition& definition) {
  const auto word = only_word(argument, "nice N");
  if (!word) return word.error();
  const auto nice = read_number(*word, -20, 19, "a niceness");
  if (!nice) return nice.error();
  definition.settings.edit([&](RunSettings& settings) { settings.nice = static_cast<int>(*nice); });
  return {};
}

Result<void> permit_nice(const JobDefinition& definition, const Privileges& privileges) {
  if (privileges.is_root || *definition.settings->nice >= 0) return {};
  return Error{"only root may put a job before others by a negative niceness", 0};
}

Result<void> apply_shell(std::string_view argument, JobDefinition& definition) {
  const auto path = read_path(argument, "shell PATH");
  if (!path) return path.error();
  definition.settings.edit([&](RunSettings& settings) { settings.shell = *path; });
  return {};
}

std::string_view which_limit(std::string_view argument) {
  const auto words = words_of(argument);
  return words.empty() ? std::string_view{} : words[0].text;
}

Result<void> apply_limit(std::string_view argument, JobDefinition& definition) {
  const auto words = words_of(argument);
  const auto kind = read_kind(words[0]);
  if (!kind) return kind.error();
  if (words.size() == 1) {
    return Error{"an amount is missing; the form is '" + std::string{limit_usage} + "'", argument.size()};
  }
  if (words.size() > 2) return unexpected(words[2], limit_usage);
  auto limits = definition.settings->limits;
  if (words[1].text == "off") {
    kind->lift(limits);
  } else if (auto read = kind->read(words[1], limits); !read) {
    return read;
  }
  definition.settings.edit([&](RunSettings& settings) { settings.limits = limits; });
  return {};
}

}  // namespace acron
