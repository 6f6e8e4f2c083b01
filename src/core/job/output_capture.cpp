#include "acron/core/job/output_capture.hpp"

#include <algorithm>
#include <utility>

#include "acron/core/utf8_cut.hpp"

namespace acron {
namespace {

using Bit = std::vector<bool>::difference_type;

/// Puts together the text of two streams so that no line belongs to both.
class MarkedLines {
 public:
  void add(std::string_view bytes, bool err) {
    if (err != line_is_err_) end_line();
    line_is_err_ = err;
    while (!bytes.empty()) {
      const auto newline = bytes.find('\n');
      const auto line = bytes.substr(0, newline == std::string_view::npos ? newline : newline + 1);
      if (err && at_line_start_) text_ += "stderr: ";
      text_ += line;
      at_line_start_ = line.back() == '\n';
      bytes.remove_prefix(line.size());
    }
  }

  void add_notice(std::string_view line) {
    end_line();
    text_.append(line).append("\n");
  }

  std::string take() { return std::move(text_); }

 private:
  void end_line() {
    if (!at_line_start_) text_ += '\n';
    at_line_start_ = true;
  }

  std::string text_;
  bool at_line_start_ = true;
  bool line_is_err_ = false;
};

void add_runs(MarkedLines& lines, std::string_view bytes, const std::vector<bool>& from_err, std::size_t first) {
  auto start = from_err.begin() + static_cast<Bit>(first);
  while (!bytes.empty()) {
    const bool err = *start;
    const auto end = std::find(start, start + static_cast<Bit>(bytes.size()), !err);
    const auto length = static_cast<std::size_t>(end - start);
    lines.add(bytes.substr(0, length), err);
    bytes.remove_prefix(length);
    start = end;
  }
}

/// Goes on with the turn that the last count is of, or adds the next.
void count_turns(std::vector<std::uint64_t>& turns, const std::vector<bool>& from_err, std::size_t begin,
                 std::size_t end) {
  for (std::size_t at = begin; at < end; ++at) {
    const bool err = from_err[at];
    while (turns.empty() || (turns.size() % 2 == 0) != err) turns.push_back(0);
    ++turns.back();
  }
}

}  // namespace

void OutputCapture::Piece::add(bool err, std::string_view more, std::size_t most) {
  const auto size = bytes.size() + more.size();
  if (size > bytes.capacity()) bytes.reserve(std::min(most, std::max(size, 2 * bytes.capacity())));
  bytes += more;
  from_err.resize(size, err);
}

void OutputCapture::Piece::overwrite(std::size_t at, bool err, std::string_view more) {
  std::copy(more.begin(), more.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  const auto first = from_err.begin() + static_cast<Bit>(at);
  std::fill(first, first + static_cast<Bit>(more.size()), err);
}

void OutputCapture::Piece::add(const Part& part, std::size_t most) {
  std::string_view rest = part.bytes;
  bool err = false;
  for (const std::uint64_t turn : part.turns) {
    const auto taken = rest.substr(0, turn);
    if (!taken.empty()) add(err, taken, most);
    rest.remove_prefix(taken.size());
    err = !err;
  }
}

void OutputCapture::append(Stream stream, std::string_view bytes) {
  const bool err = stream == Stream::err;
  total_ += bytes.size();
  const auto first = bytes.substr(0, limit_ - head_.bytes.size());
  if (!first.empty()) head_.add(err, first, limit_);
  keep_last(err, bytes.substr(first.size()));
}

void OutputCapture::keep_last(bool err, std::string_view bytes) {
  if (bytes.size() > limit_) bytes.remove_prefix(bytes.size() - limit_);
  const auto grown = bytes.substr(0, limit_ - tail_.bytes.size());
  if (!grown.empty()) tail_.add(err, grown, limit_);
  bytes.remove_prefix(grown.size());
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, limit_ - oldest_);
    tail_.overwrite(oldest_, err, piece);
    oldest_ = (oldest_ + piece.size()) % limit_;
    bytes.remove_prefix(piece.size());
  }
}

OutputCapture::Parts OutputCapture::parts() const {
  const std::string_view tail = tail_.bytes;
  Parts parts{total_, {head_.bytes, {}}, {std::string(tail.substr(oldest_)).append(tail.substr(0, oldest_)), {}}};
  count_turns(parts.head.turns, head_.from_err, 0, head_.from_err.size());
  count_turns(parts.tail.turns, tail_.from_err, oldest_, tail_.from_err.size());
  count_turns(parts.tail.turns, tail_.from_err, 0, oldest_);
  return parts;
}

OutputCapture OutputCapture::of(const Parts& parts, std::size_t limit) {
  OutputCapture capture(limit);
  capture.head_.add(parts.head, limit);
  capture.tail_.add(parts.tail, limit);
  capture.total_ = parts.total;
  const auto head = capture.head_.bytes.size(), tail = capture.tail_.bytes.size();
  const bool fits = head == parts.head.bytes.size() && tail == parts.tail.bytes.size() && head <= limit &&
                    tail <= limit && (head == limit || tail == 0) && parts.total >= head + tail &&
                    (tail == limit || parts.total == head + tail);
  return fits ? std::move(capture) : OutputCapture(limit);
}

std::size_t OutputCapture::torn_at_head() const { return has_gap() ? torn_at_end(head_.bytes) : 0; }

std::size_t OutputCapture::torn_at_tail() const {
  if (!has_gap()) return 0;
  const std::string_view tail = tail_.bytes;
  constexpr std::size_t enough = 4;
  return torn_at_front(std::string(tail.substr(oldest_, enough)).append(tail.substr(0, std::min(oldest_, enough))));
}

std::string OutputCapture::marked_text() const {
  MarkedLines lines;
  const std::string_view head = head_.bytes, tail = tail_.bytes;
  add_runs(lines, head.substr(0, head.size() - torn_at_head()), head_.from_err, 0);
  if (has_gap()) lines.add_notice("[... " + std::to_string(dropped_bytes()) + " bytes left out ...]");
  const std::size_t first = oldest_ + torn_at_tail();
  const std::size_t past_end = first > tail.size() ? first - tail.size() : 0;
  if (past_end == 0) add_runs(lines, tail.substr(first), tail_.from_err, first);
  add_runs(lines, tail.substr(past_end, oldest_ - std::min(oldest_, past_end)), tail_.from_err, past_end);
  return lines.take();
}

}  // namespace acron
