// The one unit that compiles Boost.Asio's own code for TLS. Not all of it: the code of ssl::context readies OpenSSL
// when the program starts, which few hosts need and each would pay for. OpenSSL readies itself with the first session.
#define BOOST_ASIO_SOURCE
#include <boost/asio/ssl/detail/impl/engine.ipp>
#include <boost/asio/ssl/impl/error.ipp>
