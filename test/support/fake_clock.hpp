#pragma once

#include <algorithm>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "acron/runtime/clock/clock.hpp"
#include "test_loop.hpp"

namespace acron {

/// A wall clock that stands still until the test moves it.
class FakeClock final : public Clock {
 public:
  FakeClock(TestLoop& loop, TimePoint now) : loop_(loop), now_(now) {}

  [[nodiscard]] TimePoint now() const override { return now_; }

  std::unique_ptr<Alarm> alarm(std::function<void()> ring) override {
    return std::make_unique<FakeAlarm>(*this, std::move(ring));
  }

  /// Time passes: alarms ring in their order, each at its instant, and what they set going is run between them.
  void advance_to(TimePoint time) {
    loop_.run_ready();
    while (FakeAlarm* next = earliest()) {
      if (*next->when > time) break;
      now_ = std::max(now_, *next->when);
      next->ring();
      loop_.run_ready();
    }
    now_ = time;
  }

  /// The clock is set, or nobody looked at it for a while: alarms that are due now have not rung yet.
  void jump_to(TimePoint time) { now_ = time; }
  /// They ring now.
  void ring_due() { advance_to(now_); }

  [[nodiscard]] std::size_t alarms() const { return alarms_.size(); }

 private:
  struct FakeAlarm final : Alarm {
    FakeAlarm(FakeClock& its_clock, std::function<void()> handler) : clock(its_clock), handler_(std::move(handler)) {
      clock.alarms_.push_back(this);
    }
    ~FakeAlarm() override { clock.alarms_.remove(this); }
    void set(TimePoint time) override { when = time; }
    void cancel() override { when.reset(); }
    void ring() {
      when.reset();
      handler_();
    }

    FakeClock& clock;
    std::optional<TimePoint> when;

   private:
    std::function<void()> handler_;
  };

  FakeAlarm* earliest() {
    FakeAlarm* first = nullptr;
    for (FakeAlarm* alarm : alarms_) {
      if (alarm->when && (first == nullptr || *alarm->when < *first->when)) first = alarm;
    }
    return first;
  }

  TestLoop& loop_;
  TimePoint now_;
  std::list<FakeAlarm*> alarms_;
};

}  // namespace acron
