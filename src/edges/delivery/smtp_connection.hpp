#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "acron/core/mail/smtp_dialogue.hpp"
#include "acron/core/time.hpp"
#include "acron/edges/delivery/mail_transport.hpp"
#include "acron/edges/delivery/smtp_client.hpp"
#include "deadline.hpp"

namespace acron {

/// One TCP connection, with or without TLS, and what is said over it. Not inherited by jobs.
class SmtpConnection {
 public:
  /// `pool` is where TLS is prepared; a certificate is asked of `server` where the terms demand one. Without a name of
  /// our own, we are called by our address.
  SmtpConnection(const boost::asio::any_io_executor& executor, boost::asio::any_io_executor pool,
                 const std::string& server, std::string_view own_host, SmtpTerms terms);

  Task<boost::system::error_code> open(boost::asio::ip::tcp::endpoint endpoint, Duration limit);

  /// Moves `deadline`, though never past `until`, as the steps of the transaction ask.
  Task<Delivery> send(const OutgoingMail& mail, SmtpExtent extent, const SmtpTimeLimits& limits, Deadline& deadline,
                      Deadline::Instant until);
  /// What becomes of the message of a send() that was broken off.
  [[nodiscard]] Delivery timed_out(const std::string& reason) const;
  /// Says QUIT and waits for the server to close.
  Task<> quit();
  /// Ends whatever is waited for.
  void cut_off();

  [[nodiscard]] const SmtpDialogue& dialogue() const { return dialogue_; }
  [[nodiscard]] bool idle() const { return dialogue_.idle(); }
  [[nodiscard]] bool greeted() const { return dialogue_.greeted(); }
  /// TLS was to begin, and has not.
  [[nodiscard]] bool lacks_tls() const { return dialogue_.awaits_tls() || dialogue_.starttls_failed(); }
  [[nodiscard]] bool content_sent() const { return dialogue_.content_sent(); }

 private:
  using Transferred = std::tuple<boost::system::error_code, std::size_t>;

  [[nodiscard]] Duration time_for_step(const SmtpTimeLimits& limits) const;
  Task<SmtpStep> take(SmtpStep step);
  Task<SmtpStep> write(std::string bytes);
  Task<SmtpStep> read();
  Task<SmtpStep> upgrade();
  Task<Transferred> write_all(std::string_view bytes);
  Task<Transferred> read_some();
  [[nodiscard]] SmtpStep lost(boost::system::error_code failure) const;
  [[nodiscard]] Delivery delivery_of(const SmtpStep& step) const;

  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  boost::asio::any_io_executor pool_;
  std::string server_;
  bool verified_;
  bool named_;
  SmtpDialogue dialogue_;
  std::array<char, 4096> buffer_{};
};

}  // namespace acron
