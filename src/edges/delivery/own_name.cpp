#include "acron/edges/delivery/own_name.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "acron/core/mail/own_name.hpp"
#include "acron/core/text.hpp"
#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto longest_look_up = std::chrono::seconds{5};  // mail waits for it
constexpr auto between_look_ups = std::chrono::minutes{1};

std::string kernel_host_name() {
  std::array<char, 256> buffer{};
  ::gethostname(buffer.data(), buffer.size() - 1);
  return buffer.data();
}

}  // namespace

/// Lives as long as the look-up, which can't be interrupted.
struct OwnName::LookUp {
  explicit LookUp(const asio::any_io_executor& executor) : resolver(executor), waiting(executor, longest_look_up) {}
  tcp::resolver resolver;
  asio::steady_timer waiting;  // ends when the answer is there, or is late
  bool done = false;
  std::string name;
};

OwnName::OwnName(asio::any_io_executor executor, std::string given, std::function<std::string()> host)
    : executor_(std::move(executor)), given_(std::move(given)), host_(std::move(host)) {}

OwnName::~OwnName() = default;

Task<std::string> OwnName::find() {
  if (!given_.empty()) co_return given_;
  auto host = host_();
  if (is_full_name(host)) co_return host;
  host = lower_ascii(kernel_host_name());
  if (is_full_name(host)) co_return host;
  if (std::exchange(looked_up_, host) != host) {
    found_.clear();
    look_up_ = nullptr;
    next_look_up_ = {};
  }
  if (!found_.empty()) co_return found_;
  if (!look_up_ && Instant::clock::now() >= next_look_up_) begin_look_up();
  // A copy: find() may be called again meanwhile.
  if (const auto look_up = look_up_; look_up && !look_up->done) co_await look_up->waiting.async_wait(quietly);
  take_answer();
  co_return found_;
}

void OwnName::begin_look_up() {
  look_up_ = std::make_shared<LookUp>(executor_);
  look_up_->resolver.async_resolve(
      looked_up_, "", tcp::resolver::canonical_name,
      [look_up = look_up_](const boost::system::error_code& failure, const tcp::resolver::results_type& results) {
        look_up->done = true;
        if (!failure && !results.empty()) look_up->name = results.begin()->host_name();
        look_up->waiting.cancel();
      });
}

void OwnName::take_answer() {
  if (!look_up_ || !look_up_->done) return;
  auto name = lower_ascii(std::exchange(look_up_, nullptr)->name);
  if (name.ends_with('.')) name.pop_back();
  if (is_full_name(name)) found_ = std::move(name);
  next_look_up_ = Instant::clock::now() + between_look_ups;
}

}  // namespace acron
