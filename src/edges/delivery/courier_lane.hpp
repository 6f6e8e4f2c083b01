#pragma once

#include <memory>
#include <optional>

#include "acron/edges/delivery/courier.hpp"

namespace acron {

/// A transport and the message that is being delivered over it.
struct Courier::Lane {
  std::unique_ptr<MailTransport> transport;
  std::optional<Entry> hand{};  // the message; the lane is idle without one
  bool hand_left = false;       // and it is no longer waited for
  Instant began{};
  bool stall_noted = false;
  Instant used{};          // when the last delivery ended
  bool connected = false;  // perhaps
};

}  // namespace acron
