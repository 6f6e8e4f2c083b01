#include "acron/core/mail/smtp_dialogue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "acron/core/mail/own_name.hpp"
#include "acron/core/text.hpp"
#include "base64.hpp"
#include "smtp_refusal.hpp"

namespace acron {
namespace {

/// `535 5.7.8`: the code, and the one of RFC 2034 where the server gives it.
std::string codes_of(const SmtpReply& reply) {
  const auto first = reply.text.substr(0, reply.text.find_first_not_of("0123456789."));
  const bool enhanced = first.size() < 12 && std::count(first.begin(), first.end(), '.') == 2;
  return std::to_string(reply.code) + (enhanced ? " " + first : "");
}

}  // namespace

SmtpDialogue::SmtpDialogue(std::string_view host, SmtpTerms terms)
    : host_(hello_name(host)), terms_(std::move(terms)) {}

void SmtpDialogue::introduce_as(std::string_view host) { host_ = hello_name(host); }

SmtpStep SmtpDialogue::begin(const OutgoingMail& mail, SmtpExtent extent) {
  assert(!broken_ && mail_ == nullptr);
  if (!is_safe_in_envelope(mail.from)) return SmtpRefused{"not an address: " + printable(mail.from), true, false};
  if (!is_safe_in_envelope(mail.to)) return SmtpRefused{"not an address: " + printable(mail.to), true, false};
  mail_ = &mail;
  extent_ = extent;
  refusal_.reset();
  too_big_ = false;
  if (ready_) return start_transaction();
  if (terms_.security != SmtpSecurity::tls) return SmtpAwait{};
  awaits_tls_ = true;
  return SmtpUpgrade{};
}

SmtpStep SmtpDialogue::on_tls() {
  assert(awaits_tls_ && mail_ != nullptr);
  awaits_tls_ = false;
  encrypted_ = true;
  extensions_ = {};
  return is_awaited(Stage::greeting) ? SmtpStep{SmtpAwait{}} : send({Stage::ehlo});
}

SmtpStep SmtpDialogue::on_tls_failure(const std::string& reason) { return left(reason); }

SmtpStep SmtpDialogue::on_bytes(std::string_view bytes) {
  if (awaits_tls_) return left("the server spoke before TLS");
  reader_.add(bytes);
  while (true) {
    const auto reply = reader_.next();
    if (!reply) return broken_off(reply.error().message);
    if (!*reply) return SmtpAwait{};
    if (awaited_.empty()) return broken_off("the server spoke out of turn");
    const auto stage = awaited_.front();
    awaited_.pop_front();
    auto step = on_reply(stage, **reply);
    if (std::holds_alternative<SmtpAwait>(step)) continue;
    if (reader_.drained()) return step;
    // An answer to a command that was not yet sent could pass for the answer to the next message, or, said in clear,
    // for one that comes under TLS.
    broken_ = true;
    if (std::exchange(awaits_tls_, false)) return left("more than the answer to STARTTLS came before TLS");
    return std::holds_alternative<SmtpSend>(step) ? broken_off("the server spoke out of turn") : std::move(step);
  }
}

SmtpStep SmtpDialogue::on_reply(Stage stage, const SmtpReply& reply) {
  starttls_failed_ = stage == Stage::starttls && (reply.code == 421 || (reply.code < 400 && reply.code != 220));
  if (reply.code == 421) {  // the server closes the connection, whatever was asked
    broken_ = true;
    if (refusal_) return refused();
    note_refusal(stage, reply);
    refusal_->whole_server = true;
    refusal_->perhaps_one = was_named(stage);
    return refused();
  }
  if ((!is_login(stage) && wants_login_or_tls(reply)) || refuses_all(stage, reply)) return turned_away(stage, reply);
  switch (stage) {
    case Stage::greeting: return on_greeting(reply);
    case Stage::ehlo:
    case Stage::helo: return on_hello(stage, reply);
    case Stage::starttls: return on_starttls(reply);
    case Stage::plain:
    case Stage::login:
    case Stage::login_user:
    case Stage::login_secret: return on_login(stage, reply);
    case Stage::data: return on_data(reply);
    case Stage::content: return on_content(reply);
    case Stage::nothing: return refused();
    default: return on_command(stage, reply);
  }
}

SmtpStep SmtpDialogue::on_greeting(const SmtpReply& reply) {
  if (reply.positive()) return send({Stage::ehlo});
  return turned_away(Stage::greeting, reply);
}

SmtpStep SmtpDialogue::on_hello(Stage stage, const SmtpReply& reply) {
  if (reply.positive()) {
    extensions_ = stage == Stage::ehlo ? smtp_extensions_in(reply.text) : SmtpExtensions{};
    return meet_terms();
  }
  if (stage == Stage::ehlo && reply.permanent()) {
    ehlo_refusal_ = reply;
    return send({Stage::helo});
  }
  return turned_away(stage, reply);
}

SmtpStep SmtpDialogue::meet_terms() {
  const bool in_clear = !encrypted_ && terms_.security != SmtpSecurity::none;
  if (in_clear && extensions_.starttls) return send({Stage::starttls});
  if (in_clear && is_verified(terms_.security)) return left("the server offers no STARTTLS, and has to");
  if (terms_.login && !logged_in_) return log_in();
  ready_ = true;
  return start_transaction();
}

SmtpStep SmtpDialogue::on_starttls(const SmtpReply& reply) {
  if (reply.code == 220) {
    awaits_tls_ = true;
    return SmtpUpgrade{};
  }
  if (is_verified(terms_.security)) return turned_away(Stage::starttls, reply);
  if (reply.code < 400) return broken_off("the server answers STARTTLS with " + std::to_string(reply.code));
  starttls_refusal_ = answer(Stage::starttls, reply);
  ready_ = true;
  return start_transaction();
}

SmtpStep SmtpDialogue::log_in() {
  if (!encrypted_ || !is_verified(terms_.security)) return left("no login is said to a server that is not verified");
  if (extensions_.plain) return send({Stage::plain});
  if (extensions_.login) return send({Stage::login});
  return left("the server offers no login by PLAIN or LOGIN");
}

/// 235 ends a login; 334 asks for its next piece (RFC 4954, section 4).
SmtpStep SmtpDialogue::on_login(Stage stage, const SmtpReply& reply) {
  const bool last = stage == Stage::plain || stage == Stage::login_secret;
  if (last && reply.code == 235) {
    logged_in_ = true;
    return meet_terms();
  }
  const bool unfit = reply.code == 504 || reply.code == 534;  // not the login: how it is said (RFC 4954, section 4)
  if (stage == Stage::plain && unfit && extensions_.login) return send({Stage::login});
  if (!last && reply.code == 334) return send({stage == Stage::login ? Stage::login_user : Stage::login_secret});
  return turned_away(stage, reply);
}

bool SmtpDialogue::fit_text() {
  text_ = mail_->text;
  shortened_.clear();
  cut_ = {};
  if (extensions_.size_limit == 0 || text_.size() <= extensions_.size_limit) return true;
  auto less = shortened(text_, extensions_.size_limit);
  if (!less) return false;
  cut_ = " (cut to the server's SIZE)";
  shortened_ = std::move(*less);
  text_ = shortened_;
  return true;
}

/// Of a message that the server found too big without a word of how much it takes, the head is better than nothing.
bool SmtpDialogue::cut_down() {
  constexpr std::size_t head = 10'000;
  if (text_.size() <= head) return false;
  auto less = shortened(mail_->text, head, "the mail server finds the message too big");
  if (!less) return false;
  extent_ = SmtpExtent::head;
  cut_ = " (cut, since the server found it too big)";
  shortened_ = std::move(*less);
  text_ = shortened_;
  return true;
}

SmtpStep SmtpDialogue::start_transaction() {
  if (!fit_text()) {
    mail_ = nullptr;
    // A limit below a mere header is a mistake at the server.
    return SmtpRefused{"the server takes no message over " + std::to_string(extensions_.size_limit) + " bytes", false,
                       true, true};
  }
  if (extent_ == SmtpExtent::head) cut_down();
  return begin_transaction();
}

SmtpStep SmtpDialogue::begin_transaction() {
  const bool reset = std::exchange(reset_due_, false);
  if (!extensions_.pipelining) return reset ? send({Stage::reset}) : send({Stage::mail});
  if (reset) return send({Stage::reset, Stage::mail, Stage::recipient, Stage::data});
  return send({Stage::mail, Stage::recipient, Stage::data});
}

SmtpStep SmtpDialogue::send(std::initializer_list<Stage> stages) {
  SmtpSend step;
  for (const auto stage : stages) {
    step.bytes += line(stage);
    awaited_.push_back(stage);
  }
  return step;
}

std::string SmtpDialogue::line(Stage stage) const {
  switch (stage) {
    case Stage::ehlo: return "EHLO " + host_ + "\r\n";
    case Stage::helo: return "HELO " + host_ + "\r\n";
    case Stage::starttls: return "STARTTLS\r\n";
    case Stage::plain: return "AUTH PLAIN " + plain_response(*terms_.login) + "\r\n";
    case Stage::login: return "AUTH LOGIN\r\n";
    case Stage::login_user: return base64(terms_.login->user) + "\r\n";
    case Stage::login_secret: return base64(terms_.login->secret) + "\r\n";
    case Stage::reset: return "RSET\r\n";
    case Stage::mail: {
      const auto size = extensions_.size ? " SIZE=" + std::to_string(text_.size()) : std::string{};
      return "MAIL FROM:<" + mail_->from + ">" + size + "\r\n";
    }
    case Stage::recipient: return "RCPT TO:<" + mail_->to + ">\r\n";
    case Stage::data: return "DATA\r\n";
    case Stage::content: return smtp_content(text_);
    case Stage::nothing: return ".\r\n";
    case Stage::greeting: break;
  }
  return {};
}

SmtpStep SmtpDialogue::on_command(Stage stage, const SmtpReply& reply) {
  if (stage == Stage::reset && !reply.positive()) return broken_off("RSET was answered: " + words_of(reply));
  if (!reply.positive()) note_refusal(stage, reply);
  if (!awaited_.empty()) return SmtpAwait{};
  if (refusal_) return refused();
  if (stage == Stage::reset) return send({Stage::mail});
  return stage == Stage::mail ? send({Stage::recipient}) : send({Stage::data});
}

SmtpStep SmtpDialogue::on_data(const SmtpReply& reply) {
  if (reply.positive()) return broken_off("the server answers DATA with " + std::to_string(reply.code));
  if (reply.code < 400) {
    // RFC 2920, section 3.1: DATA may be granted although nobody is left to receive it; then nothing is sent.
    return send({refusal_ ? Stage::nothing : Stage::content});
  }
  note_refusal(Stage::data, reply);
  return refused();
}

SmtpStep SmtpDialogue::on_content(const SmtpReply& reply) {
  if (!reply.positive()) {
    note_refusal(Stage::content, reply);
    return refused();
  }
  mail_ = nullptr;
  return SmtpAccepted{words_of(reply).append(cut_)};
}

std::string SmtpDialogue::asked(Stage stage) const {
  if (stage == Stage::greeting) return "the connection";
  if (stage == Stage::content) return "the message";
  if (is_login(stage)) return "the login";
  auto command = line(stage);
  command.resize(command.find('\r'));
  return command;
}

std::string SmtpDialogue::answer(Stage stage, const SmtpReply& reply) const {
  const auto words = words_of(reply);
  const bool hints =
      is_login(stage) && (hints_at_login(reply.text, *terms_.login) || hints_at_login(words, *terms_.login));
  return asked(stage) + " was answered: " + (hints ? codes_of(reply) : words);
}

/// A reply as a person reads it, on one line. One that repeats our secret is but a number, and so is one that comes to
/// repeat it by how a byte is written.
std::string SmtpDialogue::words_of(const SmtpReply& reply) const {
  auto text = std::to_string(reply.code) + " " + reply.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  auto words = printable(text, 400);
  const bool hidden = terms_.login && (repeats_secret(text, *terms_.login) || repeats_secret(words, *terms_.login));
  return hidden ? std::to_string(reply.code) + " [with the secret in it]" : words;
}

}  // namespace acron
