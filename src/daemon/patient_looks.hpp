#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

namespace acron {

/// Looks at places of the machine that may never answer, such as a network file system whose server is away: each on a
/// thread that nobody waits for in the end. Once one has not answered, none is asked any more.
class PatientLooks {
 public:
  /// What `look` returned; empty when that takes more than a second, or something before it has. `look` must own all
  /// that it refers to.
  template <typename Look>
  std::optional<std::invoke_result_t<Look>> ask(Look look) {
    if (gave_up_) return std::nullopt;
    std::packaged_task<std::invoke_result_t<Look>()> task(std::move(look));
    auto answer = task.get_future();
    try {
      std::thread(std::move(task)).detach();
    } catch (const std::system_error&) {
      return std::nullopt;
    }
    // In pieces: a machine may stop for seconds, which counts as one of them.
    for (int piece = 0; piece < pieces; ++piece) {
      if (answer.wait_for(a_piece) == std::future_status::ready) return answer.get();
    }
    gave_up_ = is_news_ = true;
    return std::nullopt;
  }

  /// True, once, when it has given up: it was the last one asked that did not answer.
  bool take_silence() { return std::exchange(is_news_, false); }

 private:
  static constexpr int pieces = 20;
  static constexpr auto a_piece = std::chrono::milliseconds(50);

  bool gave_up_ = false, is_news_ = false;
};

/// What is said of a path that did not answer.
inline constexpr const char* no_answer =
    "the file system does not answer, so neither this nor what comes after it is looked at";

}  // namespace acron
