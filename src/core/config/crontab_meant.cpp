#include <algorithm>
#include <array>
#include <optional>

#include "acron/core/characters.hpp"
#include "acron/core/schedule/meant_schedule.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/text.hpp"
#include "crontab_user.hpp"
#include "directives.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t fields = 5;

/// A crontab's `\%` is a `%`, and any other ends the command, which there is no short way to write.
std::optional<std::string> without_per_cent_signs(std::string_view command) {
  std::string text;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const bool escaped = command.substr(i, 2) == "\\%";
    if (command[i] == '%') return {};
    text += command[i + (escaped ? 1 : 0)];
    if (escaped) ++i;
  }
  return text;
}

/// Whether a word may be a field of times: a weekday or a month, perhaps in a list or range.
bool is_of_times(std::string_view word) {
  constexpr std::array<std::string_view, 41> names{
      "sun",      "mon",    "tue",    "wed",     "thu",       "fri",      "sat",       "jan",      "feb",
      "mar",      "apr",    "may",    "jun",     "jul",       "aug",      "sep",       "oct",      "nov",
      "dec",      "sunday", "monday", "tuesday", "wednesday", "thursday", "friday",    "saturday", "january",
      "february", "march",  "april",  "june",    "july",      "august",   "september", "october",  "november",
      "december", "tues",   "thur",   "thurs",   "sept"};
  const auto lower = lower_ascii(word);
  return is_one_of(std::string_view{lower}.substr(0, lower.find_first_of(",-/#")), names);
}

/// Whether the words may be a directive that was put behind the times.
bool is_line_of_acron(const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 4> also_programs{"timeout", "nice", "env", "if"};
  if (find_directive(words[0].text) == nullptr) return false;
  const bool is_short = words.size() <= 2 || words[2].text == "grace";
  return is_short || !is_one_of(words[0].text, also_programs);
}

/// Whether what follows the times is a command for sure: neither a field more nor anything that was put there instead.
bool begins_command(const std::vector<Word>& words) {
  const auto word = words[0].text;
  if (word.starts_with('/') || word.starts_with("~/") || word.starts_with("./")) return true;
  if (word == "[") return words.size() > 2;
  constexpr std::array<std::string_view, 31> of_sentences{
      "not",     "no",   "non",   "except", "excluding", "without",  "but",    "unless",
      "and",     "or",   "if",    "then",   "only",      "never",    "always", "none",
      "all",     "any",  "daily", "hourly", "weekly",    "monthly",  "yearly", "on",
      "between", "from", "until", "to",     "weekday",   "weekdays", "at"};
  const bool is_quartz = word == "L" || word == "W" || word == "LW" || word == "H";
  if (is_quartz || (is_one_of(lower_ascii(word), of_sentences) && word != "if")) return false;
  const auto equals = word.find('=');
  const auto name = word.substr(0, equals);
  const auto bad = name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/;");
  const bool is_letter = (word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z') || word[0] == '_';
  if (!is_letter || bad != std::string_view::npos) return false;
  if (equals != std::string_view::npos) return words.size() > 1 && !name.ends_with("TZ");
  const auto zone = word.substr(0, word.find_first_of(";,+"));
  const bool is_zone = zone.starts_with("UTC") || zone.starts_with("GMT") || TimeZone::named(zone);
  return !is_of_times(word) && !is_line_of_acron(words) && !is_zone;
}

/// Whether the words are the command, perhaps behind its user, and not times in more fields.
bool are_of_command(std::string_view text, const std::vector<Word>& words) {
  const bool has_other_times = text.find(" * * ") != std::string_view::npos || text.ends_with(" * *");
  return !has_other_times && begins_command(words);
}

/// Who the first word is, if it is a user; empty where it may be either.
std::optional<Lines> command_lines(std::string_view text) {
  const auto words = words_of(text);
  if (!are_of_command(text, words)) return {};
  const auto first = meaning_of_first(words);
  if (first == FirstWord::either) return {};
  Lines lines;
  if (first == FirstWord::user) {
    if (!begins_command({words.begin() + 1, words.end()})) return {};
    lines.push_back("user " + std::string{words[0].text});
    text = text.substr(words[1].at);
  }
  const auto command = without_per_cent_signs(text);
  if (!command) return {};
  lines.push_back(mended_command("run " + *command));
  return lines;
}

std::string_view from(std::string_view text, const std::vector<Word>& words, std::size_t first) {
  return first < words.size() ? text.substr(words[first].at) : std::string_view{};
}

/// The parts of a line; the zone with its name, `CRON_TZ=ZONE`.
struct CrontabLine {
  std::string_view zone, times, command;
};

std::optional<CrontabLine> parts_of_line(std::string_view line) {
  CrontabLine parts;
  line = unquoted(trim(line));
  auto words = words_of(line);
  if (!words.empty() && (words[0].text.starts_with("CRON_TZ=") || words[0].text.starts_with("TZ="))) {
    parts.zone = words[0].text;
    line = from(line, words, 1);
    words = words_of(line);
  }
  const std::size_t times = !words.empty() && words[0].text.starts_with('@') ? 1 : fields;
  if (words.size() < times) return {};
  parts.times = line.substr(0, words[times - 1].at + words[times - 1].text.size());
  parts.command = from(line, words, times);
  return parts;
}

}  // namespace

std::vector<std::string> meant_by_crontab(std::string_view line) {
  const auto parts = parts_of_line(line);
  if (!parts) return {};
  Lines lines;
  if (const auto zone = parts->zone; !zone.empty())
    lines.push_back("timezone " + std::string{unquoted(zone.substr(zone.find('=') + 1))});
  const auto schedule = meant_by_cron(parts->times);
  const auto command = parts->command.empty() ? std::optional{Lines{}} : command_lines(parts->command);
  if (schedule.empty() || !command) return {};
  lines.push_back(schedule);
  lines.insert(lines.end(), command->begin(), command->end());
  return std::all_of(lines.begin(), lines.end(), is_proposable) ? lines : Lines{};
}

std::string doubt_about_user(std::string_view line) {
  const auto parts = parts_of_line(line);
  if (!parts || parts->command.empty()) return {};
  const auto words = words_of(parts->command);
  const bool is_in_doubt = words.size() > 1 && are_of_command(parts->command, words) &&
                           meaning_of_first(words) == FirstWord::either && !meant_by_cron(parts->times).empty();
  if (!is_in_doubt) return {};
  return "; " + in_quotes(words[0].text) + " may be a user, who becomes 'user NAME', or begin the command";
}

}  // namespace acron
