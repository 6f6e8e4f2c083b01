#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/core/mail/smtp_extensions.hpp"
#include "acron/core/mail/smtp_login.hpp"
#include "acron/core/mail/smtp_reply.hpp"
#include "acron/core/mail/smtp_server.hpp"

namespace acron {

/// Write these bytes, then read on.
struct SmtpSend {
  std::string bytes;
};
/// Read on.
struct SmtpAwait {};
/// Begin TLS, and tell how that went: on_tls() or on_tls_failure().
struct SmtpUpgrade {};
/// The server has taken the message and answers for it.
struct SmtpAccepted {
  std::string reply;
};
/// The message was not taken. 4xx and what makes no sense is temporary; 5xx is permanent (RFC 5321, section 4.2.1)
/// where it is known to be.
struct SmtpRefused {
  std::string reply;  // the server's words, printable, with the command they answer
  bool permanent = false;
  bool whole_server = false;  // the next message would fare no better,
  bool perhaps_one = false;   // if it is not about this one's recipient, or sender, who were named already
  bool answered = false;      // by the server, about the message, whatever has become of the connection
  bool unclear = false;       // a 5xx of which nobody knows whether it is permanent
};
using SmtpStep = std::variant<SmtpSend, SmtpAwait, SmtpUpgrade, SmtpAccepted, SmtpRefused>;

/// How much of a message is sent.
enum class SmtpExtent : std::uint8_t { whole, head };

/// What is asked of a connection before any message is named in it.
struct SmtpTerms {
  SmtpSecurity security = SmtpSecurity::none;
  std::optional<SmtpLogin> login{};  // only said where the server is verified
};

/// The client's half of an SMTP connection without the socket: fed with what the server says, it tells what to do.
/// One message at a time, any number one after the other; EHLO with HELO as fallback; commands in one piece where the
/// server can PIPELINE (RFC 2920); a message larger than the server's SIZE (RFC 1870), or that it found too big, is cut
/// at its end and says so. STARTTLS (RFC 3207) and AUTH by PLAIN or LOGIN (RFC 4954) as the terms have it; a server
/// that does not meet them is said nothing more. No step but the one that sends it has anything of the login.
class SmtpDialogue {
 public:
  /// `host` is what EHLO says, a name or an address literal; what can't be one is said as `localhost`.
  explicit SmtpDialogue(std::string_view host, SmtpTerms terms = {});
  SmtpDialogue(const SmtpDialogue&) = delete;
  SmtpDialogue& operator=(const SmtpDialogue&) = delete;
  ~SmtpDialogue() = default;

  /// Before begin(): another `host`.
  void introduce_as(std::string_view host);

  /// Begins with a message, which has to live until it is accepted or refused. Before the greeting: SmtpAwait, or where
  /// TLS comes first, SmtpUpgrade. Only its head, where the server found it too big before.
  SmtpStep begin(const OutgoingMail& mail, SmtpExtent extent = SmtpExtent::whole);
  SmtpStep on_bytes(std::string_view bytes);
  /// The answers to SmtpUpgrade. Nothing that was said before counts any more.
  SmtpStep on_tls();
  SmtpStep on_tls_failure(const std::string& reason);
  /// The connection is lost, or no answer came in time, for that `reason`: what then becomes of the message. A refusal
  /// that came before counts.
  [[nodiscard]] SmtpRefused lost(const std::string& reason) const;

  /// Another message may begin.
  [[nodiscard]] bool idle() const { return ready_ && !broken_ && awaited_.empty(); }
  /// The server has said who it is and what it can do, and knows who we are.
  [[nodiscard]] bool greeted() const { return ready_; }
  /// TLS was to begin, and has not.
  [[nodiscard]] bool awaits_tls() const { return awaits_tls_; }
  /// STARTTLS had no answer, or none after which anything can be said over this connection.
  [[nodiscard]] bool starttls_failed() const { return starttls_failed_ || is_awaited(Stage::starttls); }
  [[nodiscard]] bool encrypted() const { return encrypted_; }
  /// Why a server that offers STARTTLS is spoken to in clear; empty when it is not.
  [[nodiscard]] const std::string& starttls_refusal() const { return starttls_refusal_; }
  /// The server found the message too big, so it is sent anew, cut to its head.
  [[nodiscard]] bool found_too_big() const { return extent_ == SmtpExtent::head; }
  /// The whole message is on its way: without an answer, nobody knows whether it was taken.
  [[nodiscard]] bool content_sent() const { return is_awaited(Stage::content); }

 private:
  enum class Stage : std::uint8_t {
    greeting,
    ehlo,
    helo,
    starttls,
    plain,
    login,
    login_user,
    login_secret,
    reset,
    mail,
    recipient,
    data,
    content,
    nothing
  };

  static constexpr bool is_login(Stage stage) { return stage >= Stage::plain && stage <= Stage::login_secret; }

  static constexpr bool is_of_transaction(Stage stage) { return stage >= Stage::mail && stage <= Stage::content; }

  SmtpStep on_reply(Stage stage, const SmtpReply& reply);
  SmtpStep on_greeting(const SmtpReply& reply);
  SmtpStep turned_away(Stage stage, const SmtpReply& reply);
  [[nodiscard]] static bool was_named(Stage stage);
  [[nodiscard]] bool is_about_sender(Stage stage, const SmtpReply& reply) const;
  SmtpStep on_hello(Stage stage, const SmtpReply& reply);
  SmtpStep on_starttls(const SmtpReply& reply);
  SmtpStep on_login(Stage stage, const SmtpReply& reply);
  SmtpStep on_command(Stage stage, const SmtpReply& reply);
  SmtpStep on_data(const SmtpReply& reply);
  SmtpStep on_content(const SmtpReply& reply);

  SmtpStep meet_terms();
  SmtpStep log_in();
  SmtpStep start_transaction();
  SmtpStep begin_transaction();
  SmtpStep send(std::initializer_list<Stage> stages);
  SmtpStep refused();
  SmtpStep broken_off(const std::string& reason);
  SmtpStep left(const std::string& reason);
  [[nodiscard]] bool is_awaited(Stage stage) const { return !awaited_.empty() && awaited_.front() == stage; }
  [[nodiscard]] std::string words_of(const SmtpReply& reply) const;
  [[nodiscard]] std::string answer(Stage stage, const SmtpReply& reply) const;
  [[nodiscard]] std::string line(Stage stage) const;
  [[nodiscard]] std::string asked(Stage stage) const;
  [[nodiscard]] bool fit_text();
  bool cut_down();
  [[nodiscard]] bool refuses_all(Stage stage, const SmtpReply& reply) const;
  [[nodiscard]] bool wants_login_of_ours(Stage stage, const SmtpReply& reply) const;
  [[nodiscard]] std::string remedy(Stage stage, const SmtpReply& reply) const;
  [[nodiscard]] bool ehlo_refuses_name() const;
  void note_refusal(Stage stage, const SmtpReply& reply);

  std::string host_;
  SmtpTerms terms_;
  const OutgoingMail* mail_ = nullptr;
  SmtpExtent extent_ = SmtpExtent::whole;
  std::string shortened_;  // its text, where the server takes no more
  std::string_view text_;
  std::string_view cut_;  // what is said of that
  SmtpReplyReader reader_;
  std::deque<Stage> awaited_{Stage::greeting};  // commands sent whose replies have not come
  std::optional<SmtpRefused> refusal_;          // the first one of this message
  bool too_big_ = false;                        // it says
  SmtpExtensions extensions_;
  std::optional<SmtpReply> ehlo_refusal_;
  std::string starttls_refusal_;
  bool awaits_tls_ = false;
  bool starttls_failed_ = false;
  bool encrypted_ = false;
  bool logged_in_ = false;
  bool ready_ = false;      // greeted
  bool reset_due_ = false;  // a refused message may have left a transaction open
  bool broken_ = false;
};

}  // namespace acron
