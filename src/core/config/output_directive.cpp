// Where output goes: the functions of this directive's row.

#include <algorithm>
#include <array>
#include <optional>

#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::string_view usage = "output [CONDITION] TARGET";
// Far more outputs than any job has a use for.
constexpr std::size_t most_outputs = 100;

constexpr std::array conditions{RouteCondition::if_error, RouteCondition::if_success, RouteCondition::if_first_error,
                                RouteCondition::if_recovered};

std::optional<RouteCondition> condition_called(std::string_view word) {
  const auto* found = std::find_if(conditions.begin(), conditions.end(),
                                   [&](RouteCondition condition) { return describe(condition) == word; });
  return found == conditions.end() ? std::nullopt : std::optional{*found};
}

/// Whether a word is a condition of `error`, which an output has not.
bool is_of_error(const Word& word) { return word.text == "if-nonzero" || word.text == "if-stderr"; }

Error unknown_condition(const Word& word) {
  if (is_of_error(word))
    return {in_quotes(word.text) +
                " is of the directive 'error', which says what a failure is; 'if-error' is for all failures",
            word.at};
  std::array<std::string_view, conditions.size()> known;
  std::transform(conditions.begin(), conditions.end(), known.begin(), [](RouteCondition c) { return describe(c); });
  return unknown_word(word, known);
}

/// `if-error=ops@example.com`, which would be an address.
std::optional<RouteCondition> condition_glued(std::string_view word) {
  constexpr std::string_view signs = "=:/|,;";
  const auto end = word.find_first_of(signs);
  return end == std::string_view::npos ? std::nullopt : condition_called(word.substr(0, end));
}

Result<OutputTarget> read_target(const std::vector<Word>& words, std::size_t place) {
  const auto& word = words[place];
  auto target = parse_output_target(word.text);
  if (!target) return in_word(word, target.error());
  if (words.size() == place + 1) return target;
  if (condition_called(words[place + 1].text)) {
    return Error{
        in_quotes(words[place + 1].text) + " stands before the target; the form is '" + std::string{usage} + "'",
        words[place + 1].at};
  }
  // Not repeated: a URL, even a malformed one, may hold a secret.
  const auto second = words[place + 1].text;
  if (parse_output_target(second) || second.find("://") != std::string_view::npos) {
    return Error{"each target has an 'output' line of its own", words[place + 1].at};
  }
  return unexpected(words[place + 1], usage);
}

}  // namespace

Result<void> apply_output(std::string_view argument, JobDefinition& definition) {
  if (definition.outputs.size() >= most_outputs) return Error{"more than 100 outputs", 0};
  const auto words = words_of(argument);
  const auto condition = condition_called(words[0].text);
  const std::size_t place = condition ? 1 : 0;
  if (words.size() <= place) {
    return Error{"a target is missing after " + in_quotes(words[0].text), argument.size()};
  }
  if (condition && condition_called(words[place].text)) {
    return Error{in_quotes(words[place].text) + " is a second condition, and a line has one", words[place].at};
  }
  if (condition && is_of_error(words[place])) return unknown_condition(words[place]);
  if (condition && words[place].text.starts_with("if-"))
    return Error{in_quotes(words[place].text) + " is no target, and a line has one condition", words[place].at};
  if (!condition && condition_glued(words[0].text))
    return Error{in_quotes(describe(*condition_glued(words[0].text))) + " and the target are two words", words[0].at};
  if (auto cut = path_with_blank(words, place)) return *std::move(cut);
  const auto target = read_target(words, place);
  if (!target) {
    const bool is_no_target = !condition && words.size() > 1 && target.error().at == words[0].at;
    return is_no_target ? unknown_condition(words[0]) : target.error();
  }
  const OutputRoute route{*target, condition.value_or(RouteCondition::always)};
  // Twice the same bytes in one place is never what was meant.
  const bool is_known =
      std::any_of(definition.outputs.begin(), definition.outputs.end(), [&](const OutputRoute& other) {
        return is_same(other.target, route.target) && can_both_apply(other.condition, route.condition);
      });
  if (is_known) return Error{"'" + describe(*target) + "' is an output of this job already", words[place].at};
  definition.outputs.push_back(route);
  return {};
}

void drop_outputs(JobDefinition& definition) { definition.outputs.clear(); }

}  // namespace acron
