#include "cut_lines.hpp"

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_character = 4;  // of UTF-8

/// Where to cut the line that begins `text` and is longer than `longest`.
std::size_t cut_of(std::string_view text, std::size_t longest) {
  const std::string_view piece = text.substr(0, longest);
  const std::size_t well_formed = utf8_prefix(piece);
  return longest - well_formed < longest_character && well_formed > 0 ? well_formed : longest;
}

}  // namespace

std::vector<CutLines::Line> CutLines::take(Stream stream, std::string_view bytes) {
  std::vector<Line> lines;
  std::string& held = held_.of(stream);
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::size_t room = longest_ + 1 - held.size();
    const bool ends = end != std::string_view::npos && end < room;
    const std::string_view part = bytes.substr(0, ends ? end : room);
    held.append(part);
    bytes.remove_prefix(part.size() + (ends ? 1 : 0));
    if (ends) {
      lines.emplace_back(stream, std::exchange(held, {}));
    } else if (held.size() > longest_) {
      const std::size_t cut = cut_of(held, longest_);
      lines.emplace_back(stream, held.substr(0, cut));
      held.erase(0, cut);
    }
  }
  return lines;
}

std::vector<CutLines::Line> CutLines::take_unfinished() {
  std::vector<Line> lines;
  for (const Stream stream : {Stream::out, Stream::err}) {
    std::string& held = held_.of(stream);
    if (!held.empty()) lines.emplace_back(stream, std::exchange(held, {}));
  }
  return lines;
}

}  // namespace acron
