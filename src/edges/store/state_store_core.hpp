#pragma once

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <optional>

#include "acron/edges/store/state_store.hpp"
#include "change_queue.hpp"
#include "state_writer.hpp"

namespace acron {

struct StateStore::Written {
  bool all = false;
  bool incomplete = false;
  std::optional<SavedState> late_state;
  std::optional<pid_t> other_user;
};

struct StateStore::NewMail {
  OwedMail owed;
  MailText text;
};

struct StateStore::Core {
  Core(boost::asio::thread_pool& pool, const StateStoreOptions& options)
      : order(pool.get_executor()),
        queue({options.waiting_changes, options.waiting_mail_bytes}),
        writer(options.directory, {options.history_runs, options.history_age}, queue) {}

  Written write() {
    const bool all = writer.write_queued();
    return {all, writer.take_incomplete(), writer.take_late_state(), writer.take_other_user()};
  }

  boost::asio::strand<boost::asio::thread_pool::executor_type> order;
  ChangeQueue queue;
  StateWriter writer;
};

}  // namespace acron
