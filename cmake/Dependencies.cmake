# Static: of a library only what is used is in memory, and a daemon on every machine should be small.
set(Boost_USE_STATIC_LIBS ON)
set(OPENSSL_USE_STATIC_LIBS TRUE)
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS log program_options filesystem json thread)
find_package(OpenSSL REQUIRED)          # SHA-256 for the splay
find_library(SQLite3_LIBRARY NAMES libsqlite3.a sqlite3)
find_package(SQLite3 REQUIRED)          # the state that outlives the daemon
find_package(Threads REQUIRED)
