// Job files of any bytes: every fault is told safely, and a good job says the same when its effective directives are
// written out as one file. An input is a job file, or a `_defaults` file, a line `---` and a job file below it.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/config/effective_directives.hpp"
#include "acron/core/config/job_parser.hpp"
#include "acron/core/text.hpp"

using namespace acron;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view line_of(std::string_view text, std::size_t number) {
  for (; number > 1; --number) {
    require(text.find('\n') != std::string_view::npos);
    text.remove_prefix(text.find('\n') + 1);
  }
  return text.substr(0, text.find('\n'));
}

void check_fault(const Diagnostic& fault, std::string_view text) {
  const auto line = headline(fault);
  require(!fault.message.empty() && is_utf8(line));
  require(line.find_first_of("\n\r\t\x1b\x7f") == std::string::npos && line.size() < 1000);
  if (fault.where.line == 0) return;
  require(fault.where.column >= 1 && fault.where.column <= line_of(text, fault.where.line).size() + 1);
  const auto shown = render(fault);
  require(is_utf8(shown) && shown.size() < 3000 && shown.find('\x1b') == std::string::npos);
  require(fault.caret <= fault.excerpt.size());
}

/// The effective directives as one file, which says the same without any defaults.
std::string written_out(const SourceFile& job, const std::vector<SourceFile>& defaults) {
  std::string text;
  for (const auto& directive : effective_directives(job, defaults)) text += directive.text + "\n";
  return text;
}

void check(const SourceFile& file, const std::vector<SourceFile>& defaults) {
  const auto job = parse_job(file, defaults);
  const auto as_one_file = written_out(file, defaults);
  if (job.has_error()) {
    const auto faults = job.error();
    require(!faults.empty() && faults.size() <= 51 * (defaults.size() + 1));
    for (const auto& fault : faults) check_fault(fault, fault.file == file.name ? file.text : defaults.front().text);
    return;
  }
  require(!job->command.empty() && is_utf8(job->command));
  require(!job->time_limit || (job->time_limit->limit.count() >= 1000 && job->time_limit->grace.count() >= 1000));
  const auto again = parse_job({file.name, as_one_file});
  require(again.has_value() && *again == *job);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input{reinterpret_cast<const char*>(data), size};
  constexpr std::string_view separator = "\n---\n";
  const auto cut = input.find(separator);
  if (cut == std::string::npos) {
    check({"job", input}, {});
  } else {
    check({"job", input.substr(cut + separator.size())}, {{"_defaults", input.substr(0, cut)}});
  }
  return 0;
}
