// What a mail about a run costs: its text from a full capture, and the talk with the server.

#include <benchmark/benchmark.h>

#include "acron/core/mail/mail_message.hpp"
#include "acron/core/mail/smtp_dialogue.hpp"

using namespace acron;

namespace {

constexpr std::size_t report_size = 64 * 1024;

std::string repeated(std::string_view line) {
  std::string text;
  while (text.size() < report_size) text += line;
  return text;
}

std::string all_bytes() {
  std::string text;
  for (std::size_t i = 0; i < report_size; ++i) text += static_cast<char>(i * 167 % 256);
  return text;
}

MailMessage message(const std::string& body) {
  MailMessage mail;
  mail.from = "acron@web-0001.example.com";
  mail.from_name = "acron on web-0001";
  mail.to = "ops@example.com";
  mail.subject = "[web-0001] web/cleanup failed: exit status 3";
  mail.message_id = "0198c7e1a2b-0001.5d41402a@web-0001.example.com";
  mail.extra_headers = {{"X-Acron-Host", "web-0001"}, {"X-Acron-Job", "web/cleanup"}};
  mail.body = body;
  return mail;
}

void compose_mail(benchmark::State& state, const std::string& body) {
  const auto mail = message(body);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(compose(mail));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK_CAPTURE(compose_mail, ascii, repeated("a line of output as most jobs print it\n"));
BENCHMARK_CAPTURE(compose_mail, utf_8, repeated("eine Zeile mit Umlauten: größer, älter, öfter\n"));
BENCHMARK_CAPTURE(compose_mail, binary, all_bytes());

/// One message over a connection that is open already, with a server that can PIPELINE.
void send_mail(benchmark::State& state) {
  const auto mail = compose(message(repeated("a line of output as most jobs print it\n")));
  SmtpDialogue dialogue("web-0001.example.com");
  dialogue.begin(mail);
  dialogue.on_bytes("220 mail.example.com ESMTP\r\n");
  dialogue.on_bytes("250-mail.example.com\r\n250-SIZE 10240000\r\n250 PIPELINING\r\n");
  bool accepted = true;
  for ([[maybe_unused]] auto _ : state) {
    if (dialogue.idle()) dialogue.begin(mail);
    dialogue.on_bytes("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n");
    accepted = accepted && std::holds_alternative<SmtpAccepted>(dialogue.on_bytes("250 2.0.0 Ok: queued\r\n"));
  }
  if (!accepted) state.SkipWithError("a message was not accepted");
}
BENCHMARK(send_mail);

}  // namespace
