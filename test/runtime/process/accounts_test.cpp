#include "acron/runtime/process/accounts.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "acron/core/config/job_parser.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "support/test_loop.hpp"

using namespace acron;

namespace {

using Found = std::optional<Result<Account>>;

Task<> ask(Accounts& accounts, RunAs run_as, Found& found) { found = co_await accounts.look_up(std::move(run_as)); }

Task<> ask_for(Accounts& accounts, const RunSettings& settings, std::optional<Result<std::optional<Account>>>& found) {
  found = co_await accounts.account_for(settings);
}

Result<Account> look_up(const RunAs& run_as) {
  TestLoop loop;
  Accounts accounts(loop.executor());
  TaskGroup tasks(loop.executor());
  Found found;
  tasks.start("look up", ask(accounts, run_as, found));
  if (!loop.run_until([&] { return found.has_value(); })) throw std::runtime_error("no answer");
  return *found;
}

}  // namespace

TEST_CASE("a user is known by ids, groups, name and home", "[accounts]") {
  // Debian's base-passwd: root is 0:0, daemon 1:1 in /usr/sbin.
  const auto root = look_up({"root", ""});
  REQUIRE(root.has_value());
  CHECK(root->uid == 0);
  CHECK(root->gid == 0);
  CHECK(root->home == "/root");
  const auto daemon = look_up({"daemon", ""});
  REQUIRE(daemon.has_value());
  CHECK(daemon->uid == 1);
  CHECK(daemon->gid == 1);
  CHECK(daemon->name == "daemon");
  CHECK(daemon->home == "/usr/sbin");
  CHECK(daemon->groups == std::vector<gid_t>{1});
}

TEST_CASE("a group stands in the place of the user's first one", "[accounts]") {
  const auto account = look_up({"daemon", "disk"});  // group 6
  REQUIRE(account.has_value());
  CHECK(account->uid == 1);
  CHECK(account->gid == 6);
  CHECK(std::count(account->groups.begin(), account->groups.end(), 6U) == 1);
  CHECK(std::count(account->groups.begin(), account->groups.end(), 1U) == 0);
}

TEST_CASE("a user or group that is not there is an error that names it", "[accounts]") {
  const auto user = look_up({"no-such-user-here", ""});
  REQUIRE(user.has_error());
  CHECK(user.error().message == "there is no user 'no-such-user-here'");
  const auto group = look_up({"daemon", "no-such-group"});
  REQUIRE(group.has_error());
  CHECK(group.error().message == "there is no group 'no-such-group'");
}

TEST_CASE("a job that names no user stays who acron is, and is answered at once", "[accounts]") {
  TestLoop loop;
  Accounts accounts(loop.executor());
  TaskGroup tasks(loop.executor());
  std::optional<Result<std::optional<Account>>> found;
  const RunSettings settings;
  tasks.start("ask", ask_for(accounts, settings, found));
  loop.run_ready();
  REQUIRE(found);
  REQUIRE(found->has_value());
  CHECK(!found->value().has_value());
}

TEST_CASE("an answer that comes after the end is for nobody", "[accounts]") {
  Found found;
  {
    TestLoop loop;
    Accounts accounts(loop.executor());
    TaskGroup tasks(loop.executor());
    for (int i = 0; i < 10; ++i) tasks.start("ask", ask(accounts, {"daemon", ""}, found));
    loop.run_ready();
  }
  CHECK((!found || found->has_value()));  // and no thread touched what is gone
}
