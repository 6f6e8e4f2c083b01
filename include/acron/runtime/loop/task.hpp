#pragma once

#include <boost/asio/awaitable.hpp>

namespace acron {

/// The one coroutine type of the loop.
template <typename T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace acron
