#include "fake_smtp_server.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>

#include "acron/runtime/loop/quietly.hpp"

namespace acron::test {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string right_answer(const std::string& command) {
  if (command == "CONNECT") return "220 fake\r\n";
  if (command == "DATA") return "354 go ahead\r\n";
  if (command == "QUIT") return "221 bye\r\n!";
  return "250 ok\r\n";
}

std::string answer_to(const std::string& command, const SmtpScript& script, std::size_t count) {
  const auto found = script.answers.find(command);
  if (found == script.answers.end()) return right_answer(command);
  return found->second.at(std::min(count, found->second.size() - 1));
}

}  // namespace

/// A connection, in clear until secured.
class FakeSmtpServer::Line {
 public:
  explicit Line(tcp::socket socket) : socket_(std::move(socket)) {}

  Task<bool> secure(ServerTls context) {
    tls_.emplace(socket_, ::SSL_new(context.get()));
    const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::server, quietly);
    co_return !failure;
  }

  Task<bool> write(std::string bytes, Duration pause) {
    const std::size_t piece = pause > Duration{} ? 1 : bytes.size();
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
      if (pause > Duration{}) co_await wait(pause);
      const auto buffer = asio::buffer(bytes.data() + i, piece);
      const auto [failure, size] = tls_ ? co_await asio::async_write(*tls_, buffer, quietly)
                                        : co_await asio::async_write(socket_, buffer, quietly);
      if (failure) co_return false;
    }
    co_return true;
  }

  /// Empty at the end.
  Task<std::string> read(std::string end) {
    auto buffer = asio::dynamic_buffer(received_);
    const auto [failure, size] = tls_ ? co_await asio::async_read_until(*tls_, buffer, end, quietly)
                                      : co_await asio::async_read_until(socket_, buffer, end, quietly);
    if (failure) co_return std::string{};
    auto text = received_.substr(0, size);
    received_.erase(0, size);
    co_return text;
  }

  /// Whether so many bytes came.
  Task<bool> skip(std::size_t bytes) {
    std::string skipped(bytes - std::min(bytes, received_.size()), ' ');
    received_.clear();
    const auto [failure, size] = tls_ ? co_await asio::async_read(*tls_, asio::buffer(skipped), quietly)
                                      : co_await asio::async_read(socket_, asio::buffer(skipped), quietly);
    co_return !failure;
  }

 private:
  Task<> wait(Duration pause) {
    asio::steady_timer timer{socket_.get_executor(), pause};
    co_await timer.async_wait(quietly);
  }

  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  std::string received_;
};

FakeSmtpServer::FakeSmtpServer(asio::io_context& loop, std::vector<SmtpScript> scripts)
    : loop_(loop), scripts_(std::move(scripts)), acceptor_(loop, {asio::ip::address_v4::loopback(), 0}) {
  asio::co_spawn(loop_, accept(), asio::detached);
}

Task<> FakeSmtpServer::accept() {
  while (true) {
    auto [failure, socket] = co_await acceptor_.async_accept(quietly);
    if (failure) co_return;
    const auto script = scripts_.at(std::min(connections++, scripts_.size() - 1));
    asio::co_spawn(loop_, converse(std::move(socket), script), asio::detached);
  }
}

Task<bool> FakeSmtpServer::answer(Line& line, const SmtpScript& script, std::string command,
                                  std::map<std::string, std::size_t>& counts) {
  auto text = answer_to(command, script, counts[command]++);
  const bool closes = text.ends_with('!');
  if (closes) text.pop_back();
  const bool for_ever = text.starts_with('~');
  if (for_ever) text.erase(0, 1);
  bool open = true;
  do {
    open = co_await line.write(text, script.pause_before_byte);
  } while (open && for_ever);
  if (open && !closes && command == "STARTTLS" && text.starts_with("220")) {
    // Without a certificate, silence: a line end among the random bytes of TLS is no command to be answered.
    open = script.tls ? co_await line.secure(script.tls) : !(co_await line.read("never said")).empty();
    handshakes += open ? 1 : 0;
  }
  co_return open && !closes;
}

Task<> FakeSmtpServer::converse(tcp::socket socket, SmtpScript script) {
  std::map<std::string, std::size_t> counts;
  Line line{std::move(socket)};
  if (script.tls_first) {
    if (!co_await line.secure(script.tls)) co_return;
    ++handshakes;
  }
  bool open = co_await answer(line, script, "CONNECT", counts);
  bool in_message = false;
  while (open) {
    if (in_message && script.most_content > 0 && answer_to(".", script, counts["."]).ends_with('!')) {
      open = co_await line.skip(script.most_content) && co_await answer(line, script, ".", counts);
      continue;
    }
    const auto text = co_await line.read(in_message ? "\r\n.\r\n" : "\r\n");
    if (text.empty()) co_return;
    if (in_message) {
      messages.push_back(text);
      in_message = false;
      open = co_await answer(line, script, ".", counts);
    } else {
      commands.push_back(text.substr(0, text.size() - 2));
      const auto command = text.substr(0, text.find_first_of(" \r"));
      in_message = command == "DATA" && answer_to(command, script, counts[command]).starts_with("354");
      open = co_await answer(line, script, command, counts);
    }
  }
}

}  // namespace acron::test
