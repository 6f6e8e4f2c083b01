// Logins: where they are said, and what keeps mail back.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "support/temp_folder.hpp"
#include "tls_try.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Kind = Delivery::Kind;
using Scope = Delivery::Scope;

TEST_CASE("the login is read for each connection, and said under TLS", "[smtp_tls]") {
  const Authority authority;
  const TempFolder folder;
  const auto file = folder.write("login", "me:tanstaaf\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  auto script = offering(authority.certify("DNS:localhost"), "250-fake\r\n250 AUTH LOGIN\r\n");
  script.answers["AUTH"] = {"334 VXNlcm5hbWU6\r\n"};
  script.answers["bWU="] = {"334 UGFzc3dvcmQ6\r\n"};
  script.answers["dGFuc3RhYWY="] = {"235 hello\r\n"};
  Try by_login{{script}, SmtpSecurity::starttls, "localhost", file};
  by_login.run();
  CHECK(by_login.delivery.kind == Kind::accepted);
  CHECK(by_login.commands ==
        said_by_client({"EHLO web-0001", "STARTTLS", "EHLO web-0001", "AUTH LOGIN", "bWU=", "dGFuc3RhYWY="}));

  asio::io_context loop;
  auto plain = tls_first(authority.certify("DNS:localhost"));
  plain.answers["EHLO"] = {"250-fake\r\n250 AUTH PLAIN\r\n"};
  plain.answers["AUTH"] = {"535 5.7.8 no\r\n", "235 hello\r\n"};
  auto welcoming = with_answer(plain, "AUTH", "235 hello\r\n");
  FakeSmtpServer server{loop, {plain, welcoming}};
  SmtpClient client{loop.get_executor(),
                    {"localhost", server.address().port, SmtpSecurity::tls},
                    "web-0001",
                    patient(),
                    {{}, file, {}}};
  const auto refused = run(loop, client.deliver(mail));
  CHECK(refused.kind == Kind::postponed);
  CHECK(refused.scope == Scope::server);
  CHECK(refused.reason == "the login was answered: 535 5.7.8 no; --smtp-login names the file that has the login");
  folder.write("login", "me:rotated\n");
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(server.commands == said_by_client({"EHLO web-0001", "AUTH PLAIN AG1lAHRhbnN0YWFm", "EHLO web-0001",
                                           "AUTH PLAIN AG1lAHJvdGF0ZWQ="}));
}

TEST_CASE("a login that was offered before TLS and is no more is not said", "[smtp_tls]") {
  const Authority authority;
  const TempFolder folder;
  const auto file = folder.write("login", "me:tanstaaf\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  auto script = offering(authority.certify("DNS:localhost"), "250-fake\r\n250 AUTH GSSAPI\r\n");
  script.answers["EHLO"].front() = "250-fake\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n";
  Try tried{{script}, SmtpSecurity::starttls, "localhost", file};
  tried.run();
  check_kept_back(tried);
  CHECK(tried.delivery.reason == "the server offers no login by PLAIN or LOGIN");
}

TEST_CASE("a login file that is none, or open to others, keeps mail back with the reason", "[smtp_tls]") {
  const Authority authority;
  const TempFolder folder;
  namespace fs = std::filesystem;
  struct Case {
    std::string file;
    std::string reason;
  };
  const auto closed = [&](const char* name, const std::string& text) {
    const auto file = folder.write(name, text);
    fs::permissions(file, fs::perms::owner_read);
    return file;
  };
  const auto readable = folder.write("readable", "me:hidden\n");
  fs::permissions(readable, fs::perms::owner_read | fs::perms::group_read);
  const std::vector<Case> cases = {
      {folder.path("absent"), "can't be read: No such file or directory"},
      {readable, "is open to others than its owner; chmod 600 it"},
      {folder.path().string(), "is no file"},
      {closed("empty", ""), "is not one line USER:SECRET"},
      {closed("secret", "hidden\n"), "is not one line USER:SECRET"},
      {closed("long", "me:" + std::string(5000, 'x')), "has a login of more than 370 bytes"},
  };
  for (const auto& [file, reason] : cases) {
    Try tried{{tls_first(authority.certify("DNS:localhost"))}, SmtpSecurity::tls, "localhost", file};
    tried.run();
    check_kept_back(tried);
    CHECK(tried.delivery.reason == "the login file " + file + " " + reason);
    CHECK(tried.connections == 0);
  }
}
