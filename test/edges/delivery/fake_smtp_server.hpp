#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "acron/core/mail/smtp_server.hpp"
#include "acron/core/time.hpp"
#include "acron/runtime/loop/task.hpp"
#include "certificates.hpp"

namespace acron::test {

/// What a server answers, by command (`CONNECT` for the greeting, `.` for the message); the last answer of a list
/// stands for all that follow. Commands that are not here are answered as they should be. An answer that ends in `!`
/// ends the connection, an empty one leaves the client waiting, `~` before one repeats it for ever. A handshake follows
/// STARTTLS where there is a certificate for it, or comes first. An answer to a message that ends the connection comes
/// at the message's end, or where `most_content` is set, once so many bytes of it have come.
struct SmtpScript {
  std::map<std::string, std::vector<std::string>> answers;
  Duration pause_before_byte{};
  ServerTls tls{};
  bool tls_first = false;
  std::size_t most_content = 0;
};

/// A server on the loopback interface that does as it is told. One script a connection; the last one stands for all
/// that follow.
class FakeSmtpServer {
 public:
  FakeSmtpServer(boost::asio::io_context& loop, std::vector<SmtpScript> scripts);

  [[nodiscard]] SmtpServer address() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }

  std::vector<std::string> commands;  // of all connections, without CRLF
  std::vector<std::string> messages;  // as on the wire, with the final dot
  std::size_t connections = 0;
  std::size_t handshakes = 0;  // that succeeded

 private:
  class Line;
  Task<> accept();
  Task<> converse(boost::asio::ip::tcp::socket socket, SmtpScript script);
  Task<bool> answer(Line& line, const SmtpScript& script, std::string command,
                    std::map<std::string, std::size_t>& counts);

  boost::asio::io_context& loop_;
  std::vector<SmtpScript> scripts_;
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace acron::test
