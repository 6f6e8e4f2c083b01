#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

#include "acron/edges/delivery/smtp_client.hpp"
#include "fake_smtp_server.hpp"
#include "loop.hpp"

namespace acron::test {

inline const OutgoingMail mail{"root@web-0001", "mark@example.com", "acron.7@web-0001", "web/cleanup",
                               "Subject: x\r\n\r\nhello\r\n.\r\n"};
inline const std::string on_the_wire = "Subject: x\r\n\r\nhello\r\n..\r\n.\r\n";

/// Long enough for any machine; only what a test means to run out is short.
inline SmtpTimeLimits patient() {
  const auto long_time = std::chrono::minutes{5};
  return {long_time, long_time, long_time, long_time, long_time, long_time, long_time, long_time};
}

inline Delivery deliver_to(std::vector<SmtpScript> scripts, SmtpTimeLimits limits = patient()) {
  boost::asio::io_context loop;
  FakeSmtpServer server{loop, std::move(scripts)};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001", limits};
  return run(loop, client.deliver(mail));
}

inline SmtpScript answering(const std::string& command, const std::string& answer) {
  return {{{command, {answer}}}, {}};
}

}  // namespace acron::test
