#include "acron/edges/delivery/webhook_client.hpp"

#include <fcntl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "acron/core/job/output_route.hpp"
#include "acron/core/text.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "acron/runtime/loop/quietly.hpp"
#include "deadline.hpp"
#include "host_lookup.hpp"
#include "http_answer.hpp"
#include "tls_session.hpp"

namespace acron {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;

namespace {

using Request = http::request<http::string_body>;

constexpr int most_repeats = 2;

Delivery server_trouble(std::string reason) {
  return {Delivery::Kind::postponed, Delivery::Scope::server, std::move(reason)};
}

SmtpServer endpoint_of(const HttpAddress& address) {
  std::uint16_t port = 0;
  std::from_chars(address.port.data(), address.port.data() + address.port.size(), port);
  return {address.host, port};
}

/// RFC 7617.
std::string basic_authentication(const std::string& credentials) {
  std::string encoded((credentials.size() + 2) / 3 * 4 + 1, '\0');  // with the NUL that OpenSSL ends it with
  const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                     reinterpret_cast<const unsigned char*>(credentials.data()),
                                     static_cast<int>(credentials.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

Request request_of(const HttpAddress& address, const std::string& json) {
  Request request{http::verb::post, address.path, 11};
  request.set(http::field::host, address.host_header);
  request.set(http::field::user_agent, "acron/" ACRON_VERSION);
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  if (!address.credentials.empty()) request.set(http::field::authorization, basic_authentication(address.credentials));
  request.body() = json;
  request.prepare_payload();
  return request;
}

/// `https://host:port/...`; empty where that is no URL for us, or its host repeats what may be a secret of ours.
std::string place_of(std::string location, const HttpAddress& address) {
  const std::string scheme = address.tls ? "https:" : "http:";
  if (location.starts_with("//")) {
    location.insert(0, scheme);
  } else if (location.starts_with('/')) {
    location.insert(0, scheme + "//" + address.host_header);
  }
  const auto target = parse_http_target(location.substr(0, location.find('#')));
  if (!target) return {};
  auto place = describe(*target);
  const bool elsewhere = address_of(*target).host != address.host;
  return elsewhere && repeats_secret(place, address) ? std::string{} : place;
}

/// A POST is another request once it is repeated elsewhere (RFC 9110, section 15.4), and the URL may be a secret.
std::string redirected(const HttpAnswer::Status& status, const HttpAddress& address) {
  constexpr unsigned redirects[] = {301, 302, 303, 307, 308};
  if (std::find(std::begin(redirects), std::end(redirects), status.code) == std::end(redirects)) return {};
  const auto place = place_of(status.location, address);
  return "; acron follows no redirects" + (place.empty() ? "" : ", and this one leads to " + place);
}

/// Some servers quote what they were asked.
std::string reply_of(const HttpAnswer::Status& status, const HttpAddress& address) {
  const auto code = std::to_string(status.code) + " ";
  const auto words = repeats_secret(status.reason, address) ? code + "[with a part of the URL in it]"
                                                            : printable(code + status.reason);
  return words + redirected(status, address);
}

Delivery delivery_of(unsigned status, std::string reply) {
  if (status / 100 == 2) return {Delivery::Kind::accepted, Delivery::Scope::message, std::move(reply)};
  const bool asks_for_another_try = status == 408 || status == 425 || status == 429;
  const bool final = status / 100 == 4 && !asks_for_another_try;
  return {final ? Delivery::Kind::refused : Delivery::Kind::postponed, Delivery::Scope::message, std::move(reply)};
}

Delivery no_answer(const std::string& reason) {
  return {Delivery::Kind::postponed, Delivery::Scope::connection, "no answer: " + reason};
}

/// The body of an answer says nothing to us, so it is not read.
template <typename Stream>
Task<Delivery> exchange(Stream& stream, const HttpAddress& address, const Request& request, bool& broke_off) {
  // A server may refuse in mid-request, and its words are worth more than our broken pipe: so we read in any case.
  const auto [unsent, written] = co_await http::async_write(stream, request, quietly);
  HttpAnswer answer;
  // A TLS server that is spoken to in clear closes without a word, or after an alert (RFC 8446, section 5.1).
  std::string_view hint = address.tls ? "" : "; it may want https://";
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto [failure, size] = co_await stream.async_read_some(asio::buffer(buffer), quietly);
    broke_off = bool{failure};
    if (failure) co_return no_answer((unsent ? unsent : failure).message().append(hint));
    const auto status = answer.add({buffer.data(), size});
    if (buffer.front() != '\x15') hint = {};
    if (!status) co_return no_answer(status.error().message + std::string{hint});
    if (*status) co_return delivery_of((*status)->code, reply_of(**status, address));
  }
}

}  // namespace

struct WebhookClient::Wire {
  Wire(const asio::any_io_executor& with, asio::any_io_executor blocking, const WebhookTimeLimits& time_limits)
      : limits(time_limits), pool(std::move(blocking)), lookup(with), deadline(with), socket(with) {}

  void allow(Duration time) { deadline.set(Deadline::Clock::now() + time); }

  Task<error_code> connect(const tcp::endpoint& endpoint) {
    error_code failure;
    if (socket.is_open()) socket.close(failure);
    socket.open(endpoint.protocol(), failure);
    if (failure) co_return failure;
    // Asio's sockets are inherited by every child unless told otherwise.
    if (::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC) < 0)
      co_return error_code{errno, boost::system::system_category()};
    asio::steady_timer limiter{socket.get_executor(), limits.connect};
    const auto ended = co_await (socket.async_connect(endpoint, quietly) || limiter.async_wait(quietly));
    co_return ended.index() == 0 ? std::get<0>(std::get<0>(ended)) : error_code{asio::error::timed_out};
  }

  Task<Result<void>> connect(const SmtpServer& server) {
    const auto endpoints = co_await lookup.find(server, limits.connect);
    if (!endpoints) co_return endpoints.error();
    error_code failure;
    for (const auto& endpoint : *endpoints) {
      failure = co_await connect(endpoint);
      if (!failure) co_return Result<void>{};
    }
    broke_off = failure != asio::error::timed_out;
    co_return Error{"no connection to " + describe(server) + ": " + failure.message()};
  }

  Task<Delivery> talk(const HttpAddress& address, const Request& request) {
    allow(address.tls ? limits.connect : limits.answer);
    if (!address.tls) co_return co_await exchange(socket, address, request, broke_off);
    auto prepare = [host = address.host] { return new_tls_session(host, TlsTrust::certificate); };
    auto session = co_await off_the_loop(pool, std::move(prepare));
    if (!session) co_return server_trouble(session.error().message);
    asio::ssl::stream<tcp::socket&> stream{socket, session->release()};
    const auto [failure] = co_await stream.async_handshake(asio::ssl::stream_base::client, quietly);
    broke_off = failure && failure.category() != asio::error::get_ssl_category();
    if (failure) co_return server_trouble(tls_fault(stream.native_handle(), failure));
    allow(limits.answer);
    co_return co_await exchange(stream, address, request, broke_off);
  }

  Task<Delivery> attempt(const HttpAddress& address, const Request& request) {
    broke_off = false;
    const auto opened = co_await connect(endpoint_of(address));
    if (!opened) co_return server_trouble(opened.error().message);
    allow(limits.connect);
    auto ended = co_await (talk(address, request) || cut_off());
    error_code ignored;
    socket.close(ignored);
    if (auto* delivery = std::get_if<Delivery>(&ended)) co_return std::move(*delivery);
    broke_off = false;
    co_return server_trouble("no answer in time");
  }

  /// Closing ends whatever is waited for, also what knows nothing of cancellation.
  Task<> cut_off() {
    co_await deadline.passed();
    error_code ignored;
    socket.close(ignored);
  }

  WebhookTimeLimits limits;
  asio::any_io_executor pool;
  HostLookup lookup;
  Deadline deadline;
  tcp::socket socket;
  bool broke_off = false;  // the last connection was refused or closed, and not for lack of time
};

WebhookClient::WebhookClient(const asio::any_io_executor& executor, asio::any_io_executor pool,
                             WebhookTimeLimits limits)
    : limits_(limits), wire_(std::make_unique<Wire>(executor, std::move(pool), limits)) {}

WebhookClient::~WebhookClient() = default;

/// Behind a load balancer one of the servers may be dead, and the next connection comes to another: only one that is
/// refused again and again is down. What takes long is not repeated.
Task<Delivery> WebhookClient::deliver(const OutgoingMail& mail) {
  const auto address = address_of(HttpTarget{mail.url});
  const auto request = request_of(address, mail.text);
  const auto until = Deadline::Clock::now() + limits_.answer;
  auto delivery = co_await wire_->attempt(address, request);
  for (int again = 0; again < most_repeats && wire_->broke_off && Deadline::Clock::now() < until; ++again) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) break;
    delivery = co_await wire_->attempt(address, request);
  }
  co_return delivery;
}

Task<> WebhookClient::close() { co_return; }

}  // namespace acron
