#include "acron/core/mail/recipient_limit.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <vector>

using namespace acron;
using namespace std::chrono_literals;

namespace {

constexpr RecipientLimit::Time start{1000h};

struct Count {
  int gone = 0;
  std::uint64_t told = 0;
};

}  // namespace

TEST_CASE("a recipient gets so many mails in an hour, and with the next is told of the rest", "[recipient_limit]") {
  RecipientLimit limit{3};
  for (int i = 0; i < 3; ++i) CHECK(limit.admit("a@b", start + i * 1min).may_go);
  for (int i = 3; i < 60; ++i) CHECK_FALSE(limit.admit("a@b", start + i * 1min).may_go);
  const auto next = limit.admit("a@b", start + 60min);
  CHECK(next.may_go);
  CHECK(next.held_back == 57);
  CHECK_FALSE(limit.admit("a@b", start + 60min).may_go);
  const auto after = limit.admit("a@b", start + 61min);
  CHECK(after.may_go);
  CHECK(after.held_back == 1);
}

TEST_CASE("no hour, wherever it begins, has more than the limit", "[recipient_limit]") {
  RecipientLimit limit{10};
  std::vector<RecipientLimit::Time> gone;
  for (int i = 0; i < 5000; ++i) {
    const auto now = start + i * 7s;
    if (limit.admit("a@b", now).may_go) gone.push_back(now);
  }
  REQUIRE(gone.size() > 90);
  for (std::size_t i = 10; i < gone.size(); ++i) CHECK(gone[i] - gone[i - 10] >= 1h);
}

TEST_CASE("one recipient's mails do not count for another", "[recipient_limit]") {
  RecipientLimit limit{1};
  CHECK(limit.admit("a@b", start).may_go);
  CHECK(limit.admit("c@d", start).may_go);
  CHECK_FALSE(limit.admit("A@B", start).may_go);
}

TEST_CASE("all that was held back is told, once", "[recipient_limit]") {
  RecipientLimit limit{2};
  Count count;
  int asked = 0;
  for (auto now = start; now < start + 24h; now += 1min) {
    const auto answer = limit.admit("a@b", now);
    ++asked;
    count.gone += answer.may_go ? 1 : 0;
    count.told += answer.held_back;
  }
  const auto last = limit.admit("a@b", start + 100h);
  CHECK(last.may_go);
  CHECK(static_cast<std::uint64_t>(asked - count.gone) == count.told + last.held_back);
}

TEST_CASE("a limit goes on from what another has counted", "[recipient_limit]") {
  RecipientLimit before{3};
  for (int i = 0; i < 5; ++i) before.admit("A@b", start + i * 1min);
  RecipientLimit limit{3};
  limit.take_over(before.state());
  CHECK_FALSE(limit.admit("a@b", start + 59min).may_go);
  CHECK(limit.admit("a@b", start + 60min).held_back == 3);
  CHECK_FALSE(limit.admit("a@b", start + 60min).may_go);
  RecipientLimit none{0};
  none.take_over(before.state());
  CHECK(none.state().empty());
}

TEST_CASE("a limit of zero is none", "[recipient_limit]") {
  RecipientLimit limit{0};
  for (int i = 0; i < 1000; ++i) CHECK(limit.admit("a@b", start).may_go);
}
