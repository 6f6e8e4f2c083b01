// The one unit that compiles Boost.Asio's own code.
#include <boost/asio/impl/src.hpp>
