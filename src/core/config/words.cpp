#include "words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "acron/core/proposal.hpp"
#include "acron/core/spelled_duration.hpp"
#include "acron/core/text.hpp"

namespace acron {

std::vector<Word> words_of(std::string_view argument) {
  std::vector<Word> words;
  for (auto begin = past_blanks(argument, 0); begin < argument.size();) {
    const auto end = next_blank(argument, begin);
    words.push_back({argument.substr(begin, end - begin), begin});
    begin = past_blanks(argument, end);
  }
  return words;
}

std::string_view first_word(std::string_view text) { return text.substr(0, next_blank(text, 0)); }

std::string without_blanks(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string together;
  for (const auto& word : words_of(text)) {
    if (!together.empty() && is_digit(together.back()) && is_digit(word.text.front())) return {};
    together += word.text;
  }
  return together;
}

std::optional<Error> path_with_blank(const std::vector<Word>& words, std::size_t first) {
  if (words.size() < first + 2) return {};
  const auto text = words[first].text;
  const bool is_quoted = text.starts_with("\"/") || text.starts_with("'/");
  if (!is_quoted && !(text.starts_with('/') && text.ends_with('\\'))) return {};
  return Error{
      "a path is one word here, and can't hold a blank, not even in quotes; let a symlink without one lead there",
      words[first].at};
}

bool is_negative(std::string_view word) {
  const auto text = "-" + lower_ascii(word);
  constexpr std::array<std::string_view, 3> signs{"-no", "-un", "not"};
  return std::any_of(signs.begin(), signs.end(), [&](auto sign) { return text.find(sign) != std::string::npos; });
}

Error unknown_word(const Word& word, std::span<const std::string_view> known) {
  auto meant = nearest(word.text, known);
  // `if-not-error` and `if-zero` say the opposite.
  if (is_negative(word.text) != is_negative(meant)) meant = {};
  std::string message = in_quotes(word.text) + " is not known here";
  if (!meant.empty()) return {message + did_you_mean(meant), word.at};
  for (std::size_t i = 0; i < known.size(); ++i) {
    message += (i == 0 ? "; it may be '" : i + 1 == known.size() ? " or '" : ", '") + std::string{known[i]} + "'";
  }
  return {message, word.at};
}

Error unexpected(const Word& word, std::string_view usage) {
  return {in_quotes(word.text) + " is one word too many; the form is '" + std::string{usage} + "'", word.at};
}

Error in_word(const Word& word, const Error& error) { return {error.message, word.at + error.at}; }

Result<Word> only_word(std::string_view argument, std::string_view usage) {
  const auto words = words_of(argument);
  if (words.size() > 1) return unexpected(words[1], usage);
  return words[0];
}

Result<Duration> read_duration(const std::vector<Word>& words, std::size_t which) {
  const auto& word = words[which];
  auto duration = parse_duration(word.text);
  if (duration) return duration;
  std::vector<std::string> rest;
  constexpr std::size_t most = 6;  // `1 hour 30 minutes`
  for (std::size_t i = which; i < words.size() && i < which + most; ++i) rest.emplace_back(words[i].text);
  const auto spelled = duration_words(rest);
  if (spelled < 2) return in_word(word, duration.error());
  const auto& last = words[which + spelled - 1];
  const std::string_view together{word.text.data(), last.at + last.text.size() - word.at};
  return in_word(word, parse_duration(together).error());
}

Result<std::optional<Duration>> read_named_duration(const std::vector<Word>& words, std::size_t first,
                                                    std::string_view keyword, std::string_view usage) {
  if (words.size() <= first) return std::optional<Duration>{};
  const auto& name = words[first];
  if (name.text != keyword) {
    const bool is_duration = parse_duration(name.text) && words.size() == first + 1;
    const auto error = unknown_word(name, std::array{keyword});
    if (!is_duration) return error;
    // `1h 30m` may be one duration.
    const auto before = first > 0 ? parse_duration(words[first - 1].text) : parse_duration("");
    if (before && *parse_duration(name.text) < *before) {
      return Error{in_quotes(name.text) + " is one word too many: a duration is one word, as in '1h30m', and " +
                       std::string{keyword} + " is named, as in '" + std::string{keyword} + " " +
                       std::string{name.text} + "'",
                   name.at};
    }
    return Error{in_quotes(name.text) + " is not known here" +
                     write_instead({std::string{keyword} + " " + std::string{name.text}}),
                 name.at};
  }
  if (words.size() == first + 1) {
    return Error{"a duration is missing; the form is '" + std::string{usage} + "'", name.at + name.text.size()};
  }
  const auto duration = read_duration(words, first + 1);
  if (!duration) return duration.error();
  if (words.size() > first + 2) return unexpected(words[first + 2], usage);
  return std::optional{*duration};
}

Result<std::int64_t> read_number(const Word& word, std::int64_t least, std::int64_t most, std::string_view what) {
  std::int64_t number = 0;
  const auto* end = word.text.data() + word.text.size();
  const auto [rest, fault] = std::from_chars(word.text.data(), end, number);
  if (fault == std::errc{} && rest == end && least <= number && number <= most) return number;
  return Error{in_quotes(word.text) + " is not " + std::string{what} + ", a number from " + std::to_string(least) +
                   " to " + std::to_string(most),
               word.at};
}

}  // namespace acron
