#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <vector>

#include "acron/core/mail/smtp_server.hpp"
#include "acron/core/result.hpp"
#include "acron/core/time.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

/// Finds a server's addresses, within a time limit. The system's look-up can't be interrupted: one that is late is left
/// behind, and asked again by the next find() instead of a second one. `localhost` and numbers need no look-up, and so
/// no thread of Asio's.
class HostLookup {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

  explicit HostLookup(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// At least one address, or why there is none. One at a time.
  Task<Result<Endpoints>> find(const SmtpServer& server, Duration limit);

 private:
  struct Pending;
  void start(const SmtpServer& server);

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Pending> pending_;
};

}  // namespace acron
