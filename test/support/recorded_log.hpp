#pragma once

#include <algorithm>
#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/make_shared.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace acron {

/// What is logged while it lives, line by line, from `info` on.
class RecordedLog {
 public:
  RecordedLog() : backend_(boost::make_shared<Backend>()), sink_(boost::make_shared<Sink>(backend_)) {
    boost::log::core::get()->add_sink(sink_);
  }
  RecordedLog(const RecordedLog&) = delete;
  RecordedLog& operator=(const RecordedLog&) = delete;
  ~RecordedLog() { boost::log::core::get()->remove_sink(sink_); }

  [[nodiscard]] std::vector<std::string> lines() const { return backend_->lines(); }
  /// Those lines that contain every one of the texts.
  template <typename... Texts>
  [[nodiscard]] std::vector<std::string> lines_with(const Texts&... texts) const {
    auto found = lines();
    std::erase_if(found, [&](const std::string& line) { return ((line.find(texts) == std::string::npos) || ...); });
    return found;
  }
  template <typename... Texts>
  [[nodiscard]] std::size_t count(const Texts&... texts) const {
    return lines_with(texts...).size();
  }

 private:
  class Backend : public boost::log::sinks::basic_sink_backend<boost::log::sinks::synchronized_feeding> {
   public:
    void consume(const boost::log::record_view& record) {
      const std::scoped_lock lock(mutex_);
      lines_.push_back(boost::log::extract_or_default<std::string>("Message", record, std::string()));
    }
    [[nodiscard]] std::vector<std::string> lines() const {
      const std::scoped_lock lock(mutex_);
      return lines_;
    }

   private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
  };
  using Sink = boost::log::sinks::synchronous_sink<Backend>;

  boost::shared_ptr<Backend> backend_;
  boost::shared_ptr<Sink> sink_;
};

}  // namespace acron
