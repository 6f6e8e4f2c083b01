#include "each_run.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "acron/core/text.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// What `each-run` comes to without its hyphen, in small letters, and without a sign behind it.
std::string run_together(std::string_view word) {
  auto text = lower_ascii(word);
  std::erase_if(text, [](char c) { return c == '-' || c == '_'; });
  while (!text.empty() && std::string_view{":=,;."}.find(text.back()) != std::string_view::npos) text.pop_back();
  return text;
}

/// The words at the beginning that are `each-run` but for a slip; empty for others, which may be commands.
std::string_view slip_in_each_run(std::string_view argument) {
  constexpr std::array<std::string_view, 1> meant{"eachrun"};
  if (!argument.starts_with('e') && !argument.starts_with('E')) return {};
  const auto words = words_of(argument.substr(0, argument.find_first_of("\"'`$")));
  if (words.size() > 1 && run_together(words[0].text) == "each" && run_together(words[1].text) == "run")
    return argument.substr(0, words[1].at + words[1].text.size());
  const auto text = run_together(words[0].text);
  const bool is_near = text.size() + 1 >= meant[0].size() && text.size() <= meant[0].size() + 1 &&
                       text.find('/') == std::string::npos && !nearest(text, meant).empty();
  return is_near ? words[0].text : std::string_view{};
}

std::string_view negation_in(std::string_view argument) {
  if (argument.starts_with('!')) return argument.substr(0, 1);
  const auto word = first_word(argument);
  return is_of_no(word) ? word : std::string_view{};
}

}  // namespace

bool is_of_no(std::string_view word) {
  constexpr std::array<std::string_view, 3> all{"not", "unless", "no"};
  return std::find(all.begin(), all.end(), lower_ascii(word)) != all.end();
}

std::optional<EachRun> each_run_in(std::string_view argument) {
  const auto negation = negation_in(argument);
  const auto rest = trim(argument.substr(negation.size()));
  const auto word = first_word(rest) == "each-run" ? first_word(rest) : slip_in_each_run(rest);
  if (word.empty()) return {};
  return EachRun{negation, word, trim(rest.substr(word.size()))};
}

std::size_t begin_of_command(std::string_view argument) {
  const auto each_run = each_run_in(argument);
  const bool has_one = each_run && each_run->is_right() && !each_run->command.empty();
  return has_one ? static_cast<std::size_t>(each_run->command.data() - argument.data()) : 0;
}

}  // namespace acron
