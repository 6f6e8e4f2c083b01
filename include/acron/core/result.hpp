#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace acron {

/// Why something the caller can act on did not work, in words an operator can act on.
/// `at` is the byte offset of the fault in the text that was parsed; 0 where there is no text.
struct Error {
  std::string message;
  std::size_t at = 0;
};

/// A value, or the reason why there is none. Functions that return one are [[nodiscard]].
template <typename T>
using Result = boost::system::result<T, Error>;

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

}  // namespace acron
