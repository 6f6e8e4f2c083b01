#pragma once

#include <memory>

namespace acron {

/// A T that costs a pointer for as long as it is like every other: copies share it, and one that was never changed is
/// T{}. Compared by value.
template <typename T>
class SharedValue {
 public:
  [[nodiscard]] const T& operator*() const {
    static const T untouched{};
    return value_ ? *value_ : untouched;
  }
  [[nodiscard]] const T* operator->() const { return &**this; }

  /// `change(T&)` is applied to a copy, which then takes the place of the value here and nowhere else.
  template <typename Change>
  void edit(Change change) {
    auto copy = std::make_shared<T>(**this);
    change(*copy);
    value_ = std::move(copy);
  }

  bool operator==(const SharedValue& other) const { return value_ == other.value_ || **this == *other; }

 private:
  std::shared_ptr<const T> value_;
};

}  // namespace acron
