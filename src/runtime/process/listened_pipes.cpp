#include "listened_pipes.hpp"

#include <chrono>
#include <utility>

namespace acron {

void ListenedPipes::add(int pipe) {
  if (pipe < 0) return;
  pipes_[pipe] = Age::fresh;
  if (lasting_.begin) look_later();
}

void ListenedPipes::remove(int pipe) {
  const auto found = pipes_.find(pipe);
  if (found == pipes_.end()) return;
  if (found->second == Age::told) lasting_.end(pipe);
  pipes_.erase(found);
}

std::vector<int> ListenedPipes::all() const {
  std::vector<int> numbers;
  for (const auto& [pipe, age] : pipes_) numbers.push_back(pipe);
  return numbers;
}

void ListenedPipes::look_later() {
  if (std::exchange(look_is_due_, true)) return;
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped) look();  // else we may be gone
  });
}

void ListenedPipes::look() {
  look_is_due_ = false;
  bool more = false;
  for (auto& [pipe, age] : pipes_) {
    if (age == Age::seen) lasting_.begin(pipe);
    more = more || age == Age::fresh;
    age = age == Age::fresh ? Age::seen : Age::told;
  }
  if (more) look_later();
}

}  // namespace acron
