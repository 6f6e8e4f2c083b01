#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>

#include "acron/core/time.hpp"
#include "acron/edges/delivery/mail_transport.hpp"

namespace acron {

/// Nothing that a server does, or leaves undone, takes longer.
struct WebhookTimeLimits {
  Duration connect = std::chrono::seconds{10};  // to each address, and for the name look-up, and for TLS
  Duration answer = std::chrono::seconds{20};   // from the request to the answer's header
};

/// Posts a message's text, which is JSON, to the message's URL. HTTPS servers must have a certificate of an authority
/// that the system trusts, for the host that the URL names; the files are OpenSSL's default ones, or those that
/// SSL_CERT_FILE and SSL_CERT_DIR name. 2xx is delivered, whatever follows its header; 4xx is refused but for 408, 425
/// and 429, which ask for another try (RFC 9110; RFC 8470, section 5.2; RFC 6585, section 4); so does everything else.
/// A connection that is refused or breaks off is tried twice more at once, within the time for an answer; so a server
/// may get a record twice, by the same run. No redirect is followed. No reason names more of the URL than the server.
class WebhookClient final : public MailTransport {
 public:
  /// `pool` is where TLS is prepared.
  WebhookClient(const boost::asio::any_io_executor& executor, boost::asio::any_io_executor pool,
                WebhookTimeLimits limits = {});
  ~WebhookClient() override;
  WebhookClient(const WebhookClient&) = delete;
  WebhookClient& operator=(const WebhookClient&) = delete;

  Task<Delivery> deliver(const OutgoingMail& mail) override;
  /// A web server says nothing before its answer.
  [[nodiscard]] bool greeted() const override { return false; }
  /// Nothing is kept open.
  Task<> close() override;

 private:
  struct Wire;

  WebhookTimeLimits limits_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace acron
