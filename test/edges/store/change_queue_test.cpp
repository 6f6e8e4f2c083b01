#include "../src/edges/store/change_queue.hpp"

#include <catch2/catch.hpp>

#include "store_support.hpp"

using namespace acron;
using namespace acron::test;

namespace {

bool add(ChangeQueue& queue, MailId id, const OutgoingMail& mail) {
  return queue.add_mail({owed_as(mail, id, at(0)), mail}) != nullptr;
}

}  // namespace

TEST_CASE("changes leave the queue in order, and come first when they are given back", "[change_queue]") {
  ChangeQueue queue({10, 1000});
  for (const char* run : {"1", "2", "3"}) CHECK(queue.push(RunLost{run}));
  auto taken = queue.take(2);
  REQUIRE(taken.size() == 2);
  CHECK(std::get<RunLost>(taken.at(0)).run == "1");
  queue.push(RunLost{"4"});
  queue.give_back(std::move(taken));
  taken = queue.take(100);
  REQUIRE(taken.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::get<RunLost>(taken.at(i)).run == std::to_string(i + 1));
  CHECK(queue.take(100).empty());
}

TEST_CASE("a full queue takes nothing but the removal of mail, and counts", "[change_queue]") {
  ChangeQueue queue({2, 1000});
  CHECK(queue.push(RunLost{"1"}));
  CHECK(queue.push(RunLost{"2"}));
  CHECK_FALSE(queue.push(RunLost{"3"}));
  CHECK_FALSE(add(queue, 1, mail_to("a@x.example", "text")));
  CHECK(queue.push(MailRemoved{7}));
  CHECK(queue.size() == 3);
  CHECK(queue.dropped() == 2);
}

TEST_CASE("the text of new mail is kept within bounds until it is written or not wanted any more", "[change_queue]") {
  ChangeQueue queue({10, 1000});
  const std::string text(400, 'x');
  CHECK(add(queue, 1, mail_to("a@x.example", text)));
  CHECK(add(queue, 2, mail_to("b@x.example", text)));
  CHECK_FALSE(add(queue, 3, mail_to("c@x.example", text)));
  REQUIRE(queue.mail(2));
  CHECK(queue.mail(2)->mail.to == "b@x.example");
  CHECK_FALSE(queue.mail(3));
  queue.forget_mail(2);
  CHECK_FALSE(queue.mail(2));
  CHECK(add(queue, 4, mail_to("d@x.example", text)));
  queue.written({RunEnded{{"job", {}}, {at(0), run_of("job", "id", at(0))}, {1}}, MailAdded{4}});
  CHECK_FALSE(queue.mail(1));
  CHECK_FALSE(queue.mail(4));
  CHECK(add(queue, 5, mail_to("e@x.example", std::string(1000, 'x'))));
}
