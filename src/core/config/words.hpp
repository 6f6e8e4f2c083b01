#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"
#include "acron/core/text.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// A word of a directive's argument, and where in the argument it stands.
struct Word {
  std::string_view text;
  std::size_t at;
};

std::vector<Word> words_of(std::string_view argument);

/// The text up to its first blank.
std::string_view first_word(std::string_view text);

/// `512 MB` as one word; empty where that would make one number of two.
std::string without_blanks(std::string_view text);

/// What is wrong with a path that begins at this word and goes on behind a blank, as a shell would read it.
std::optional<Error> path_with_blank(const std::vector<Word>& words, std::size_t first);

/// Whether a part of a word with hyphens says no: `if-not-error`, `if-nonzero`, `if-unsuccessful`.
bool is_negative(std::string_view word);

/// The fault of a word that is none of those known, with the one that was probably meant.
Error unknown_word(const Word& word, std::span<const std::string_view> known);

/// The fault of a word behind the last that the form has.
Error unexpected(const Word& word, std::string_view usage);

/// The fault of a word with the fault that a parser found in it.
Error in_word(const Word& word, const Error& error);

/// The argument's only word. At least one is there.
[[nodiscard]] Result<Word> only_word(std::string_view argument, std::string_view usage);

/// A duration that is one word of an argument. Several words that spell one are a fault that says how it is written.
[[nodiscard]] Result<Duration> read_duration(const std::vector<Word>& words, std::size_t which);

/// `KEYWORD D` as the words from `first` on, where the keyword is optional as a whole; nothing may follow.
[[nodiscard]] Result<std::optional<Duration>> read_named_duration(const std::vector<Word>& words, std::size_t first,
                                                                  std::string_view keyword, std::string_view usage);

/// A whole number from `least` to `most` that is one word of an argument; `what` begins the message.
[[nodiscard]] Result<std::int64_t> read_number(const Word& word, std::int64_t least, std::int64_t most,
                                               std::string_view what);

}  // namespace acron
