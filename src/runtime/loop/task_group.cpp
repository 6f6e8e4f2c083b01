#include "acron/runtime/loop/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <list>
#include <utility>

#include "acron/runtime/log/log.hpp"

namespace acron {
namespace asio = boost::asio;

struct TaskGroup::State {
  std::list<asio::cancellation_signal> running;
};

namespace {

/// False for one that has ended well, or was cancelled.
bool log_failure(std::string_view name, const std::exception_ptr& failure) {
  if (!failure) return false;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) return false;  // expected
    log(Severity::error, "fault", {{"task", std::string(name)}, {"reason", error.what()}});
  } catch (const std::exception& error) {
    log(Severity::error, "fault", {{"task", std::string(name)}, {"reason", error.what()}});
  }
  return true;
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)), state_(std::make_shared<State>()) {}

TaskGroup::~TaskGroup() { cancel(); }

void TaskGroup::start(std::string_view name, Task<> task, std::function<void()> failed) {
  const auto entry = state_->running.emplace(state_->running.end());
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(entry->slot(), [state = state_, entry, name,
                                                              failed = std::move(failed)](std::exception_ptr failure) {
                   const bool has_failed = log_failure(name, failure);
                   state->running.erase(entry);
                   if (has_failed && failed) failed();
                 }));
}

void TaskGroup::cancel() {
  // Emitting may end a task and take it off the list, so the next one is found before.
  for (auto entry = state_->running.begin(); entry != state_->running.end();) {
    (entry++)->emit(asio::cancellation_type::terminal);
  }
}

std::size_t TaskGroup::size() const { return state_->running.size(); }

Task<> leave_if_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

Task<> all_of(Task<> a, Task<> b, Task<> c, Task<> d) {
  const auto executor = co_await asio::this_coro::executor;
  const auto begin = [&](Task<>& task) { return asio::co_spawn(executor, std::move(task), asio::deferred); };
  auto group = asio::experimental::make_parallel_group(begin(a), begin(b), begin(c), begin(d));
  const auto [order, of_a, of_b, of_c, of_d] =
      co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
  for (const auto& failure : {of_a, of_b, of_c, of_d}) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace acron
