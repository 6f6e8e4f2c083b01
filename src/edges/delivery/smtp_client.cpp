#include "acron/edges/delivery/smtp_client.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <utility>

#include "acron/core/mail/smtp_dialogue.hpp"
#include "acron/edges/delivery/login_file.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "acron/runtime/loop/quietly.hpp"
#include "deadline.hpp"
#include "host_lookup.hpp"
#include "smtp_connection.hpp"

namespace acron {
namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

struct SmtpClient::Wire {
  explicit Wire(const asio::any_io_executor& with) : executor(with), lookup(with), deadline(with) {}
  asio::any_io_executor executor;
  HostLookup lookup;
  Deadline deadline;
  std::optional<SmtpConnection> connection;
  bool busy = false;             // with the connection
  bool dropped_early = false;    // the last connection, before it could have taken the message
  bool found_too_big = false;    // there, so its head may be taken
  bool tls_failed = false;       // on the last connection, where it was but an opportunity
  std::string starttls_refusal;  // of the last connection
};

struct SmtpClient::Attempt {
  Instant until;
  SmtpSecurity security;
  SmtpExtent extent = SmtpExtent::whole;
};

SmtpClient::SmtpClient(const asio::any_io_executor& executor, SmtpServer server, std::string host,
                       SmtpTimeLimits limits, SmtpSurroundings surroundings)
    : server_(std::move(server)),
      host_(std::move(host)),
      limits_(limits),
      surroundings_(std::move(surroundings)),
      wire_(std::make_unique<Wire>(executor)) {
  if (!surroundings_.pool) surroundings_.pool = executor;
  surroundings_.tls_news->clients.push_back(this);
}

SmtpClient::~SmtpClient() { std::erase(surroundings_.tls_news->clients, this); }

bool SmtpClient::greeted() const { return wire_->connection && wire_->connection->greeted(); }

bool SmtpClient::connected() const { return wire_->connection && wire_->connection->idle(); }

/// A server that refuses a sender may take the mail that waits from the one that was set since.
Task<Delivery> SmtpClient::deliver(const OutgoingMail& mail) {
  if (surroundings_.sender.empty() || mail.from == surroundings_.sender) co_return co_await hand_over(mail);
  const auto renamed = with_sender(mail, surroundings_.sender);
  co_return co_await hand_over(renamed);
}

Task<Delivery> SmtpClient::hand_over(const OutgoingMail& mail) {
  Attempt how{Deadline::Clock::now() + limits_.transaction, server_.security};
  const bool reused = connected();
  auto delivery = co_await attempt(mail, how);
  // Servers close idle connections, which shows only when one is used again.
  if (reused && wire_->dropped_early && !wire_->found_too_big) delivery = co_await attempt(mail, how);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return delivery;
  say_if_in_clear(delivery);
  if (wire_->tls_failed) {
    how.security = SmtpSecurity::none;
    delivery = co_await attempt(mail, how);
  }
  if (!wire_->found_too_big || state.cancelled() != asio::cancellation_type::none) co_return delivery;
  how.extent = SmtpExtent::head;
  co_return co_await attempt(mail, how);
}

Task<Delivery> SmtpClient::attempt(const OutgoingMail& mail, Attempt how) {
  wire_->deadline.set(how.until);
  wire_->busy = true;
  auto ended = co_await (exchange(mail, how) || cut_off());
  auto* answer = std::get_if<Delivery>(&ended);
  auto delivery = answer != nullptr ? std::move(*answer) : timed_out(how.until);
  const auto& connection = wire_->connection;
  wire_->dropped_early = answer != nullptr && delivery.kind == Delivery::Kind::postponed &&
                         delivery.scope != Delivery::Scope::message && connection && !connection->idle() &&
                         !connection->content_sent();
  wire_->found_too_big = wire_->dropped_early && connection->dialogue().found_too_big();
  note_tls(how.security);
  if (answer == nullptr && wire_->tls_failed && Deadline::Clock::now() >= wire_->deadline.at()) note_silence();
  if (!connected()) wire_->connection.reset();
  co_return delivery;
}

Task<Delivery> SmtpClient::exchange(const OutgoingMail& mail, Attempt how) {
  if (!connected()) {
    const auto opened = co_await connect(how.security);
    if (!opened) co_return Delivery{Delivery::Kind::postponed, Delivery::Scope::server, opened.error().message};
  }
  auto limits = limits_;
  if (surroundings_.tls_news->silent && how.security == SmtpSecurity::opportunistic) limits.tls = limits.tls_of_silent;
  auto delivery = co_await wire_->connection->send(mail, how.extent, limits, wire_->deadline, how.until);
  wire_->busy = false;
  co_return delivery;
}

/// Closing ends whatever is waited for, also what has missed that it was cancelled, as TLS may.
Task<> SmtpClient::cut_off() {
  co_await wire_->deadline.passed();
  if (wire_->busy && wire_->connection) wire_->connection->cut_off();
}

Task<Result<void>> SmtpClient::connect(SmtpSecurity security) {
  wire_->connection.reset();
  const auto asked = co_await terms(security);
  if (!asked) co_return asked.error();
  auto own_name = host_;
  if (surroundings_.own_name) own_name = co_await surroundings_.own_name();
  const auto endpoints = co_await wire_->lookup.find(server_, limits_.connect);
  if (!endpoints) co_return endpoints.error();
  boost::system::error_code failure;
  for (const auto& endpoint : *endpoints) {
    wire_->connection.emplace(wire_->executor, surroundings_.pool, server_.host, own_name, *asked);
    failure = co_await wire_->connection->open(endpoint, limits_.connect);
    if (!failure) co_return Result<void>{};
  }
  wire_->connection.reset();
  co_return Error{"no connection to " + describe(server_) + ": " + failure.message()};
}

Task<Result<SmtpTerms>> SmtpClient::terms(SmtpSecurity security) {
  SmtpTerms terms{security, {}};
  if (!surroundings_.login_file.empty()) {
    auto read = [path = surroundings_.login_file] { return read_login(path); };
    auto login = co_await off_the_loop(surroundings_.pool, std::move(read));
    if (!login) co_return login.error();
    terms.login = std::move(*login);
  }
  co_return terms;
}

/// Of the connection that was just used, before it may go.
void SmtpClient::note_tls(SmtpSecurity asked) {
  wire_->tls_failed = false;
  if (asked != SmtpSecurity::opportunistic || !wire_->connection) return;
  const auto& dialogue = wire_->connection->dialogue();
  wire_->tls_failed = wire_->connection->lacks_tls();
  wire_->starttls_refusal = dialogue.starttls_refusal();
  if (dialogue.encrypted()) surroundings_.tls_news->said_in_clear = surroundings_.tls_news->silent = false;
}

void SmtpClient::note_silence() {
  if (std::exchange(surroundings_.tls_news->silent, true)) return;
  for (auto* client : surroundings_.tls_news->clients) client->leave_if_without_tls();
}

void SmtpClient::leave_if_without_tls() {
  const bool waits = wire_->busy && wire_->connection && wire_->connection->lacks_tls();
  if (waits) wire_->deadline.set(Deadline::Clock::now());
}

void SmtpClient::say_if_in_clear(const Delivery& delivery) {
  const auto& reason = wire_->tls_failed ? delivery.reason : wire_->starttls_refusal;
  if (reason.empty() || std::exchange(surroundings_.tls_news->said_in_clear, true) || !surroundings_.log) return;
  surroundings_.log(Severity::warning, "mail-in-clear", {{"server", describe(server_)}, {"reason", reason}});
}

Delivery SmtpClient::timed_out(Instant until) const {
  const auto& connection = wire_->connection;
  std::string reason = "no answer from " + describe(server_) + " in time";
  if (Deadline::Clock::now() >= until) {
    reason = describe(server_) + " took over " + format_duration(limits_.transaction);
  } else if (connection && !greeted() && !connection->dialogue().starttls_failed() &&
             server_.security != SmtpSecurity::tls) {
    reason += "; one that speaks TLS from the first byte is named smtps://" + server_.host;
  }
  if (connection) return connection->timed_out(reason);
  return {Delivery::Kind::postponed, Delivery::Scope::server, reason};
}

Task<> SmtpClient::close() {
  if (connected()) {
    wire_->deadline.set(Deadline::Clock::now() + limits_.quit);
    wire_->busy = true;
    co_await (wire_->connection->quit() || cut_off());
  }
  wire_->connection.reset();
}

}  // namespace acron
