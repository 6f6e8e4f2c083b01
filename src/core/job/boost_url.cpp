// Boost.URL as a part of the core: a library of its own for one URL a job is not worth a package.
#include <boost/url/src.hpp>
