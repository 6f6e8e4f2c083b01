#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/run_settings.hpp"
#include "acron/core/result.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

/// Who a process is to be, as the name service says today.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // all of them, the first included
  std::string name;
  std::string home;
};

/// Looks users and groups up where they may be far away (LDAP): each look-up has a thread of its own, so that one that
/// hangs delays nothing but the run that asked.
class Accounts {
 public:
  explicit Accounts(boost::asio::any_io_executor loop);
  /// What is still being looked up is forgotten.
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  /// Who a job's processes are to be; empty where they stay who we are.
  Task<Result<std::optional<Account>>> account_for(const RunSettings& settings);
  /// An error says why the account can't be had now: it is not there, or nobody answered within 30 s.
  Task<Result<Account>> look_up(RunAs run_as);
  /// For the end of acron: each look-up under way, and each later one, fails at once with that reason.
  void stop();

 private:
  struct Door;
  boost::asio::any_io_executor loop_;
  std::shared_ptr<Door> door_;
  std::list<boost::asio::steady_timer*> waiting_;  // for an answer
  bool stopped_ = false;
};

}  // namespace acron
