// What becomes of a message that is refused, and of the connection.
#include <string>
#include <utility>

#include "acron/core/mail/smtp_dialogue.hpp"
#include "smtp_refusal.hpp"

namespace acron {

/// Of a transaction's commands only the first refusal tells something: the others follow from it.
bool SmtpDialogue::refuses_all(Stage stage, const SmtpReply& reply) const {
  if (!is_of_transaction(stage) || reply.code < 400 || refusal_) return false;
  const auto kind = kind_of(reply, *mail_);
  return is_about_all(kind) || (stage == Stage::mail && refuses_sender(reply, kind));
}

/// Whether the server knew the recipient by then.
bool SmtpDialogue::was_named(Stage stage) { return is_of_transaction(stage) && stage != Stage::mail; }

/// Messages may have other senders, from before this machine or `--mail-from` changed its name.
bool SmtpDialogue::is_about_sender(Stage stage, const SmtpReply& reply) const {
  const auto kind = kind_of(reply, *mail_);
  if (stage != Stage::mail || !refuses_sender(reply, kind)) return false;
  return kind == RefusalKind::sender || is_about_message(kind);
}

/// A server that wants nothing of us says nothing about the message, not even by a 5xx: it may be a rule that is wrong
/// for an hour, and the message is as good then as it is now.
SmtpStep SmtpDialogue::turned_away(Stage stage, const SmtpReply& reply) {
  note_refusal(stage, reply);
  broken_ = refusal_->whole_server = true;
  refusal_->perhaps_one = was_named(stage) || is_about_sender(stage, reply);
  refusal_->permanent = refusal_->unclear = false;
  return refused();
}

void SmtpDialogue::note_refusal(Stage stage, const SmtpReply& reply) {
  if (refusal_) return;
  refusal_ = SmtpRefused{answer(stage, reply), reply.permanent(), false};
  refusal_->answered = is_of_transaction(stage) && reply.code >= 400;
  if (reply.code < 400) broken_ = true;  // an answer that makes no sense here: who knows to what
  refusal_->reply += remedy(stage, reply);
  const auto kind = kind_of(reply, *mail_);
  const bool waits = kind == RefusalKind::relaying || kind == RefusalKind::later || kind == RefusalKind::no_room ||
                     wants_login_of_ours(stage, reply);
  if (!is_of_transaction(stage) || !reply.permanent()) return;
  refusal_->permanent = !waits && is_final(kind);
  refusal_->unclear = !waits && !refusal_->permanent;
  too_big_ = is_about_size(kind);
}

/// That a server lets no strangers in is told before the message; what it says after that is about the content.
bool SmtpDialogue::wants_login_of_ours(Stage stage, const SmtpReply& reply) const {
  if (!is_of_transaction(stage) || terms_.login || !extensions_.auth || reply.code < 400) return false;
  const auto kind = kind_of(reply, *mail_);
  return kind == RefusalKind::login || kind == RefusalKind::relaying ||
         (is_about_message(kind) && !is_about_size(kind) && stage != Stage::content && may_want_login(reply));
}

/// The option to set, to follow the server's words.
std::string SmtpDialogue::remedy(Stage stage, const SmtpReply& reply) const {
  if (stage == Stage::ehlo || stage == Stage::helo) {
    std::string name{remedy_for(RefusalKind::name)};
    if (refuses_name(reply)) return name;
    if (ehlo_refuses_name()) return "; " + answer(Stage::ehlo, *ehlo_refusal_) + name;
    if (may_refuse_name(reply)) return name;
  }
  if (wants_login_of_ours(stage, reply)) {
    return extensions_.plain || extensions_.login ? "; the server offers a login, which --smtp-login sets"
                                                  : "; the server offers logins, but not by PLAIN or LOGIN";
  }
  if (is_login(stage)) {
    return reply.code < 400 || reply.code == 421 ? "" : "; --smtp-login names the file that has the login";
  }
  if (is_about_sender(stage, reply)) return std::string{remedy_for(RefusalKind::sender)};
  const auto kind = kind_of(reply, *mail_);
  const bool is_met =
      kind == RefusalKind::login ? terms_.login.has_value() : kind == RefusalKind::encryption && encrypted_;
  return reply.code < 400 || is_met ? std::string{} : std::string{remedy_for(kind)};
}

/// Not where the server does not know the command, whose name is in its words then.
bool SmtpDialogue::ehlo_refuses_name() const {
  return ehlo_refusal_ && ehlo_refusal_->code != 500 && ehlo_refusal_->code != 502 && refuses_name(*ehlo_refusal_);
}

SmtpStep SmtpDialogue::refused() {
  reset_due_ = true;
  awaited_.clear();
  if (std::exchange(too_big_, false) && !broken_ && cut_down()) {
    refusal_.reset();
    return begin_transaction();
  }
  mail_ = nullptr;
  return *std::exchange(refusal_, std::nullopt);
}

SmtpStep SmtpDialogue::broken_off(const std::string& reason) {
  broken_ = true;
  const bool hidden = terms_.login && repeats_secret(reason, *terms_.login);
  const auto* words = hidden ? "the server makes no sense [with the secret in it]" : reason.c_str();
  if (!refusal_) refusal_ = SmtpRefused{words, false, !ready_};
  return refused();
}

SmtpRefused SmtpDialogue::lost(const std::string& reason) const {
  if (refusal_) return *refusal_;
  SmtpRefused refused{reason, false, !ready_};
  if (is_awaited(Stage::starttls)) refused.reply += "; STARTTLS was not answered";
  if (content_sent()) refused.reply += "; the message was on its way and may arrive twice";
  if (ready_ || !ehlo_refusal_) return refused;
  // The refusal of EHLO may be all that a server says before it closes.
  refused.reply += "; " + answer(Stage::ehlo, *ehlo_refusal_);
  if (ehlo_refuses_name()) refused.reply += remedy_for(RefusalKind::name);
  return refused;
}

SmtpStep SmtpDialogue::left(const std::string& reason) {
  broken_ = true;
  // After HELO a server has neither TLS nor logins to offer.
  refusal_ = SmtpRefused{reason + (ehlo_refusal_ ? "; " + answer(Stage::ehlo, *ehlo_refusal_) : ""), false, true};
  return refused();
}

}  // namespace acron
