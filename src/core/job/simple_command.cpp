#include "acron/core/job/simple_command.hpp"

#include <algorithm>
#include <array>

namespace acron {
namespace {

using namespace std::string_view_literals;

// Builtins and reserved words of dash, bash, ksh and busybox, and those that POSIX leaves open (XCU 2.4, 2.14).
constexpr std::array shell_words{
    "."sv,        ":"sv,        "["sv,         "[["sv,      "alias"sv,     "autoload"sv, "bg"sv,      "bind"sv,
    "break"sv,    "builtin"sv,  "caller"sv,    "case"sv,    "cd"sv,        "chdir"sv,    "command"sv, "compgen"sv,
    "complete"sv, "compopt"sv,  "continue"sv,  "coproc"sv,  "declare"sv,   "dirs"sv,     "disown"sv,  "do"sv,
    "done"sv,     "echo"sv,     "elif"sv,      "else"sv,    "enable"sv,    "esac"sv,     "eval"sv,    "exec"sv,
    "exit"sv,     "export"sv,   "false"sv,     "fc"sv,      "fg"sv,        "fi"sv,       "float"sv,   "for"sv,
    "foreach"sv,  "function"sv, "functions"sv, "getconf"sv, "getopts"sv,   "hash"sv,     "hist"sv,    "history"sv,
    "if"sv,       "in"sv,       "integer"sv,   "jobs"sv,    "kill"sv,      "let"sv,      "local"sv,   "logout"sv,
    "mapfile"sv,  "nameref"sv,  "namespace"sv, "newgrp"sv,  "nocorrect"sv, "noglob"sv,   "popd"sv,    "print"sv,
    "printf"sv,   "pushd"sv,    "pwd"sv,       "read"sv,    "readarray"sv, "readonly"sv, "repeat"sv,  "return"sv,
    "select"sv,   "set"sv,      "shift"sv,     "shopt"sv,   "sleep"sv,     "source"sv,   "stop"sv,    "suspend"sv,
    "test"sv,     "then"sv,     "time"sv,      "times"sv,   "trap"sv,      "true"sv,     "type"sv,    "typeset"sv,
    "ulimit"sv,   "umask"sv,    "unalias"sv,   "unset"sv,   "until"sv,     "wait"sv,     "whence"sv,  "while"sv};

bool needs_no_quotes(char c) {
  constexpr std::string_view others = "_-./,:@%+=";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

bool names_a_program(std::string_view word) {
  // `name=value` in front of a command is an assignment.
  if (word.find('=') != std::string_view::npos) return false;
  return std::find(shell_words.begin(), shell_words.end(), word) == shell_words.end();
}

}  // namespace

std::optional<std::vector<std::string>> simple_command(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank && !needs_no_quotes(c)) return std::nullopt;
    if (!blank && !in_word) words.emplace_back();
    if (!blank) words.back() += c;
    in_word = !blank;
  }
  if (words.empty() || !names_a_program(words.front())) return std::nullopt;
  return words;
}

std::string operand_of_shell(std::string_view command) {
  const bool looks_like_option = command.starts_with('-') || command.starts_with('+');
  return (looks_like_option ? "\n" : "") + std::string{command};
}

}  // namespace acron
