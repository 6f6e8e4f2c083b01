#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"

namespace acron {

// What the shell makes of a command, of `run` as of `if`, that its writer hardly means.

/// Which commands of a file are looked at. Some looks take the square of a command's length: longer ones are left out,
/// and all that follows very many.
class CommandsToJudge {
 public:
  bool take(std::string_view command) {
    constexpr std::size_t longest = 8192, most = 65536;
    if (command.size() > longest || command.size() > most - taken_) return false;
    taken_ += command.size();
    return true;
  }

 private:
  std::size_t taken_ = 0;
};

/// A letter behind a hyphen, which is no command; and one that `test` can answer: `-e` of `-e /x`.
bool is_flag(std::string_view word);
bool is_flag_of_test(std::string_view word);
bool is_sign_of_comparison(std::string_view word);

/// Whether it is the path of a file in a directory of the system's programs: `/usr/bin/x`.
bool is_program_of_system(std::string_view word);

/// The beginning of a complaint about a word that is no command.
std::string taken_for_command(std::string_view word);

/// What to write instead, the line up to the command before it; empty where the command is, or is no good either.
std::string proposal_of_command(const std::string& line, const std::string& command);

/// Of the argument of `if`: a condition of which a command begins with a word of a sentence, or with a part of what
/// `test` needs, so that it never succeeds.
std::optional<Error> misread_condition(std::string_view argument);

/// Of the argument of `if`, refused: a slip in `each-run`, or what negates it.
std::vector<std::string> meant_by_if(std::string_view argument);

/// A `[` that lacks a blank or its `]`, which the shell looks for up to the next `&&`. `line` is what stands before the
/// command.
std::optional<Error> misread_bracket(const std::string& line, std::string_view command);

/// A test that compares nothing: `[ 1 > 4 ]`, `[ "$A"=b ]`, `[ a ] and [ b ]`; or one that nothing asks for its answer.
std::optional<Error> misread_test(const std::string& line, std::string_view command);

/// `command: /x`, `root /usr/bin/x`, `every 5m /x`, `A = 1`: what belongs to a line of its own, or is no command.
std::optional<Error> misread_first_word(const std::string& line, std::string_view command);

/// A command in quotes, with its words: `"test -e /x"`.
std::optional<Error> misread_quotes(const std::string& line, std::string_view command);

/// What bash reads, and a plain sh takes for something else without a complaint: `[[`, `((`, `==`, `&>`.
/// `way` is the one to bash.
std::optional<Error> misread_by_sh(const std::string& line, std::string_view command, const std::string& way);

/// What else only bash reads, at the time when a plain sh comes to it: `source`, `{1..3}`, `${x//a/b}`, `$'...'`.
std::optional<Error> word_of_bash(const std::string& line, std::string_view command, const std::string& way);

/// A `&` with which the shell waits for one command of several no more, or in the middle of a URL.
std::optional<Error> background_inside(std::string_view keyword, std::string_view command);

/// Where a `&` stands with which the whole command ends at once, whatever becomes of what it has started.
std::optional<std::size_t> place_of_background(std::string_view command);

}  // namespace acron
