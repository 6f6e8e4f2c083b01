#include "support/recorded_log.hpp"

#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/make_shared.hpp>
#include <mutex>

namespace acron {
namespace {

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

}  // namespace

struct RecordedLog::Sink {
  boost::shared_ptr<Backend> backend = boost::make_shared<Backend>();
  boost::shared_ptr<boost::log::sinks::synchronous_sink<Backend>> frontend =
      boost::make_shared<boost::log::sinks::synchronous_sink<Backend>>(backend);
};

RecordedLog::RecordedLog() : sink_(std::make_unique<Sink>()) { boost::log::core::get()->add_sink(sink_->frontend); }

RecordedLog::~RecordedLog() { boost::log::core::get()->remove_sink(sink_->frontend); }

std::vector<std::string> RecordedLog::lines() const { return sink_->backend->lines(); }

}  // namespace acron
