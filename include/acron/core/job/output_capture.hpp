#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acron {

enum class Stream : std::uint8_t { out, err };

/// What one run printed, in the order read, bounded: the first `limit` bytes and the last `limit` bytes are kept, what
/// lies between is counted. Memory grows with what was printed, up to 2.25 times `limit`, whatever the mix of streams.
/// Lines may be of any length and bytes of any value.
class OutputCapture {
 public:
  explicit OutputCapture(std::size_t limit = 64 * 1024) : limit_(limit) {}

  /// Costs a copy of at most `limit` bytes, however many are given.
  void append(Stream stream, std::string_view bytes);

  [[nodiscard]] bool empty() const { return total_ == 0; }
  [[nodiscard]] std::uint64_t total_bytes() const { return total_; }
  /// Those that marked_text leaves out.
  [[nodiscard]] std::uint64_t dropped_bytes() const {
    return total_ - (head_.bytes.size() - torn_at_head()) - (tail_.bytes.size() - torn_at_tail());
  }

  /// For a person: each line that came from stderr begins with `stderr: `, a stream that changes in mid-line starts a
  /// new line, and `[... 12345 bytes left out ...]` stands alone where the middle is missing. No character of UTF-8 is
  /// torn there.
  [[nodiscard]] std::string marked_text() const;

  /// Bytes in a row, oldest first, and how many of them in turn came from stdout, from stderr, from stdout, ...
  struct Part {
    std::string bytes;
    std::vector<std::uint64_t> turns;
  };
  struct Parts {
    std::uint64_t total = 0;
    Part head, tail;
  };
  /// All that it holds, for another capture of the same limit.
  [[nodiscard]] Parts parts() const;
  /// Parts that do not fit together give an empty capture.
  static OutputCapture of(const Parts& parts, std::size_t limit = 64 * 1024);

 private:
  struct Piece {
    std::string bytes;
    std::vector<bool> from_err;  // one bit a byte: a run that changes its stream at each byte costs no more
    void add(bool err, std::string_view more, std::size_t most);
    void overwrite(std::size_t at, bool err, std::string_view more);
    void add(const Part& part, std::size_t most);
  };

  void keep_last(bool err, std::string_view bytes);
  [[nodiscard]] bool has_gap() const { return total_ > head_.bytes.size() + tail_.bytes.size(); }
  /// Bytes beside the gap that are but a part of a character.
  [[nodiscard]] std::size_t torn_at_head() const;
  [[nodiscard]] std::size_t torn_at_tail() const;

  std::size_t limit_;
  std::uint64_t total_ = 0;
  Piece head_;
  Piece tail_;  // once full, a ring whose oldest byte is at oldest_
  std::size_t oldest_ = 0;
};

}  // namespace acron
