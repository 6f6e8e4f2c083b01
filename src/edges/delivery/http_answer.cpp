#include "http_answer.hpp"

#include <algorithm>
#include <utility>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t most_bytes = 64 * 1024;
constexpr std::size_t most_interim = 10;

/// `HTTP/1.1 204 No Content`; RFC 9112, section 4.
std::optional<HttpAnswer::Status> status_of(std::string_view line) {
  const auto digit = [line](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  const bool good = line.size() >= 12 && line.starts_with("HTTP/1.") && digit(7) && line[8] == ' ' && digit(9) &&
                    digit(10) && digit(11) && (line.size() == 12 || line[12] == ' ');
  if (!good) return std::nullopt;
  const auto code = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  return HttpAnswer::Status{
      static_cast<unsigned>(code), std::string{line.substr(std::min<std::size_t>(13, line.size()))}, {}};
}

/// RFC 9110, section 10.2.2; empty where the line is another field.
std::string_view location_in(std::string_view line) {
  constexpr std::string_view name = "location:", blanks = " \t";
  if (lower_ascii(line.substr(0, name.size())) != name) return {};
  line.remove_prefix(name.size());
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

/// 101 is the last answer before another protocol.
bool is_interim(unsigned code) { return code / 100 == 1 && code != 101; }

}  // namespace

Result<std::optional<HttpAnswer::Status>> HttpAnswer::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto newline = bytes.find('\n');
    const auto taken = bytes.substr(0, newline == std::string_view::npos ? newline : newline + 1);
    bytes.remove_prefix(taken.size());
    bytes_ += taken.size();
    if (bytes_ > most_bytes) return Error{"its header is longer than 64 KiB"};
    line_ += taken;
    if (newline == std::string_view::npos) break;
    line_.pop_back();
    if (line_.ends_with('\r')) line_.pop_back();
    auto status = take_line(std::exchange(line_, {}));
    if (!status || *status) return status;
  }
  return std::optional<Status>{};
}

Result<std::optional<HttpAnswer::Status>> HttpAnswer::take_line(std::string_view line) {
  if (!status_) {
    status_ = status_of(line);
    if (!status_) return Error{"the server does not speak HTTP/1"};
    return std::optional<Status>{};
  }
  if (!line.empty()) {
    if (status_->location.empty()) status_->location = location_in(line);
    return std::optional<Status>{};
  }
  auto status = std::exchange(status_, std::nullopt);
  if (!is_interim(status->code)) return status;
  if (++interim_ > most_interim) return Error{"the server answers again and again that it will answer"};
  return std::optional<Status>{};
}

}  // namespace acron
