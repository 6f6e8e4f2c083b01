#include "acron/runtime/process/accounts.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "acron/runtime/loop/task_group.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr auto patience = std::chrono::seconds(30);
constexpr std::size_t most_waiting = 64;  // threads, while a name service hangs
constexpr std::size_t largest_entry = 1024 * 1024;

/// Calls a `get..nam_r` with as large a buffer as it wants; the entry points into `buffer`.
template <typename Entry, typename Call>
int read_entry(Entry& entry, Entry*& found, std::vector<char>& buffer, Call call) {
  buffer.resize(4096);
  for (;;) {
    const int failure = call(&entry, buffer.data(), buffer.size(), &found);
    if (failure != ERANGE || buffer.size() >= largest_entry) return failure;
    buffer.resize(buffer.size() * 2);
  }
}

Error not_found(const char* what, const std::string& name, int failure) {
  if (failure == 0 || failure == ENOENT) return Error{std::string("there is no ") + what + " '" + name + "'"};
  return Error{std::string("the ") + what + " '" + name + "' can't be looked up: " + std::strerror(failure)};
}

std::vector<gid_t> groups_of(const Account& account) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (::getgrouplist(account.name.c_str(), account.gid, groups.data(), &count) < 0) {
    groups.resize(std::max(static_cast<std::size_t>(count), groups.size() * 2));
    count = static_cast<int>(groups.size());
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

Result<Account> account_of(const RunAs& run_as) {
  std::vector<char> buffer;
  passwd user{}, *found_user = nullptr;
  int failure = read_entry(user, found_user, buffer, [&](passwd* entry, char* data, std::size_t size, passwd** found) {
    return ::getpwnam_r(run_as.user.c_str(), entry, data, size, found);
  });
  if (found_user == nullptr) return not_found("user", run_as.user, failure);
  Account account{user.pw_uid, user.pw_gid, {}, user.pw_name, user.pw_dir};
  if (!run_as.group.empty()) {
    group entry{}, *found_group = nullptr;
    failure = read_entry(entry, found_group, buffer, [&](group* to, char* data, std::size_t size, group** found) {
      return ::getgrnam_r(run_as.group.c_str(), to, data, size, found);
    });
    if (found_group == nullptr) return not_found("group", run_as.group, failure);
    account.gid = entry.gr_gid;
  }
  constexpr auto none = static_cast<uid_t>(-1);  // to setresuid(2): leave it as it is
  if (account.uid == none || account.gid == static_cast<gid_t>(-1)) return Error{"'" + run_as.user + "' has the id -1"};
  account.groups = groups_of(account);
  return account;
}

}  // namespace

/// What look-ups that outlive us knock at in vain.
struct Accounts::Door {
  std::mutex mutex;
  bool open = true;
  std::size_t waiting = 0;
};

Accounts::Accounts(asio::any_io_executor loop) : loop_(std::move(loop)), door_(std::make_shared<Door>()) {}

Accounts::~Accounts() {
  const std::scoped_lock lock(door_->mutex);
  door_->open = false;
}

Task<Result<std::optional<Account>>> Accounts::account_for(const RunSettings& settings) {
  // Without root there is only one user to be, and the job files were held to that.
  if (!settings.run_as || ::geteuid() != 0) co_return std::optional<Account>();
  const auto account = co_await look_up(*settings.run_as);
  if (!account) co_return account.error();
  co_return std::optional(*account);
}

Task<Result<Account>> Accounts::look_up(RunAs run_as) {
  struct Question {
    explicit Question(const asio::any_io_executor& loop) : answered(loop, patience) {}
    asio::steady_timer answered;
    std::optional<Result<Account>> answer;
  };
  if (stopped_) co_return Error{"acron ends"};
  const auto question = std::make_shared<Question>(loop_);
  {
    const std::scoped_lock lock(door_->mutex);
    if (door_->waiting >= most_waiting) co_return Error{"the name service hangs"};
    ++door_->waiting;
  }
  // The thread may outlive the loop, which the timer must not: it only knows of the question.
  auto work = [asked = std::weak_ptr(question), run_as, door = door_, loop = loop_] {
    auto answer = account_of(run_as);
    const std::scoped_lock lock(door->mutex);
    --door->waiting;
    if (!door->open) return;
    asio::post(loop, [asked, answer = std::move(answer)] {
      const auto still_asked = asked.lock();
      if (!still_asked) return;
      still_asked->answer = answer;
      still_asked->answered.cancel();
    });
  };
  try {
    std::thread(std::move(work)).detach();
  } catch (const std::system_error& error) {
    const std::scoped_lock lock(door_->mutex);
    --door_->waiting;
    co_return Error{std::string("no thread for the look-up: ") + error.what()};
  }
  const auto waiting = waiting_.insert(waiting_.end(), &question->answered);
  co_await question->answered.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await leave_if_cancelled();
  waiting_.erase(waiting);
  if (!question->answer && stopped_) co_return Error{"acron ends"};
  if (!question->answer) co_return Error{"the name service did not answer within 30 s"};
  co_return *question->answer;
}

void Accounts::stop() {
  stopped_ = true;
  for (asio::steady_timer* timer : waiting_) timer->cancel();
}

}  // namespace acron
