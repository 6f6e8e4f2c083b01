#pragma once

#include <cstddef>
#include <string>

#include "acron/core/config/job_parser.hpp"
#include "acron/core/config/source.hpp"

namespace acron {

/// Gathers what is wrong with one file, which must outlive it. Keeps the first faults found, and counts the rest, so
/// that a file of rubbish does not fill the log.
class Faults {
 public:
  explicit Faults(const SourceFile& file) : file_(file) {}

  void add(Location where, const std::string& message);
  /// The same of something with which the file is loaded.
  void warn(Location where, const std::string& message);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  /// Whether a further fault would only be counted, so that nothing need be said of it.
  [[nodiscard]] bool full() const;
  /// In the order of their lines; those of the whole file come last.
  [[nodiscard]] Diagnostics in_line_order() const;

 private:
  const SourceFile& file_;
  Diagnostics found_;
  std::size_t left_out_ = 0;
};

/// The text without the mark that some editors put before UTF-8.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace acron
