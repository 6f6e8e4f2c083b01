#include "acron/core/config/job_file_names.hpp"

#include <catch2/catch.hpp>

using namespace acron;

namespace {

void check_kind(NameKind kind, std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    INFO(name << " is " << static_cast<int>(kind_of_name(name)));
    CHECK(kind_of_name(name) == kind);
  }
}

}  // namespace

TEST_CASE("names of backups and of temporary files are no jobs' names", "[job_file_names]") {
  // logrotate.conf(5), tabooext
  check_kind(NameKind::backup, {"a,v", "a.bak", "a.cfsaved", "a.dpkg-bak", "a.dpkg-del", "a.dpkg-dist", "a.dpkg-new",
                                "a.dpkg-old", "a.dpkg-tmp", "a.rhn-cfg-tmp-3fa8", "a.rpmnew", "a.rpmorig", "a.rpmsave",
                                "a.swp", "a.ucf-dist", "a.ucf-new", "a.ucf-old", "a~"});
  // run-parts of cronie, and what that of Debian never takes
  check_kind(NameKind::backup, {"a,", "a~HEAD", "a~Updated upstream"});
  // package managers: dpkg-divert, apt, ucf, rpm, pacman, apk, xbps, pkg, Slackware, YaST
  check_kind(NameKind::backup, {"a.distrib", "a.divert-orig", "a.distUpgrade", "a.merge-error", "a.ucftmp", "a.rpmtmp",
                                "a;6566f0a1", "a.pacnew", "a.pacsave", "a.pacsave.1", "a.pacorig", "a.apk-new",
                                "a.new-1.2.3_1", "a.pkgsave", "a.pkgnew", "a.new", "a.YaST2save"});
  // config management: Puppet, CFEngine, Chef, Ansible, FAI, augeas
  check_kind(NameKind::backup,
             {"a.puppet-bak", "a.cf-before-edit", "a.cf-after-edit", "a_1764403200_Sat_Nov_29.cf-before-edit",
              "a.cfnew", "a.cfedited", "a.cfdisabled", "a.chef-20261129120000.123456", "a.12345.2026-11-29@12:00:00~",
              "a.pre_fcopy", "a.augsave", "a.augnew"});
  // editors: vim, emacs, nano, Kate, JetBrains
  check_kind(NameKind::backup, {"a.swo", "a.swn", "a.swx", "a.swpx", "a.un~", "#a#", "a.~1~", "a.~undo-tree~", "a.save",
                                "a.save.1", "a.kate-swp", "a___jb_tmp___", "a___jb_old___"});
  // version control and its tools
  check_kind(NameKind::backup, {"a.orig", "a.rej", "a.porig", "a.mine", "a.r12", "a.r1234", "a.merge-left.r1",
                                "a.merge-right.r2", "a.prej", "a.BASE", "a.LOCAL", "a.REMOTE", "a.BACKUP.1234.sh",
                                "a_LOCAL_1234", "a.moved", "a_BACKUP_1234.sh", "a.THIS", "a.OTHER"});
  // transfers
  check_kind(NameKind::backup, {"a.part", "a.partial", "a.filepart", "a.crdownload", "a.tmp",
                                "a.sync-conflict-20261129-120000-ABCDEFG", "a.sync-conflict-20261129-120000-ABC.sh"});
  // people
  check_kind(NameKind::backup, {"a.old",
                                "a.OLD",
                                "a.Bak",
                                "a.bkp",
                                "a.bck",
                                "a.bk",
                                "a.backup",
                                "a.sav",
                                "a.saved",
                                "a.bak1",
                                "a.bak.1",
                                "a.bak_2",
                                "a.bak-2026-11-29",
                                "a.old.20261129T120000Z",
                                "a.orig.2026-11-29_12:00:00+0100",
                                "a.sh.old",
                                "a.bak-root",
                                "a.bak_mon",
                                "a (copy)",
                                "a.temp",
                                "a.salt-bak",
                                "a.disabled.bak",
                                "README.md.orig"});
}

TEST_CASE("what stands behind a backup's ending makes it no job's name", "[job_file_names]") {
  check_kind(NameKind::backup, {"a.bak.gz", "a.bak.1", "a.bak.1.gz", "a.bak-20260101", "a.bak.monday", "a.old.Mon",
                                "a.orig.2", "a.old.1", "a.bak.jan", "a.bak.mon.1", "a.rpmsave.20260101", "a.bak.old",
                                "a.save.sunday-2026-01-01", "a.1.bak.fri", "a.7z.1", "a.bz2-2026-01-01", "a.sha256.2"});
  check_kind(NameKind::job, {"a.monday", "a.mon.1", "a.jan", "bak.monday", "backup.monday", "a.bak.d", "a.old.host"});
}

TEST_CASE("archives, signatures and what programs keep beside files are no jobs", "[job_file_names]") {
  check_kind(NameKind::backup, {"a.gz",
                                "a.xz",
                                "a.bz2",
                                "a.zst",
                                "a.zip",
                                "a.tar",
                                "a.tgz",
                                "a.tar.gz",
                                "a.tar.bz2",
                                "a.7z",
                                "a.lz4",
                                "a.GZ",
                                "a.1.gz",
                                "a.asc",
                                "a.sig",
                                "a.sha256",
                                "a.md5",
                                "a.sha512sum",
                                "a.lock",
                                "a.pid",
                                "a.pyc",
                                "a.aria2",
                                "a.opdownload",
                                "a.leappsave",
                                "a.backup-before-nix",
                                "a.puppettmp_1234",
                                "a.webmintmp.77"});
  check_kind(NameKind::job, {"a.log", "rotate.logs", "a.patch", "a.diff", "a.txt", "gz", "tar", "backup.db", "a.z",
                             "a.lz", "a.md5-check", "a.sha", "zip.files", "a.locks", "unlock", "a.sh256"});
}

TEST_CASE("copies that file managers and synchronizers make are no jobs", "[job_file_names]") {
  check_kind(NameKind::backup,
             {"a (1)", "a (12).sh", "a (copy)", "a (copy 2)", "a (another copy)", "a (3rd copy)", "a - Copy",
              "a - Copy (2)", "a - Copy.sh", "Copy of a", "a (conflicted copy 2026-01-01)",
              "a (host's conflicted copy 2026-01-01)", "a (Case Conflict)", "a (SFConflict me 2026-01-01-12-00-00)",
              "a_conflict-20260101-120000", "a.sync-conflict-20260101-120000-ABCDEFG"});
  for (const std::string word : {"copy", "Copy", "Kopie", "kopie", "copie", "copia", "c\xC3\xB3pia", "kopia", "kopi",
                                 "\u043A\u043E\u043F\u0438\u044F", "\u526F\u672C", "\u30B3\u30D4\u30FC"}) {
    check_kind(NameKind::backup,
               {"a " + word, "a " + word + " 2", "a " + word + ".sh", "a " + word + " 12.sh", "a - " + word,
                "a - " + word + " (2)", "a - " + word + " (2).sh", "a (" + word + ")", "a (" + word + " 2)",
                "a (" + word + ").sh", "a (3. " + word + ")", "a (another " + word + ").sh"});
    check_kind(NameKind::job, {"db-" + word, word, word + "-db", word + "a a", "a " + word + "s", "a " + word + " b",
                               "a" + word, word + "_a", "a_" + word, "a-" + word + "-2"});
  }
  check_kind(NameKind::backup, {"Copy of a.sh", "Copy (2) of a", "Kopie von a", "Kopie (2) von a", "Copie de a",
                                "Copia de a", "Copia di a", "Kopie van a", "Kopia av a"});
  check_kind(NameKind::backup, {"job-opkg", "job.working", "job20261129-12345-1x2y3z", "job.sh20261129-7-abc123",
                                "my_job20261129-12345-1x2y3z", "job20261129-12345-1x2y3z.sh"});
  // In small letters such words may be what the job makes.
  check_kind(NameKind::job, {"copy of a",
                             "copie de a",
                             "a (b)",
                             "a (1) b",
                             "a(1)",
                             "a ()",
                             "check_conflict-2x",
                             "a_conflict",
                             "a - Copying",
                             "db-copy",
                             "x-backup",
                             "-opkg",
                             "opkg",
                             "opkg-update",
                             "report-20261129",
                             "report-20261129-12",
                             "sync-20261129-2-b",
                             "20261129-12345-1x2y3z",
                             "a19991129x-12345-1x2y3z",
                             "working",
                             "net-working"});
}

TEST_CASE("what dies in mid-write leaves no job", "[job_file_names]") {
  check_kind(NameKind::backup,
             {"sedA1b2C3", "seda1b2c3", "sed8xQwZe", "sedabcdeF", "DEADJOE", "a.!sync", "a.!ut", "a.!qB"});
  check_kind(NameKind::job, {"sed", "sedation", "sedatives", "sedUpdate", "sed-a1b2c", "sedA1b2C3d", "sedA1b2C",
                             "used1b2C3", "deadjoe", "DEADJOES", "a.sync"});
}

TEST_CASE("shortcuts of Windows are no jobs", "[job_file_names]") {
  check_kind(NameKind::backup,
             {"a - Shortcut", "a - Shortcut (2)", "a.lnk", "a - Shortcut.lnk", "a.sh - shortcut.lnk"});
  check_kind(NameKind::job, {"shortcut", "a shortcut", "a - Shortcuts", " - Shortcut"});
}

TEST_CASE("who made a backup, or which version it is, may stand behind its ending", "[job_file_names]") {
  check_kind(NameKind::backup, {"a.bak by max", "a.bak (max)", "a.old-v2", "a.bak.v1", "a.orig_v12", "a.save-v1.2"});
  check_kind(NameKind::job, {"a-v2", "a.v2", "a.v", "a.old-version2", "x_bak", "x.bak.sh", "x.Xa3F9z", "a.oldv2"});
}

TEST_CASE("names that ordinary jobs have stay jobs' names", "[job_file_names]") {
  check_kind(NameKind::job, {"backup.db", "example.com", "rotate.logs", "db.old-rows", "job-old", "www.example.org",
                             "a.sample", "a.example", "a.dist", "db.backup.sh", "mysql.bak.sh", "renew.certs", "run.sh",
                             "job.py", "1.2.3", "a.b.c", "users.disabled.list", "host01.example.com"});
}

TEST_CASE("names that only resemble those of backups are jobs' names", "[job_file_names]") {
  check_kind(NameKind::job, {"a",          "web1",          "a.sh",       "a.bak.d",      "bak",
                             "tmp",        "old",           "old.1",      "#a",           "a#",
                             "dpkg-clean", "save-database", "a.1",        "a.2026-11-29", "4913",
                             "backup",     "mysql-backup",  "sync.local", "pull.remote",  "a.base",
                             "a.r2",       "renew",         "a.new-york", "a.old-db",     "a_LOCAL_",
                             "a_LOCAL_x",  "a;b",           "a.save-all", "a-old",        "t\xc3\xa4glich",
                             "two words",  "a.svn",         "a.sw",       "a.switch",     "copy.v",
                             "A",          "a_b",           "merge_BASE", "swp",          "report.download"});
}

TEST_CASE("hidden and reserved names are no jobs' names", "[job_file_names]") {
  check_kind(NameKind::hidden, {".git", ".a.swp", "..data", "..2026_11_29", ".", "..", ".a.XyZ123", "lost+found"});
  check_kind(NameKind::hidden, {"._a", ".DS_Store", ".nfs000000000001", ".#a", ".ansible_tmpa", ".syncthing.a.tmp",
                                "Icon\r", "Thumbs.db", "desktop.ini", "$RECYCLE.BIN", "System Volume Information"});
  check_kind(NameKind::reserved, {"_defaults", "_ignore", "_default", "_defaults.bak", "_defaults~", "_lib.sh", "_"});
}

TEST_CASE("a blank at the end of a name hides no backup", "[job_file_names]") {
  check_kind(NameKind::backup, {"a.bak ", "a~ ", "a (copy) ", "a.rpmnew\t"});
  check_kind(NameKind::job, {"a ", " a"});
}

TEST_CASE("documents that are kept beside the jobs are none", "[job_file_names]") {
  check_kind(NameKind::document, {"README", "README.md", "README.txt", "README-first", "readme", "Readme.rst",
                                  "readme.md", "CHANGES.md", "notes.MD", "notes.markdown", "LICENSE", "LICENSE.txt",
                                  "LICENSE-2.0", "LICENCE", "License", "license.txt"});
  check_kind(NameKind::document,
             {"COPYING", "COPYING.LESSER", "CHANGELOG", "CHANGELOG.txt", "CHANGES", "CHANGES-2.0", "NOTICE", "AUTHORS",
              "CONTRIBUTING", "CONTRIBUTING.rst", "CODEOWNERS", "TODO", "TODO.txt", "Makefile", "ChangeLog",
              "MAINTAINERS", "notes.rst", "notes.adoc", "notes.asciidoc"});
  check_kind(NameKind::job, {"copying", "changes", "Changes", "changelog", "todo", "TODOIST", "CHANGESET", "notice",
                             "makefile", "Makefile.sh", "codeowners", "rst", "adoc", "fleet.txt", "NOTICES"});
  check_kind(NameKind::job, {"readme-sync", "license", "license-check", "licenses", "md", "a.mdx", "unREADME"});
}

TEST_CASE("a name that ends in .disabled, .off or another such word is switched off", "[job_file_names]") {
  struct Row {
    const char* name;
    const char* on;
  };
  for (const auto& [name, on] : {Row{"a.disabled", "a"},
                                 Row{"a.off", "a"},
                                 Row{"web/a.DISABLED", "web/a"},
                                 Row{"a.sh.Off", "a.sh"},
                                 Row{"a.disabled-2026-11-29", "a"},
                                 Row{"a.disabled.1", "a"},
                                 Row{"a.off.1", "a"},
                                 Row{"a.off-2026-11-29", "a"},
                                 Row{"a.off2", "a"},
                                 Row{"a.disable", "a"},
                                 Row{"a.inactive", "a"},
                                 Row{"a.sh.INACTIVE", "a.sh"},
                                 Row{"a.deactivated", "a"},
                                 Row{"a.inactive-2026-11-29", "a"},
                                 Row{"a.disabled ", "a"},
                                 Row{"a.off  ", "a"},
                                 Row{"a.off-v2", "a"},
                                 Row{"a.disabled-for-migration", "a"},
                                 Row{"web/a.disabled by max", "web/a"},
                                 Row{"a.Disabled_until_2027-01-01", "a"},
                                 Row{"a.inactive - since monday", "a"},
                                 Row{"a.deactivated.by.max", "a"},
                                 Row{"a.disabled.conf", "a.conf"},
                                 Row{"web/a.off.YML", "web/a.YML"},
                                 Row{"a.disabled-for-a.conf", "a.conf"},
                                 Row{"web.disabled-by-max/a.off", "web.disabled-by-max/a"}}) {
    INFO(name);
    CHECK(kind_of_name(name) == NameKind::resting);
    CHECK(name_switched_on(name) == on);
  }
  check_kind(NameKind::job,
             {"disabled", "off", "a.offline", "disabled-a", "a.disabled.d", "switch-off", "inactive", "a.inactives",
              "a.disables", "a.dis", "disable.users", "a.off-by-one", "a.disabled-users", "a.disabled-by",
              "users.disable-for-ever", "a.off.conference", "users.disabled.sh", "disabled-for-now", "disabled.conf"});
}

TEST_CASE("why a name is no job's is said for each kind but a job's", "[job_file_names]") {
  for (const char* name : {".a", "_a", "a~", "README", "a.off"}) CHECK(!describe(kind_of_name(name)).empty());
  CHECK(describe(NameKind::job).empty());
}

TEST_CASE("a name that is nearly _defaults or _ignore is most likely meant to be it", "[job_file_names]") {
  const auto check_meant = [](std::string_view meant, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      INFO(name);
      CHECK(kind_of_name(name) == NameKind::reserved);
      CHECK(special_name_meant(name) == meant);
    }
  };
  check_meant("_defaults", {"_default", "_Defaults", "_DEFAULTS", "_defaults.conf", "_default.txt", "_defualts",
                            "_defauts", "_defaults ", "_Default.yml"});
  check_meant("_ignore", {"_ignores", "_Ignore", "_ignor", "_ignroe", "_ignore.txt", "_ignored", "_ingore"});
  check_meant("", {"_defaults", "_ignore", "_defaults.bak", "_defaults~", "_default.old", "_defaults.1",
                   "_defaults.off", "_defaults-2026-11-29", "_ignore.orig", "_ignore.disabled", "_ignore.2"});
  check_meant("", {"_lib.sh", "_defaults.sh", "_default.py", "_defaults-web", "_def", "_de", "_ignite", "_store", "_x",
                   "_", "_gitignore", "_defaults.d"});
}

TEST_CASE("what nobody sees in a name is told", "[job_file_names]") {
  for (const char* name : {"a", "a b", "t\u00E4glich", "\u65E5\u5831", "\u0645\u06CC\u200C\u062E", "a-\u2764\uFE0F"}) {
    INFO(name);
    CHECK(doubt_about_name(name).empty());
  }
  const std::string by_sight = ", which can't be told from others by sight";
  CHECK(doubt_about_name("a\u200Bb") == "its name holds U+200B ZERO WIDTH SPACE" + by_sight);
  CHECK(doubt_about_name("a\u00A0b") == "its name holds U+00A0 NO-BREAK SPACE" + by_sight);
  CHECK(doubt_about_name("\uFEFFa") == "its name holds U+FEFF ZERO WIDTH NO-BREAK SPACE" + by_sight);
  CHECK(doubt_about_name("a\nb") == "its name holds a control character");
  CHECK(doubt_about_name("a ") == "its name begins or ends with a blank");
  CHECK(doubt_about_name(" a") == "its name begins or ends with a blank");
  CHECK(doubt_about_name("a\t") == "its name holds a control character");
}

TEST_CASE("a job may have the name of a copy of another", "[job_file_names]") {
  const auto check = [](const char* copied, std::initializer_list<const char*> copies) {
    for (const char* copy : copies) {
      INFO(copy);
      CHECK(name_copied(copy) == copied);
    }
  };
  check("Clean", {"Clean.20261129", "Clean-2026-11-29", "Clean_2026-11-29_0715", "Clean.261129", "Clean@20261129",
                  "Clean-old", "Clean_OLD", "Clean.prev", "Clean-bak-20261129", "Clean_orig.2026.11.29", "Clean old",
                  "Clean.original", "Clean_original", "Clean (old)", "Clean (backup)", "Clean (Previous)"});
  check("clean.sh", {"clean-20261129.sh", "clean_old.sh", "clean.sh.20261129", "clean.sh_bak"});
  check("", {"clean", "clean2", "clean-1", "clean.10", "clean-v2", "db-16", "household", "bold", "old", "20261129",
             "-old", "clean.sh", "clean-backup", "clean.2026", "report-0715"});
}

TEST_CASE("a job may have the name of a copy of another, or one of its own", "[job_file_names]") {
  for (const char* copy : {"db-backup", "db_backup", "db.Copy", "db_copy", "db-backup-20261129"}) {
    INFO(copy);
    CHECK(name_perhaps_copied(copy) == "db");
  }
  CHECK(name_perhaps_copied("db_backup.sh") == "db.sh");
  for (const char* other : {"db", "backup", "-backup", "dbbackup", "backup-db", "db-new"}) {
    INFO(other);
    CHECK(name_perhaps_copied(other).empty());
  }
}

TEST_CASE("a name that looks switched off and is not has one that is", "[job_file_names]") {
  for (const char* name :
       {"Job_disabled", "Job-disabled", "Job disabled", "Job (disabled)", "disabled_Job", "DISABLED-Job",
        "(disabled) Job", "Job.disabled-OPS123", "Job.disabled!", "Job.Disabled (bob)", "Job.disabled until",
        "Job.disabled.new.conf", "Job.disable-temp", "Job.inactive_now"}) {
    INFO(name);
    CHECK(kind_of_name(name) == NameKind::job);
    CHECK(resting_name_meant(name) == "Job.disabled");
  }
  CHECK(resting_name_meant("job_disabled.sh") == "job.sh.disabled");
  CHECK(resting_name_meant("disabled-jobs") == "jobs.disabled");
  CHECK(resting_name_meant("cron-jobs-disabled") != "");
  for (const char* name :
       {"job", "disabled", "disabled.sh", "purge-disabled", "list_disabled_users", "disabled-users", "report-disabled",
        "power-off", "job_off", "nondisabled", "disabledjob", "(disabled)", " (disabled)", "-disabled", "(disabled", "",
        "report.disabled-users", "purge.disabled.accounts", ".disabled-x"}) {
    INFO(name);
    CHECK(resting_name_meant(name).empty());
  }
}

TEST_CASE("a directory whose name looks switched off, and does nothing, is told by what was meant",
          "[job_file_names]") {
  for (const char* name : {"disabled", "Disabled", "off", "inactive", "disabled.d", "jobs-disabled", "disabled-jobs"}) {
    INFO(name);
    CHECK(kind_of_name(name) == NameKind::job);
    CHECK(resting_directory_meant(name) == "jobs.disabled");
    CHECK(kind_of_name(resting_directory_meant(name)) == NameKind::resting);
  }
  for (const std::string name : {"old", "examples", "Templates", "samples.d", "archived"}) {
    INFO(name);
    CHECK(resting_directory_meant(name) == name + ".disabled");
  }
  for (const char* name : {"web", "archive", "backup", "purge-disabled", "disabled-users", "older", "d", ""}) {
    INFO(name);
    CHECK(resting_directory_meant(name).empty());
  }
}
