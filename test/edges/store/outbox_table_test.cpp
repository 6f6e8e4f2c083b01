#include "../src/edges/store/outbox_table.hpp"

#include <catch2/catch.hpp>

#include "../src/edges/store/schema.hpp"
#include "acron/core/job/output_route.hpp"
#include "store_support.hpp"

using namespace acron;
using namespace acron::test;

namespace {

std::unique_ptr<Database> open_in(const TemporaryDirectory& directory) {
  write_file(directory.path() + "/a.db", "");
  auto opened = Database::open(directory.path() + "/a.db");
  REQUIRE(opened.has_value());
  REQUIRE_FALSE(bring_up_to_date(**opened));
  return std::move(*opened);
}

void put_at(Database& database, MailId id, const OutgoingMail& mail, TimePoint now) {
  put_mail(database, {owed_as(mail, id, now), mail});
}

OutgoingMail record_to(const std::string& to, const std::string& url) {
  OutgoingMail record = mail_to(to, "{}");
  record.from.clear();
  record.url = url;
  return record;
}

}  // namespace

TEST_CASE("owed mail is listed in the order it came, and its text comes back byte for byte", "[outbox_table]") {
  const TemporaryDirectory directory;
  const auto database = open_in(directory);
  const std::string text("Subject: x\r\n\r\n\0\xff.\r\n", 19);
  put_at(*database, 9, mail_to("b@x.example", "later"), at(2));
  put_at(*database, 3, mail_to("a@x.example", text), at(1));
  postpone_mail(*database, 3, {4, 2, at(77)});
  const auto owed = owed_mail(*database);
  REQUIRE(owed.size() == 2);
  CHECK(owed.at(0).id == 3);
  CHECK(owed.at(0).to == "a@x.example");
  CHECK(owed.at(0).about == "job");
  CHECK(owed.at(0).bytes == 19);
  CHECK(owed.at(0).queued == at(1));
  CHECK(owed.at(0).due == at(77));
  CHECK(owed.at(0).attempts == 4);
  CHECK(owed.at(0).server_failures == 2);
  CHECK(owed.at(0).message_id == "id-a@x.example");
  CHECK_FALSE(owed.at(0).webhook);
  CHECK(owed.at(1).id == 9);
  const auto mail = mail_with(*database, 3);
  REQUIRE(mail.has_value());
  CHECK(mail->text == text);
  CHECK(mail->from == "acron@host.example");
  CHECK(mail->message_id == "id-a@x.example");
  remove_mail(*database, 3);
  CHECK_FALSE(mail_with(*database, 3));
  CHECK(owed_mail(*database).size() == 1);
}

TEST_CASE("rows that can't be mail of ours are passed over", "[outbox_table]") {
  const TemporaryDirectory directory;
  const auto database = open_in(directory);
  put_at(*database, 1, mail_to("a@x.example>\r\nRCPT TO:<b@x.example", "text"), at(1));
  put_at(*database, -5, mail_to("c@x.example", "text"), at(1));
  put_at(*database, INT64_MAX, mail_to("d@x.example", "text"), at(1));
  put_at(*database, 2, mail_to("e@x.example", "text"), at(1));
  CHECK_FALSE(mail_with(*database, 1));
  for (const auto& owed : owed_mail(*database)) CHECK(owed.id == 2);
  CHECK(owed_mail(*database).size() == 1);
  CHECK(whole_outbox(*database).size() == 1);
}

TEST_CASE("a record for a web server comes back with its URL, and only for that server", "[outbox_table]") {
  const TemporaryDirectory directory;
  const auto database = open_in(directory);
  put_at(*database, 1, record_to("https://a.example:443/...", "https://a.example/secret"), at(1));
  put_at(*database, 2, record_to("https://a.example:443/...", "https://b.example/secret"), at(1));
  put_at(*database, 3, record_to("https://a.example:443/...", "file:///etc/passwd"), at(1));
  const std::string to = describe(HttpTarget{"https://a.example/secret"});
  put_at(*database, 4, record_to(to, "https://a.example/secret"), at(1));
  const auto owed = owed_mail(*database);
  REQUIRE_FALSE(owed.empty());
  CHECK(owed.back().id == 4);
  CHECK(owed.back().webhook);
  CHECK(mail_with(*database, 4)->url == "https://a.example/secret");
  CHECK_FALSE(mail_with(*database, 2));
  CHECK_FALSE(mail_with(*database, 3));
  CHECK(whole_outbox(*database).back().mail.url == "https://a.example/secret");
}
