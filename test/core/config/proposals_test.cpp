#include "proposals.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fault_rows.hpp"

using namespace acron;

namespace {

/// A line that is refused, and what it means.
struct Row {
  std::string line;
  std::vector<std::string> meant;
};

/// The line with a slip more: a word too many or too few, another character.
std::string with_a_slip(std::string line, const std::string& other, std::minstd_rand& random) {
  constexpr std::string_view characters = "abz019%*,:;=$/-<>()@ ~";
  const auto at = random() % line.size();
  const auto blank = other.rfind(' ');
  switch (random() % 3) {
    case 0: return line.substr(0, line.rfind(' '));
    case 1: return line + (blank == std::string::npos ? " " + other : other.substr(blank));
    default: line[at] = characters[random() % characters.size()]; return line;
  }
}

/// Whatever is written, what is proposed is accepted.
void check_slips(const std::vector<Row>& rows) {
  std::minstd_rand random{1};
  for (const auto& row : rows) {
    for (int i = 0; i < 10; ++i) {
      const auto text = with_a_slip(row.line, rows[random() % rows.size()].line, random) + "\n";
      INFO(text);
      const auto job = parse_job({"job", text});
      if (job) continue;
      const auto faults = job.error();
      for (const auto& fault : faults) check_proposals_of(text, fault);
    }
  }
}

void check_proposals(const std::vector<Row>& rows) {
  check_slips(rows);
  for (const auto& row : rows) {
    INFO(row.line);
    const auto text = row.line + "\n";
    const auto faults = faults_of(text);
    INFO(headline(faults.front()));
    const auto proposals = lines_proposed(text, faults.front());
    if (row.meant.empty()) {
      CHECK(proposals.empty());
      continue;
    }
    CHECK_FALSE(proposals.empty());
    for (std::size_t i = 0; i < proposals.size(); ++i) {
      const auto proposed = job_of_lines(proposals[i]);
      INFO(proposed);
      // Of several that exclude each other the first is the likely one; all must be accepted.
      const auto job = parse_job({"job", proposed});
      CHECK(job.has_value());
      if (i == 0 && job) CHECK(*job == job_of(job_of_lines(row.meant)));
    }
  }
}

}  // namespace

TEST_CASE("what is proposed for a period or time of day means what was written", "[proposals]") {
  check_proposals({
      {"every 10 minutes", {"every 10m"}},
      {"every 5 minutes between 08:00-18:00 on mon-fri", {"every 5m between 08:00-18:00 on mon-fri"}},
      {"every 1 hour 30 minutes", {"every 90m"}},
      {"every 1h 30m", {"every 90m"}},
      {"every 2 Hours", {"every 2h"}},
      {"every 90", {"every 90s"}},
      {"every 0", {}},
      {"every huor", {"every hour"}},
      {"every 10 minuts", {"every 10m"}},
      {"every other day", {"every 2d"}},
      {"every half hour", {"every 30m"}},
      {"every hourly", {"every hour"}},
      {"every daily", {"every day"}},
      {"every day 02:30", {"every day at 02:30"}},
      {"every day 2:30", {"every day at 02:30"}},
      {"every mon-fri 09:00,17:30", {"every mon-fri at 09:00,17:30"}},
      {"every mon wed fri 9am", {"every mon,wed,fri at 09:00"}},
      {"every day at 5pm", {"every day at 17:00"}},
      {"every day at 5 pm", {"every day at 17:00"}},
      {"every day at 5:30PM", {"every day at 17:30"}},
      {"every day at 12am", {"every day at 00:00"}},
      {"every day at 12pm", {"every day at 12:00"}},
      {"every day at 9", {"every day at 09:00"}},
      {"every day at 0930", {"every day at 09:30"}},
      {"every day at 9h30", {"every day at 09:30"}},
      {"every day at 02.30", {"every day at 02:30"}},
      {"every day at 24:00", {"every day at 00:00"}},
      {"every day at 12:00 13:00", {"every day at 12:00,13:00"}},
      {"every day at 12:00 at 13:00", {"every day at 12:00,13:00"}},
      {"every day at 25:00", {}},
      {"every day at 13pm", {}},
      {"every day att 12:00", {"every day at 12:00"}},
      {"every mondey at 09:00", {"every mon at 09:00"}},
      {"every mon-fry at 09:00", {}},
      {"every week at 03:00", {"every sun at 03:00"}},
      {"every month", {"cron @monthly"}},
      {"every month at 02:30", {"cron 30 2 1 * *"}},
      {"every year", {"cron @yearly"}},
      {"every hour at 00:15", {"cron 15 * * * *"}},
      {"every hour at :15", {"cron 15 * * * *"}},
      {"every hour at 15", {"cron 15 * * * *"}},
      {"every 15m 08:00-18:00", {"every 15m between 08:00-18:00"}},
      {"every 15m between 8-18", {"every 15m between 08:00-18:00"}},
      {"every \"10m\"", {"every 10m"}},
      {"every = 10m", {"every 10m"}},
      {"every : 10m", {"every 10m"}},
      {"every 10m;", {"every 10m"}},
  });
}

TEST_CASE("what is proposed for an expression means what was written", "[proposals]") {
  check_proposals({
      {"cron 5/10 * * * *", {"cron 5-59/10 * * * *"}},
      {"cron 0 22-6 * * *", {"cron 0 22-23,0-6 * * *"}},
      {"cron 0 22-6/2 * * *", {"cron 0 22,0,2,4,6 * * *"}},
      {"cron 50-10/7 * * * *", {"cron 50,57,4 * * * *"}},
      {"cron 0 1,22-6/4 * * *", {"cron 0 1,22,2,6 * * *"}},
      {"cron 0 0 * nov-feb *", {"cron 0 0 * 11-12,1-2 *"}},
      {"cron 0 0 * 11-2/3 *", {"cron 0 0 * 11,2 *"}},
      {"cron 0 0 * * fri-mon", {"cron 0 0 * * 5-6,0-1"}},
      {"cron 0 0 * * monday-friday", {"cron 0 0 * * mon-fri"}},
      {"cron 0 0 * * 7/2", {"cron 0 0 * * 0-6/2"}},
      {"cron 0 0 * * mno", {"cron 0 0 * * mon"}},
      {"cron 0 0 1 january ?", {"cron 0 0 1 jan *"}},
      {"cron 0/15 8/2 ? * MON-FRI", {"cron 0-59/15 8-23/2 * * MON-FRI"}},
      {"cron 5/10 25 * * *", {}},
      {"cron 5/0 * * * *", {}},
      {"cron 0 0 5 * * *", {"cron seconds 0 0 5 * * *"}},
      {"cron seconds 5/10 * * * * *", {"cron seconds 5-59/10 * * * * *"}},
      {"cron @every 5m", {"every 5m"}},
      {"cron @every 1h30m", {"every 90m"}},
      {"cron @dayly", {"cron @daily"}},
      {"cron @daily /usr/bin/x -a", {"cron @daily", "run /usr/bin/x -a"}},
      {"cron \"0 5 * * *\"", {"cron 0 5 * * *"}},
      {"cron '0 5 * * *'", {"cron 0 5 * * *"}},
      {"cron CRON_TZ=Europe/Berlin 0 5 * * *", {"timezone Europe/Berlin", "cron 0 5 * * *"}},
      {"cron TZ=Asia/Tokyo 0 5 * * mon-fri", {"timezone Asia/Tokyo", "cron 0 5 * * mon-fri"}},
      {"cron \"CRON_TZ=UTC 0 5 * * *\"", {"timezone UTC", "cron 0 5 * * *"}},
      {"cron CRON_TZ=Europe/Berlin 0 5 * * * /usr/bin/x",
       {"timezone Europe/Berlin", "cron 0 5 * * *", "run /usr/bin/x"}},
      {"cron CRON_TZ=UTC @daily", {"timezone UTC", "cron @daily"}},
      {"cron CRON_TZ=Nowhere/At 0 5 * * *", {}},
      {"cron 0 5 * * * /usr/bin/x --now", {"cron 0 5 * * *", "run /usr/bin/x --now"}},
      {"cron 0 5 * * * root /usr/bin/x", {"cron 0 5 * * *", "user root", "run /usr/bin/x"}},
      {"cron 0 22-6 * * * /usr/bin/x", {"cron 0 22-23,0-6 * * *", "run /usr/bin/x"}},
      {"cron = 0 5 * * *", {"cron 0 5 * * *"}},
  });
}

TEST_CASE("what is proposed for a line of a crontab means what was written", "[proposals]") {
  check_proposals({
      {"*/5 * * * * root /usr/bin/x -v", {"cron */5 * * * *", "user root", "run /usr/bin/x -v"}},
      {"*/5 * * * * /usr/bin/x | logger", {"cron */5 * * * *", "run /usr/bin/x | logger"}},
      {"0 5 * * * rsync -a /a /b", {"cron 0 5 * * *", "run rsync -a /a /b"}},
      {"0 5 * * * find /tmp -delete", {"cron 0 5 * * *", "run find /tmp -delete"}},
      {"0 5 * * * deploy /opt/x", {}},
      {"0 5 * * * deploy cleanup", {}},
      {"0 5 * * * deploy git pull", {}},
      {"0 5 * * * man mandb --quiet", {}},
      {"0 5 * * * logcheck if [ -x /x ]; then /x; fi", {}},
      {"@daily deploy cleanup", {}},
      {"cron 0 5 * * * deploy cleanup", {}},
      {"@daily root cleanup", {"cron @daily", "user root", "run cleanup"}},
      {"0 5 * * * backup tar -c /x", {"cron 0 5 * * *", "user backup", "run tar -c /x"}},
      {"0 5 * * * backup full", {}},
      {"0 5 * * * postfix reload", {}},
      {"0 5 * * * mysql -e 'optimize table x'", {}},
      {"0 5 * * * git pull", {"cron 0 5 * * *", "run git pull"}},
      {"0 5 * * * certbot renew", {"cron 0 5 * * *", "run certbot renew"}},
      {"0 5 * * * cleanup --all", {"cron 0 5 * * *", "run cleanup --all"}},
      {"0 5 * * * cleanup.sh all", {"cron 0 5 * * *", "run cleanup.sh all"}},
      {"0 5 * * * cleanup", {"cron 0 5 * * *", "run cleanup"}},
      {"0 5 * * * echo 'it is five'", {"cron 0 5 * * *", "run echo 'it is five'"}},
      {"0 5 * * * date \"+\\%F\"", {"cron 0 5 * * *", "run date \"+%F\""}},
      {"0 5 * * * mail -s x root%hello", {}},
      {"@daily /usr/bin/x", {"cron @daily", "run /usr/bin/x"}},
      {"@daily root /usr/bin/x", {"cron @daily", "user root", "run /usr/bin/x"}},
      {"@hourly", {"cron @hourly"}},
      {"@reboot /usr/bin/x", {}},
      {"5/10 * * * * /usr/bin/x", {"cron 5-59/10 * * * *", "run /usr/bin/x"}},
      {"CRON_TZ=Europe/Berlin 0 5 * * * /x", {"timezone Europe/Berlin", "cron 0 5 * * *", "run /x"}},
      {"CRON_TZ=Europe/Berlin", {"timezone Europe/Berlin"}},
      {"TZ=Europe/Berlin", {"timezone Europe/Berlin", "env TZ=Europe/Berlin"}},
      {"MAILTO=ops@example.com", {"output ops@example.com"}},
      {"MAILTO=root", {"output root@localhost"}},
      {"MAILTO=\"\"", {"output /dev/null"}},
      {"MAILTO=a@example.com,b@example.com", {"output a@example.com", "output b@example.com"}},
      {"MAILTO = root", {"output root@localhost"}},
      {"SHELL=/bin/bash", {"shell /bin/bash"}},
      {"PATH=/bin:/usr/bin", {"env PATH=/bin:/usr/bin"}},
      {"PATH = /bin:/usr/bin", {"env PATH=/bin:/usr/bin"}},
      {"HOME=/srv", {"env HOME=/srv", "cwd /srv"}},
      {"GREETING=\"hello world\"", {"env GREETING='hello world'"}},
      {"export A=b", {"env A=b"}},
  });
}

TEST_CASE("what is proposed for the notation of another scheduler means what was written", "[proposals]") {
  check_proposals({
      {"every: 10m", {"every 10m"}},
      {"every=10m", {"every 10m"}},
      {"every: 10 minutes", {"every 10m"}},
      {"run: echo hi", {"run echo hi"}},
      {"run: \"echo hi\"", {"run echo hi"}},
      {"run = echo hi", {"run echo hi"}},
      {"run=/usr/bin/x", {"run /usr/bin/x"}},
      {"timeout=5m", {"timeout 5m"}},
      {"timeout: 90", {"timeout 90s"}},
      {"timeout=soon", {}},
      {"splay: true", {"splay"}},
      {"Every 10m", {"every 10m"}},
      {"RUN x", {"run x"}},
      {"schedule: \"*/5 * * * *\"", {"cron */5 * * * *"}},
      {"schedule = @every 10m", {"every 10m"}},
      {"schedule: 0 5 * * *", {"cron 0 5 * * *"}},
      {"command = /usr/bin/x -a", {"run /usr/bin/x -a"}},
      {"command /usr/bin/x -a", {"run /usr/bin/x -a"}},
      {"OnCalendar=daily", {"every day"}},
      {"OnCalendar=*-*-* 02:30:00", {"every day at 02:30"}},
      {"OnCalendar=Mon..Fri 09:00", {"every mon-fri at 09:00"}},
      {"OnCalendar=hourly", {"every hour"}},
      {"OnCalendar=monthly", {"cron @monthly"}},
      {"OnUnitActiveSec=10min", {"every 10m"}},
      {"ExecStart=/usr/bin/x -v", {"run /usr/bin/x -v"}},
      {"ExecCondition=/usr/bin/x", {"if each-run /usr/bin/x"}},
      {"User=backup", {"user backup"}},
      {"WorkingDirectory=/srv", {"cwd /srv"}},
      {"Environment=A=b", {"env A=b"}},
      {"Environment=\"A=b\"", {"env A=b"}},
      {"TimeoutStartSec=90", {"timeout 90s"}},
      {"RandomizedDelaySec=5m", {"splay 5m"}},
      {"Persistent=true", {"catch-up"}},
      {"StandardOutput=append:/var/log/x.log", {"output /var/log/x.log"}},
      {"MemoryMax=512M", {"limit memory 512M"}},
      {"Description=Cleans up", {"description Cleans up"}},
      {"Nice=10", {"nice 10"}},
      {"at 5pm", {"every day at 17:00"}},
      {"daily at 02:30", {"every day at 02:30"}},
      {"daily 2:30", {"every day at 02:30"}},
      {"hourly", {"every hour"}},
      {"[Service]", {}},
      {"frobnicate", {}},
  });
}

TEST_CASE("what is proposed for a target means what was written", "[proposals]") {
  check_proposals({
      {"output root", {"output root@localhost"}},
      {"output if-error root", {"output if-error root@localhost"}},
      {"output root,admin", {"output root@localhost", "output admin@localhost"}},
      {"output a@x.org,b@x.org", {"output a@x.org", "output b@x.org"}},
      {"output a@x.org, b@x.org", {"output a@x.org", "output b@x.org"}},
      {"output a@x.org b@x.org", {"output a@x.org", "output b@x.org"}},
      {"output a@x.org;b@x.org", {"output a@x.org", "output b@x.org"}},
      {"output a@x.org,", {"output a@x.org"}},
      {"output if-error a@x.org b@x.org", {"output if-error a@x.org", "output if-error b@x.org"}},
      {"output /a, /b", {"output /a", "output /b"}},
      {"output \"Ops Team\" <ops@example.com>", {"output ops@example.com"}},
      {"output if-error \"Ops, Team\" <ops@example.com>", {"output if-error ops@example.com"}},
      {"output Ops Team <ops@example.com>", {"output ops@example.com"}},
      {"output <ops@example.com>", {"output ops@example.com"}},
      {"output ops@example.com (Ops)", {"output ops@example.com"}},
      {"output mailto:ops@example.com", {"output ops@example.com"}},
      {"output mail ops@example.com", {"output ops@example.com"}},
      {"output \"ops@example.com\"", {"output ops@example.com"}},
      {"output ops@example.com if-error", {"output if-error ops@example.com"}},
      {"output if-eror root", {"output if-error root@localhost"}},
      {"output if-eror a@x.org", {"output if-error a@x.org"}},
      {"output on-failure a@x.org", {"output if-error a@x.org"}},
      {"output \"/var/log/x.log\"", {"output /var/log/x.log"}},
      {"output >> /var/log/x.log", {"output /var/log/x.log"}},
      {"output >/var/log/x.log", {"output /var/log/x.log"}},
      {"output file:///var/log/x.log", {"output /var/log/x.log"}},
      {"output none", {"output /dev/null"}},
      {"output sylog", {"output syslog"}},
      {"output ops@example.com.", {"output ops@example.com"}},
      {"output /x-$(date +%F).log", {}},
      {"output $HOME/x.log", {}},
      {"output journal", {"output syslog"}},
      {"output log/x", {}},
      {"output if-error if-success a@x.org", {}},
      {"output ftp://x.org/secret", {}},
      {"output https://x.org/secret if-error", {}},
  });
}

TEST_CASE("what is proposed for other directives means what was written", "[proposals]") {
  check_proposals({
      {"timout 1m", {"timeout 1m"}},
      {"timeout 90", {"timeout 90s"}},
      {"timeout 5 minutes", {"timeout 5m"}},
      {"timeout 1 hour 30 minutes", {"timeout 90m"}},
      {"timeout 1m grace 10 seconds", {"timeout 1m grace 10s"}},
      {"timeout 1m grase 10s", {"timeout 1m grace 10s"}},
      {"timeout 1m 2m", {"timeout 1m grace 2m"}},
      {"timeout \"5m\"", {"timeout 5m"}},
      {"splay 10 minutes", {"splay 10m"}},
      {"splay job 10 min", {"splay job 10m"}},
      {"splay of", {"splay off"}},
      {"catch-up 6h", {"catch-up within 6h"}},
      {"catch-up within 6 hours", {"catch-up within 6h"}},
      {"retry 3 every 30 seconds", {"retry 3 every 30s"}},
      {"retry 3 1m", {"retry 3 every 1m"}},
      {"retry 3 backoff 2h", {"retry 3 every 2h"}},
      {"retry 3 times every 1m", {"retry 3 every 1m"}},
      {"retry 3 every 1m 2m", {}},
      {"limit memory 1GB", {"limit memory 1G"}},
      {"limit memory 512MB", {"limit memory 512M"}},
      {"limit memory 512 MB", {"limit memory 512M"}},
      {"limit memory 1.5GiB", {"limit memory 1536M"}},
      {"limit memory 2g", {"limit memory 2G"}},
      {"limit memory lots", {}},
      {"limit core unlimited", {"limit core off"}},
      {"limit cpu 30", {"limit cpu 30s"}},
      {"limit cpu 1 minute", {"limit cpu 1m"}},
      {"limit nofile 1024", {"limit files 1024"}},
      {"limit memori 1G", {"limit memory 1G"}},
      {"only 5", {"only 5%"}},
      {"only 5 %", {"only 5%"}},
      {"only web*", {"only on web*"}},
      {"only web*, db*", {"only on web*,db*"}},
      {"only on web*, db*", {"only on web*,db*"}},
      {"only on web*, db*, mx1", {"only on web*,db*,mx1"}},
      {"only on web* db* mx1", {"only on web*,db*,mx1"}},
      {"only on web1 and db1", {"only on web1,db1"}},
      {"only 5% on web*", {"only 5%", "only on web*"}},
      {"umask u=rwx,g=rx,o=", {"umask 027"}},
      {"umask 28", {}},
      {"env A=b c", {"env A='b c'"}},
      {"env A=b B=c", {"env A=b", "env B=c"}},
      {"env A = b", {"env A=b"}},
      {"env export A=b", {"env A=b"}},
      {"user \"backup\"", {"user backup"}},
      {"user backup,", {"user backup"}},
      {"cwd \"/srv/app\"", {"cwd /srv/app"}},
      {"shell bash", {"shell /bin/bash"}},
      {"overlap skp", {"overlap skip"}},
      {"overlap Forbid", {"overlap skip"}},
      {"timeout 0", {"timeout off"}},
      {"timeout never", {"timeout off"}},
      {"splay no", {"splay off"}},
      {"catch-up yes", {"catch-up"}},
      {"retry 0", {"retry off"}},
      {"nice +5", {"nice 5"}},
      {"env A=$(date +%F)", {}},
      {"shell $SHELL", {}},
      {"error stderr", {"error if-stderr"}},
      {"timezone Berlin", {"timezone Europe/Berlin"}},
      {"timezone europe/berlin", {"timezone Europe/Berlin"}},
      {"timezone \"Europe/Berlin\"", {"timezone Europe/Berlin"}},
      {"timezone PST", {}},
      {"timezone CEST", {}},
      {"timezone GMT+2", {"timezone Etc/GMT-2"}},
      {"timezone UTC-05:00", {"timezone Etc/GMT+5"}},
      {"rum x", {"run x"}},
  });
}

TEST_CASE("nothing is proposed where the meaning is not sure: hosts and times", "[proposals]") {
  check_proposals({
      {"only not db1", {}},
      {"only not on web1", {}},
      {"only except web1", {}},
      {"only without web1", {}},
      {"only excluding web1", {}},
      {"only on web1, not web2", {}},
      {"only on all except web1", {}},
      {"only on all but web1", {}},
      {"only all", {}},
      {"only none", {}},
      {"only never", {}},
      {"only 10 hosts", {}},
      {"only !db1", {}},
      {"only on web1 !db1", {}},
      {"cron * * * * !sun", {}},
      {"cron * * * * mon-fri !wed", {}},
      {"cron @minutely", {}},
      {"cron @weekday", {}},
      {"cron @weekdays", {}},
      {"every mon at 24:00", {}},
      {"every mon-fri at 24:00", {}},
      {"every day at 24:00 on mon", {}},
      {"every month at 24:00", {}},
      {"every 1M", {}},
      {"every 2M", {}},
      {"timeout 1M", {}},
      {"OnUnitActiveSec=1M", {}},
      {"timeout 1h 30m", {}},
      {"timeout 1d 12h", {}},
      {"0 0 5 * * * foo", {}},
      {"0 0 5 * * ? * foo", {}},
      {"0 0 5 * * MON 2026 foo", {}},
      {"cron 0 0 5 * * * root /bin/foo", {}},
      {"cron 0 0 5 ? * MON *", {}},
      {"cron 0 0 5 ? * 2", {}},
      {"cron 0 5 * * mon - fri", {}},
      {"cron 0 5 * * mon wed", {}},
      {"cron 0 5 * * * UTC", {}},
      {"cron 0 5 * * * Europe/Berlin", {}},
      {"cron 0 5 * * * 2026", {}},
      {"cron 0 5 * * * splay 5m", {}},
      {"cron 0 5 * * * timeout 5m", {}},
      {"cron 0 5 * * * timezone Europe/Berlin", {}},
      {"cron 0 5 * * * run foo", {}},
      {"CRON_TZ=Europe/Berlin 0 0 5 * * *", {}},
      {"cron TZ=Europe/Berlin 0 0 5 * * *", {}},
      {"cron 0 5 * * * ;", {"cron 0 5 * * *"}},
      {"cron 0 5 * * * && 0 17 * * *", {}},
      {"0 5 * * * cat <<EOF", {}},
      {"0 5 * * * root * foo", {}},
      {"cron 0 0 * * 1 L", {}},
      {"cron 0 0 * * not mon", {}},
      {"cron 0 0 * * mon except wed", {}},
      {"cron 0 5 * * * daily", {}},
      {"0 5 * * * root", {}},
      {"schedule: \"0 0 5 * * *\"", {"cron seconds 0 0 5 * * *"}},
      {"OnCalendar=weekly", {"every mon"}},
      {"0\t5\t*\t*\t*\tfoo", {"cron 0 5 * * *", "run foo"}},
      {"*/5 *\t* * * root /bin/x", {"cron */5 * * * *", "user root", "run /bin/x"}},
      {"0 5 * * * timeout 60 /bin/x -a", {"cron 0 5 * * *", "run timeout 60 /bin/x -a"}},
      {"0 5 * * * [ -x /bin/x ] && /bin/x", {"cron 0 5 * * *", "run [ -x /bin/x ] && /bin/x"}},
      {"0 5 * * * A=b /bin/x", {"cron 0 5 * * *", "run A=b /bin/x"}},
  });
}

TEST_CASE("nothing is proposed where the meaning is not sure: other files", "[proposals]") {
  check_proposals({
      {"OnBootSec=5m", {}},
      {"OnActiveSec=5m", {}},
      {"OnStartupSec=5m", {}},
      {"FixedRandomDelay=true", {}},
      {"AccuracySec=1m", {}},
      {"ExecStartPre=/bin/x", {}},
      {"ExecStartPost=/bin/x", {}},
      {"Group=www", {}},
      {"TimeoutStopSec=5", {}},
      {"CPUQuota=20%", {}},
      {"LimitCPU=30", {}},
      {"LimitCORE=0", {}},
      {"LimitAS=1G", {}},
      {"StandardError=journal", {}},
      {"Restart=no", {}},
      {"RestartSec=5", {}},
      {"ConditionHost=web1", {}},
      {"ConditionPathExists=/x", {}},
      {"AssertPathExists=/x", {}},
      {"OnFailure=x.service", {}},
      {"Type=oneshot", {}},
      {"Unit=x.service", {}},
      {"WantedBy=timers.target", {}},
      {"SuccessExitStatus=1", {}},
      {"SyslogIdentifier=x", {}},
      {"START_HOURS_RANGE=3-22", {}},
      {"MAILFROM=x@example.com", {}},
      {"ExecStart=-/usr/bin/foo", {}},
      {"ExecStart=@/usr/bin/foo foo", {}},
      {"ExecStart=+/usr/bin/foo", {}},
      {"ExecStart=!!/usr/bin/foo", {}},
      {"ExecStart=/bin/foo > /tmp/x", {}},
      {"ExecStart=/bin/foo | bar", {}},
      {"ExecStart=/bin/foo & bar", {}},
      {"ExecStart=/bin/kill $MAINPID", {}},
      {"ExecStart=/bin/echo $$PATH", {}},
      {"ExecStart=/bin/foo %i", {}},
      {"ExecStart=/bin/date +%%F", {}},
      {"ExecStart=/bin/ls *.log", {}},
      {"ExecStart=/bin/echo (a)", {}},
      {"StandardOutput=tty", {}},
      {"StandardOutput=kmsg", {}},
      {"StandardOutput=socket", {}},
      {"WorkingDirectory=/srv/%i", {}},
      {"StandardOutput=append:/var/log/%n.log", {}},
      {"Environment=\"A=$HOME\"", {}},
      {"Description=0 # foo", {}},
      {"PATH=$PATH:/opt/bin", {}},
      {"command: [\"/bin/foo\", \"-a\"]", {}},
      {"command: [foo, bar]", {}},
      {"run: \"echo \\\"hi\\\"\"", {}},
      {"run: 'echo ''hi'''", {}},
      {"run: |", {}},
      {"run: |-", {}},
      {"run: >-", {}},
      {"run: &a foo", {}},
      {"run: *a", {}},
      {"description: |", {}},
      {"Description=\"a # b\"", {}},
      {"OnCalendar=quarterly", {}},
      {"MAILTO=x.log", {}},
      {"run: \"foo\" -a", {}},
      {"output if-not-error root", {}},
      {"error if-zero", {}},
      {"cron 0 5 * * * UTC+1", {}},
      {"cron 0 5 * * * UTC;", {}},
      {"cron 0 5 * * * foo && 0 17 * * * bar", {}},
      {"Restart = no", {}},
      {"output if-non-error root", {}},
      {"FOO=\"a b", {}},
      {"only half", {}},
      {"only web1 with db1", {}},
      {"only for web1", {}},
      {"run = \"/bin/foo -a b\"", {"run /bin/foo -a b"}},
      {"FOO=\"bar # baz\"", {"env FOO='bar # baz'"}},
      {"StandardOutput=journal", {"output syslog"}},
      {"StandardOutput=null", {"output /dev/null"}},
      {"timeout 300", {"timeout 300s"}},
      {"splay job 5", {"splay job 5s"}},
      {"retry 3 every 30", {"retry 3 every 30s"}},
      {"limit memory 1.5G", {"limit memory 1536M"}},
      {"output x.log", {}},
      {"output app.log", {}},
      {"output if-error backup.errors", {}},
      {"output stderr,stdout", {}},
      {"output if-error,ops@x.com", {}},
      {"output never", {}},
      {"output no", {}},
      {"output false", {}},
      {"output stdin", {}},
      {"MAILTO=never", {}},
      {"mailto: off", {"output /dev/null"}},
      {"mailto: none", {"output /dev/null"}},
      {"MAILTO=off", {"output /dev/null"}},
  });
}
