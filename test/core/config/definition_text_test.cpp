#include "acron/core/config/definition_text.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "documents.hpp"
#include "job_texts.hpp"
#include "support/source_directory.hpp"

using namespace acron;

namespace {

void check_read_back(const JobDefinition& definition) {
  const std::string text = definition_text(definition);
  INFO(text);
  const auto again = parse_job({definition.name, text});
  if (again.has_error()) FAIL(render(again.error().front()));
  CHECK(*again == definition);
}

}  // namespace

TEST_CASE("a definition is printed as directives that mean the same", "[definition_text]") {
  for (const char* directives : {
           "every 10m",
           "every 15m between 22:00-06:30 on mon-fri",
           "every 1h on sat,sun",
           "every day at 02:30",
           "every mon-fri at 09:00,17:30",
           "every week on sun",
           "cron */15 8-18 * * mon-fri",
           "cron seconds */5 * * * * *",
           "cron @daily",
           "every 1h\ntimezone Europe/Berlin",
           "every 1h\nsplay",
           "every 1h\nsplay 5m",
           "every 1h\nsplay job",
           "every 1h\nsplay job 90s",
           "every 1h\ncatch-up",
           "every 1h\ncatch-up within 6h",
           "every 1h\ntimeout 1m",
           "every 1h\ntimeout 1h30m grace 10s",
           "every 1h\noverlap allow\nlock disk",
           "every 1h\noverlap queue\nretry 3 every 30s",
           "every 1h\noverlap replace\nretry 100 backoff 10s",
           "every 1h\nonly 0.5%\nonly on web*,db-0[1-9]",
           "every 1h\nonly on *",
           "every 1h\nonly 100%",
           "every 1h\nonly 0%",
           "every 1h\ndisabled",
           "every 1h\ndisabled It's \"quoted\", 50% done",
           "every 1h\ndescription It's \"quoted\", 50% done",
           "every 1h\nuser backup:disk\ncwd /var/tmp\numask 027\nnice -5\nshell /bin/bash",
           "every 1h\nenv A=\nenv B='two words'\nenv C=\"it's two\"\nenv D=a'b\"c\nenv E='\"x\" y'\nenv F='# no "
           "comment'",
           "every 1h\nenv A=\"'\"\nenv B='\"'\nenv C='#'",
           "every 1h\nlimit memory 512M\nlimit cpu 30s\nlimit files 1024\nlimit processes 64\nlimit core 0",
           "every 1h\nlimit memory 1025K\nlimit core 3G",
           "every 1h\noutput /var/log/x.log\noutput if-error mark@example.com\noutput syslog",
           "every 1h\noutput if-first-error https://user:secret@example.com/hook?a=b\noutput if-recovered "
           "a@example.com",
           "every 1h\noutput /dev/null\nerror if-stderr",
           "every 1h\nerror if-stderr if-nonzero",
           "every 1h\nif test -e /x\nif each-run test -e /y\nif test \"a # b\" = c # comment\n    -o x",
       }) {
    check_read_back(job_of(std::string(directives) + "\nrun /bin/true\n"));
  }
}

TEST_CASE("a command is printed as the shell is to get it", "[definition_text]") {
  for (const char* command : {
           "run echo 'a # b' \"$(date '+%s # x')\" | sed s/#/x/ # comment\n",
           "run first # one\n   second # two\n   'third\n   # not a comment' fourth\n",
           "run echo \\# \\\\ \"\\\"#\" a#b\n",
           "run echo \xc3\xa4\t`echo \"#\" # x`\n",
       }) {
    check_read_back(job_of(std::string("every 1h\n") + command));
  }
}

TEST_CASE("the jobs of the example trees are printed as what they are", "[definition_text]") {
  namespace fs = std::filesystem;
  std::size_t jobs = 0;
  for (const char* root : {"conf.d.example", "test/demo.d"}) {
    for (const auto& entry : fs::recursive_directory_iterator(source_directory() / root)) {
      if (!entry.is_regular_file() || entry.path().filename() == "_defaults") continue;
      std::vector<SourceFile> defaults;
      const auto path = entry.path().lexically_relative(source_directory()).string();
      const auto above = entry.path().parent_path() / "_defaults";
      if (fs::exists(above)) {
        const auto name = above.lexically_relative(source_directory()).string();
        defaults.push_back({name, source_text(name)});
      }
      const auto job = parse_job({path, source_text(path)}, defaults);
      if (job.has_error()) FAIL(render(job.error().front()));
      check_read_back(*job);
      ++jobs;
    }
  }
  CHECK(jobs >= 10);
}
