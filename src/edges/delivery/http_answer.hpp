#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Finds the status of an HTTP/1 answer in the bytes of a connection, however they are cut. It is known once the header
/// has ended; what else the header says, and what follows it, does not matter. Holds one line, and reads at most 64 KiB
/// and ten interim answers (RFC 9110, section 15.2), because the peer may be anyone.
class HttpAnswer {
 public:
  struct Status {
    unsigned code = 0;
    std::string reason;    // as the server sent it
    std::string location;  // too; empty without one
  };

  /// The status, nothing as long as it is not known, or why it never will be.
  [[nodiscard]] Result<std::optional<Status>> add(std::string_view bytes);

 private:
  [[nodiscard]] Result<std::optional<Status>> take_line(std::string_view line);

  std::string line_;              // as far as it was read
  std::optional<Status> status_;  // of the header that is being read
  std::size_t bytes_ = 0;
  std::size_t interim_ = 0;
};

}  // namespace acron
