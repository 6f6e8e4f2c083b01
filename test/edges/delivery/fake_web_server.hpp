#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <utility>
#include <vector>

#include "acron/runtime/loop/task.hpp"

namespace acron::test {

/// A web server that says one thing to everyone, once the request has ended as it should, and keeps what it was asked.
/// An empty answer leaves the client waiting.
class FakeWebServer {
 public:
  FakeWebServer(boost::asio::io_context& loop, std::string answer, std::string last_of_request = "}")
      : answer_(std::move(answer)),
        last_(std::move(last_of_request)),
        acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}) {
    boost::asio::co_spawn(loop, serve(), boost::asio::detached);
  }

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

  std::vector<std::string> requests;

 private:
  Task<> serve() {
    constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    for (;;) {
      auto [failure, socket] = co_await acceptor_.async_accept(token);
      if (failure) co_return;
      std::string request;
      char byte = 0;
      while (!request.ends_with(last_)) {
        const auto [ended, size] = co_await socket.async_read_some(boost::asio::buffer(&byte, 1), token);
        if (ended) break;
        request.push_back(byte);
      }
      requests.push_back(request);
      co_await boost::asio::async_write(socket, boost::asio::buffer(answer_), token);
      if (answer_.empty())
        co_await socket.async_read_some(boost::asio::buffer(&byte, 1), token);  // until the client gives up
    }
  }

  std::string answer_;
  std::string last_;
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace acron::test
