#include "meant.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "acron/core/config/literal.hpp"
#include "acron/core/config/warnings.hpp"
#include "acron/core/config/written_commands.hpp"
#include "acron/core/job/respelled_size.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/schedule/meant_schedule.hpp"
#include "acron/core/spelled_duration.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "directives.hpp"
#include "foreign_characters.hpp"
#include "shell_parts.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

std::string line_of(std::string_view keyword, std::string_view argument) {
  std::string line{keyword};
  if (!argument.empty()) line.append(" ").append(argument);
  return line;
}

/// The first of the lines that is accepted.
Lines first_accepted(const Lines& candidates) {
  const auto found = std::find_if(candidates.begin(), candidates.end(), is_proposable);
  return found == candidates.end() ? Lines{} : Lines{*found};
}

std::string_view without_sign(std::string_view argument) {
  return argument.starts_with('=') || argument.starts_with(':') ? trim(argument.substr(1)) : argument;
}

/// What stands before or behind an argument in other languages: `= 5m`, `: 5m`, `"5m"`, `5m;`.
Lines trimmed(std::string_view keyword, std::string_view argument, bool is_command) {
  // `:www` is a group.
  const bool has_sign = argument.starts_with('=') || (argument.starts_with(": ") && !is_command);
  const auto behind = has_sign ? trim(argument.substr(1)) : argument;
  if (behind.empty()) return {};
  const bool is_quoted_command = is_command && (behind.starts_with('"') || behind.starts_with('\''));
  // A shell would take all of it for the name of a program; what escapes stand for in it, other files tell.
  if (is_quoted_command && (unquoted(behind).size() == behind.size() || behind.find('\\') != std::string_view::npos))
    return {};
  if (is_quoted_command) return {line_of(keyword, unquoted(behind))};
  const bool is_ended = argument.ends_with(',') || argument.ends_with(';');
  return {line_of(keyword, behind), line_of(keyword, unquoted(behind)),
          line_of(keyword, is_ended ? trim(behind.substr(0, behind.size() - 1)) : behind)};
}

/// `retry 3 1m`, `retry 3 after 1m`, `retry 3 times every 1m`, and a backoff that is too long.
Lines retry_meant(std::string_view argument) {
  const auto words = words_of(argument);
  const auto count = "retry " + std::string{words[0].text} + " ";
  if (words[0].text == "0") return {"retry off"};
  const auto is_one_of = [](std::string_view word, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), word) != all.end();
  };
  if (words.size() == 2) return {count + "every " + std::string{words[1].text}};
  if (words.size() < 3) return {};
  if (is_one_of(words[1].text, {"times", "time", "x"})) return {count + std::string{argument.substr(words[2].at)}};
  if (words.size() > 3 || !is_one_of(words[1].text, {"backoff", "after", "delay", "wait"})) return {};
  return {count + "every " + std::string{words[2].text}};
}

/// `u=rwx,g=rx,o=` as the mask that takes away the rest.
Lines umask_meant(std::string_view argument) {
  unsigned mask = 0777;
  for (const char* who : {"u=", "g=", "o="}) {
    if (argument.find(who) == std::string_view::npos) return {};
  }
  for (std::size_t at = 0; at < argument.size();) {
    const auto end = std::min(argument.find(',', at), argument.size());
    const auto part = argument.substr(at, end - at);
    const auto shift = part.starts_with("u=") ? 6U : part.starts_with("g=") ? 3U : 0U;
    if (part.size() < 2 || part[1] != '=' || std::string_view{"ugo"}.find(part[0]) == std::string_view::npos) return {};
    if (part.find_first_not_of("rwx", 2) != std::string_view::npos) return {};
    for (const char c : part.substr(2)) mask &= ~((c == 'r' ? 4U : c == 'w' ? 2U : 1U) << shift);
    at = end + 1;
  }
  std::string digits = "umask ";
  for (const unsigned shift : {6U, 3U, 0U}) digits += static_cast<char>('0' + (mask >> shift & 7U));
  return {digits};
}

/// Whether an amount says that there is no limit; `limit core none` may mean that there is no core file.
bool is_no_limit(std::string_view kind, std::string_view amount) {
  constexpr std::array<std::string_view, 3> never{"unlimited", "infinity", "infinite"};
  constexpr std::array<std::string_view, 3> nothing{"none", "no", "false"};
  const auto is_one_of = [&](const auto& all) { return std::find(all.begin(), all.end(), amount) != all.end(); };
  return is_one_of(never) || (kind != "core" && is_one_of(nothing));
}

/// `limit memory 512 MB`, `limit memory=512M`, `limit nofile 1024`, `limit core unlimited`.
Lines limit_meant(std::string_view argument) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kinds{
      {{"nofile", "files"}, {"nproc", "processes"}, {"as", "memory"}, {"rss", "memory"}, {"tasks", "processes"}}};
  const auto end = std::min(argument.find_first_of("=: \t"), argument.size());
  const auto word = argument.substr(0, end);
  const auto* kind = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == word; });
  const auto name = std::string{kind == kinds.end() ? word : kind->second};
  const auto amount = without_blanks(without_sign(trim(argument.substr(end))));
  if (amount.empty()) return {};
  if (is_no_limit(name, lower_ascii(amount))) return {"limit " + name + " off"};
  return {"limit " + name + " " + respelled_size(amount), "limit " + name + " " + respelled_duration(amount),
          "limit " + name + " " + amount};
}

Lines shell_meant(std::string_view name) {
  constexpr std::array<std::string_view, 5> known{"sh", "bash", "dash", "ksh", "zsh"};
  const bool is_known = std::find(known.begin(), known.end(), name) != known.end();
  return is_known ? Lines{"shell /bin/" + std::string{name}} : Lines{};
}

/// As other schedulers answer whether runs may overlap.
Lines overlap_meant(std::string_view argument) {
  const auto word = lower_ascii(argument);
  if (word == "no" || word == "false" || word == "forbid") return {"overlap skip"};
  return word == "yes" || word == "true" ? Lines{"overlap allow"} : Lines{};
}

/// `timeout 0`, `splay none`, `catch-up yes`.
Lines switch_meant(std::string_view keyword, std::string_view argument) {
  const auto word = lower_ascii(argument);
  const auto* directive = find_directive(keyword);
  // Elsewhere `off` would be a name.
  if (directive == nullptr || !has_off(*directive)) return {};
  for (const std::string_view no : {"0", "no", "none", "never", "false", "off"}) {
    if (word == no) return {line_of(keyword, "off")};
  }
  // Of the others some would be over at once then.
  if (keyword == "timeout" && (word == "infinity" || word == "infinite" || word == "unlimited")) return {"timeout off"};
  return word == "yes" || word == "true" || word == "on" ? Lines{std::string{keyword}} : Lines{};
}

Lines candidates_of(std::string_view keyword, std::string_view argument) {
  if (keyword == "only") return meant_by_only(argument);
  if (keyword == "if") return meant_by_if(argument);
  if (keyword == "retry") return retry_meant(argument);
  if (keyword == "env") return meant_by_env(argument);
  if (keyword == "umask") return umask_meant(argument);
  if (keyword == "limit") return limit_meant(argument);
  if (keyword == "shell") return shell_meant(argument);
  if (keyword == "nice" && argument.starts_with('+')) return {"nice " + std::string{argument.substr(1)}};
  if (keyword == "overlap") return overlap_meant(argument);
  // Of more words the others may be times.
  if (keyword == "cron" && words_of(argument).size() == 1) return {"cron @" + lower_ascii(argument)};
  return {};
}

Lines meant_by_argument(std::string_view keyword, std::string_view argument) {
  const auto* directive = find_directive(keyword);
  if (keyword == "output") return meant_by_output(argument);
  if (keyword == "cron") {
    if (auto lines = meant_by_crontab(argument); !lines.empty()) return lines;
  }
  if (keyword == "every" || keyword == "cron") {
    auto line = keyword == "every" ? meant_by_every(argument) : meant_by_cron(argument);
    if (!line.empty()) return {std::move(line)};
  }
  if (keyword == "only" && argument.find("% on ") != std::string_view::npos) {
    const auto end = argument.find("% on ") + 1;
    const Lines lines{"only " + std::string{argument.substr(0, end)},
                      "only " + std::string{trim(argument.substr(end))}};
    if (std::all_of(lines.begin(), lines.end(), is_proposable)) return lines;
  }
  if (keyword == "env" && words_of(argument).size() > 1) {
    auto lines = env_lines(argument);
    if (!lines.empty() && std::all_of(lines.begin(), lines.end(), is_proposable)) return lines;
  }
  auto candidates = switch_meant(keyword, unquoted(without_sign(argument)));
  // `lock = none` would be a lock called so.
  if (!candidates.empty()) return first_accepted(candidates);
  if (is_unset(unquoted(without_sign(argument)))) return {};
  for (auto& candidate : trimmed(keyword, argument, directive != nullptr && directive->is_command))
    candidates.push_back(std::move(candidate));
  for (auto& candidate : candidates_of(keyword, argument)) candidates.push_back(std::move(candidate));
  return first_accepted(candidates);
}

}  // namespace

bool is_unset(std::string_view value) {
  constexpr std::array<std::string_view, 5> unset{"null", "nil", "~", "undefined", "nan"};
  const auto word = lower_ascii(value);
  return std::find(unset.begin(), unset.end(), word) != unset.end();
}

std::string_view unquoted(std::string_view text) {
  const bool has_quotes = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                          text.back() == text.front() && text.find(text.front(), 1) == text.size() - 1;
  return has_quotes ? text.substr(1, text.size() - 2) : text;
}

std::string without_forms(std::string_view message) {
  return std::string{message.substr(0, std::min(message.find("; the form is '"), message.find("; it may be '")))};
}

bool is_accepted(const std::string& line) {
  const SourceFile file{{}, line};
  Faults faults{file};
  const auto statements = read_statements(file, faults);
  if (!faults.empty() || statements.size() != 1) return false;
  const auto& statement = statements.front();
  return line_of(statement.keyword, statement.argument) == line && is_faultless(statement);
}

bool is_faultless(const Statement& statement) {
  const auto* directive = find_directive(statement.keyword);
  if (directive == nullptr || statement.damaged || look_alike_in(statement)) return false;
  if (statement.argument.empty()) return directive->may_be_bare;
  JobDefinition scratch;
  return directive->apply(statement.argument, scratch).has_value();
}

bool is_proposable(const std::string& line) {
  if (!is_accepted(line)) return false;
  const SourceFile file{{}, line};
  const auto commands = commands_of(file).commands;
  const bool is_good = std::all_of(commands.begin(), commands.end(), [](const WrittenCommand& command) {
    return objection_to(command, {}).empty() && has_whole_constructs(command.text);
  });
  // Its variables may be set by other lines.
  const SourceFile amid_others{"_defaults", line};
  return is_good && warnings_about(file).empty() && warnings_of_shell(amid_others, {}).empty();
}

std::string mended_command(const std::string& line) {
  const auto warnings = warnings_about({{}, line});
  const auto proposals = warnings.size() == 1 ? proposals_in(warnings.front().message) : Lines{};
  return proposals.size() == 1 && is_proposable(proposals.front()) ? proposals.front() : line;
}

namespace {

/// Mends one fault after the other.
Lines mended(std::string_view keyword, std::string_view argument, int steps) {
  if (auto line = line_of(keyword, argument); is_proposable(line)) return {line};
  if (auto lines = meant_by_argument(keyword, argument); !lines.empty() || steps == 0) return lines;
  JobDefinition scratch;
  const auto applied = argument.empty() ? Result<void>{} : find_directive(keyword)->apply(argument, scratch);
  if (!applied) {
    const auto texts = with_proposals(argument, applied.error().at, applied.error().message);
    // Of several that exclude each other none is sure.
    if (texts.size() == 1) return mended(keyword, texts.front(), steps - 1);
  }
  return {};
}

}  // namespace

std::vector<std::string> mended_line(std::string_view keyword, std::string_view argument) {
  constexpr int most_faults = 4;
  return argument.size() > longest_mended ? Lines{} : mended(keyword, argument, most_faults);
}

namespace {

/// What is proposed for one word, as the line that it makes, since that is what is copied.
Error of_whole_line(std::string_view keyword, const Lines& texts, const Error& error) {
  const auto reason = without_proposal(error.message);
  const bool is_guess = error.message.find("; did you mean ") != std::string::npos;
  if (is_guess) return error;
  auto instead = write_instead({line_of(keyword, texts.front())});
  for (std::size_t i = 1; i < texts.size(); ++i) {
    // They exclude each other.
    const auto other = write_instead({line_of(keyword, texts[i])});
    if (instead.empty() || other.empty()) return error;
    instead += " or" + other.substr(other.find(" '"));
  }
  return instead.empty() ? error : Error{reason + instead, error.at};
}

/// What is told of `= 300` when all that is wrong but the sign may be mended in several ways.
std::optional<Error> explained_behind_sign(const Directive& directive, std::string_view argument) {
  const auto behind = without_sign(argument);
  if (directive.is_command || behind.empty() || behind.size() == argument.size()) return {};
  JobDefinition scratch;
  const auto applied = directive.apply(behind, scratch);
  if (applied) return {};
  const auto told = explained(directive.keyword, behind, applied.error());
  if (told.message.find("; write ") == std::string::npos) return {};
  return Error{told.message, told.at + argument.size() - behind.size()};
}

}  // namespace

Error explained(std::string_view keyword, std::string_view argument, const Error& error) {
  // Of a line that is good in itself something else is wrong.
  if (argument.size() > longest_mended || is_accepted(line_of(keyword, argument))) return error;
  const auto told = keyword == "output" ? explained_output(argument, error) : error;
  const auto proposals = proposals_in(told.message);
  const bool is_of_lines = !proposals.empty() && is_accepted(proposals.front());
  const auto texts = is_of_lines ? Lines{} : with_proposals(argument, told.at, told.message);
  const auto is_good = [&](const std::string& text) { return is_accepted(line_of(keyword, text)); };
  if (is_of_lines) return told;
  if (!texts.empty() && std::all_of(texts.begin(), texts.end(), is_good)) return of_whole_line(keyword, texts, told);
  const auto instead = write_instead(mended_line(keyword, argument));
  if (instead.empty()) {
    if (auto behind = explained_behind_sign(*find_directive(keyword), argument)) return *std::move(behind);
  }
  auto reason = without_proposal(told.message);
  if (keyword == "cron" && instead.empty()) reason += doubt_about_user(argument);
  const bool tells_of_it =
      find_directive(keyword)->is_command || !instead.empty() || reason.find("no shell reads") != std::string::npos;
  if (const auto literal = tells_of_it ? std::nullopt : literal_in_value(argument)) {
    return {without_forms(reason) + ": outside a command nothing is expanded, such as " + in_quotes(literal->text),
            told.at};
  }
  return {instead.empty() ? reason : without_forms(reason) + instead, told.at};
}

}  // namespace acron
