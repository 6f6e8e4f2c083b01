#include "crontab_user.hpp"

#include <algorithm>
#include <array>

#include "acron/core/characters.hpp"
#include "command_meant.hpp"

namespace acron {
namespace {

/// Whether the word is one of a list between blanks.
bool is_in(std::string_view list, std::string_view word) {
  return list.find(" " + std::string{word} + " ") != std::string_view::npos;
}

/// Users that the sixth column of /etc/crontab often has. What some of them are is a program, too.
constexpr std::array<std::string_view, 16> users{"root",     "nobody", "www-data", "backup", "daemon", "postgres",
                                                 "mysql",    "nginx",  "apache",   "munin",  "nagios", "zabbix",
                                                 "rabbitmq", "redis",  "ubuntu",   "postfix"};
constexpr std::array<std::string_view, 5> users_and_programs{"backup", "daemon", "mysql", "postfix", "redis"};

/// Programs that no user is called as.
constexpr std::string_view programs =
    " [ ansible-playbook ansible-pull apt apt-get bash cat cd chmod chown chronic command cp curl dash date df du echo "
    "env eval exec false find flock fstrim gzip hostname ionice kill killall ln logger ls make mkdir mv mysqldump nice "
    "nohup npx perl pg_dump pg_dumpall pkill printf python python3 rake rm rmdir run-parts runuser sed setsid sh sleep "
    "source su sudo systemctl tee test time timeout tmpreaper tmpwatch touch true unbuffer vacuumdb wget ";

/// Programs whose user has the same name on some machines: those that get a path as their first argument, and others.
constexpr std::string_view programs_with_path = " duplicity logrotate node php rsync ruby scp sqlite3 tar unzip zip ";
constexpr std::string_view programs_without_path =
    " aws borg certbot composer docker drush gcloud git go java kubectl npm pip podman psql puppet rclone restic "
    "service ssh wp yum zfs zpool ";

/// Words that begin a command, and are no first argument of the programs above.
constexpr std::string_view beginnings =
    " ! ( { [ [[ bash case cd chronic curl dash echo flock for if ionice nice nohup perl php python python3 setsid sh "
    "sudo timeout until wget while ";

bool is_program(std::string_view word) {
  return is_in(programs, word) || is_in(programs_with_path, word) || is_in(programs_without_path, word);
}

/// Whether a path is that of a program, by its directory.
bool is_of_programs(std::string_view path) {
  const auto directory = path.substr(0, path.rfind('/') + 1);
  return directory.find("/bin/") != std::string_view::npos || directory.find("/sbin/") != std::string_view::npos;
}

bool assigns_variable(std::string_view word) {
  const auto equals = std::min(word.find('='), word.size());
  return equals > 0 && equals < word.size() &&
         word.substr(0, equals).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

/// Whether what follows a program that is a user, too, can only be a command: `git [ -x /x ]`, `rsync /usr/bin/x`.
bool begins_command_behind(std::string_view program, const std::vector<Word>& words) {
  const auto word = words[1].text;
  if (word.starts_with('/') || word.starts_with("~/"))
    return is_of_programs(word) || !is_in(programs_with_path, program);
  if (word == "test" && words.size() > 2) return is_flag_of_test(words[2].text) || words[2].text == "!";
  return word == program || word.starts_with('(') || is_in(beginnings, word) || assigns_variable(word);
}

/// Whether a name has dots as those of scripts have, and not those of persons: `cleanup.sh`, `ann.smith`.
bool is_script(std::string_view word) {
  constexpr std::array<std::string_view, 9> endings{".sh", ".bash", ".py",   ".pl", ".php",
                                                    ".rb", ".js",   ".phar", ".jar"};
  return std::any_of(endings.begin(), endings.end(), [&](auto ending) { return word.ends_with(ending); });
}

/// Whether the first word may be the user of a command that the second begins: `deploy cleanup`, `deploy /srv/cleanup`.
bool may_be_user(const std::vector<Word>& words) {
  const auto word = words[0].text;
  if (is_in(programs, word)) return false;
  if (is_program(word)) return begins_command_behind(word, words);
  if (is_script(word) || word.find_first_of("/=\"'$;&|<>()`") != std::string_view::npos) return false;
  const char next = words[1].text.front();
  return std::string_view{"/~.$\"'_[({!"}.find(next) != std::string_view::npos || (next >= 'a' && next <= 'z') ||
         (next >= 'A' && next <= 'Z');
}

}  // namespace

FirstWord meaning_of_first(const std::vector<Word>& words) {
  const auto word = words[0].text;
  const bool is_user = is_one_of(word, users);
  if (words.size() < 2) return is_user ? FirstWord::either : FirstWord::command;
  if (!is_user) return may_be_user(words) ? FirstWord::either : FirstWord::command;
  const bool is_clear = !is_one_of(word, users_and_programs) || is_program(words[1].text);
  return is_clear ? FirstWord::user : FirstWord::either;
}

}  // namespace acron
