// A program in quotes whose lines become one, which is another program to whoever reads it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "doubts.hpp"
#include "shell_parts.hpp"
#include "shell_quotes.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

enum class Language : std::uint8_t {
  shell,
  script,
  words,
  sql,
  mysql
};  // of `words`, no line ends anything but a comment

/// Who reads a program, behind an option that ends with this letter; behind any word where that is NUL.
struct ReadingProgram {
  std::string_view name;
  Language language;
  char option;
};

constexpr std::array readers{
    ReadingProgram{"sh", Language::shell, 'c'},      ReadingProgram{"bash", Language::shell, 'c'},
    ReadingProgram{"dash", Language::shell, 'c'},    ReadingProgram{"ash", Language::shell, 'c'},
    ReadingProgram{"ksh", Language::shell, 'c'},     ReadingProgram{"mksh", Language::shell, 'c'},
    ReadingProgram{"zsh", Language::shell, 'c'},     ReadingProgram{"su", Language::shell, 'c'},
    ReadingProgram{"runuser", Language::shell, 'c'}, ReadingProgram{"flock", Language::shell, 'c'},
    ReadingProgram{"ssh", Language::shell, '\0'},    ReadingProgram{"python", Language::script, 'c'},
    ReadingProgram{"ruby", Language::script, 'e'},   ReadingProgram{"perl", Language::words, 'e'},
    ReadingProgram{"perl", Language::words, 'E'},    ReadingProgram{"awk", Language::words, '\0'},
    ReadingProgram{"gawk", Language::words, '\0'},   ReadingProgram{"mawk", Language::words, '\0'},
    ReadingProgram{"psql", Language::sql, 'c'},      ReadingProgram{"mysql", Language::mysql, 'e'},
    ReadingProgram{"mariadb", Language::mysql, 'e'}, ReadingProgram{"sqlite", Language::sql, '\0'},
};

/// `python` of `/usr/bin/python3.11`.
std::string_view name_of_program(std::string_view word) {
  word.remove_prefix(word.rfind('/') + 1);
  return word.substr(0, word.find_last_not_of("0123456789.") + 1);
}

/// The letter of the option whose value a word is: `c` for `-lc` before it, or for `--command=` at its front.
char option_of(const std::vector<Word>& words, std::size_t which) {
  if (words[which].text.starts_with("--command=")) return 'c';
  if (words[which].text.starts_with("--execute=")) return 'e';
  const auto before = which == 0 ? std::string_view{} : words[which - 1].text;
  return before.starts_with('-') && !before.starts_with("--") ? before.back() : '\0';
}

/// Who gets a word as a program; null where that is nobody whom we know.
const ReadingProgram* reader_of(const std::vector<Word>& words, std::size_t which) {
  constexpr std::size_t farthest = 12;
  const char option = option_of(words, which);
  for (std::size_t i = which; i-- > 0 && which - i <= farthest;) {
    for (const ReadingProgram& reader : readers) {
      const bool is_named = reader.name == name_of_program(words[i].text);
      if (is_named && (reader.option == '\0' || reader.option == option)) return &reader;
    }
  }
  return nullptr;
}

/// A text in quotes that is a program, and where in the command it begins.
struct Program {
  std::string_view text;
  std::size_t at;
  const ReadingProgram* reader;
};

std::vector<Program> programs_in(std::string_view command) {
  constexpr std::size_t longest = 8192;
  std::vector<Program> programs;
  for (const auto& part : command_parts(command)) {
    const auto words = shell_words_of(part.text);
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto [word, at] = words[i];
      const auto begin = word.find_first_of("'\"") + 1;
      const auto front = word.substr(0, begin - 1);
      const bool is_text = begin > 0 && begin < word.size() && word.size() <= longest &&
                           (front.empty() || front == "$" || (front.starts_with("--") && front.ends_with('=')));
      const auto* reader = is_text ? reader_of(words, i) : nullptr;
      if (reader != nullptr)
        programs.push_back({word.substr(begin, word.size() - 1 - begin), part.at + at + begin, reader});
    }
  }
  return programs;
}

/// Two neighbouring lines of a program, and what of it stands above the first one and above the second one.
struct JoinedLines {
  std::string_view first, second, above_first, above_second;
  const ReadingProgram* reader;
};

bool is_in_inner_quotes(std::string_view before) {
  const auto count = [&](char quote) { return std::count(before.begin(), before.end(), quote); };
  return count('\'') % 2 != 0 || count('"') % 2 != 0;
}

/// Whether the sign begins a comment between blanks, or at the beginning of the line.
bool has_comment_after(std::string_view line, std::string_view sign) {
  for (auto at = line.find(sign); at != std::string_view::npos; at = line.find(sign, at + 1)) {
    const auto behind = line.substr(at + sign.size());
    const bool is_apart = (at == 0 || is_blank(line[at - 1]) || line[at - 1] == ';') &&
                          (behind.empty() || is_blank(behind.front()) || at == 0);
    if (is_apart && !is_in_inner_quotes(line.substr(0, at))) return true;
  }
  return false;
}

bool ends_in_comment(const JoinedLines& lines) {
  switch (lines.reader->language) {
    case Language::shell: {
      ShellQuotes quotes;
      quotes.read(lines.above_first, 0);
      return quotes.read(lines.first, 0) < lines.first.size();
    }
    case Language::mysql:
    case Language::sql:
      if (has_comment_after(lines.first, "--")) return true;
      if (lines.reader->language == Language::sql) return false;
      break;
    case Language::script:
    case Language::words: break;
  }
  return has_comment_after(lines.first, "#");
}

/// Whether a line is hardly more words of the command above it.
bool begins_shell_command(std::string_view line) {
  constexpr std::array<std::string_view, 45> words{
      ".",      "[",    "[[",        "cat",  "case", "cd",    "chmod", "chown",  "cp",   "curl",  "docker", "do",
      "done",   "echo", "elif",      "else", "esac", "exec",  "exit",  "export", "fi",   "find",  "for",    "git",
      "grep",   "if",   "kill",      "ln",   "make", "mkdir", "mv",    "printf", "rm",   "rsync", "set",    "sleep",
      "source", "sudo", "systemctl", "tar",  "test", "then",  "touch", "umask",  "while"};
  const auto word = first_word(line);
  const auto name = word.substr(0, word.find('='));
  const bool sets_variable = name.size() < word.size() && !name.empty() &&
                             name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == std::string_view::npos;
  return sets_variable || is_program_of_system(word) || is_one_of(word, words);
}

/// Whether the last command of a line hardly takes more words: `umask 077`, `a >/x`.
bool is_complete(std::string_view line) {
  constexpr std::array<std::string_view, 8> with_one{".", "cd", "exit", "return", "set", "source", "ulimit", "umask"};
  const auto part = command_parts(line).back().text;
  const auto words = words_of(part.substr(begin_of_first_word(part)));
  if (words.size() < 2) return false;
  const auto last = words.back().text, before = words[words.size() - 2].text;
  const bool is_redirected = (last.find('>') != std::string_view::npos && last.back() != '>') || before.ends_with('>');
  return is_redirected || (words.size() == 2 && is_one_of(words[0].text, with_one));
}

/// Whether both lines call the same program: `pg_dump a >b`.
bool begin_alike(const JoinedLines& lines) {
  const auto word = first_word(lines.second);
  return word.size() > 1 && word == first_word(lines.first) && words_of(lines.first).size() > 1;
}

/// Whether the last command of a line takes another one as its words.
bool takes_command(std::string_view line) {
  constexpr std::array<std::string_view, 22> wrappers{
      "apk",  "apt",   "apt-get", "chroot", "command", "dnf",    "docker", "env",         "exec", "flock",   "ionice",
      "nice", "nohup", "runuser", "setsid", "ssh",     "strace", "sudo",   "systemd-run", "time", "timeout", "yum"};
  const auto part = command_parts(line).back().text;
  const auto words = words_of(part.substr(begin_of_first_word(part)));
  return !words.empty() && (is_one_of(name_of_program(words[0].text), wrappers) || words[0].text == "xargs");
}

bool is_joined_in_shell(const JoinedLines& lines) {
  constexpr std::array<std::string_view, 7> openers{"then", "do", "else", "in", "!", "if", "while"};
  ShellQuotes quotes;
  quotes.read(lines.above_second, 0);
  const auto last = lines.first.substr(lines.first.find_last_of(" \t") + 1);
  const bool ends_pattern =
      std::count(lines.first.begin(), lines.first.end(), ')') > std::count(lines.first.begin(), lines.first.end(), '(');
  if (quotes.open() || ends_pattern || std::string_view{";&|({\\"}.find(lines.first.back()) != std::string_view::npos)
    return false;
  if (is_one_of(last, openers) ||
      std::string_view{";&|)<>-0123456789"}.find(lines.second.front()) != std::string_view::npos)
    return false;
  if (is_complete(lines.first) || begin_alike(lines)) return true;
  return begins_shell_command(lines.second) && !takes_command(lines.first);
}

/// Of Python and Ruby, where nothing but brackets goes on over lines.
bool is_joined_in_script(const JoinedLines& lines) {
  constexpr std::array<std::string_view, 12> going_on{"and", "as", "else", "end", "for",    "if",
                                                      "in",  "is", "not",  "or",  "rescue", "unless"};
  constexpr std::array<std::string_view, 3> openers{"do", "then", "else"};
  const auto count = [&](std::string_view signs) {
    return std::count_if(lines.above_second.begin(), lines.above_second.end(),
                         [&](char c) { return signs.find(c) != std::string_view::npos; });
  };
  const auto last = lines.first.substr(lines.first.find_last_of(" \t") + 1);
  if (count("([{") != count(")]}") || is_in_inner_quotes(lines.above_second) || is_one_of(last, openers)) return false;
  if (std::string_view{";,:\\+-*/=|&.<>%"}.find(lines.first.back()) != std::string_view::npos) return false;
  if (lines.first.starts_with("import ")) return true;
  const bool begins_word = std::string_view{")]},.;+-*/=|&<>%"}.find(lines.second.front()) == std::string_view::npos;
  return begins_word && !is_one_of(first_word(lines.second), going_on);
}

/// Empty where nothing is to be said.
std::string doubt_about_joined(const JoinedLines& lines) {
  if (lines.first.empty() || lines.second.empty()) return {};
  const std::string reader{lines.reader->name == "sqlite" ? "sqlite3" : lines.reader->name};
  const std::string since = " to " + in_quotes(reader) + ", since lines are joined by blanks in quotes, too; ";
  if (ends_in_comment(lines))
    return "this line is a part of the comment above it" + since + "remove the comment, or put the program into a file";
  const auto language = lines.reader->language;
  const bool is_joined = (language == Language::shell && is_joined_in_shell(lines)) ||
                         (language == Language::script && is_joined_in_script(lines));
  if (!is_joined) return {};
  return "this line is only more words of the line above" + since +
         "end the line above with ';', or put the program into a file";
}

/// Of the first line of the program that is misread. `begins`: where in the command its lines begin.
std::optional<Error> joined_line(const Program& program, const std::vector<std::size_t>& begins) {
  const auto end = program.at + program.text.size();
  auto next = std::upper_bound(begins.begin(), begins.end(), program.at);
  for (std::size_t first = program.at; next != begins.end() && *next < end; first = *next++) {
    const auto behind = std::next(next) == begins.end() ? end : std::min(*std::next(next), end);
    const auto text = [&](std::size_t from, std::size_t to) {
      return trim(program.text.substr(from - program.at, to - from));
    };
    const JoinedLines lines{text(first, *next), text(*next, behind), program.text.substr(0, first - program.at),
                            program.text.substr(0, *next - program.at), program.reader};
    if (auto doubt = doubt_about_joined(lines); !doubt.empty()) return Error{std::move(doubt), *next};
  }
  return {};
}

}  // namespace

std::optional<Error> joined_program(const JobStatement& statement, std::size_t begin) {
  std::vector<std::size_t> begins;
  for (const Piece& piece : statement.pieces) {
    if (piece.offset > begin) begins.push_back(piece.offset - begin);
  }
  if (begins.empty()) return {};
  for (const Program& program : programs_in(std::string_view{statement.argument}.substr(begin))) {
    if (auto doubt = joined_line(program, begins)) return doubt;
  }
  return {};
}

}  // namespace acron
