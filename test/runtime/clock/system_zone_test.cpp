#include <stdlib.h>

#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "acron/runtime/clock/system_zone.hpp"

using namespace acron;

namespace {

/// The variable TZ, for a while.
class ZoneVariable {
 public:
  explicit ZoneVariable(const char* value) {
    if (const char* now = ::getenv("TZ")) before_ = now;
    ::setenv("TZ", value, 1);
  }
  ZoneVariable(const ZoneVariable&) = delete;
  ZoneVariable& operator=(const ZoneVariable&) = delete;
  ~ZoneVariable() {
    if (before_) {
      ::setenv("TZ", before_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
  }

 private:
  std::optional<std::string> before_;
};

/// What is said of the machine's zone while TZ has this value.
std::string zone_with(const char* value) {
  const ZoneVariable variable(value);
  const auto zone = system_zone();
  return zone ? std::string{zone->name()} : zone.error().message;
}

}  // namespace

TEST_CASE("TZ names the machine's zone in every spelling that tzset(3) takes for a file", "[system_zone]") {
  const std::string value = GENERATE("Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin",
                                     ":/usr/share/zoneinfo/posix/Europe/Berlin");
  CAPTURE(value);
  const ZoneVariable variable(value.c_str());
  const auto zone = system_zone();
  REQUIRE(zone.has_value());
  CHECK(zone->name() == "Europe/Berlin");
}

TEST_CASE("TZ may state a rule, or lead to a file anywhere", "[system_zone]") {
  CHECK(zone_with("CET-1CEST,M3.5.0,M10.5.0/3") == "CET-1CEST,M3.5.0,M10.5.0/3");
  CHECK(zone_with(":JST-9") == "JST-9");
  CHECK(zone_with("EST5EDT") == "EST5EDT");
  CHECK(zone_with("/no/such/file") == "/no/such/file can't be read: No such file or directory");
  CHECK(zone_with("/etc/passwd") == "/etc/passwd is no time zone file");
  CHECK(zone_with("/etc") == "/etc can't be read: Is a directory");
}

TEST_CASE("a TZ that names no zone is an error that quotes it", "[system_zone]") {
  const ZoneVariable variable("Europe/Berlim");
  const auto zone = system_zone();
  REQUIRE(zone.has_error());
  CHECK(zone.error().message.find("Europe/Berlim") != std::string::npos);
}

TEST_CASE("without a TZ the machine's zone is what /etc/localtime says, or the reason why not", "[system_zone]") {
  const std::string without = zone_with("");
  CHECK_FALSE(without.empty());
  for (const char* value : {":", "/etc/localtime", ":/etc/localtime"}) {
    CAPTURE(value);
    CHECK(zone_with(value) == without);
  }
}
