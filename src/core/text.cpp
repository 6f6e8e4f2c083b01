#include "acron/core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>

#include "acron/core/characters.hpp"
#include "acron/core/look_alikes.hpp"

namespace acron {
namespace {

/// What the bytes that may follow a lead byte look like: RFC 3629, section 4.
struct Lead {
  std::size_t length = 0;  // of the whole sequence; 0 for a byte that starts none
  unsigned char second_least = 0x80;
  unsigned char second_most = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

/// Bytes of the well-formed sequence that `text` starts with; 0 when it starts with none.
std::size_t sequence_length(std::string_view text) {
  const auto lead = lead_of(static_cast<unsigned char>(text.front()));
  if (lead.length <= 1 || lead.length > text.size()) return lead.length == 1 ? 1 : 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < lead.second_least || second > lead.second_most) return 0;
  for (const char byte : text.substr(2, lead.length - 2)) {
    if (!is_continuation(byte)) return 0;
  }
  return lead.length;
}

/// Characters that move the cursor, end a line or turn the direction of what follows (U+0080-9F, U+2028-202E,
/// U+2066-2069), so that a printed name could pass for another.
bool commands_the_terminal(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (sequence.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (sequence.size() != 3 || byte(0) != 0xE2) return false;
  return (byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) ||
         (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

std::string escaped(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += {'\\', 'x', digits[value >> 4U], digits[value & 0xFU]};
  }
  return text;
}

/// One character of `text`, as it is printed, and the number of bytes it took.
std::pair<std::string, std::size_t> printable_character(std::string_view text) {
  const auto length = sequence_length(text);
  if (length == 0) return {escaped(text.substr(0, 1)), 1};
  const auto character = text.substr(0, length);
  if (character == "\\") return {"\\\\", 1};
  return {commands_the_terminal(character) ? escaped(character) : std::string{character}, length};
}

/// `escapes` tells of each character, and where it stands, whether it is escaped though it commands nothing.
template <typename Escapes>
std::string printed(std::string_view text, std::size_t limit, const Escapes& escapes) {
  constexpr std::string_view ellipsis = "...";
  std::string printed;
  std::size_t last_cut = 0;  // where the ellipsis would still fit
  for (std::size_t at = 0; at < text.size();) {
    const auto [shown, taken] = printable_character(text.substr(at));
    const auto bytes = text.substr(at, taken);
    const auto character = escapes(at, bytes) ? escaped(bytes) : shown;
    if (printed.size() + character.size() > limit) {
      printed.resize(last_cut);
      return printed.append(ellipsis.substr(0, limit - last_cut));
    }
    printed += character;
    if (printed.size() + ellipsis.size() <= limit) last_cut = printed.size();
    at += taken;
  }
  return printed;
}

constexpr std::size_t longest_guessed = 48;  // no word that anyone misspells is longer

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
/// alignment).
std::size_t edit_distance(std::string_view from, std::string_view to) {
  using Row = std::array<std::size_t, longest_guessed + 1>;
  Row before_last{}, last{}, row{};
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const bool same = from[i - 1] == to[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

/// One slip in three letters, and two in all where neither word is a part of the other: more, and the guess is noise,
/// or an opposite.
std::size_t slips_allowed(std::string_view word, std::string_view candidate) {
  const bool is_part = candidate.find(word) != std::string_view::npos || word.find(candidate) != std::string_view::npos;
  const auto longest = std::max(word.size(), candidate.size());
  const auto slips = is_part ? longest / 3 : std::min<std::size_t>(word.size() / 3, 2);
  return std::min(std::max<std::size_t>(slips, 1), longest - 1);
}

/// Whether a short word has another first letter and else the same ones: it is rather another word, as `jour`.
bool begins_otherwise(std::string_view word, std::string_view candidate) {
  constexpr std::size_t longest_short = 4;
  return word.size() <= longest_short && word.size() == candidate.size() &&
         lower_ascii(word.substr(0, 1)) != lower_ascii(candidate.substr(0, 1)) && word.substr(1) == candidate.substr(1);
}

/// The one candidate that begins with `word`.
std::string_view completion(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() < 3) return {};
  std::string_view found;
  for (const auto candidate : candidates) {
    if (!candidate.starts_with(word)) continue;
    if (!found.empty()) return {};
    found = candidate;
  }
  return found;
}

std::string_view singular_of(std::string_view word) {
  return word.substr(0, word.size() - (word.ends_with('s') ? 1 : 0));
}

/// Whether two words can hardly be two different ones: one slip, or two in a long word.
bool is_surely(std::string_view word, std::string_view candidate) {
  constexpr std::size_t long_word = 8;
  if (candidate.starts_with(word)) return true;
  const auto slips = std::min(edit_distance(word, candidate), edit_distance(singular_of(word), candidate));
  return word.front() == candidate.front() && slips <= (candidate.size() < long_word ? 1 : 2);
}

/// The one candidate that `word` may surely be, and is but for letters that it lacks: `wensday` is as near to
/// `weekday`, and is none.
std::string_view with_letters_missing(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest_guessed) return {};
  std::vector<std::string_view> sure;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(sure), [&](std::string_view candidate) {
    return candidate.size() <= longest_guessed && is_surely(word, candidate);
  });
  const auto near = nearest(word, sure);
  std::size_t matched = 0;
  for (const char c : near) matched += matched < word.size() && word[matched] == c ? 1 : 0;
  return matched == word.size() ? near : std::string_view{};
}

/// Whether a sign stands in the word that makes its opposite, or a comment, of what is behind it. At the end a `;` ends
/// a line of another language.
bool has_sign_of_negation(std::string_view word) {
  return word.starts_with('-') || word.starts_with("//") || word.find_first_of("!~^") != std::string_view::npos ||
         word.substr(0, word.size() - 1).find_first_of("#;") != std::string_view::npos;
}

/// Whether a word is nearer to the candidate without a `no` or `un` at the beginning of one of its parts: `nosplay`,
/// `if-unsuccess` and `notif-nonzero`, but not `unmask`.
bool is_opposite(std::string_view word, std::string_view candidate) {
  constexpr std::array<std::string_view, 5> negations{"no", "non", "not", "un", "dis"};
  if (has_sign_of_negation(word) && !has_sign_of_negation(candidate)) return true;
  const auto distance = edit_distance(word, candidate);
  for (const auto negation : negations) {
    if (word == negation && !candidate.starts_with(word)) return true;
    for (auto at = word.find(negation); at != std::string_view::npos; at = word.find(negation, at + 1)) {
      const bool begins = at == 0 || word[at - 1] == '-' || word[at - 1] == '_';
      const auto rest = std::string{word.substr(0, at)}.append(word.substr(at + negation.size()));
      if ((begins || negation == "not") && edit_distance(rest, candidate) < distance) return true;
    }
  }
  return false;
}

/// The nearest candidate by its letters alone, which may be the opposite.
std::string_view nearest_by_letters(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest_guessed) return {};
  const auto lower = lower_ascii(word);
  std::string_view best;
  std::size_t best_distance = longest_guessed;
  bool is_unique = true;
  for (const auto candidate : candidates) {
    if (candidate.size() > longest_guessed) continue;
    const auto distance = edit_distance(lower, lower_ascii(candidate));
    if (distance > slips_allowed(lower, candidate) || begins_otherwise(lower, candidate)) continue;
    if (distance > best_distance) continue;
    is_unique = distance < best_distance || candidate == best;
    best = candidate;
    best_distance = distance;
  }
  if (!is_unique) return {};
  return best.empty() ? completion(lower, candidates) : best;
}

}  // namespace

// Every line of every job goes through these: they ask each character, and search no set for it.
std::size_t past_blanks(std::string_view text, std::size_t from) {
  while (from < text.size() && is_blank(text[from])) ++from;
  return from;
}

std::size_t next_blank(std::string_view text, std::size_t from) {
  while (from < text.size() && !is_blank(text[from])) ++from;
  return from;
}

bool says_none(std::string_view value) {
  constexpr std::array<std::string_view, 6> words{"none", "no", "off", "false", "never", "disabled"};
  return std::find(words.begin(), words.end(), lower_ascii(value)) != words.end();
}

std::string_view trim(std::string_view text) {
  text.remove_prefix(past_blanks(text, 0));
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_ascii(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string printable(std::string_view text, std::size_t limit) {
  return printed(text, limit, [](std::size_t, std::string_view) { return false; });
}

std::string in_quotes(std::string_view text, std::size_t limit) { return "'" + printable(text, limit) + "'"; }

std::string printable_name(std::string_view text, std::size_t limit) {
  return printed(text, limit, [text](std::size_t at, std::string_view character) {
    auto found = character.size() > 1 ? find_look_alike(character) : std::nullopt;
    if (found) found->at = at;
    return found && is_hidden_in(*found, text);
  });
}

std::string without_controls(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto [character, taken] = printable_character(text);
    shown += text.starts_with('\\') ? "\\" : character;
    text.remove_prefix(taken);
  }
  return shown;
}

std::size_t utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool is_ascii = static_cast<unsigned char>(text[at]) < 0x80;
    const auto length = is_ascii ? 1 : sequence_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

bool is_utf8(std::string_view text) { return utf8_prefix(text) == text.size(); }

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  const auto near = nearest_by_letters(word, candidates);
  return near.empty() || is_opposite(lower_ascii(word), lower_ascii(near)) ? std::string_view{} : near;
}

bool resembles_any(std::string_view word, std::span<const std::string_view> candidates) {
  return !nearest_by_letters(word, candidates).empty();
}

std::string_view nearest_surely(std::string_view word, std::span<const std::string_view> candidates) {
  const auto lower = lower_ascii(word);
  const auto near = nearest(lower, candidates);
  if (!near.empty()) return is_surely(lower, near) ? near : std::string_view{};
  return with_letters_missing(singular_of(lower), candidates);
}

}  // namespace acron
