// Mail over TLS, to servers that do it well, badly, or with malice.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tls_try.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Kind = Delivery::Kind;

TEST_CASE("mail goes over verified TLS to the server that is named", "[smtp_tls]") {
  const Authority authority;
  for (const auto& [name, host] : std::vector<std::pair<std::string, std::string>>{{"DNS:localhost", "localhost"},
                                                                                   {"IP:127.0.0.1", "127.0.0.1"}}) {
    INFO(name);
    Try starttls{{offering(authority.certify(name))}, SmtpSecurity::starttls, host};
    starttls.run();
    CHECK(starttls.delivery.reason == "250 ok");
    CHECK(starttls.delivery.kind == Kind::accepted);
    CHECK(starttls.commands == said_by_client({"EHLO web-0001", "STARTTLS", "EHLO web-0001"}));
    CHECK(starttls.messages == Lines{on_the_wire});
    CHECK(starttls.handshakes == 1);

    Try tls{{tls_first(authority.certify(name))}, SmtpSecurity::tls, host};
    tls.run();
    CHECK(tls.delivery.kind == Kind::accepted);
    CHECK(tls.commands == said_by_client({"EHLO web-0001"}));
    CHECK(tls.messages == Lines{on_the_wire});
  }
}

TEST_CASE("a certificate that does not prove the server keeps mail back", "[smtp_tls]") {
  const Authority authority;
  struct Case {
    ServerTls tls;
    std::string host;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {authority.certify("DNS:localhost", Flaw::expired), "localhost", "certificate has expired"},
      {authority.certify("DNS:localhost", Flaw::self_signed), "localhost", "self-signed certificate"},
      {authority.certify("DNS:other.example.com"), "localhost", "hostname mismatch"},
      {authority.certify("DNS:localhost"), "127.0.0.1", "IP address mismatch"},
      {authority.certify("DNS:*"), "localhost", "hostname mismatch"},
  };
  for (const auto& [tls, host, reason] : cases) {
    INFO(reason);
    for (const bool at_first : {false, true}) {
      Try tried{
          {at_first ? tls_first(tls) : offering(tls)}, at_first ? SmtpSecurity::tls : SmtpSecurity::starttls, host};
      tried.run();
      check_kept_back(tried);
      CHECK(tried.delivery.reason == "certificate refused: " + reason);
      CHECK(tried.connections == 1);
    }
  }
}

TEST_CASE("a server without the TLS that is demanded gets no mail", "[smtp_tls]") {
  const Authority authority;
  const auto tls = authority.certify("DNS:localhost");
  struct Case {
    SmtpScript script;
    SmtpSecurity security;
    std::string reason;
  };
  constexpr auto starttls = SmtpSecurity::starttls;
  const std::vector<Case> cases = {
      {SmtpScript{}, starttls, "the server offers no STARTTLS, and has to"},
      {answering("EHLO", "502 what?\r\n"), starttls, "the server offers no STARTTLS, and has to"},
      {with_answer(offering(tls), "STARTTLS", "454 not now\r\n"), starttls, "STARTTLS was answered: 454 not now"},
      {with_answer(offering(tls), "STARTTLS", "220 go\r\n250 injected\r\n"), starttls,
       "more than the answer to STARTTLS came before TLS"},
      {with_answer(offering(tls), "STARTTLS", "220 go\r\n!"), starttls, "TLS failed: "},
      {with_answer(offering(tls), "STARTTLS", "!"), starttls, "the server closed the connection"},
      {with_answer(offering({}), "STARTTLS", "220 go\r\n"), starttls, "no answer from localhost:"},
      {SmtpScript{}, SmtpSecurity::tls, "TLS failed: "},  // speaks first, in clear
      {answering("CONNECT", "!"), SmtpSecurity::tls, "TLS failed: "},
      {answering("CONNECT", ""), SmtpSecurity::tls, "no answer from localhost:"},
  };
  for (const auto& [script, security, reason] : cases) {
    INFO(reason);
    Try tried{{script}, security};
    if (reason.starts_with("no answer")) tried.limits.command = Duration{200};
    tried.run();
    check_kept_back(tried);
    CHECK(tried.delivery.reason.substr(0, reason.size()) == reason);
    CHECK(tried.said.empty());
  }
}

TEST_CASE("where TLS is an opportunity it is taken with any certificate", "[smtp_tls]") {
  const Authority authority;
  for (const auto& tls : {authority.certify("DNS:localhost"), authority.certify("DNS:localhost", Flaw::self_signed),
                          authority.certify("DNS:localhost", Flaw::expired), authority.certify("DNS:other")}) {
    Try tried{{offering(tls)}, SmtpSecurity::opportunistic};
    tried.run();
    CHECK(tried.delivery.kind == Kind::accepted);
    CHECK(tried.handshakes == 1);
    CHECK(tried.connections == 1);
    CHECK(tried.said.empty());
  }
}

TEST_CASE("where TLS is an opportunity that fails mail goes in clear, which is said once", "[smtp_tls]") {
  const Authority authority;
  const auto tls = authority.certify("DNS:localhost");
  struct Case {
    SmtpScript script;
    std::string said;
    std::size_t connections;
  };
  const std::vector<Case> cases = {
      {with_answer(offering(tls), "STARTTLS", "454 not now\r\n"), "STARTTLS was answered: 454 not now", 1},
      {with_answer(offering(tls), "STARTTLS", "220 go\r\n!"), "TLS failed: ", 2},
      {with_answer(offering({}), "STARTTLS", "220 go\r\n"), "no answer from localhost:", 2},
      {with_answer(offering(tls), "STARTTLS", "!"), "the server closed the connection; STARTTLS was not answered", 2},
      {with_answer(offering(tls), "STARTTLS", "421 bye\r\n!"), "STARTTLS was answered: 421 bye", 2},
      {with_answer(offering(tls), "STARTTLS", "250 yes\r\n"), "the server answers STARTTLS with 250", 2},
  };
  for (const auto& [script, said, connections] : cases) {
    INFO(said);
    Try tried{{script}, SmtpSecurity::opportunistic};
    if (connections == 2 && !script.tls) tried.limits.tls = tried.limits.tls_of_silent = std::chrono::seconds{1};
    tried.run(2);
    CHECK(tried.delivery.kind == Kind::accepted);
    CHECK(tried.messages.size() == 2);
    CHECK(tried.connections == 2 * connections);
    REQUIRE(tried.said.size() == 1);
    INFO(tried.said[0]);
    CHECK(tried.said[0].starts_with("mail-in-clear: " + said));
  }
}

TEST_CASE("what one client has waited for in vain, TLS, no other waits for as long", "[smtp_tls]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {with_answer(offering({}), "STARTTLS", "")}};
  const SmtpServer address{"localhost", server.address().port, SmtpSecurity::opportunistic};
  const SmtpSurroundings shared;
  auto hasty = patient();
  hasty.tls = hasty.tls_of_silent = Duration{500};
  SmtpClient first{loop.get_executor(), address, "web-0001", hasty, shared};
  auto calm = patient();
  SmtpClient second{loop.get_executor(), address, "web-0001", calm, shared};
  calm.tls_of_silent = Duration{50};
  SmtpClient third{loop.get_executor(), address, "web-0001", calm, shared};
  std::optional<Delivery> of_second;
  asio::co_spawn(loop, second.deliver(mail),
                 [&](const std::exception_ptr&, Delivery delivery) { of_second = std::move(delivery); });
  CHECK(run(loop, first.deliver(mail)).kind == Kind::accepted);
  while (!of_second) {
    loop.restart();
    loop.run_one();
  }
  CHECK(of_second->kind == Kind::accepted);
  CHECK(run(loop, third.deliver(mail)).kind == Kind::accepted);
  CHECK(server.connections == 6);
}

TEST_CASE("TLS that works again is news the next time that it fails", "[smtp_tls]") {
  const Authority authority;
  const auto good = offering(authority.certify("DNS:localhost"));
  const auto refusing = with_answer(good, "STARTTLS", "454 not now\r\n");
  Try tried{{refusing, refusing, good, refusing}, SmtpSecurity::opportunistic};
  tried.run(4);
  CHECK(tried.messages.size() == 4);
  CHECK(tried.handshakes == 1);
  CHECK(tried.said.size() == 2);
}

TEST_CASE("somebody on the line gets no mail in clear", "[smtp_tls]") {
  const Authority authority;
  Try tried{{with_answer(offering(authority.certify("DNS:localhost")), "STARTTLS", "220 go\r\n250 injected\r\n")},
            SmtpSecurity::opportunistic};
  tried.run();
  check_kept_back(tried);
  CHECK(tried.connections == 1);
}

TEST_CASE("a server over TLS that drops, is silent or slow at any stage is left in time", "[smtp_tls]") {
  const Authority authority;
  const auto good = tls_first(authority.certify("DNS:localhost"));
  for (const auto* command : {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."}) {
    INFO(command);
    Try dropping{{with_answer(good, command, "!")}, SmtpSecurity::tls};
    dropping.run();
    CHECK(dropping.delivery.kind == Kind::postponed);
    CHECK(dropping.delivery.reason.starts_with("the server closed the connection"));

    Try silent{{with_answer(good, command, "")}, SmtpSecurity::tls};
    silent.limits.command = silent.limits.verdict = Duration{500};
    silent.run();
    CHECK(silent.delivery.kind == Kind::postponed);
    CHECK(silent.delivery.reason.starts_with("no answer from localhost:"));
  }
  auto slow = with_answer(good, "CONNECT", "~220-" + std::string(500, 'x') + "\r\n");
  slow.pause_before_byte = Duration{1};
  Try tried{{slow}, SmtpSecurity::tls};
  tried.limits.transaction = Duration{300};
  tried.run();
  check_kept_back(tried);
  CHECK(tried.delivery.reason.ends_with(" took over 0.300s"));
}

TEST_CASE("a reply over TLS is bounded like any other", "[smtp_tls]") {
  const Authority authority;
  const auto good = tls_first(authority.certify("DNS:localhost"));
  for (const auto& [answer, reason] :
       std::vector<std::pair<std::string, std::string>>{{"~220-more\r\n", "the server's reply has too many lines"},
                                                        {"~xxxxxxxx", "the server's reply has a line without end"}}) {
    Try tried{{with_answer(good, "CONNECT", answer)}, SmtpSecurity::tls};
    tried.run();
    check_kept_back(tried);
    CHECK(tried.delivery.reason == reason);
  }
}

TEST_CASE("a large message goes over TLS as it is", "[smtp_tls]") {
  const Authority authority;
  asio::io_context loop;
  FakeSmtpServer server{loop, {tls_first(authority.certify("DNS:localhost"))}};
  SmtpClient client{
      loop.get_executor(), {"localhost", server.address().port, SmtpSecurity::tls}, "web-0001", patient()};
  auto large = mail;
  for (int i = 0; i < 100'000; ++i) large.text += "one of very many lines\r\n";
  for (int i = 0; i < 3; ++i) REQUIRE(run(loop, client.deliver(large)).kind == Kind::accepted);
  CHECK(server.connections == 1);
  CHECK(server.messages == Lines(3, smtp_content(large.text)));
}

TEST_CASE("what a server says amid a message over TLS counts, though it closes the connection", "[smtp_tls]") {
  const Authority authority;
  const auto good = tls_first(authority.certify("DNS:localhost"));
  auto amid = with_answer(good, ".", "552 5.3.4 too big\r\n!");
  amid.most_content = 20'000;
  auto large = mail;
  for (int i = 0; i < 700'000; ++i) large.text += "one of very many lines\r\n";
  asio::io_context loop;
  FakeSmtpServer server{loop, {amid, good}};
  SmtpClient client{
      loop.get_executor(), {"localhost", server.address().port, SmtpSecurity::tls}, "web-0001", patient()};
  const auto delivery = run(loop, client.deliver(large));
  CHECK(delivery.kind == Kind::accepted);
  CHECK(delivery.reason == "250 ok (cut, since the server found it too big)");
  CHECK(server.connections == 2);
}
