#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/mail/smtp_server.hpp"
#include "acron/core/result.hpp"
#include "acron/core/severity.hpp"
#include "acron/core/time.hpp"
#include "acron/edges/delivery/mail_transport.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {

struct SmtpTerms;

/// Nothing that a server does, or leaves undone, takes longer. RFC 5321, section 4.5.3.2, grants servers more time at
/// all points but the verdict, for queues that have nobody waiting.
struct SmtpTimeLimits {
  Duration connect = std::chrono::seconds{30};  // to each address, and for the name look-up
  Duration command = std::chrono::seconds{60};
  Duration content = std::chrono::minutes{5};       // sending the message
  Duration verdict = std::chrono::minutes{10};      // of the server on it; one that is not waited for comes twice
  Duration transaction = std::chrono::minutes{20};  // all of one deliver()
  Duration quit = std::chrono::seconds{2};
  Duration tls = std::chrono::seconds{60};            // to begin it, where it is but an opportunity
  Duration tls_of_silent = std::chrono::seconds{10};  // the same of a server that said nothing to it before
};

class SmtpClient;

/// All clients of one server share it, where TLS is optional: what one has learnt about STARTTLS, the others need not
/// wait for.
struct SmtpTlsNews {
  bool said_in_clear = false;  // the log has told that mail goes without TLS
  bool silent = false;         // the server did not answer STARTTLS
  std::vector<SmtpClient*> clients{};
};

/// What a client uses beside its server.
struct SmtpSurroundings {
  boost::asio::any_io_executor pool{};  // of threads, for what blocks; the client's own executor where none is given
  std::string login_file{};             // read anew for each connection; empty: no login
  std::function<void(Severity, std::string_view event, const LogFields&)> log{};  // may be none
  std::function<Task<std::string>()> own_name{};  // asked for each connection, in the place of `host`; may be none
  std::string sender{};  // of all mail, also of what was written under another one; empty: as each was written
  /// Of all clients that have a copy of these.
  std::shared_ptr<SmtpTlsNews> tls_news = std::make_shared<SmtpTlsNews>();
};

/// Hands messages to one server. Keeps the connection for the next message until close(), and replaces it unseen when
/// the server has dropped it meanwhile, or drops it while it finds a message too big. Where TLS is but an opportunity
/// and does not come about, the message goes in clear over a connection of its own, and that is said once; what one
/// client has waited for in vain, the others wait for no longer.
class SmtpClient final : public MailTransport {
 public:
  /// `host` is what it calls itself; without a name, or where it is not known, by the address of its own end.
  SmtpClient(const boost::asio::any_io_executor& executor, SmtpServer server, std::string host,
             SmtpTimeLimits limits = {}, SmtpSurroundings surroundings = {});
  ~SmtpClient() override;
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;

  Task<Delivery> deliver(const OutgoingMail& mail) override;
  [[nodiscard]] bool greeted() const override;
  Task<> close() override;

 private:
  struct Wire;
  struct Attempt;
  using Instant = std::chrono::steady_clock::time_point;

  Task<Delivery> hand_over(const OutgoingMail& mail);
  Task<Delivery> attempt(const OutgoingMail& mail, Attempt how);
  Task<Delivery> exchange(const OutgoingMail& mail, Attempt how);
  Task<Result<void>> connect(SmtpSecurity security);
  Task<Result<SmtpTerms>> terms(SmtpSecurity security);
  Task<> cut_off();
  void note_tls(SmtpSecurity asked);
  void note_silence();
  void leave_if_without_tls();
  void say_if_in_clear(const Delivery& delivery);
  [[nodiscard]] Delivery timed_out(Instant until) const;
  [[nodiscard]] bool connected() const;

  SmtpServer server_;
  std::string host_;
  SmtpTimeLimits limits_;
  SmtpSurroundings surroundings_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace acron
