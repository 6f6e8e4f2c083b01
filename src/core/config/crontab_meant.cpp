#include <algorithm>
#include <array>
#include <optional>

#include "acron/core/schedule/meant_schedule.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t fields = 5;

/// Users that the sixth column of /etc/crontab often has. What some of them are is a program, too.
constexpr std::array<std::string_view, 16> users{"root",     "nobody", "www-data", "backup", "daemon", "postgres",
                                                 "mysql",    "nginx",  "apache",   "munin",  "nagios", "zabbix",
                                                 "rabbitmq", "redis",  "ubuntu",   "postfix"};
constexpr std::array<std::string_view, 5> users_and_programs{"backup", "daemon", "mysql", "postfix", "redis"};

/// Programs that nobody takes for users, between blanks.
constexpr std::string_view programs =
    " [ ansible-playbook ansible-pull apt apt-get aws bash borg cat cd certbot chmod chown chronic command composer "
    "cp curl dash date df dnf docker drush du duplicity echo env eval exec false find flock fstrim gcloud git go "
    "gzip hostname ionice java kill killall kubectl ln logger logrotate ls make mkdir mv mysqldump nice node nohup "
    "npm npx perl pg_dump pg_dumpall php pip pkill podman printf psql puppet python python3 rake rclone restic rm "
    "rmdir rsync ruby run-parts runuser scp sed service setsid sh sleep source sqlite3 ssh su sudo systemctl tar "
    "tee test time timeout tmpreaper tmpwatch touch true unbuffer unzip vacuumdb wget wp yum zfs zip zpool ";

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool is_program(std::string_view word) {
  return programs.find(" " + std::string{word} + " ") != std::string_view::npos;
}

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
  return is_one_of(names, std::string_view{lower}.substr(0, lower.find_first_of(",-/#")));
}

/// Whether the words may be a directive that was put behind the times.
bool is_directive(const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 4> also_programs{"timeout", "nice", "env", "if"};
  if (find_directive(words[0].text) == nullptr) return false;
  const bool is_short = words.size() <= 2 || words[2].text == "grace";
  return is_short || !is_one_of(also_programs, words[0].text);
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
  if (is_quartz || (is_one_of(of_sentences, lower_ascii(word)) && word != "if")) return false;
  const auto equals = word.find('=');
  const auto name = word.substr(0, equals);
  const auto bad = name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/;");
  const bool is_letter = (word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z') || word[0] == '_';
  if (!is_letter || bad != std::string_view::npos) return false;
  if (equals != std::string_view::npos) return words.size() > 1 && !name.ends_with("TZ");
  const auto zone = word.substr(0, word.find_first_of(";,+"));
  const bool is_zone = zone.starts_with("UTC") || zone.starts_with("GMT") || TimeZone::named(zone);
  return !is_of_times(word) && !is_directive(words) && !is_zone;
}

/// Whether the first word may be the user of a command that the second begins: `deploy cleanup`, `deploy /srv/cleanup`.
bool may_be_user(const std::vector<Word>& words) {
  if (words.size() < 2 || is_program(words[0].text)) return false;
  if (words[0].text.find_first_of("/.=\"'$;&|<>()`") != std::string_view::npos) return false;
  const char next = words[1].text.front();
  return next == '/' || next == '_' || next == '[' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
}

/// The user and the command; empty where the first word may be either.
std::optional<Lines> command_lines(std::string_view text) {
  Lines lines;
  const auto words = words_of(text);
  if (text.find(" * * ") != std::string_view::npos || text.ends_with(" * *")) return {};  // other times
  const bool is_user_alone = words.size() == 1 && is_one_of(users, words[0].text);
  if (is_user_alone || !begins_command(words)) return {};
  if (words.size() > 1 && is_one_of(users, words[0].text)) {
    if (!begins_command({words.begin() + 1, words.end()})) return {};
    if (is_one_of(users_and_programs, words[0].text) && !is_program(words[1].text)) return {};
    lines.push_back("user " + std::string{words[0].text});
    text = text.substr(words[1].at);
  } else if (may_be_user(words)) {
    return {};
  }
  const auto command = without_per_cent_signs(text);
  if (!command) return {};
  lines.push_back(mended_command("run " + *command));
  return lines;
}

std::string_view from(std::string_view text, const std::vector<Word>& words, std::size_t first) {
  return first < words.size() ? text.substr(words[first].at) : std::string_view{};
}

}  // namespace

std::vector<std::string> meant_by_crontab(std::string_view line) {
  line = unquoted(trim(line));
  Lines lines;
  auto words = words_of(line);
  if (!words.empty() && (words[0].text.starts_with("CRON_TZ=") || words[0].text.starts_with("TZ="))) {
    lines.push_back("timezone " + std::string{unquoted(words[0].text.substr(words[0].text.find('=') + 1))});
    line = from(line, words, 1);
    words = words_of(line);
  }
  const std::size_t times = !words.empty() && words[0].text.starts_with('@') ? 1 : fields;
  if (words.size() < times) return {};
  const auto end = words[times - 1].at + words[times - 1].text.size();
  const auto schedule = meant_by_cron(line.substr(0, end));
  const auto command = words.size() > times ? command_lines(from(line, words, times)) : std::optional{Lines{}};
  if (schedule.empty() || !command) return {};
  lines.push_back(schedule);
  lines.insert(lines.end(), command->begin(), command->end());
  return std::all_of(lines.begin(), lines.end(), is_proposable) ? lines : Lines{};
}

}  // namespace acron
