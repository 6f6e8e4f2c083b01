#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/job/output_route.hpp"

using namespace acron;
using Catch::Matchers::Contains;

TEST_CASE("a URL says whom to ask for what", "[http_target]") {
  struct Row {
    std::string url;
    bool tls;
    std::string host, port, host_header, path, credentials;
  };
  const std::vector<Row> rows{
      {"http://example.com", false, "example.com", "80", "example.com", "/", ""},
      {"https://example.com/", true, "example.com", "443", "example.com", "/", ""},
      {"https://example.com:443/a", true, "example.com", "443", "example.com", "/a", ""},
      {"http://localhost:8080/a/b?c=d&e", false, "localhost", "8080", "localhost:8080", "/a/b?c=d&e", ""},
      {"HTTPS://Example.com?x", true, "Example.com", "443", "Example.com", "/?x", ""},
      {"http://[::1]:80/", false, "::1", "80", "[::1]", "/", ""},
      {"http://10.0.0.1/%7Ex", false, "10.0.0.1", "80", "10.0.0.1", "/%7Ex", ""},
      {"https://mark:s%40cret@example.com/x", true, "example.com", "443", "example.com", "/x", "mark:s@cret"},
      {"https://token@example.com/x", true, "example.com", "443", "example.com", "/x", "token:"},
      {"http://example.com:/x", false, "example.com", "80", "example.com", "/x", ""},
  };
  for (const auto& row : rows) {
    INFO(row.url);
    const auto target = parse_http_target(row.url);
    REQUIRE(target.has_value());
    CHECK(target->url == row.url);
    const auto address = address_of(*target);
    CHECK(address.tls == row.tls);
    CHECK(address.host == row.host);
    CHECK(address.port == row.port);
    CHECK(address.host_header == row.host_header);
    CHECK(address.path == row.path);
    CHECK(address.credentials == row.credentials);
  }
}

TEST_CASE("a URL that can't be asked is refused, and not repeated", "[http_target]") {
  struct Row {
    std::string url, reason;
    std::size_t at = 0;
  };
  const std::vector<Row> rows{
      {"ftp://example.com/secret", "'ftp' is no scheme"},
      {"://example.com/secret", "no URL"},
      {"http://", "no host", 7},
      {"http:///secret", "no host", 7},
      {"https://:8080/secret", "no host", 8},
      {"https://u:secret@/x", "no host", 8},
      {"http://exa mple.com/secret", "no URL"},
      {"http://ex%41mple.com/secret", "no name of a host", 7},
      {"http://a,b/secret", "no name of a host", 7},
      {"http://[v1.x]/secret", "no address known", 7},
      {"http://[::1/secret", "no URL"},
      {"http://example.com:99999/secret", "port", 7},
      {"http://example.com:0/secret", "port", 7},
      {"http://example.com:x/secret", "no URL"},
      {"http://example.com:80x/secret", "no URL"},
      {"http://a@b@c/secret", "no URL"},
      {"http://[::1]x/secret", "no URL"},
      {"http://example.com/secret#x", "fragment", 25},
      {"http://example.com/secret\r\nHost: x", "no URL"},
      {"http://m%0d%0ax:secret@example.com/", "can't be sent", 7},
      {"http://m%3Ax:secret@example.com/", "can't be sent", 7},
      {"http://example.com/s\xC3\xA4"
       "cret",
       "no URL"},
      {"http://" + std::string(254, 'h') + "/secret", "no name of a host", 7},
      {"http://example.com/" + std::string(2000, 's'), "longer than 2000"},
  };
  for (const auto& row : rows) {
    INFO(row.url);
    const auto target = parse_http_target(row.url);
    REQUIRE(target.has_error());
    CHECK_THAT(target.error().message, Contains(row.reason));
    CHECK_THAT(target.error().message, !Contains("secret"));
    CHECK(target.error().at == row.at);
  }
}

TEST_CASE("a URL is described without what may be a secret", "[http_target]") {
  CHECK(describe(HttpTarget{"https://hooks.example.com/services/T0/B0/secret"}) == "https://hooks.example.com/...");
  CHECK(describe(HttpTarget{"https://mark:secret@example.com:8443"}) == "https://example.com:8443/");
  CHECK(describe(OutputTarget{HttpTarget{"http://[::1]/?token=secret"}}) == "http://[::1]/...");
}
