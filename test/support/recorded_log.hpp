#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace acron {

/// What is logged while it lives, line by line, from `info` on.
class RecordedLog {
 public:
  RecordedLog();
  RecordedLog(const RecordedLog&) = delete;
  RecordedLog& operator=(const RecordedLog&) = delete;
  ~RecordedLog();

  [[nodiscard]] std::vector<std::string> lines() const;
  /// Those lines that contain every one of the texts.
  template <typename... Texts>
  [[nodiscard]] std::vector<std::string> lines_with(const Texts&... texts) const {
    auto found = lines();
    std::erase_if(found, [&](const std::string& line) { return ((line.find(texts) == std::string::npos) || ...); });
    return found;
  }
  template <typename... Texts>
  [[nodiscard]] std::size_t count(const Texts&... texts) const {
    return lines_with(texts...).size();
  }

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

}  // namespace acron
