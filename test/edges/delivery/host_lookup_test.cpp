// Name look-ups that hang: getaddrinfo() is replaced in this program by one that can be told to.
#include <dlfcn.h>
#include <netdb.h>

#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <string_view>

#include "acron/edges/delivery/smtp_client.hpp"
#include "loop.hpp"

using namespace acron;
namespace asio = boost::asio;

namespace {

constexpr std::string_view hanging_host = "hangs.example.com";

std::mutex mutex;
std::condition_variable released;
bool hanging = true;
int calls = 0;

int hang_until_released() {
  std::unique_lock lock{mutex};
  ++calls;
  released.wait(lock, [] { return !hanging; });
  return EAI_AGAIN;
}

void release() {
  const std::lock_guard lock{mutex};
  hanging = false;
  released.notify_all();
}

int calls_so_far() {
  const std::lock_guard lock{mutex};
  return calls;
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  if (node != nullptr && node == hanging_host) return hang_until_released();
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto original = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return original(node, service, hints, result);
}

TEST_CASE("a look-up that hangs is left behind, and not asked a second time", "[host_lookup]") {
  asio::io_context loop;
  SmtpTimeLimits limits;
  limits.connect = Duration{20};
  SmtpClient client{loop.get_executor(), {std::string{hanging_host}, 25}, "web-0001", limits};
  const OutgoingMail mail{"root@web-0001", "mark@example.com", "", "", "\r\n"};
  for (int i = 0; i < 2; ++i) {
    const auto delivery = test::run(loop, client.deliver(mail));
    CHECK(delivery.kind == Delivery::Kind::postponed);
    CHECK(delivery.scope == Delivery::Scope::server);
    CHECK(delivery.reason == "the name of hangs.example.com:25 was not resolved within 0.020s");
  }
  release();
  loop.restart();
  loop.run();  // until the look-up has its answer
  const auto delivery = test::run(loop, client.deliver(mail));
  CHECK(delivery.reason ==
        "the name of hangs.example.com:25 was not resolved: Host not found (non-authoritative), try again later");
  CHECK(calls_so_far() == 1);
}
