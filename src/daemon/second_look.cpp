#include "second_look.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "acron/core/config/job_file_names.hpp"
#include "acron/core/config/warnings.hpp"
#include "acron/core/config/written_commands.hpp"
#include "acron/core/text.hpp"
#include "patient_looks.hpp"
#include "shell_syntax.hpp"

namespace acron {
namespace {

/// Gathers what is said of files, and the commands that shells are asked about at the end, all at once.
class Looker {
 public:
  explicit Looker(const std::map<std::string, std::string>& texts) : texts_(texts) {}

  void look_at(const std::string& job) {
    warn_of_names(job);
    const auto slash = job.rfind('/');
    const auto& inherited = inherited_in(slash == std::string::npos ? "" : job.substr(0, slash));
    if (auto file = read(job)) take(std::move(*file), inherited);
  }

  SecondLook finish() {
    std::vector<ShellText> texts;
    for (const Question& question : questions_) texts.push_back({question.shell, question.command.text});
    const auto answers = syntax_faults(texts);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const Question& question = questions_[i];
      const Location where = question.command.where;
      if (!answers[i].fault.empty()) refuse(question, answers[i]);
      warn(files_[question.file], where, answers[i].no_answer);
    }
    return std::move(found_);
  }

 private:
  struct Question {
    std::size_t file;
    WrittenCommand command;
    std::string shell;
    ShellSurroundings in;
  };

  void refuse(const Question& question, const ShellAnswer& answer) {
    const std::string remedy = answer.bash_takes_it ? "; bash takes it: " + way_to_bash(question.in.line_of_shell) : "";
    const std::string unread = variable_unread(question);
    const std::string doubt = unread.empty() ? "" : "; with 'env " + unread + "' it may take it";
    found_.faults.push_back(fault_at(files_[question.file], question.command.where,
                                     answer.fault + remedy + doubt + hint_for(question.command)));
    found_.faults.back().is_warning = !unread.empty();
  }

  /// A variable of the job that has the shell read commands otherwise. It is not asked with it: it could have it
  /// execute a file.
  static std::string variable_unread(const Question& question) {
    const bool is_bash = question.shell.ends_with("bash");
    for (const auto* name : {"BASHOPTS", "BASH_ENV"}) {
      if (is_bash && question.in.variables.contains(name)) return name;
    }
    return {};
  }

  /// Of the job and of the directories that it lies in, each once.
  void warn_of_names(const std::string& job) {
    for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
      end = job.find('/', begin);
      const std::string path = job.substr(0, end);
      const bool is_news = names_.insert(path).second;
      const std::string doubt = is_news ? doubt_about_name(std::string_view{path}.substr(begin)) : std::string{};
      if (!doubt.empty()) found_.faults.push_back({path, {}, doubt, {}, 0, true});
    }
  }

  [[nodiscard]] std::optional<SourceFile> read(const std::string& name) const {
    const auto found = texts_.find(name);
    if (found == texts_.end()) return {};
    return SourceFile{name, found->second};
  }

  /// What the `_defaults` of a directory and those above it give, which are looked at on the way.
  const ShellSurroundings& inherited_in(const std::string& directory) {
    if (const auto known = inherited_.find(directory); known != inherited_.end()) return known->second;
    const auto slash = directory.rfind('/');
    ShellSurroundings above;
    if (!directory.empty()) above = inherited_in(slash == std::string::npos ? "" : directory.substr(0, slash));
    auto file = read(directory + (directory.empty() ? "" : "/") + "_defaults");
    return inherited_[directory] = file ? take(std::move(*file), above) : above;
  }

  void warn_of_directories(const SourceFile& file, const std::vector<WrittenPath>& outputs) {
    for (const WrittenPath& output : outputs) {
      const auto is_directory = looks_.ask([path = output.path] {
        std::error_code ignored;
        return std::filesystem::is_directory(path, ignored);
      });
      if (is_directory.value_or(false)) warn(file, output.where, "this is a directory here; output goes to a file");
      warn_of_silence(file, output.where);
    }
  }

  void warn_of_silence(const SourceFile& file, Location where) {
    if (looks_.take_silence()) warn(file, where, no_answer);
  }

  /// Answers what holds in the file.
  ShellSurroundings take(SourceFile file, const ShellSurroundings& inherited) {
    auto surroundings = surroundings_in(file, inherited);
    append(found_.faults, warnings_about(file, inherited.shell));
    append(found_.faults, warnings_of_shell(file, surroundings));
    append(found_.advice, advice_about(file));
    auto written = commands_of(file);
    warn_of_directories(file, written.outputs);
    const std::string shell = written.shell.empty() ? inherited.shell : written.shell;
    if (written.shell_at) {
      const auto objection = looks_.ask([shell] { return objection_to_shell(shell); });
      warn(file, *written.shell_at, objection.value_or(""));
      warn_of_silence(file, *written.shell_at);
    }
    for (WrittenCommand& command : written.commands) {
      if (auto objection = objection_to(command, shell); !objection.empty()) {
        found_.faults.push_back(fault_at(file, command.where, objection));
      } else {
        questions_.push_back({files_.size(), std::move(command), shell, surroundings});
      }
    }
    files_.push_back(std::move(file));
    return surroundings;
  }

  void warn(const SourceFile& file, Location where, const std::string& reason) {
    if (reason.empty()) return;
    found_.faults.push_back(fault_at(file, where, reason));
    found_.faults.back().is_warning = true;
  }

  static void append(Diagnostics& all, const Diagnostics& more) { all.insert(all.end(), more.begin(), more.end()); }

  const std::map<std::string, std::string>& texts_;
  std::set<std::string> names_;
  std::map<std::string, ShellSurroundings> inherited_;  // by directory
  std::vector<SourceFile> files_;
  std::vector<Question> questions_;
  PatientLooks looks_;
  SecondLook found_;
};

}  // namespace

SecondLook look_again(const std::map<std::string, std::string>& texts, const std::vector<std::string>& jobs) {
  Looker looker(texts);
  for (const std::string& job : jobs) looker.look_at(job);
  return looker.finish();
}

namespace {

using RunningJobs = std::map<std::string, SharedDefinition>;

/// The job that another is a copy of, by its name; empty where there is none.
std::string original_of(const JobDefinition& job, const RunningJobs& running) {
  const auto slash = job.name.rfind('/') + 1;
  const auto name = std::string_view{job.name}.substr(slash);
  const std::string directory = job.name.substr(0, slash);
  if (const auto copied = name_copied(name); running.contains(directory + copied)) return directory + copied;
  const auto perhaps = running.find(directory + name_perhaps_copied(name));
  return perhaps != running.end() && perhaps->second->command == job.command ? perhaps->first : std::string{};
}

std::string doubt_about_name_of(const JobDefinition& job, const RunningJobs& running) {
  const std::string shown = printable_name(job.name);
  if (const auto original = original_of(job, running); !original.empty())
    return "it looks like a copy of '" + printable_name(original) + "', and both are jobs: a name such as '" + shown +
           ".bak' or '" + shown + ".off' is none";
  const auto meant = resting_name_meant(std::string_view{job.name}.substr(job.name.rfind('/') + 1));
  if (meant.empty()) return {};
  return "it is a job all the same: a name such as '" + printable_name(meant) +
         "' switches it off, or 'disabled' in the file";
}

/// Of the outermost directory above a job that looks switched off; empty where none does.
Diagnostic doubt_about_directory_of(const std::string& job) {
  for (std::size_t begin = 0, end = job.find('/'); end != std::string::npos; end = job.find('/', begin)) {
    const auto meant = resting_directory_meant(std::string_view{job}.substr(begin, end - begin));
    begin = end + 1;
    if (meant.empty()) continue;
    return {job.substr(0, end),
            {},
            "the jobs in it run all the same: a name such as '" + printable_name(meant) +
                "' switches them off, or 'disabled' in its _defaults",
            {},
            0,
            true};
  }
  return {};
}

}  // namespace

Diagnostics warnings_of_names(const std::vector<SharedDefinition>& jobs) {
  RunningJobs running;
  for (const SharedDefinition& job : jobs) {
    if (!is_switched_off(*job->settings)) running.emplace(job->name, job);
  }
  Diagnostics warnings;
  std::set<std::string> directories;
  for (const auto& [name, job] : running) {
    Diagnostic about_directory = doubt_about_directory_of(name);
    if (about_directory.is_warning && directories.insert(about_directory.file).second)
      warnings.push_back(std::move(about_directory));
    const std::string doubt = doubt_about_name_of(*job, running);
    if (!doubt.empty()) warnings.push_back({name, {}, doubt, {}, 0, true});
  }
  return warnings;
}

}  // namespace acron
