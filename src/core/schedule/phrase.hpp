#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "acron/core/text.hpp"

namespace acron {

/// Reads the words of a schedule from left to right. Blanks part words; a comma or a hyphen is a word by itself, with
/// blanks around it or without. Case does not matter.
class Phrase {
 public:
  explicit Phrase(std::string_view text) : text_{text} { skip_blanks(); }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

  /// Where the next word begins, or the end of the text.
  [[nodiscard]] std::size_t at() const { return at_; }

  /// The next word as it was written; empty at the end.
  [[nodiscard]] std::string_view peek() const {
    if (at_end()) return {};
    const auto end = std::min(text_.find_first_of(" \t,-", at_), text_.size());
    return text_.substr(at_, std::max<std::size_t>(end - at_, 1));
  }

  std::string_view next() {
    const auto word = peek();
    at_ += word.size();
    skip_blanks();
    return word;
  }

  bool accept_any(std::initializer_list<std::string_view> words) {
    const auto word = lower_ascii(peek());
    if (word.empty() || std::find(words.begin(), words.end(), word) == words.end()) return false;
    next();
    return true;
  }

  bool accept(std::string_view word) { return accept_any({word}); }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size()); }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace acron
