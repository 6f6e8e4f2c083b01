#include "foreign_characters.hpp"

#include <algorithm>
#include <array>

#include "directives.hpp"
#include "foreign_keys.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// The bytes of the argument that acron itself makes sense of.
std::size_t length_read(const Directive& directive, std::string_view argument) {
  constexpr std::array<std::string_view, 2> of_texts{"description", "disabled"};
  const bool is_text = std::find(of_texts.begin(), of_texts.end(), directive.keyword) != of_texts.end();
  if (is_text || directive.is_command) return 0;
  if (directive.keyword != "env") return argument.size();
  const auto equals = std::min(argument.find('='), argument.size());
  // What looks like the quotes of the value is read as acron's own.
  const auto first = find_look_alike(argument, equals);
  const bool opens = first && first->at == equals + 1 && first->kind == LookAlike::Kind::quote;
  return opens ? first->at + first->length : equals;
}

bool may_be_meant(const LookAlike& character, std::string_view argument) {
  const bool is_seen = character.kind != LookAlike::Kind::blank && character.kind != LookAlike::Kind::invisible;
  const auto words = words_of(argument);
  const auto in_word = std::find_if(words.begin(), words.end(), [&](const Word& word) {
    return word.at <= character.at && character.at < word.at + word.text.size();
  });
  return is_seen && in_word != words.end() && in_word->text.starts_with('/');
}

/// Of a line that is no directive, such as one of a crontab, only what keeps it from being read as one.
std::optional<FoundLookAlike> hidden_in(const Statement& statement) {
  for (auto found = find_look_alike(statement.argument); found;
       found = find_look_alike(statement.argument, found->at + 1)) {
    const bool is_hidden = found->kind == LookAlike::Kind::blank || found->kind == LookAlike::Kind::invisible;
    const auto name = std::string_view{statement.keyword}.substr(0, statement.keyword.find_first_of("=:"));
    const bool is_first = statement.argument.find_first_not_of("=: \t") == found->at;
    const bool opens_value =
        is_first && directive_for({name, ' ', {}}) != nullptr && found->kind == LookAlike::Kind::quote;
    if (is_hidden || opens_value) return FoundLookAlike{*found, locate(statement, found->at)};
  }
  return {};
}

}  // namespace

std::string foreign_in(const Statement& statement) {
  const auto* directive = find_directive(statement.keyword);
  if (directive == nullptr) return first_foreign(statement.keyword);
  const auto read = std::string_view{statement.argument}.substr(0, length_read(*directive, statement.argument));
  for (const auto& word : words_of(read)) {
    if (auto code = word.text.starts_with('/') ? std::string{} : first_foreign(word.text); !code.empty()) return code;
  }
  return {};
}

std::optional<FoundLookAlike> look_alike_in(const Statement& statement) {
  if (const auto found = find_look_alike(statement.keyword)) {
    return FoundLookAlike{*found, {statement.where.line, statement.where.column + found->at}};
  }
  const auto* directive = find_directive(statement.keyword);
  if (statement.damaged) return {};
  if (directive == nullptr) return hidden_in(statement);
  const auto read = std::string_view{statement.argument}.substr(0, length_read(*directive, statement.argument));
  for (auto found = find_look_alike(read); found; found = find_look_alike(read, found->at + found->length)) {
    if (!may_be_meant(*found, read)) return FoundLookAlike{*found, locate(statement, found->at)};
  }
  return {};
}

}  // namespace acron
