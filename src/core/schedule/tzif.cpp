#include "tzif.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace acron {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view magic = "TZif";
constexpr std::size_t header_size = 44;
constexpr std::size_t type_size = 6;
/// zic -b fat begins with a transition at the Big Bang, which no TimePoint holds.
constexpr std::chrono::sys_seconds earliest{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
constexpr std::chrono::sys_seconds latest{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

Error cut_off() { return {"is cut off"}; }
Error damaged(const std::string& what) { return {"is damaged: " + what}; }

std::uint64_t big_endian_number(std::string_view big_endian) {
  std::uint64_t value = 0;
  for (const char c : big_endian) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

/// Of four or eight bytes.
std::int64_t signed_number(std::string_view big_endian) {
  const auto value = big_endian_number(big_endian);
  return big_endian.size() == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
}

struct Header {
  char version = 0;
  // RFC 9636, section 3.1, in its order. Counts of 32 bits, so that no sum of their sizes overflows 64.
  std::uint64_t utc_indicators = 0, standard_indicators = 0, leaps = 0, times = 0, types = 0, characters = 0;

  [[nodiscard]] std::uint64_t size_of_data(std::size_t time_size) const {
    return times * (time_size + 1) + types * type_size + characters + leaps * (time_size + 4) + standard_indicators +
           utc_indicators;
  }
};

Result<Header> take_header(std::string_view& bytes) {
  if (bytes.empty()) return Error{"is empty"};
  if (!bytes.starts_with(magic.substr(0, bytes.size()))) return Error{"is no time zone file"};
  if (bytes.size() < header_size) return cut_off();
  const auto count = [bytes](std::size_t index) { return big_endian_number(bytes.substr(20 + 4 * index, 4)); };
  const Header header{bytes[4], count(0), count(1), count(2), count(3), count(4), count(5)};
  bytes.remove_prefix(header_size);
  if (header.version != '\0' && header.version < '2') return damaged("its version is unknown");
  return header;
}

/// The data block behind a header that fits into the file.
class Data {
 public:
  Data(std::string_view bytes, const Header& header, std::size_t time_size) : header_{header}, time_size_{time_size} {
    const auto take = [&bytes](std::uint64_t size) {
      const auto part = bytes.substr(0, size);
      bytes.remove_prefix(part.size());
      return part;
    };
    times_ = take(header.times * time_size);
    type_of_time_ = take(header.times);
    types_ = take(header.types * type_size);
    take(header.characters);
    leaps_ = take(header.leaps * (time_size + 4));
  }

  /// Empty when all types can be used.
  [[nodiscard]] std::string fault_of_types() const {
    if (header_.types == 0) return "it has no offset from UTC";
    for (std::uint64_t type = 0; type < header_.types; ++type) {
      const auto offset = offset_of(type);
      if (offset <= -25h || offset >= 26h) return "it has an offset of more than a day";
      const auto is_daylight = big_endian_number(types_.substr(type * type_size + 4, 1));
      const auto abbreviation = big_endian_number(types_.substr(type * type_size + 5, 1));
      if (is_daylight > 1 || abbreviation >= header_.characters) return "its local time types make no sense";
    }
    return {};
  }

  [[nodiscard]] std::chrono::seconds offset_of(std::uint64_t type) const {
    return std::chrono::seconds{signed_number(types_.substr(type * type_size, 4))};
  }
  [[nodiscard]] std::uint64_t count() const { return header_.times; }
  [[nodiscard]] std::uint64_t type_of(std::uint64_t index) const {
    return big_endian_number(type_of_time_.substr(index, 1));
  }
  [[nodiscard]] bool has_type(std::uint64_t type) const { return type < header_.types; }
  [[nodiscard]] std::int64_t time_of(std::uint64_t index) const {
    return signed_number(times_.substr(index * time_size_, time_size_));
  }

  /// The leap seconds before `time`, which counts them as it does.
  [[nodiscard]] std::int64_t leap_seconds_before(std::int64_t time) const {
    std::int64_t correction = 0;
    const auto size = time_size_ + 4;
    for (auto leaps = leaps_; leaps.size() >= size && signed_number(leaps.substr(0, time_size_)) <= time;) {
      correction = signed_number(leaps.substr(time_size_, 4));
      leaps.remove_prefix(size);
    }
    return correction;
  }

 private:
  Header header_;
  std::size_t time_size_;
  std::string_view times_, type_of_time_, types_, leaps_;
};

Result<void> read_transitions(const Data& data, ZoneRules& rules) {
  for (std::uint64_t i = 0; i < data.count(); ++i) {
    const auto time = data.time_of(i);
    if (!data.has_type(data.type_of(i))) return damaged("a transition leads to no offset");
    if (i > 0 && time <= data.time_of(i - 1)) return damaged("its transitions are out of order");
    const auto offset = data.offset_of(data.type_of(i));
    if (std::chrono::sys_seconds{std::chrono::seconds{time}} < earliest) {
      rules.first_offset = offset;
      continue;
    }
    if (std::chrono::sys_seconds{std::chrono::seconds{time}} > latest) return damaged("a transition is after 9999");
    const std::chrono::sys_seconds at{std::chrono::seconds{time - data.leap_seconds_before(time)}};
    if (!rules.transitions.empty() && at <= rules.transitions.back().at)
      return damaged("its leap seconds make no sense");
    rules.transitions.push_back({at, offset});
  }
  return {};
}

/// The parts of a file that count.
struct Parts {
  Header header;
  std::size_t time_size;
  std::string_view data;
  std::optional<std::string_view> footer;  // all that follows the second data block; none in version 1
};

Result<Parts> parts_of_file(std::string_view bytes) {
  std::size_t time_size = 4;
  auto header = take_header(bytes);
  const bool has_second_block = header && header->version >= '2';
  if (has_second_block) {
    // The first block is for readers that know version 1 only.
    const auto size = header->size_of_data(time_size);
    if (size >= bytes.size()) return cut_off();
    bytes.remove_prefix(size);
    time_size = 8;
    header = take_header(bytes);
  }
  if (!header) return header.error();
  const auto size = header->size_of_data(time_size);
  if (size > bytes.size()) return cut_off();
  Parts parts{*header, time_size, bytes.substr(0, size), {}};
  if (has_second_block) parts.footer = bytes.substr(size);
  return parts;
}

Result<std::string_view> rule_in(std::string_view footer) {
  if (footer.empty()) return cut_off();
  if (footer.front() != '\n') return damaged("its data is longer than its header says");
  const auto end = footer.find('\n', 1);
  if (end == std::string_view::npos) return cut_off();
  return footer.substr(1, end - 1);
}

Result<void> read_footer(std::string_view footer, ZoneRules& rules) {
  const auto text = rule_in(footer);
  if (!text) return text.error();
  if (text->empty()) return {};
  rules.rule = parse_posix_zone_rule(*text);
  if (!rules.rule) return damaged("the rule in its last line can't be read");
  return {};
}

}  // namespace

Result<ZoneRules> parse_tzif(std::string_view bytes) {
  const auto parts = parts_of_file(bytes);
  if (!parts) return parts.error();
  const Data data{parts->data, parts->header, parts->time_size};
  if (const auto fault = data.fault_of_types(); !fault.empty()) return damaged(fault);
  ZoneRules rules{data.offset_of(0), {}, {}, parts->header.leaps > 0};
  if (const auto read = read_transitions(data, rules); !read) return read.error();
  if (!parts->footer) return rules;
  if (const auto read = read_footer(*parts->footer, rules); !read) return read.error();
  return rules;
}

std::string_view rule_of_tzif(std::string_view bytes) {
  const auto parts = parts_of_file(bytes);
  if (!parts || !parts->footer) return {};
  const auto rule = rule_in(*parts->footer);
  return rule ? *rule : std::string_view{};
}

}  // namespace acron
