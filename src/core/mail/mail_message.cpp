#include "acron/core/mail/mail_message.hpp"

#include <array>
#include <cstdlib>

#include "body_encoding.hpp"
#include "header_text.hpp"

namespace acron {
namespace {

using Names = std::array<const char*, 12>;
constexpr Names month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::string two_digits(std::int64_t number) {
  return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

std::string zone_digits(std::chrono::minutes offset) {
  const auto minutes = std::abs(offset.count());
  return (offset.count() < 0 ? "-" : "+") + two_digits(minutes / 60) + two_digits(minutes % 60);
}

std::string header_of(const MailMessage& message) {
  std::string text = header_line("Date", format_mail_date(message.date, message.utc_offset));
  text += mailbox_line("From", message.from_name, message.from);
  text += mailbox_line("To", "", message.to);
  text += header_line("Subject", message.subject);
  text += mailbox_line("Message-ID", "", "<" + message.message_id + ">");
  if (!message.thread_id.empty()) {
    text += mailbox_line("In-Reply-To", "", "<" + message.thread_id + ">");
    text += mailbox_line("References", "", "<" + message.thread_id + ">");
  }
  if (!message.list_id.empty()) text += mailbox_line("List-Id", "", "<" + message.list_id + ">");
  text += header_line("Auto-Submitted", "auto-generated");
  for (const auto& [name, value] : message.extra_headers) text += header_line(name, value);
  text += header_line("MIME-Version", "1.0");
  return text + header_line("Content-Type", "text/plain; charset=utf-8");
}

}  // namespace

std::string format_mail_date(TimePoint time, std::chrono::seconds utc_offset) {
  using namespace std::chrono;
  const auto offset = duration_cast<minutes>(utc_offset);
  const auto local = floor<seconds>(time + offset);
  const auto midnight = floor<days>(local);
  const year_month_day date{midnight};
  const hh_mm_ss clock{local - midnight};
  const auto month_name = month_names.at(unsigned{date.month()} - 1);
  return std::string{day_names.at(weekday{midnight}.c_encoding())} + ", " + two_digits(unsigned{date.day()}) + " " +
         month_name + " " + std::to_string(int{date.year()}) + " " + two_digits(clock.hours().count()) + ":" +
         two_digits(clock.minutes().count()) + ":" + two_digits(clock.seconds().count()) + " " + zone_digits(offset);
}

OutgoingMail compose(const MailMessage& message) {
  const auto body = encode_body(message.body);
  auto text = header_of(message) + header_line("Content-Transfer-Encoding", body.encoding) + "\r\n";
  return {message.from, message.to, message.message_id, message.about, text + body.text};
}

}  // namespace acron
