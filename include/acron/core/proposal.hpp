#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace acron {

// How an error proposes what to write instead. It is always one of two forms, so that a test can apply each proposal:
// `; write 'A'` or `; write 'A' and 'B'`, and `; did you mean 'A'?`. A proposal that begins with a directive stands
// for the whole line (or for several, one each); any other stands for the word that the message quotes first.

/// Of a longer line nothing is proposed: it could not be shown whole, and no person wrote it.
inline constexpr std::size_t longest_mended = 300;

/// `; write 'A' and 'B'`. A text that holds a `'` stands between backquotes. Empty where no text is given, where one
/// could not be read back from the message (control characters, both kinds of quotes), or where all are too long for
/// it.
std::string write_instead(const std::vector<std::string>& texts);

/// `; did you mean 'A'?`
std::string did_you_mean(std::string_view text);

/// What a message proposes, each without its quotes.
std::vector<std::string> proposals_in(std::string_view message);

/// The message with `before` in front of each proposal: `'poll = 10s'` for `'10s'`.
std::string with_proposals_behind(std::string_view before, std::string_view message);

/// The texts that come of each proposal when it replaces the word that the message quotes first; `at` is within that
/// word or at its end. Empty where the word is not in the text as the message shows it.
std::vector<std::string> with_proposals(std::string_view text, std::size_t at, std::string_view message);

/// The message up to what it proposes.
std::string without_proposal(std::string_view message);

}  // namespace acron
