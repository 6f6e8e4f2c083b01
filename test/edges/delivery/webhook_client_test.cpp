#include "acron/edges/delivery/webhook_client.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "fake_web_server.hpp"
#include "loop.hpp"
#include "support/repeated.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Kind = Delivery::Kind;
using Scope = Delivery::Scope;

namespace {

const std::string json = R"({"job":"web/a"})";

OutgoingMail message_for(const std::string& url) {
  OutgoingMail message;
  message.to = "somewhere";
  message.text = json;
  message.url = url;
  return message;
}

/// Long enough for any machine; only what a test means to run out is short.
constexpr WebhookTimeLimits patient_limits{std::chrono::minutes{5}, std::chrono::minutes{5}};

struct Answered {
  Delivery delivery;
  std::vector<std::string> requests;
};

Answered post_to(const std::string& answer, const std::string& path = "/", const std::string& user = "",
                 WebhookTimeLimits limits = patient_limits) {
  asio::io_context loop;
  FakeWebServer server{loop, answer, json};
  WebhookClient client{loop.get_executor(), loop.get_executor(), limits};
  auto delivery = run(loop, client.deliver(message_for("http://" + user + server.host() + path)));
  return {std::move(delivery), server.requests};
}

std::string status(const std::string& line) { return "HTTP/1.1 " + line + "\r\nContent-Length: 0\r\n\r\n"; }

}  // namespace

TEST_CASE("what a web server answers decides whether a record is delivered, refused or tried again", "[webhook]") {
  struct Row {
    std::string answer;
    Kind kind;
    Scope scope;
    std::string reason;
  };
  const std::vector<Row> rows{
      {status("200 OK"), Kind::accepted, Scope::message, "200 OK"},
      {status("204 No Content"), Kind::accepted, Scope::message, "204 No Content"},
      {status("100 Continue") + status("202 Accepted"), Kind::accepted, Scope::message, "202 Accepted"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nbegin", Kind::accepted, Scope::message, "200 OK"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", Kind::accepted, Scope::message, "200 OK"},
      {"HTTP/1.1 200 OK\r\nContent-Length: none\r\n\r\n", Kind::accepted, Scope::message, "200 OK"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n", Kind::accepted, Scope::message, "200 OK"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n", Kind::accepted, Scope::message,
       "200 OK"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", Kind::accepted, Scope::message,
       "200 OK"},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(20'000'000, 'x'), Kind::accepted, Scope::message, "200 OK"},
      {"HTTP/1.0 200\n\n", Kind::accepted, Scope::message, "200 "},
      {"HTTP/1.1 201 Cr\xff\x1b[1mted\r\n\r\n", Kind::accepted, Scope::message, "201 Cr\\xff\\x1b[1mted"},
      {status("102 Processing") + status("103 Early Hints") + status("204 x"), Kind::accepted, Scope::message, "204 x"},
      {repeated(status("100 Continue"), 10) + status("200 OK"), Kind::accepted, Scope::message, "200 OK"},
      {repeated(status("100 Continue"), 11) + status("200 OK"), Kind::postponed, Scope::connection,
       "no answer: the server answers again and again that it will answer"},
      {repeated(status("100 Continue"), 200'000), Kind::postponed, Scope::connection,
       "no answer: the server answers again"},
      {"HTTP/1.1 100 Continue\r\n" + repeated("X: y\r\n", 200'000), Kind::postponed, Scope::connection,
       "no answer: its header is longer than 64 KiB"},
      {status("101 Switching Protocols"), Kind::postponed, Scope::message, "101 Switching Protocols"},
      {"HTTP/2 200 OK\r\n\r\n", Kind::postponed, Scope::connection, "no answer: the server does not speak HTTP/1"},
      {"\r\n\r\n", Kind::postponed, Scope::connection, "no answer: the server does not speak HTTP/1"},
      {"HTTP/1.1 20 OK\r\n\r\n", Kind::postponed, Scope::connection, "no answer: the server does not speak HTTP/1"},
      {"HTTP/1.1 200 OK\r\nX: y\r\n", Kind::postponed, Scope::connection, "no answer: "},
      {status("301 Moved"), Kind::postponed, Scope::message, "301 Moved; acron follows no redirects"},
      {status("304 Not Modified"), Kind::postponed, Scope::message, "304 Not Modified"},
      {status("400 Bad Request"), Kind::refused, Scope::message, "400 Bad Request"},
      {status("404 Not Found"), Kind::refused, Scope::message, "404 Not Found"},
      {status("408 Request Timeout"), Kind::postponed, Scope::message, "408 Request Timeout"},
      {status("410 Gone"), Kind::refused, Scope::message, "410 Gone"},
      {status("425 Too Early"), Kind::postponed, Scope::message, "425 Too Early"},
      {status("429 Slow Down"), Kind::postponed, Scope::message, "429 Slow Down"},
      {status("500 Oops"), Kind::postponed, Scope::message, "500 Oops"},
      {status("503 Away"), Kind::postponed, Scope::message, "503 Away"},
      {"SSH-2.0-OpenSSH\r\n", Kind::postponed, Scope::connection, "no answer: "},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n", Kind::postponed, Scope::connection,
       "no answer: "},
      {"HTTP/1.1 200", Kind::postponed, Scope::connection, "no answer: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.answer.substr(0, 40));
    const auto delivery = post_to(row.answer).delivery;
    CHECK(delivery.kind == row.kind);
    CHECK(delivery.scope == row.scope);
    CHECK(delivery.reason.substr(0, row.reason.size()) == row.reason);
  }
}

TEST_CASE("the request is a POST of the JSON to the URL's path, with its user as basic authentication", "[webhook]") {
  const auto requests = post_to(status("200 OK"), "/hook/a%20b?key=1", "Aladdin:open%20sesame@").requests;
  REQUIRE(requests.size() == 1);
  const auto& request = requests.front();
  CHECK(request.starts_with("POST /hook/a%20b?key=1 HTTP/1.1\r\n"));
  CHECK(request.find("\r\nHost: 127.0.0.1:") != std::string::npos);
  CHECK(request.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  CHECK(request.find("\r\nContent-Length: 15\r\n") != std::string::npos);
  // The example of RFC 7617, section 2.
  CHECK(request.find("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\n" + json));
}

TEST_CASE("what a web server says is not told where it repeats the URL behind the host", "[webhook]") {
  for (const std::string words : {"you posted to /echo/SECRETe1 is bad", "no secrete1", "token SECRETe1...", "bad k7x9",
                                  "no a long on", "no a%20long%20one", "who is Aladdin?", "open sesame is wrong"}) {
    CAPTURE(words);
    const auto delivery =
        post_to(status("400 " + words), "/echo/SECRETe1abc/a%20long%20one?key=k7x9", "Aladdin:open%20sesame@").delivery;
    CHECK(delivery.kind == Kind::refused);
    CHECK(delivery.reason == "400 [with a part of the URL in it]");
  }
  CHECK(post_to(status("404 no key is good"), "/echo?key=k7x9").delivery.reason == "404 no key is good");
}

TEST_CASE("where a redirect leads is told without what may be a secret", "[webhook]") {
  const auto led_to = [](const std::string& location) {
    const auto answer = "HTTP/1.1 302 Found\r\nX: y\r\nlocation:" + location + "\r\n\r\n";
    return post_to(answer, "/hook/SECRETe1", "Aladdin:open%20sesame@").delivery.reason;
  };
  const std::string followed_by_none = "302 Found; acron follows no redirects";
  const auto leads = [&](const std::string& where) { return followed_by_none + ", and this one leads to " + where; };
  CHECK(led_to(" https://example.com/hook/SECRETe1") == leads("https://example.com/..."));
  CHECK(led_to("\thttps://Aladdin:sesame@example.com:8443/#top ") == leads("https://example.com:8443/"));
  CHECK(led_to("//example.com/x?key=SECRETe1") == leads("http://example.com/..."));
  CHECK(led_to("/hook/SECRETe1/").starts_with(leads("http://127.0.0.1:")));
  CHECK(led_to("/hook/SECRETe1/").ends_with("/..."));
  for (const std::string location :
       {"", " ", "SECRETe1/", "ftp://example.com/", "https:///x", "http://[x", "https://secrete1.example.com/", "?x"}) {
    CAPTURE(location);
    CHECK(led_to(location) == followed_by_none);
  }
  CHECK(post_to("HTTP/1.1 302 Found\r\n\r\nLocation: http://example.com/\r\n").delivery.reason == followed_by_none);
  CHECK(post_to("HTTP/1.1 404 No\r\nLocation: http://example.com/\r\n\r\n").delivery.reason == "404 No");
}

TEST_CASE("a web server that breaks off is asked twice more, and one that answers or says nothing is not",
          "[webhook]") {
  CHECK(post_to("HTTP/1.1 200").requests.size() == 3);
  CHECK(post_to("SSH-2.0-OpenSSH\r\n").requests.size() == 1);
  CHECK(post_to(status("503 Away")).requests.size() == 1);
  CHECK(post_to("", "/", "", {std::chrono::minutes{5}, Duration{50}}).requests.size() == 1);
}

TEST_CASE("a server that is asked in clear and wants TLS is told of with a hint", "[webhook]") {
  const std::string hint = "; it may want https://";
  CHECK(post_to("\x15\x03\x01").delivery.reason.ends_with(hint));
  CHECK(post_to("\x15\x03\x01\x02\x02\n").delivery.reason.ends_with(hint));
  for (const std::string answer : {"HTTP/1.1 200", "SSH-2.0-OpenSSH\r\n"}) {
    CAPTURE(answer);
    CHECK_FALSE(post_to(answer).delivery.reason.ends_with(hint));
  }
  asio::io_context loop;
  FakeWebServer closes{loop, "", "P"};  // at the byte behind the first
  WebhookClient client{loop.get_executor(), loop.get_executor(), patient_limits};
  CHECK(run(loop, client.deliver(message_for("http://" + closes.host() + "/"))).reason.ends_with(hint));
}

TEST_CASE("a web server that says nothing is given up in time", "[webhook]") {
  const auto delivery = post_to("", "/secret", "", {std::chrono::minutes{5}, Duration{50}}).delivery;
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(delivery.reason == "no answer in time");
}

TEST_CASE("a TLS server that says nothing is given up in time", "[webhook]") {
  asio::io_context loop;
  FakeWebServer server{loop, "", json};
  WebhookClient client{loop.get_executor(), loop.get_executor(), {Duration{200}, std::chrono::minutes{5}}};
  const auto delivery = run(loop, client.deliver(message_for("https://" + server.host() + "/secret")));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.reason == "no answer in time");
}

TEST_CASE("a web server that is not there is tried again, and its secret is not said", "[webhook]") {
  asio::io_context loop;
  const auto host = "127.0.0.1:" + std::to_string(free_port());
  WebhookClient client{loop.get_executor(), loop.get_executor(), patient_limits};
  const auto delivery = run(loop, client.deliver(message_for("http://me:secret@" + host + "/secret")));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(delivery.reason == "no connection to " + host + ": Connection refused");
}

TEST_CASE("a plain web server where TLS is asked for gets nothing", "[webhook]") {
  asio::io_context loop;
  FakeWebServer server{loop, status("200 OK"), json};
  WebhookClient client{loop.get_executor(), loop.get_executor(), {Duration{500}, Duration{500}}};
  const auto delivery = run(loop, client.deliver(message_for("https://" + server.host() + "/secret")));
  CHECK(delivery.kind == Kind::postponed);
  for (const auto& request : server.requests) CHECK(request.find("secret") == std::string::npos);
}
