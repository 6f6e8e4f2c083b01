#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "shell_parts.hpp"
#include "words.hpp"

namespace acron {

/// `]` as a word of its own, perhaps in quotes or before a sign.
bool is_end_of_test(std::string_view word);

/// The words that `[` or `test` gets in this part, without a `]` and what follows it; empty where the part is no such
/// test, or has no end. Their places are those in the part.
std::vector<Word> operands_of_test(const CommandPart& part);

/// The operands between `-a`, `-o`, `!` and brackets: what is compared or asked at once.
std::vector<std::vector<Word>> terms_of(std::span<const Word> operands);

/// `-f /x`, `! -f /x`, `"$A" = b`, joined by `-a` or `-o`: whole in itself.
bool is_expression(std::span<const Word> operands);

}  // namespace acron
