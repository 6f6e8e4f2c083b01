#include "acron/core/config/job_file_names.hpp"

#include <algorithm>
#include <array>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr auto none = std::string_view::npos;

/// What may follow the last point of a backup's name, sorted, whatever its case. A date or a number may stand behind
/// it.
constexpr std::array<std::string_view, 54> backup_words{
    "apk-new",         // apk
    "apk-old",         //
    "augnew",          // augeas
    "augsave",         //
    "backup",          // people, and mergetools
    "bak",             //
    "bck",             //
    "bk",              //
    "bkp",             //
    "bkup",            //
    "cf-after-edit",   // CFEngine
    "cf-before-edit",  //
    "cfdisabled",      //
    "cfedited",        //
    "cfnew",           //
    "cfsaved",         //
    "crdownload",      // browsers
    "distrib",         // dpkg-divert
    "distupgrade",     // Ubuntu's upgrades
    "divert-orig",     // config-package-dev
    "filepart",        // WinSCP
    "kate-swp",        // Kate
    "leapsave",        // openSUSE
    "merge-error",     // ucf
    "mine",            // Subversion
    "new",             // Slackware, xbps, people
    "old",             //
    "orig",            // patch, Mercurial, mergetools
    "pacnew",          // pacman
    "pacorig",         //
    "pacsave",         //
    "part",            // transfers
    "partial",         //
    "pkgnew",          // FreeBSD's pkg
    "pkgsave",         //
    "porig",           // patch
    "pre_fcopy",       // FAI
    "prej",            // Subversion
    "puppet-bak",      // Puppet
    "puppet-old",      // Puppet
    "rej",             // patch
    "rpmnew",          // rpm
    "rpmorig",         //
    "rpmsave",         //
    "rpmtmp",          //
    "salt-bak",        // Salt
    "sav",             // people
    "save",            // nano
    "saved",           //
    "svn-base",        // Subversion
    "temp",            // people
    "tmp",             //
    "ucftmp",          // ucf
    "yast2save",       // YaST
};
static_assert(std::is_sorted(backup_words.begin(), backup_words.end()));

/// Those that are jobs in lower case: the sides of a merge, as Git's, Bazaar's and Mercurial's tools name them.
constexpr std::array<std::string_view, 6> merge_words{"BACKUP", "BASE", "LOCAL", "OTHER", "REMOTE", "THIS"};

/// What tells a backup wherever it stands in a name.
constexpr std::array<std::string_view, 12> backup_marks{
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
    " (copy"  // file managers
};

/// A mount point's directory that only root may read, and those of CVS, RCS, SCCS and Arch in a checkout.
constexpr std::array<std::string_view, 5> kept_by_others{"lost+found", "CVS", "RCS", "SCCS", "{arch}"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

bool is_of_stamp(std::string_view name) {
  const char last = name.back();
  const bool is_letter_of_time = (last == 't' || last == 'z') && name.size() > 1 && is_digit(name[name.size() - 2]);
  return is_digit(last) || is_letter_of_time || std::string_view{"._:@+-"}.find(last) != none;
}

/// Without a number or a time at its end: `a.bak` for `a.bak.1`, `a.bak-2026-11-29` and `a.bak.20261129T120000Z`.
std::string_view without_stamp(std::string_view lower) {
  while (!lower.empty() && is_of_stamp(lower)) lower.remove_suffix(1);
  return lower;
}

std::string_view after_last_point(std::string_view name) {
  const auto point = name.rfind('.');
  return point == none ? std::string_view{} : name.substr(point + 1);
}

template <typename List>
bool is_one_of(std::string_view word, const List& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
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
  return end != 0 && !rest.empty() && (end == none || rest[end] == '.');
}

/// Git's mergetool: `a_LOCAL_1234` or `a.LOCAL.1234`, also before an ending.
bool is_side_of_merge(std::string_view name) {
  return std::any_of(merge_words.begin(), merge_words.end(), [&](std::string_view word) {
    for (const char mark : {'_', '.'}) {
      const auto side = std::string{mark}.append(word) + mark;
      const auto at = name.find(side);
      if (at != none && begins_with_number(name.substr(at + side.size()))) return true;
    }
    return false;
  });
}

/// What rpm is just writing: `a;6566f0a1`.
bool is_being_unpacked(std::string_view lower) {
  const auto digits = lower.substr(std::min(lower.rfind(';'), lower.size() - 1) + 1);
  return digits.size() >= 8 && std::all_of(digits.begin(), digits.end(), is_hexadecimal);
}

bool is_backup(std::string_view name, std::string_view lower) {
  if (name.size() > 1 && name.starts_with('#') && name.ends_with('#')) return true;
  if (lower.ends_with(",v") || lower.ends_with(',') || is_being_unpacked(lower) || is_side_of_merge(name)) return true;
  const auto is_in_name = [&](std::string_view mark) { return lower.find(mark) != none; };
  if (std::any_of(backup_marks.begin(), backup_marks.end(), is_in_name)) return true;
  const auto stem = without_stamp(lower);
  const auto word = after_last_point(stem);
  if (std::binary_search(backup_words.begin(), backup_words.end(), word) || is_swap_file(word)) return true;
  return is_revision(after_last_point(lower)) || is_one_of(after_last_point(name.substr(0, stem.size())), merge_words);
}

/// Words in capitals begin the name of a document, as does `Readme`; `license-check` is a job's.
bool is_document(std::string_view name, std::string_view lower) {
  if (lower.ends_with(".md") || lower.ends_with(".markdown")) return true;
  if (name.starts_with("README") || name.starts_with("LICENSE") || name.starts_with("LICENCE")) return true;
  const auto stem = lower.substr(0, lower.find('.'));
  if (stem == "readme") return true;
  const bool is_capital = name.starts_with('L');
  return (stem == "license" || stem == "licence") && (is_capital || stem.size() < name.size());
}

/// Most names of jobs, which need no closer look: a walk asks for each.
bool is_plain(std::string_view name) {
  const auto is_plain_letter = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return name != "readme" && std::all_of(name.begin(), name.end(), is_plain_letter);
}

/// The bytes before `.disabled` or `.off`; none where the name does not end so.
std::size_t length_switched_on(std::string_view lower) {
  for (const std::string_view ending : {".disabled", ".off"}) {
    for (const std::string_view stem : {lower, without_stamp(lower)}) {
      if (stem.ends_with(ending)) return stem.size() - ending.size();
    }
  }
  return none;
}

}  // namespace

NameKind kind_of_name(std::string_view name) {
  if (is_plain(name)) return NameKind::job;
  if (name.starts_with('.')) return NameKind::hidden;
  if (name.starts_with('_')) return NameKind::reserved;
  if (is_one_of(name, kept_by_others)) return NameKind::hidden;
  const auto lower = lower_ascii(name);
  if (length_switched_on(lower) != none) return NameKind::resting;
  if (is_backup(name, lower)) return NameKind::backup;
  return is_document(name, lower) ? NameKind::document : NameKind::job;
}

std::string_view describe(NameKind kind) {
  switch (kind) {
    case NameKind::hidden: return "it is hidden, or kept by the file system or version control";
    case NameKind::reserved: return "its name begins with '_', which acron keeps for itself";
    case NameKind::backup: return "its name is that of a backup or a temporary file";
    case NameKind::document: return "its name is that of a document";
    case NameKind::resting: return "its name says that it is switched off";
    case NameKind::job: break;
  }
  return {};
}

std::string name_switched_on(std::string_view name) {
  return std::string{name.substr(0, length_switched_on(lower_ascii(name)))};
}

}  // namespace acron
