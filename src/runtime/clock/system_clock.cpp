#include "acron/runtime/clock/system_clock.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/intrusive/set.hpp>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>

namespace acron {
namespace asio = boost::asio;

namespace intrusive = boost::intrusive;

/// Lies in the clock's queue from the time it is set until it rings.
class SystemAlarm final : public Alarm, public intrusive::set_base_hook<intrusive::optimize_size<true>> {
 public:
  SystemAlarm(SystemClock& clock, std::function<void()> ring) : clock_(clock), ring_(std::move(ring)) {}
  SystemAlarm(const SystemAlarm&) = delete;
  SystemAlarm& operator=(const SystemAlarm&) = delete;
  ~SystemAlarm() override { cancel(); }

  void set(TimePoint when) override;
  void cancel() override;
  void ring() { ring_(); }

  [[nodiscard]] TimePoint when() const { return when_; }
  bool operator<(const SystemAlarm& other) const { return when_ < other.when_; }

 private:
  SystemClock& clock_;
  std::function<void()> ring_;
  TimePoint when_;
};

/// The alarms that are set, by time, and in the order in which they were set where it is the same.
class SystemClock::Alarms : public intrusive::multiset<SystemAlarm, intrusive::constant_time_size<false>> {};

void SystemAlarm::set(TimePoint when) {
  if (is_linked()) clock_.alarms_->erase(clock_.alarms_->iterator_to(*this));
  when_ = when;
  clock_.alarms_->insert(*this);
  clock_.lay();
}

void SystemAlarm::cancel() {
  if (!is_linked()) return;
  clock_.alarms_->erase(clock_.alarms_->iterator_to(*this));
  clock_.lay();
}

namespace {

constexpr auto unnoticed_step = std::chrono::seconds(1);
constexpr auto noticed_standstill = std::chrono::seconds(1);
constexpr auto time_to_look = std::chrono::milliseconds(100);
constexpr TimePoint never = TimePoint::max();

int timerfd() {
  const int descriptor = ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  return descriptor;
}

/// Never expires; a read fails with ECANCELED once the clock has been set (timerfd_create(2)).
void arm_for_set(int descriptor) {
  itimerspec far_away{};
  far_away.it_value.tv_sec = std::numeric_limits<std::int32_t>::max() * std::int64_t{100};
  ::timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far_away, nullptr);
}

}  // namespace

SystemClock::SystemClock(asio::io_context& loop)
    : set_notice_(loop, timerfd()), ahead_(ahead_of_steady(now())), alarms_(std::make_unique<Alarms>()), timer_(loop) {}

SystemClock::~SystemClock() = default;

TimePoint SystemClock::now() const { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

std::unique_ptr<Alarm> SystemClock::alarm(std::function<void()> ring) {
  return std::make_unique<SystemAlarm>(*this, std::move(ring));
}

/// The timer waits for the first alarm.
void SystemClock::lay() {
  const TimePoint first = alarms_->empty() ? never : alarms_->begin()->when();
  if (ringing_ || first == laid_for_) return;
  laid_for_ = first;
  if (first == never) {
    timer_.cancel();
    return;
  }
  const auto now = std::chrono::system_clock::now();
  const auto whole = std::chrono::floor<Duration>(now);
  // A century is enough, and its nanoseconds still fit the steady clock's 64 bits. What is left of the millisecond
  // counts too: without it we would be half a one late.
  const Duration wait = std::clamp<Duration>(first - whole, Duration::zero(), std::chrono::hours{24 * 36525});
  timer_.expires_after(wait - (now - whole));
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    const bool stood_still = std::chrono::steady_clock::now() - timer_.expiry() > noticed_standstill;
    stood_still ? ring_soon() : ring_due();
  });
}

/// Who stood still, as by SIGSTOP or a frozen disk, first sees what has ended meanwhile: what is due may have waited
/// for that.
void SystemClock::ring_soon() {
  timer_.expires_after(time_to_look);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) ring_due();
  });
}

/// Few at once, so that in a storm of them what has been started is seen to in between.
void SystemClock::ring_due() {
  // What a set clock passed over is not simply due: whoever decides that has to know first. The clock may be set again
  // as we go on, so what is due is told by the same look at it.
  const TimePoint now = check_step();
  constexpr int most_at_once = 32;
  struct LayAgain {
    SystemClock& clock;
    ~LayAgain() {
      clock.ringing_ = false;
      clock.laid_for_ = never;
      clock.lay();
    }
  };
  ringing_ = true;
  const LayAgain at_the_end{*this};  // also when an alarm throws
  for (int rung = 0; rung < most_at_once && !alarms_->empty(); ++rung) {
    SystemAlarm& alarm = *alarms_->begin();
    if (alarm.when() > now) break;
    alarms_->erase(alarms_->begin());
    alarm.ring();
  }
}

void SystemClock::on_step(StepHandler handler) {
  handler_ = std::move(handler);
  arm_for_set(set_notice_.native_handle());
  watch();
}

void SystemClock::watch() {
  set_notice_.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    std::uint64_t expirations = 0;
    const auto got = ::read(set_notice_.native_handle(), &expirations, sizeof expirations);
    if (got < 0 && errno == ECANCELED) arm_for_set(set_notice_.native_handle());
    check_step();
    watch();
  });
}

TimePoint SystemClock::check_step() {
  const TimePoint now = this->now();
  const Duration ahead = ahead_of_steady(now);
  const Duration step = ahead - ahead_;
  if (std::chrono::abs(step) < unnoticed_step) return now;
  ahead_ = ahead;
  laid_for_ = never;
  lay();
  if (handler_) handler_(step);
  return now;
}

Duration SystemClock::ahead_of_steady(TimePoint now) {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  return now.time_since_epoch() - std::chrono::floor<Duration>(steady);
}

}  // namespace acron
