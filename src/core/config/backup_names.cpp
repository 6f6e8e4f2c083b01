#include "backup_names.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "acron/core/characters.hpp"

namespace acron {
namespace {

/// What may follow the last point of a backup's name, sorted, whatever its case. A date or a number may stand behind
/// it.
constexpr std::array<std::string_view, 96> backup_words{
    "!qb",                       // transfers
    "!sync",                     //
    "!ut",                       //
    "7z",                        // archives
    "apk-new",                   // apk
    "apk-old",                   //
    "aria2",                     // transfers
    "asc",                       // signatures and sums
    "augnew",                    // augeas
    "augsave",                   //
    "backup",                    // people, and mergetools
    "backup-before-nix",         // Nix
    "backup-before-nix-darwin",  //
    "bak",                       // people, and mergetools
    "bck",                       //
    "bk",                        //
    "bkp",                       //
    "bkup",                      //
    "bz2",                       // archives
    "cf-after-edit",             // CFEngine
    "cf-before-edit",            //
    "cfdisabled",                //
    "cfedited",                  //
    "cfnew",                     //
    "cfsaved",                   //
    "crdownload",                // browsers
    "distrib",                   // dpkg-divert
    "distupgrade",               // Ubuntu's upgrades
    "divert-orig",               // config-package-dev
    "elc",                       // emacs
    "filepart",                  // WinSCP
    "gz",                        // archives
    "kate-swp",                  // Kate
    "leappnew",                  // Leapp
    "leappsave",                 //
    "leapsave",                  // openSUSE
    "lnk",                       // Windows' shortcuts
    "lock",                      // what runs
    "lz4",                       // archives
    "lzma",                      //
    "md5",                       // signatures and sums
    "md5sum",                    //
    "merge-error",               // ucf
    "mine",                      // Subversion
    "moved",                     // Bazaar
    "new",                       // Slackware, xbps, people
    "old",                       //
    "opdownload",                // browsers
    "orig",                      // patch, Mercurial, mergetools
    "pacnew",                    // pacman
    "pacorig",                   //
    "pacsave",                   //
    "part",                      // transfers
    "partial",                   //
    "pid",                       // what runs
    "pkgnew",                    // FreeBSD's pkg
    "pkgsave",                   //
    "porig",                     // patch
    "pre_fcopy",                 // FAI
    "prej",                      // Subversion
    "puppet-bak",                // Puppet
    "puppet-old",                //
    "puppettmp",                 //
    "pyc",                       // Python
    "pyo",                       //
    "rej",                       // patch
    "rpmnew",                    // rpm
    "rpmorig",                   //
    "rpmsave",                   //
    "rpmtmp",                    //
    "salt-bak",                  // Salt
    "sav",                       // people
    "save",                      // nano
    "saved",                     //
    "sha1",                      // signatures and sums
    "sha1sum",                   //
    "sha256",                    //
    "sha256sum",                 //
    "sha512",                    //
    "sha512sum",                 //
    "sig",                       //
    "svn-base",                  // Subversion
    "tar",                       // archives
    "tbz",                       //
    "tbz2",                      //
    "temp",                      // people
    "tgz",                       // archives
    "tmp",                       // people
    "txz",                       // archives
    "ucftmp",                    // ucf
    "webmintmp",                 // Webmin
    "working",                   // Subversion
    "xz",                        // archives
    "yast2save",                 // YaST
    "zip",                       // archives
    "zst",                       //
};
static_assert(std::is_sorted(backup_words.begin(), backup_words.end()));

/// Those that are jobs in lower case: the sides of a merge, as Git's, Bazaar's and Mercurial's tools name them.
constexpr std::array<std::string_view, 6> merge_words{"BACKUP", "BASE", "LOCAL", "OTHER", "REMOTE", "THIS"};

/// What tells a backup wherever it stands in a name.
constexpr std::array<std::string_view, 15> backup_marks{
    "~",  // editors, Ansible, Git; run-parts never runs such names
    ".dpkg-",
    ".ucf-",
    ".chef-",
    ".rhn-cfg-tmp-",
    ".sync-conflict-",
    "___jb_",  // JetBrains' editors
    ".merge-left.",
    ".merge-right.",  // Subversion
    ".bak-",          // who made it, or when
    ".bak_",
    ".bak ",
    "conflicted copy",  // Dropbox, Nextcloud
    "(case conflict",
    "(sfconflict "  // Seafile
};

/// What may stand behind a backup's ending, `a.bak.mon`, and makes a backup of nothing else.
constexpr std::array<std::string_view, 37> names_of_times{
    "apr",    "april",   "aug",      "august", "dec",     "december", "feb",      "february", "fri",       "friday",
    "jan",    "january", "jul",      "july",   "jun",     "june",     "mar",      "march",    "may",       "mon",
    "monday", "nov",     "november", "oct",    "october", "sat",      "saturday", "sep",      "september", "sun",
    "sunday", "thu",     "thursday", "tue",    "tuesday", "wed",      "wednesday"};
static_assert(std::is_sorted(names_of_times.begin(), names_of_times.end()));

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

bool is_of_stamp(std::string_view name) {
  constexpr std::string_view separators = "._:@+-";
  const char last = name.back(), before = name.size() > 1 ? name[name.size() - 2] : '\0';
  const bool is_letter_of_time = (last == 't' || last == 'z') && is_digit(before);
  const bool is_of_version = last == 'v' && separators.find(before) != std::string_view::npos;
  return is_digit(last) || is_letter_of_time || is_of_version || separators.find(last) != std::string_view::npos;
}

std::string_view after_last_point(std::string_view name) {
  const auto point = name.rfind('.');
  return point == std::string_view::npos ? std::string_view{} : name.substr(point + 1);
}

/// Vim's: `.swp`, `.swo` and so on, `.swpx`.
bool is_swap_file(std::string_view word) {
  return word == "swpx" || (word.size() == 3 && word.starts_with("sw") && is_lower(word[2]));
}

/// Subversion's `.r123`. With a single digit it may as well be somebody's second version of a job.
bool is_revision(std::string_view word) {
  return word.size() >= 3 && word.front() == 'r' && std::all_of(word.begin() + 1, word.end(), is_digit);
}

/// `1234`, or that before an ending: `1234.sh`.
bool begins_with_number(std::string_view rest) {
  const auto end = rest.find_first_not_of("0123456789");
  return end != 0 && !rest.empty() && (end == std::string_view::npos || rest[end] == '.');
}

/// Git's mergetool: `a_LOCAL_1234` or `a.LOCAL.1234`, also before an ending.
bool is_side_of_merge(std::string_view name) {
  return std::any_of(merge_words.begin(), merge_words.end(), [&](std::string_view word) {
    for (const char mark : {'_', '.'}) {
      const auto side = std::string{mark}.append(word) + mark;
      const auto at = name.find(side);
      if (at != std::string_view::npos && begins_with_number(name.substr(at + side.size()))) return true;
    }
    return false;
  });
}

/// What rpm is just writing: `a;6566f0a1`.
bool is_being_unpacked(std::string_view lower) {
  const auto digits = lower.substr(std::min(lower.rfind(';'), lower.size() - 1) + 1);
  return digits.size() >= 8 && std::all_of(digits.begin(), digits.end(), is_hexadecimal);
}

/// `a (1)` and `a (1).sh`, as browsers number downloads.
bool is_numbered(std::string_view name) {
  const auto paren = name.rfind(" (");
  const auto digits =
      paren == std::string_view::npos ? std::string_view::npos : name.find_first_not_of("0123456789", paren + 2);
  return digits != std::string_view::npos && digits > paren + 2 && name[digits] == ')' &&
         (digits + 1 == name.size() || name[digits + 1] == '.');
}

/// How file managers call a copy, in English, German and Dutch, French, Spanish and Italian, Portuguese, Scandinavian,
/// Russian, Chinese and Japanese.
constexpr std::array<std::string_view, 12> words_for_copies{
    "copy",         "kopie",        "copie",        "copia",
    "c\xC3\xB3pia", "kopia",        "kopi",         "\u043A\u043E\u043F\u0438\u044F",
    "\u526F\u672C", "\u590D\u4EF6", "\u8907\u88FD", "\u30B3\u30D4\u30FC"};
/// Words that follow it at the beginning of a name: `Copy of a`, `Kopie (2) von a`.
constexpr std::array<std::string_view, 6> words_for_of{" of ", " von ", " van ", " de ", " di ", " av "};

/// Nothing or a number, ` 2` or ` (2)`, before the end or an ending: `.sh`.
bool ends_copy(std::string_view rest) {
  if (rest.starts_with(' ')) {
    const bool is_in_parentheses = rest.substr(1).starts_with('(');
    const std::size_t digits = is_in_parentheses ? 2 : 1;
    const auto end = std::min(rest.find_first_not_of("0123456789", digits), rest.size());
    if (end == digits || (is_in_parentheses && rest.substr(end, 1) != ")")) return false;
    rest.remove_prefix(end + (is_in_parentheses ? 1 : 0));
  }
  return rest.empty() || rest.starts_with('.');
}

/// `a copy 2` of macOS, `a - Copy (2)` of Windows, `a (weitere Kopie)` of GNOME, and such an `a` with an ending.
bool ends_as_copy(std::string_view lower) {
  return std::any_of(words_for_copies.begin(), words_for_copies.end(), [&](std::string_view word) {
    const std::string behind_blank = " " + std::string{word}, in_parentheses = " (" + std::string{word};
    const auto at = lower.rfind(behind_blank);
    if (at != std::string_view::npos && at > 0 && ends_copy(lower.substr(at + behind_blank.size()))) return true;
    return lower.find(in_parentheses) != std::string_view::npos ||
           lower.find(behind_blank + ")") != std::string_view::npos;
  });
}

/// `Copy of a`, `Copie (2) de a`: in small letters a copy may be what the job makes.
bool begins_as_copy(std::string_view name, std::string_view lower) {
  if (name.empty() || (name.front() != 'C' && name.front() != 'K')) return false;
  return std::any_of(words_for_copies.begin(), words_for_copies.end(), [&](std::string_view word) {
    if (!lower.starts_with(word)) return false;
    auto rest = lower.substr(word.size());
    if (const auto close = rest.find(") "); rest.starts_with(" (") && close != std::string_view::npos)
      rest.remove_prefix(close + 1);
    return std::any_of(words_for_of.begin(), words_for_of.end(),
                       [&](std::string_view of) { return rest.starts_with(of); });
  });
}

/// `a - Shortcut` and `a - Shortcut (2)` of Windows.
bool is_shortcut(std::string_view lower) {
  constexpr std::string_view mark = " - shortcut";
  const auto at = lower.rfind(mark);
  return at != std::string_view::npos && at > 0 && ends_copy(lower.substr(at + mark.size()));
}

bool is_copy(std::string_view name, std::string_view lower) {
  return is_numbered(name) || ends_as_copy(lower) || begins_as_copy(name, lower) || is_shortcut(lower);
}

/// What a `sed -i` that was killed leaves: `sedA1b2C3`. With a capital at its front alone it may be a word,
/// `sedUpdate`.
bool is_left_by_sed(std::string_view name) {
  constexpr std::size_t length = 9;
  if (name.size() != length || !name.starts_with("sed")) return false;
  const auto random = name.substr(3);
  const auto is_random = [](char c) { return is_digit(c) || is_lower(c) || is_capital(c); };
  return std::all_of(random.begin(), random.end(), is_random) &&
         !std::all_of(random.begin() + 1, random.end(), is_lower);
}

/// ownCloud's and Nextcloud's: `a_conflict-20260101-120000`.
bool is_conflict(std::string_view lower) {
  constexpr std::string_view mark = "_conflict-2";
  const auto at = lower.find(mark);
  return at != std::string_view::npos && at + mark.size() < lower.size() && is_digit(lower[at + mark.size()]);
}

bool is_backup_word(std::string_view word) {
  return std::binary_search(backup_words.begin(), backup_words.end(), word) || is_swap_file(word);
}

/// `a.bak.monday`, also with a date behind.
bool is_backup_of_a_day(std::string_view lower) {
  const auto stem = without_stamp(lower);
  const auto word = after_last_point(stem);
  if (!std::binary_search(names_of_times.begin(), names_of_times.end(), word)) return false;
  return is_backup_word(after_last_point(without_stamp(stem.substr(0, stem.size() - word.size()))));
}

/// `a.bak`, and that with a number or a time behind it; `bz2` has digits of its own.
bool ends_in_backup_word(std::string_view lower) {
  while (!is_backup_word(after_last_point(lower))) {
    if (lower.empty() || !is_of_stamp(lower)) return false;
    lower.remove_suffix(1);
  }
  return true;
}

}  // namespace

bool is_plain_backup(std::string_view name) {
  if (name.ends_with("-opkg")) return name.size() > 5;
  if (is_left_by_sed(name)) return true;
  const auto random = name.rfind('-');
  const auto process =
      random == std::string_view::npos || random == 0 ? std::string_view::npos : name.rfind('-', random - 1);
  constexpr std::size_t date = 8;
  if (process == std::string_view::npos || process <= date) return false;
  const auto all = [](std::string_view text, auto is) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is);
  };
  const auto is_of_random = [](char c) { return is_digit(c) || is_lower(c); };
  const auto made = name.substr(process - date, date);
  return made.starts_with("20") && all(made, is_digit) &&
         all(name.substr(process + 1, random - process - 1), is_digit) && name.size() - random > 4 &&
         all(name.substr(random + 1), is_of_random);
}

std::string_view without_stamp(std::string_view lower) {
  while (!lower.empty() && is_of_stamp(lower)) lower.remove_suffix(1);
  return lower;
}

bool is_backup(std::string_view name, std::string_view lower) {
  if (name.size() > 1 && name.starts_with('#') && name.ends_with('#')) return true;
  if (name == "DEADJOE") return true;  // what the editor joe saves when it dies
  if (lower.ends_with(",v") || lower.ends_with(',') || is_being_unpacked(lower) || is_side_of_merge(name)) return true;
  if (is_copy(name, lower) || is_conflict(lower) || is_backup_of_a_day(lower)) return true;
  const auto is_in_name = [&](std::string_view mark) { return lower.find(mark) != std::string_view::npos; };
  if (std::any_of(backup_marks.begin(), backup_marks.end(), is_in_name)) return true;
  const auto stem = without_stamp(lower);
  return ends_in_backup_word(lower) || is_revision(after_last_point(lower)) ||
         is_one_of(after_last_point(name.substr(0, stem.size())), merge_words);
}

}  // namespace acron
